"""Draft -> final -> filed: what may be frozen, what a final version is, that nothing changes it, what made it stale, late pages, filed copies, the bag."""

import io
import json
import shutil
import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace

import bagit
import pikepdf
import pypdfium2
import pytest
import yaml
from click.testing import CliRunner
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError, OperationalError

from casefiles import assemble, exchange, intake, jobs, runtime, schema, work
from casefiles.bundle import manifest, timestamp
from casefiles.cli import main
from casefiles.config import Config
from casefiles.db import saving, session
from casefiles.demo import desk, plan, story, with_files
from casefiles.errors import NotAllowed, NotUsable, Refused
from casefiles.law import EXAMPLES
from casefiles.models import Case, Job, JobState, Packet, PacketState, Role
from casefiles.policy import Actor
from forms.fonts import find_fonts

CASE = "EX-A-COMPLETE"
NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
ACTOR = Actor(person_id=None, name="test", role=Role.LEGAL_MANAGER, department="法务部", now=NOW, today=date(2026, 11, 22))


def page(words):
    """A PDF of one page that says something."""
    with pikepdf.new() as pdf:
        pdf.add_blank_page(page_size=(595, 842))
        font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
        pdf.pages[0].Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F=font))
        pdf.pages[0].Contents = pdf.make_stream(f"BT /F 14 Tf 72 720 Td ({words}) Tj ET".encode())
        made = io.BytesIO()
        pdf.save(made, deterministic_id=True)
    return made.getvalue()


def case_with_small_files(folder):
    """Example A with a one-page PDF for every paper: whole for the rules and quick to bind."""
    case = yaml.safe_load((EXAMPLES / "case-a-complete-sale.yaml").read_text("utf-8"))
    drawn = [replace(paper, name=f"{paper.id}.pdf") for paper in plan.papers(desk.Desk(case, story.story_of(case), find_fonts()))]
    (folder / "files").mkdir(parents=True)
    for paper in drawn:
        (folder / "files" / paper.name).write_bytes(page(f"{paper.id} {paper.type}"))
    file = folder / "case.yaml"
    file.write_text(yaml.safe_dump(with_files(case, drawn), allow_unicode=True), encoding="utf-8")
    return file


def run(name, packet_id):
    job_id = session.scalars(select(Job.id).where(Job.packet_id == packet_id, Job.name == name).order_by(Job.id.desc())).first()
    jobs.run(name, job_id)
    return session.get_one(Job, job_id, populate_existing=True)


def built(**more):
    with saving():
        packet_id = assemble.request(ACTOR, session.get_one(Case, CASE), "lawsuit", as_of=None, **more).id
    job = run(work.BUILD_PACKET, packet_id)
    assert job.state is JobState.DONE, job.reason
    return packet_id


@pytest.fixture(scope="module")
def with_a_packet(tmp_path_factory):
    """An instance with case A and its lawsuit packet as a draft, made once and copied for each test."""
    folder = tmp_path_factory.mktemp("freeze")
    runtime.start(Config.embedded(folder / "data", "x" * 40))
    schema.upgrade(session.get_bind())
    read = exchange.read(case_with_small_files(folder / "case"))
    kept = exchange.keep_files(read, runtime.store())
    with saving():
        exchange.enter(ACTOR, read, kept)
        session.query(Job).delete()
    packet_id = built()
    session.remove()
    session.get_bind().dispose()
    return SimpleNamespace(folder=folder / "data", packet_id=packet_id)


@pytest.fixture
def draft(with_a_packet, tmp_path):
    shutil.copytree(with_a_packet.folder, tmp_path / "data")
    runtime.start(Config.embedded(tmp_path / "data", "x" * 40))
    yield session.get_one(Packet, with_a_packet.packet_id)
    session.remove()
    session.get_bind().dispose()


@pytest.fixture(scope="module")
def with_a_final(with_a_packet, tmp_path_factory):
    """The same with the packet frozen."""
    folder = tmp_path_factory.mktemp("final") / "data"
    shutil.copytree(with_a_packet.folder, folder)
    runtime.start(Config.embedded(folder, "x" * 40))
    freeze(session.get_one(Packet, with_a_packet.packet_id))
    session.remove()
    session.get_bind().dispose()
    return SimpleNamespace(folder=folder, packet_id=with_a_packet.packet_id)


@pytest.fixture
def final(with_a_final, tmp_path):
    shutil.copytree(with_a_final.folder, tmp_path / "data")
    runtime.start(Config.embedded(tmp_path / "data", "x" * 40))
    yield session.get_one(Packet, with_a_final.packet_id)
    session.remove()
    session.get_bind().dispose()


def fresh(packet_id):
    return session.get_one(Packet, packet_id, populate_existing=True)


def freeze(packet):
    packet_id = packet.id
    with saving():
        assemble.ask_freeze(ACTOR, packet)
    job = run(work.FREEZE_PACKET, packet_id)
    assert job.state is JobState.DONE, job.reason
    return fresh(packet_id)


def part(packet, name):
    return runtime.store().path(next(p["sha256"] for p in packet.parts if p["name"] == name))


def words_of(path):
    pdf = pypdfium2.PdfDocument(path)
    try:
        return ["".join(sheet.get_textpage().get_text_range().split()) for sheet in pdf]
    finally:
        pdf.close()


def unpacked(packet, folder):
    with zipfile.ZipFile(part(packet, "packet.zip")) as packed:
        packed.extractall(folder)
    return folder


def test_a_draft_says_so_on_every_sheet_and_a_final_version_on_none(draft):
    assert (draft.draft, draft.manifest["frozen"]) == (False, False)  # nothing is missing: it may be frozen
    assert all("草稿" in sheet and "DRAFT" in sheet for sheet in words_of(part(draft, "bundle.pdf")))
    final = freeze(draft)
    assert not any("DRAFT" in sheet for sheet in words_of(part(final, "bundle.pdf")))
    assert (final.manifest["frozen"], final.frozen_at is not None, final.stamp) == (True, True, None)


def test_a_final_version_agrees_with_its_manifest(final, tmp_path):
    assert manifest.verify_folder(unpacked(final, tmp_path / "packet")) == []


@pytest.mark.long
def test_the_same_packet_frozen_twice_is_the_same_bytes(final):
    assert json.loads(part(final, "manifest.json").read_bytes()) == final.manifest
    first = {p["name"]: p["sha256"] for p in final.parts}
    order = assemble.order_again(final)
    folder = Path(runtime.config().data) / "again"
    folder.mkdir()
    again = assemble.make_final(order, folder, runtime.fonts(), runtime.store(), None, lambda *_: None)
    assert {p["name"]: p["sha256"] for p in again.parts} == first


@pytest.mark.parametrize(
    "change",
    [
        pytest.param("UPDATE packets SET parts = '[]'", id="other parts"),
        pytest.param("UPDATE packets SET manifest = '{}'", id="another manifest"),
        pytest.param("UPDATE packets SET frozen_at = NULL", id="no longer frozen"),
        pytest.param("UPDATE packets SET plan = '{}'", id="another plan"),
        pytest.param("DELETE FROM packets", id="deleted"),
    ],
)
def test_the_database_refuses_to_change_a_final_version(final, change):
    with pytest.raises((IntegrityError, OperationalError), match="a frozen packet never changes"), saving():
        session.execute(text(change))


def test_findings_missing_papers_and_changes_stand_in_the_way(draft):
    draft.check = draft.check | {"missing_uploads": ["law_firm_letter"]}
    draft.check["findings"] = [*draft.check["findings"], {"key": "x", "severity": "blocking", "title_zh": "缺少签收", "title_en": "a signature is missing"}]
    told = [words.en for words in assemble.obstacles(draft, ACTOR.today)]
    assert told[0] == "A finding blocks: a signature is missing (mend it, or let the legal manager waive it with a reason)"
    assert told[1] == "An upload is missing: 律师事务所函"
    assert told[2].startswith("The case or its arrangement has changed")  # it says otherwise than the check that was put into the row just now
    with pytest.raises(Refused, match="was not frozen: A finding blocks"):
        assemble.ask_freeze(ACTOR, draft)


def test_only_who_approves_may_freeze(draft):
    with pytest.raises(NotAllowed), saving():
        assemble.ask_freeze(replace(ACTOR, role=Role.LEGAL_STAFF), draft)


def test_what_changed_since_is_said_in_words_and_a_new_version_of_the_same_facts_is_no_change(draft):
    assert assemble.changes(draft, ACTOR.today) == ()
    with saving():
        session.execute(text("UPDATE cases SET version = version + 1"))  # as a note or an opened page does
    assert assemble.changes(draft, ACTOR.today) == ()
    with saving():
        assemble.arrange(ACTOR, draft.case, "lawsuit", {"names": {"D01": "买卖合同正本"}, "options": {"duplex": True}})
    told = [(change.kind, change.en) for change in assemble.changes(draft, ACTOR.today)]
    assert told == [
        ("worded", "the name of exhibit “《设备配件买卖合同》 XS-2024-0301” now reads “买卖合同正本”"),
        ("option", "blank pages for printing on both sides: no → yes"),
    ]
    assert [words.en for words in assemble.obstacles(draft, ACTOR.today)] == ["The case or its arrangement has changed since the packet was built; build it again."]


@pytest.mark.long
def test_a_time_stamp_lies_beside_the_manifest_and_a_service_that_is_away_freezes_nothing(draft, monkeypatch, tmp_path):
    packet_id = draft.id
    with saving():
        assemble.ask_freeze(ACTOR, draft)
    runtime.running().settings = replace(runtime.config(), tsa_url="http://127.0.0.1:1/tsr")
    job = run(work.FREEZE_PACKET, packet_id)
    assert job.state is JobState.FAILED
    assert "with CASEFILES_TSA_URL unset" in job.reason
    assert fresh(packet_id).frozen_at is None
    token = timestamp.Token(b"der", NOW, "CN=test", "1.2.3", 7)
    monkeypatch.setattr(timestamp, "request", lambda _url, _digest: token)
    monkeypatch.setattr(manifest, "verify_folder", lambda _folder: [])
    packet = freeze(fresh(packet_id))
    assert packet.stamp["time"] == NOW.isoformat()
    assert part(packet, "manifest.tsr").read_bytes() == b"der"
    assert (unpacked(packet, tmp_path / "p") / "manifest.tsr").read_bytes() == b"der"


def test_a_cancelled_building_leaves_nothing_and_stays_cancelled(draft):
    with saving():
        packet = assemble.request(ACTOR, draft.case, "lawsuit", as_of=None)
    packet_id = packet.id
    with saving():
        assemble.cancel(ACTOR, packet)
    job = run(work.BUILD_PACKET, packet_id)
    packet = fresh(packet_id)
    assert (packet.state, packet.parts, job.state) == (PacketState.CANCELLED, [], JobState.CANCELLED)
    with pytest.raises(Refused, match="is not being built"), saving():
        assemble.cancel(ACTOR, packet)


def test_a_building_cancelled_in_its_midst_stops_at_its_next_step(draft, monkeypatch):
    with saving():
        packet_id = assemble.request(ACTOR, draft.case, "lawsuit", as_of=None).id

    def produce(_order, _folder, _fonts, progress):
        with saving():
            assemble.cancel(ACTOR, session.get_one(Packet, packet_id))
        progress("write", 1, 2)
        raise AssertionError("it went on")

    monkeypatch.setattr(assemble, "produce", produce)
    job = run(work.BUILD_PACKET, packet_id)
    packet = fresh(packet_id)
    assert (packet.state, packet.parts, job.state) == (PacketState.CANCELLED, [], JobState.CANCELLED)


def test_late_pages_get_letters_or_follow_and_old_citations_never_move(final):
    final_id = final.id
    old = {row["document"]: (row["mark"], row["labels"]) for group in final.plan["groups"] for row in group["rows"]}
    with saving():
        case = session.get_one(Case, CASE)
        for name, kind in (("late-note.pdf", "delivery_note_signed"), ("late-mail.pdf", "email")):
            staged = runtime.store().stage(io.BytesIO(page(name)))
            received = intake.inspect(staged, name, 10**6)
            runtime.store().keep(staged)
            intake.receive(ACTOR, case, received, type=kind, fields={"number": f"SH-{name}", "document_date": "2025-03-03"})
    late = session.get_one(Packet, built(insert_into=final))
    rows = [row for group in late.plan["groups"] for row in group["rows"]]
    assert {row["document"]: (row["mark"], row["labels"]) for row in rows if row["document"] in old} == old
    new = [row for row in rows if row["document"] not in old]
    assert len(new) == 2
    for row in new:
        before = rows[rows.index(row) - 1]["labels"][-1]
        follows = rows.index(row) == len(rows) - 1
        assert row["labels"] == ([str(int(before) + 1)] if follows else [f"{before}A"])
    assert late.inserted_into_id == final_id
    listed = words_of(part(late, "forms/00-change-list.pdf"))[0]
    assert late.manifest["parts"][1]["id"] == "change_list"  # behind the index, before everything else
    assert all(row["mark"] in listed and row["labels"][0] in listed for row in new)


def test_a_packet_is_filed_once_it_is_final_and_its_sealed_copies_come_back(draft):
    with pytest.raises(Refused, match="is a draft"), saving():
        assemble.mark_filed(ACTOR, draft, ACTOR.today)
    packet = freeze(draft)
    with pytest.raises(NotUsable, match="has not come yet"), saving():
        assemble.mark_filed(ACTOR, packet, date(2026, 11, 23))
    staged = runtime.store().stage(io.BytesIO(page("sealed")))
    runtime.store().keep(staged)
    with saving():
        assemble.mark_filed(ACTOR, packet, date(2026, 11, 20))
        assemble.add_copy(ACTOR, packet, "complaint", "起诉状 盖章.pdf", staged, "application/pdf")
        assemble.add_copy(ACTOR, packet, "complaint", "起诉状 盖章.pdf", staged, "application/pdf")
    with pytest.raises(NotUsable, match="is no paper of"), saving():
        assemble.add_copy(ACTOR, packet, "nothing", "x.pdf", staged, "application/pdf")
    assert (packet.filed_on, [(copy.paper, copy.name) for copy in packet.filed_copies]) == (date(2026, 11, 20), [("complaint", "起诉状 盖章.pdf")])
    folder = Path(runtime.config().data) / "bag"
    with zipfile.ZipFile(io.BytesIO(b"".join(assemble.bag_of(packet, ACTOR.today)))) as packed:
        packed.extractall(folder)
    bag = bagit.Bag(str(next(folder.iterdir())))
    assert bag.is_valid()
    names = set(bag.payload_files())
    assert {"data/packet/bundle.pdf", "data/packet/manifest.json", "data/filed/001-起诉状 盖章.pdf"} <= names
    assert not any("internal" in name for name in names)


@pytest.fixture
def command(draft):
    """command("packet", "list", CASE): the command line on the same data; exit code, what it printed, what it said."""
    environment = {"CASEFILES_DATA": str(runtime.config().data), "CASEFILES_SECRET_KEY": "x" * 40, "CASEFILES_FONTS": None}
    draft_id = draft.id

    def command(*words):
        session.remove()
        ended = CliRunner().invoke(main, [str(word) for word in words], env=environment)
        assert ended.exception is None or isinstance(ended.exception, SystemExit), ended.exception
        return ended.exit_code, ended.stdout, ended.stderr

    command.packet = draft_id
    return command


@pytest.mark.long
def test_the_command_line_goes_from_draft_to_filed(command, tmp_path):
    assert command("packet", "changes", CASE, "lawsuit-1")[0] == 0
    assert command("packet", "file", CASE, "lawsuit-1", "--on", "2026-11-20")[::2] == (
        1, "lawsuit-1 is a draft: only a frozen packet is filed. Nothing was changed; freeze it first.\n"
    )  # fmt: skip
    code, out, _ = command("packet", "freeze", CASE, command.packet, "--out", tmp_path / "final", "--json")
    assert (code, json.loads(out)["frozen"]) == (0, True)
    assert command("packet", "verify", tmp_path / "final")[0] == 0
    code, out, err = command("packet", "freeze", CASE, "lawsuit-1", "--json")
    assert (code, json.loads(out)["frozen"]) == (1, False)
    assert "frozen already" in err
    sealed = tmp_path / "sealed.pdf"
    sealed.write_bytes(page("sealed"))
    code, out, _ = command("packet", "file", CASE, "lawsuit-1", sealed, "--paper", "complaint", "--on", "2026-11-20", "--json")
    assert (code, [copy["paper"] for copy in json.loads(out)["copies"]]) == (0, ["complaint"])
    assert json.loads(command("packet", "list", CASE, "--json")[1])[0]["state"] == "filed"
    assert command("packet", "bag", CASE, "lawsuit-1", "--out", tmp_path / "bag.zip")[0] == 0
    assert zipfile.is_zipfile(tmp_path / "bag.zip")


def test_the_command_line_arranges_anew_and_names_what_changed(command, tmp_path):
    (tmp_path / "plan.json").write_text(json.dumps({"names": {"D01": "买卖合同正本"}}), encoding="utf-8")
    code, out, _ = command("packet", "plan", CASE, "lawsuit", "--set", tmp_path / "plan.json", "--json")
    assert code == 0
    assert next(row["name"] for row in json.loads(out)["exhibits"] if row["document"] == "D01") == "买卖合同正本"
    assert command("packet", "changes", CASE, "lawsuit-1")[0] == 1
    assert command("packet", "freeze", CASE, "lawsuit-1")[0] == 1
    (tmp_path / "plan.json").write_text("[1]", encoding="utf-8")
    code, _, err = command("packet", "plan", CASE, "lawsuit", "--set", tmp_path / "plan.json")
    assert (code, err) == (1, "The arrangement is no JSON object; nothing was changed.\n")
    assert command("packet", "changes", CASE, "lawsuit-9")[0] == 1
