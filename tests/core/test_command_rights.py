"""Acting as somebody on the command line gives that person's rights and no more."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from casefiles import audit, exchange, people, runtime
from casefiles.actor import actor_of, today
from casefiles.cli import main
from casefiles.db import saving, session
from casefiles.law import EXAMPLES
from casefiles.models import AuditEntry, Case, Document, Grant, Person, Role, State, TextStatus

CASE, FILE = "EX-A-COMPLETE", EXAMPLES / "case-a-complete-sale.yaml"
WHO = {
    "clerk": Role.LEGAL_STAFF, "elsewhere": Role.LEGAL_STAFF, "manager": Role.LEGAL_MANAGER, "lawyer": Role.EXTERNAL_LAWYER, "collector": Role.COLLECTOR,
    "finance": Role.FINANCE, "auditor": Role.AUDITOR, "admin": Role.ADMIN,
}  # fmt: skip


@pytest.fixture
def run(instance, actor, monkeypatch):
    """run("case", "list", "--as", "clerk"): a command on an instance with one person of each role; lawyer and collector see case A once it is there."""
    with saving():
        for name, role in WHO.items():
            department = "另一部门" if name == "elsewhere" else "法务部"
            session.add(Person(email=f"{name}@example.test", name=name, role=role, password_hash="!", created_at=datetime.now(UTC), department=department))
    data = instance.settings.data

    def run(*words):
        session.remove()
        done = CliRunner().invoke(main, [str(word) for word in words], env={"CASEFILES_DATA": str(data), "CASEFILES_SECRET_KEY": "k" * 48})
        session.remove()
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        return done

    return run


@pytest.fixture
def case_here(run, actor):
    """Case A in the archive; lawyer and collector may see it."""
    with saving():
        case = exchange.enter(actor, exchange.read(FILE), {})
        for name in ("lawyer", "collector"):
            people.grant(actor, case, people.person_by(name), today(), today() + timedelta(30), download=True)
    return CASE


def paper(kind, content=b"bytes", **more):
    """A document with bytes in the store."""
    import io

    staged = runtime.store().stage(io.BytesIO(content))
    runtime.store().keep(staged)
    with saving():
        case = session.get_one(Case, CASE)
        number = len(case.documents) + 60
        file = {"sha256": staged.sha256, "size": staged.size, "name": f"{kind}.txt", "media_type": "text/plain", "text_status": TextStatus.WAITING}
        document = Document(ref=f"D{number}", type=kind, listed_in="documents", fields={}, received_at=datetime.now(UTC), **(file | more))
        case.documents.append(document)
        session.flush()
        return document.ref


@pytest.mark.parametrize("who", ["lawyer", "collector", "finance", "auditor", "admin"])
def test_a_case_is_imported_only_by_who_may_see_it_afterwards(run, who):
    done = run("case", "import", FILE, "--as", who)
    assert done.exit_code == 1
    assert "may not do this" in done.stderr
    assert session.get(Case, CASE) is None


@pytest.mark.parametrize("who", ["clerk", "manager", None])
def test_the_law_department_and_the_operator_import(run, who):
    assert run("case", "import", FILE, *(["--as", who] if who else [])).exit_code == 0
    assert session.get(Case, CASE) is not None


def test_importing_an_id_of_a_hidden_case_tells_nothing_of_that_case(run, case_here):
    done = run("case", "import", FILE, "--as", "elsewhere", "--json")
    assert done.exit_code == 1
    assert "exists" not in done.output
    assert "documents" not in done.output
    assert "not yours to see" in done.stderr
    assert run("case", "import", FILE, "--as", "clerk", "--json").exit_code == 0


def exported(folder):
    import yaml

    whole = yaml.safe_load((folder / f"{CASE}.yaml").read_text(encoding="utf-8"))
    return {e["id"]: e for e in whole["documents"]}, {p.read_bytes() for p in (folder / "files").rglob("*") if p.is_file()}, (folder / "SHA256SUMS").read_text()


@pytest.mark.parametrize(
    ("words", "out"),
    [
        pytest.param(["--as", "clerk"], {"contract"}, id="a clerk takes neither recordings nor privileged papers along"),
        pytest.param(["--as", "clerk", "--reason", "庭审"], {"contract", "call_recording"}, id="with a reason recordings"),
        pytest.param(["--as", "manager"], {"contract", "call_recording", "privileged_note"}, id="the manager takes all"),
        pytest.param([], {"contract", "call_recording", "privileged_note"}, id="so does the operator"),
    ],
)
def test_an_export_holds_the_files_its_maker_may_export(run, case_here, tmp_path, words, out):
    kinds = ("contract", "call_recording", "privileged_note")
    refs = {kind: paper(kind, kind.encode()) for kind in kinds}
    done = run("case", "export", CASE, "--out", tmp_path / "out", "--json", *words)
    assert done.exit_code == 0, done.output
    entries, contents, sums = exported(tmp_path / "out")
    assert contents == {kind.encode() for kind in out}
    assert {kind for kind in kinds if "file" in entries[refs[kind]]} == out  # the entries of all stay
    assert len(sums.splitlines()) == len(out)
    assert json.loads(done.stdout)["left_out"] == [refs[kind] for kind in kinds if kind not in out]
    for kind in set(kinds) - out:
        assert refs[kind] in done.stderr
    entry = session.scalars(select(AuditEntry).where(AuditEntry.event == "download")).one()
    assert entry.detail.get("reason", "") == ("庭审" if "--reason" in words else "")
    assert entry.detail["left_out"] == [refs[kind] for kind in kinds if kind not in out]
    assert run("case", "import", tmp_path / "out", "--json").exit_code == 0


@pytest.mark.parametrize(
    ("kind", "says"),
    [
        pytest.param("contract", "may not do this", id="a record of another object"),
        pytest.param("privileged_note", "not yours to see", id="a record the person does not know of"),
    ],
)
def test_a_file_is_added_to_a_record_by_who_may_add_that_record(run, case_here, tmp_path, kind, says):
    empty = {"sha256": None, "size": None, "name": None, "media_type": None, "text_status": TextStatus.NO_FILE}
    ref = paper(kind, **empty)
    file = tmp_path / "a.txt"
    file.write_text("text")
    done = run("document", "add", CASE, file, "--type", "delivery_receipt", "--for", ref, "--as", "collector")
    assert done.exit_code == 1
    assert says in done.stderr
    assert session.scalar(select(Document).where(Document.ref == ref)).sha256 is None
    assert run("document", "add", CASE, file, "--type", kind, "--for", ref, "--as", "clerk").exit_code == 0
    assert session.scalar(select(Document).where(Document.ref == ref)).sha256


def test_access_to_an_archived_case_is_ended(run, case_here):
    with saving():
        session.get_one(Case, CASE).state = State.ARCHIVED
    assert run("revoke", CASE, "collector", "--as", "clerk").exit_code == 1
    assert run("revoke", CASE, "collector", "--as", "manager").exit_code == 0
    assert {grant.person.name for grant in session.scalars(select(Grant).where(Grant.revoked_at.is_not(None)))} == {"collector"}


@pytest.mark.parametrize("words", [("case", "list"), ("case", "export", CASE, "--out", "nowhere"), ("audit", "export")], ids=" ".join)
def test_nobody_acts_as_a_disabled_person(run, case_here, words):
    with saving():
        people.person_by("manager").active = False
    done = run(*words, "--as", "manager")
    assert done.exit_code == 1
    assert "disabled" in done.stderr


@pytest.mark.parametrize(
    ("who", "cases", "names"),
    [
        pytest.param("auditor", {"CLOSED", None}, {"contract.pdf", None}, id="an auditor exports what the page shows an auditor"),
        pytest.param("admin", {"OPEN", "CLOSED", None}, {None}, id="an administrator no content of a case"),
        pytest.param(None, {"OPEN", "CLOSED", None}, {"contract.pdf", "secret.docx", "open.pdf"}, id="the operator all of it"),
    ],
)
def test_the_exported_log_is_the_log_of_the_page(run, actor, who, cases, names):
    from casefiles.policy import visible_entries

    papers = (("OPEN", "open.pdf", "contract"), ("CLOSED", "contract.pdf", "contract"), ("CLOSED", "secret.docx", "privileged_note"))
    with saving():
        for case_id in ("OPEN", "CLOSED"):
            state = State.ARCHIVED if case_id == "CLOSED" else State.LITIGATION
            row = {"dispute_type": "sale_of_goods", "packet_kind": "lawsuit", "as_of": today(), "department": "法务部", "blocks": {}, "opened_at": actor.now}
            session.add(Case(case_id=case_id, state=state, **row))
        for case_id, name, kind in papers:
            audit.record(actor, "upload", "D01", case_id=case_id, type=kind, name=name)
        audit.record(actor, "list", "cases")
    done = run("audit", "export", *(["--as", who] if who else []))
    assert done.exit_code == 0, done.output
    rows = json.loads(done.stdout)
    assert {row["case"] for row in rows} == cases
    assert {row["detail"]["name"] for row in rows if row["event"] == "upload"} == names
    if who:
        seen = [entry.id for entry in session.scalars(visible_entries(actor_of(people.person_by(who))).order_by(AuditEntry.id))]
        assert [row["id"] for row in rows] == seen[: len(rows)]
        assert "withheld" in done.stderr
