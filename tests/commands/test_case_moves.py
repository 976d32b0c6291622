"""casefiles case move, decide and moves: a stage, its demands by name, and the second person."""

import shutil

import pytest

from casefiles.law import EXAMPLES

A = "EX-A-COMPLETE"
OVER = ("--override", "档案待补，已经批准")


@pytest.fixture(scope="module")
def office(prepared):
    """Example A, with a manager, legal staff and finance."""

    def fill(run):
        run("case", "import", EXAMPLES / "case-a-complete-sale.yaml")
        for role in ("legal_manager", "legal_staff", "finance"):
            run("person", "add", f"{role}@example.test", "--name", role, "--role", role)

    return prepared(fill)


@pytest.fixture
def data(office, tmp_path):
    shutil.copytree(office, tmp_path / "data")
    return tmp_path / "data"


def as_(role):
    return ("--as", f"{role}@example.test")


def test_a_case_moves_and_the_answer_says_what_was_demanded(run):
    ended = run("case", "move", A, "payment_order", "--reason", "申请支付令", "--json", *as_("legal_manager"))
    assert ended.code == 0
    assert (ended.json["from"], ended.json["state"]) == ("legal_escalation", "payment_order")
    assert [(d["id"], d["met"]) for d in ended.json["demands"]] == [("packet_payment_order", True)]
    lacking = run("case", "move", A, "litigation", "--reason", "异议", *as_("legal_staff"))
    assert lacking.code == 1
    assert "--confirm objection=" in lacking.err
    assert run("case", "move", A, "litigation", "--reason", "异议", "--confirm", "objection=2026-06-01 书面异议", *as_("legal_staff")).code == 0


def test_two_persons_write_off(run):
    assert run("case", "move", A, "written_off", "--reason", "无财产", *OVER, *as_("legal_manager")).code == 1  # nobody alone
    proposed = run("case", "move", A, "written_off", "--reason", "无财产", "--propose", "--json", *OVER, *as_("legal_manager"))
    number = str(proposed.json["proposal"])
    assert run("case", "decide", A, number, "approve", *as_("legal_manager")).code == 1
    assert run("case", "moves", A, "--json").json["proposals"][0]["subject"] == "written_off"
    assert run("case", "decide", A, number, "approve", "--json", *as_("finance")).json["state"] == "written_off"


@pytest.mark.parametrize(("words", "code", "says"), [
    pytest.param(("move", A, "bankrupt", "--reason", "x"), 2, "is no stage", id="no such state"),
    pytest.param(("move", A, "judgment"), 2, "--reason", id="without a reason"),
    pytest.param(("move", A, "litigation", "--reason", "x", "--confirm", "objection"), 2, "ID=TEXT", id="a statement without words"),
    pytest.param(("move", A, "litigation", "--reason", "x", "--override", "y"), 2, "--as", id="an override of nobody"),
    pytest.param(("move", A, "archived", "--reason", "x"), 1, "From here", id="no way there"),
    pytest.param(("move", "NONE", "litigation", "--reason", "x"), 1, "no such thing", id="no such case"),
    pytest.param(("decide", A, "7", "approve"), 1, "no such thing", id="no such proposal"),
])  # fmt: skip
def test_what_cannot_be_done_is_a_sentence(run, words, code, says):
    ended = run("case", *words)
    assert (ended.code, says in ended.err, "Traceback" in ended.err) == (code, True, False), ended.err
