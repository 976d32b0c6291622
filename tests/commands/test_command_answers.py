"""Every answer of a command is a sentence and an exit code: 0 done, 1 the answer is no, 2 wrong use, 3 something failed."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from casefiles import assemble, find, index_care, jobs
from casefiles.actor import operator
from casefiles.commands import care, instance
from casefiles.commands import packets as packet_commands
from casefiles.db import saving, session
from casefiles.law import EXAMPLES
from casefiles.models import Case, Job, JobState

A, B = EXAMPLES / "case-a-complete-sale.yaml", EXAMPLES / "case-b-five-defects.yaml"
CASE = "EX-A-COMPLETE"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        pytest.param(("check", CASE, "--packet", "bogus"), "'bogus' is no packet kind", id="check for a kind that is none"),
        pytest.param(("packet", "build", CASE, "bogus", "--out", "x"), "'bogus' is no packet kind", id="build a kind that is none"),
        pytest.param(("document", "add", CASE, __file__, "--type", "contrat"), "contract", id="a type that is none names the nearest"),
        pytest.param(("check", CASE, "--as-of", "2026-02-30"), "no day of the calendar", id="no day"),
    ],
)
def test_a_word_that_is_not_in_the_list_is_wrong_use(run, words, said):
    ended = run(*words)
    assert ended.code == 2
    assert said in ended.err


def test_what_nobody_foresaw_is_a_sentence_and_not_a_traceback(run, monkeypatch, caplog):
    run("case", "import", A)
    monkeypatch.setattr(find, "search", lambda *_args, **_more: 1 / 0)
    ended = run("search", "x")
    assert (ended.code, "Traceback" in ended.err) == (3, False)
    assert "division" in ended.err
    assert "--debug" in ended.err
    with caplog.at_level("DEBUG", logger="casefiles"):
        run("--debug", "search", "x")
    assert any(record.exc_info and record.exc_info[0] is ZeroDivisionError for record in caplog.records)


def test_a_search_without_its_index_has_failed(run, data):
    run("case", "import", A)
    assert run("index", "rebuild", "--json").json["entries"] > 0
    assert run("search", "示例").code == 0
    shutil.rmtree(data / "index")
    ended = run("search", "示例")
    assert (ended.code, "index" in ended.err) == (3, True)


def test_the_status_of_a_deleted_index_is_no_good(run, data):
    assert run("index", "status").code == 0  # nothing to be found, nothing lost
    run("case", "import", A)
    run("index", "rebuild")
    assert run("index", "status", "--json").json["broken"] is False
    shutil.rmtree(data / "index")
    ended = run("index", "status", "--json")
    assert (ended.code, ended.json["broken"]) == (1, True)


def test_rebuilding_beside_a_worker_is_the_workers_work(run, opened, monkeypatch):
    run("case", "import", A)
    alone = run("index", "rebuild", "--json").json
    worked = []

    def worker(_seconds):
        worked.append(session.query(Job).where(Job.state == JobState.WAITING, Job.name == "remake_index").count())
        session.remove()
        jobs.drain(60)

    monkeypatch.setattr(care.time, "sleep", worker)  # the command waits: the worker's turn
    with index_care.only_worker(opened().settings, wait=True):
        beside = run("index", "rebuild", "--json")
    assert (beside.code, beside.json) == (0, alone)
    assert worked == [1]
    assert "A worker is running" in beside.err


def test_run_tells_names_and_where_the_passwords_are_but_no_password(opened, capsys):
    config = opened().settings
    (config.data / "demo-passwords.txt").write_text(
        "legal@example.test  top-secret  legal_staff  林法务\nmanager@example.test  hidden  legal_manager  周经理\n", encoding="utf-8"
    )
    instance._tell_names(config)
    said = capsys.readouterr().out
    assert said == f"Sign in as: legal@example.test, manager@example.test; passwords are in {config.data / 'demo-passwords.txt'}\n"


def test_a_bad_file_in_a_folder_keeps_no_other_from_coming_in(run, tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    shutil.copy(A, folder / "1-good.yaml")
    (folder / "2-bad.yaml").write_text(A.read_text(encoding="utf-8").replace("fictional: true", "fictionall: true", 1), encoding="utf-8")
    shutil.copy(B, folder / "3-good.yaml")
    ended = run("case", "import", folder, "--json")
    assert ended.code == 1
    assert [row["case"] for row in ended.json] == [CASE, "EX-B-FIVE-DEFECTS"]
    assert "fictionall" in ended.err


def test_the_audit_log_is_exported_as_json_when_asked_so(run):
    run("case", "import", A)
    ended = run("audit", "export", "--json")
    assert ended.code == 0
    assert CASE in {entry["case"] for entry in ended.json}


def test_waiting_forgets_a_failure_that_was_made_good(run, opened):
    run("case", "import", A)
    assert run("document", "wait", "--timeout", "60").code == 0
    opened()
    with saving():
        done = session.query(Job).where(Job.name == "refresh_case").one()
        now = done.created_at
        done.state, done.reason = JobState.FAILED, "broke"
    failed = run("document", "wait", "--json")
    assert (failed.code, [row["name"] for row in failed.json["failed"]]) == (1, ["refresh_case"])
    opened()
    with saving():
        session.add(Job(name="refresh_case", case_id=CASE, state=JobState.DONE, created_at=now))
    assert run("document", "wait", "--json").code == 0


def test_a_packet_folder_keeps_the_good_packet_until_the_new_one_has_its_name(tmp_path, monkeypatch):
    out, new = tmp_path / "out", tmp_path / ".out-new"
    for folder, text in ((out, "old"), (new, "new")):
        folder.mkdir()
        (folder / "manifest.json").write_text(text)
    rename = Path.rename

    def refuse(source, target):
        if source == new:
            raise OSError(28, "No space left on device")
        return rename(source, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "rename", refuse)
        with pytest.raises(OSError, match="No space"):
            packet_commands.put_in_place(new, out)
    assert (out / "manifest.json").read_text() == "old"
    packet_commands.put_in_place(new, out)
    assert (out / "manifest.json").read_text() == "new"
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_reason_is_dropped_where_nothing_blocks(run, opened):
    run("case", "import", A)
    opened()
    with saving():  # the operator may override nothing himself: the reason must not even be looked at
        packet = assemble.request(
            replace(operator(), person_id=None), session.get_one(Case, CASE), "lawsuit", as_of=None, override_reason="for safety", queue=False
        )
    assert (packet.override_reason, packet.override_by_id) == (None, None)
