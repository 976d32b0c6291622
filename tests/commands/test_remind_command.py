"""`casefiles remind` and `casefiles seed`: counts as JSON, exit codes, repeats that change nothing."""

from __future__ import annotations

import pytest

from casefiles import seed
from casefiles.actor import today
from casefiles.db import saving, session
from casefiles.exchange_format import read_text
from casefiles.law import EXAMPLES
from casefiles.models import Case, Document, Notice

C = EXAMPLES / "case-c-insolvency.yaml"
COUNTS = {"cases", "notices", "escalated", "broken_promises", "unheard", "failed", "mailed", "mail_failed"}


@pytest.fixture
def staffed(run):
    run("person", "add", "legal@example.test", "--name", "林法务", "--role", "legal_staff")


def test_the_sweep_counts_what_it_did_and_gives_nothing_twice(run, staffed):
    run("case", "import", C)
    first = run("remind", "--json")
    assert first.code == 0
    assert set(first.json) == COUNTS
    # example C on its own day, 2026-04-10: the claim by 2026-05-25 is 45 days off and new ('found'); nothing else has reached a threshold
    assert (first.json["cases"], first.json["notices"]) == (1, 1)
    assert run("remind", "--json").json["notices"] == 0


def test_as_of_judges_every_case_of_that_day(run, staffed, opened):
    run("case", "import", C)
    run("remind", "--as-of", "2026-05-24")
    opened()
    given = {(n.kind, n.threshold) for n in session.query(Notice)}
    assert {("insolvency_claim", "-1"), ("creditors_meeting", "-15")} <= given  # a day before 2026-05-25; 15 days before 2026-06-08


def test_a_day_that_is_none_is_wrong_use(run):
    assert run("remind", "--as-of", "2026-02-30").code == 2
    assert run("remind", "--processes", "0").code == 2


def test_a_case_that_cannot_be_judged_is_named_and_the_exit_says_so(run, staffed, opened):
    run("case", "import", C)
    opened()
    with saving():
        case = session.get_one(Case, "EX-C-INSOLVENCY")
        case.blocks = case.blocks | {"insolvency": {"court": "x"}}
    ended = run("remind", "--json")
    assert (ended.code, [row["case"] for row in ended.json["failed"]]) == (3, ["EX-C-INSOLVENCY"])
    assert "EX-C-INSOLVENCY" in ended.err
    assert "Traceback" not in ended.err


def test_nobody_to_hear_is_said(run):
    run("case", "import", C)
    ended = run("remind")
    assert (ended.code, "nobody to hear" in ended.err) == (0, True)


def test_seed_makes_cases_with_so_many_documents_and_keeps_those_there_are(run, opened):
    assert run("seed", "--cases", "6", "--documents", "60", "--json").json["made"] == 6
    assert run("seed", "--cases", "8", "--documents", "80", "--json").json["made"] == 2
    opened()
    assert session.query(Case).count() == 8
    assert session.query(Document).count() == 80
    assert {case.title for case in session.query(Case)} == {seed.TITLE}
    assert run("audit", "verify").code == 0


def test_seed_leaves_an_instance_with_real_cases_alone(run, tmp_path):
    text = C.read_text(encoding="utf-8").replace("fictional: true\n", "")
    (tmp_path / "real.yaml").write_text(text, encoding="utf-8")
    run("case", "import", tmp_path / "real.yaml")
    refused = run("seed", "--cases", "2")
    assert (refused.code, "1 real cases" in refused.err) == (1, True)
    assert run("seed", "--cases", "2", "--yes").code == 0


def test_a_seeded_case_is_a_case_file_and_the_same_each_time(tmp_path):
    import yaml

    for number in range(1, 60):
        whole = seed.synthetic(number, 3 + number % 20, today())
        assert whole == seed.synthetic(number, 3 + number % 20, today())
        read_text(yaml.safe_dump(whole, allow_unicode=True), f"{number}", tmp_path)  # refuses what the format refuses
        assert "虚构" in whole["debtor"]["name"]
