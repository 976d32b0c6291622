"""The outbox of the index: after whatever anybody did the index says what the database says, whoever died in between."""

import io
from collections import Counter
from dataclasses import replace

import pytest
from sqlalchemy import event, select

from casefiles import assess, collect, entries, escalate, exchange, index_care, intake, interruption, jobs, notes, runtime, work
from casefiles.case_mapping import case_mapping
from casefiles.db import saving, session
from casefiles.escalate import Given
from casefiles.jobs import indexing
from casefiles.law import EXAMPLES
from casefiles.models import Case, Document, Job, JobState, Page, Person, Role, TextStatus, Unindexed
from casefiles.open_case import open_case
from casefiles.revise import revise
from casefiles.revise.sections import SECTIONS, shown
from casefiles.search import IndexBusy, document_key, own_key

CASE = "EX-A-COMPLETE"
DEBTOR = {"name": "示例乙公司", "uscc": "91000000MA0AAAA2XM"}


@pytest.fixture
def legal(instance, actor):
    """Somebody of the law department, as a person, since some things need one; the index holds everything."""
    indexing.heal(thorough=False)
    with saving():
        person = Person(email="l@example.test", name="林法务", role=Role.LEGAL_MANAGER, password_hash="!", created_at=actor.now)
        session.add(person)
        session.flush()
        return replace(actor, person_id=person.id, name=person.name)


def case():
    return session.get_one(Case, CASE)


def rows():
    """What waits: (document or None, hidden at once) -> how often; and forget it."""
    with saving():
        found = Counter((row.document_id, row.hide) for row in session.scalars(select(Unindexed)))
        session.query(Unindexed).delete()
    return found


def delivered():
    """Once the outbox is empty."""
    while indexing.deliver():
        pass
    assert index_care.waiting() == 0


def differences():
    """What the index says otherwise than the database."""
    delivered()
    return index_care.compare()


def upload(actor, text="轴承座贰佰套", kind="contract", ref=None, name="材料.txt"):
    """A document that was read: the reading itself is another test's."""
    received = intake.inspect(runtime.store().stage(io.BytesIO(text.encode())), name, 1 << 20)
    runtime.store().keep(received.staged)
    document = intake.receive(actor, case(), received, type=kind, ref=ref)
    document.pages.append(Page(number=1, label="1", text=text))
    session.query(Job).where(Job.document_id == document.id).delete()
    return document


def document(ref):
    return next(one for one in case().documents if one.ref == ref)


def change(actor, section, **keys):
    held = case()
    revise(actor, held, section, shown(SECTIONS[section], case_mapping(held)) | keys, held.version, allow_invalid_uscc=True)


def retype(actor, kind):
    paper = max(case().documents, key=lambda one: one.id)
    intake.edit_document(actor, paper, type=kind, fields={}, flags={}, original={}, version=paper.version)


def new_debtor(actor):
    change(actor, "debtors", debtor=case_mapping(case())["debtor"] | {"name": "更名后的示例公司"})


def new_case(actor):
    open_case(actor, {"case_id": "H-1", "title": "", "dispute_type": "sale_of_goods", "packet_kind": "lawsuit"}, {"name": "示例甲公司"}, {"name": "示例乙公司"})


def confirm(actor):
    held = case()
    found = interruption.papers(actor, held)
    interruption.confirm(actor, held, {found[0][0].ref: True} if found else {}, held.version)


def move(actor):
    held = case()
    held.state = held.state.COLLECTION
    session.flush()
    escalate.move(actor, held, "legal_escalation", held.version, Given("因为"))


CONTACT = {"date": "2026-11-20", "channel": "phone", "result": "promised", "person": "王经理", "note": "月底前付", "promise_date": "2026-11-30", "promise_amount": "12.5万"}
CHANGES = {
    "a document comes in": upload,
    "it becomes another kind": lambda actor: retype(actor, "delivery_note_signed"),
    "it becomes privileged": lambda actor: retype(actor, "privileged_note"),
    "a record gets its file": lambda actor: upload(actor, "第三条", ref=next(one.ref for one in case().documents if one.sha256 is None)),
    "a party's name": new_debtor,
    "the court": lambda actor: change(actor, "case", court="示例市样本区人民法院"),
    "the principal claimed": lambda actor: assess.change_claim(actor, case(), "317400.00", case().version),
    "a note": lambda actor: notes.add(actor, case(), "须先公证", shared=True),
    "a line of the log": lambda actor: collect.log_contact(actor, case(), CONTACT),
    "its correction": lambda actor: collect.correct(actor, case(), case().collection_log[-1].id, CONTACT | {"promise_amount": "13万"}),
    "an interruption": confirm,
    "another stage": move,
    "a case opened by hand": new_case,
    "a case that is imported": lambda actor: exchange.enter(actor, exchange.read(EXAMPLES / "case-b-five-defects.yaml"), {}),
}


def test_after_every_change_the_index_says_what_the_database_says(legal):
    for name, do in CHANGES.items():
        with saving():
            do(legal)
        assert index_care.waiting() > 0, name
        assert jobs.drain(60) == 0
        assert not differences(), name
    assert session.query(Unindexed).count() == 0
    assert {job.state for job in session.scalars(select(Job))} == {JobState.DONE}
    keys = set(runtime.engine().keys())
    assert {"c:H-1", "c:EX-B-FIVE-DEFECTS"} <= keys
    assert Counter(key[0] for key in keys)["p"] == 2  # two files of one page each


def test_a_change_enters_what_it_changed_and_hides_what_it_closed(legal):
    with saving():
        first = upload(legal).id
    assert rows() == {(None, False): 1, (first, False): 1}
    with saving():
        retype(legal, "delivery_note_signed")
    assert rows() == {(None, False): 1, (first, False): 1}  # evidence as before: whoever found it may find it
    with saving():
        retype(legal, "privileged_note")
    assert rows() == {(None, False): 1, (first, True): 1}
    with saving():
        record = next(one for one in case().documents if one.sha256 is None)
        upload(legal, ref=record.ref)
    assert rows() == {(None, False): 1, (record.id, True): 1}  # it is this person's now
    with saving():
        new_debtor(legal)
    every = {one.id for one in case().documents}
    assert rows() == {(None, False): 1} | {(one, False): 1 for one in every}
    with saving():
        notes.add(legal, case(), "须先公证", shared=False)
    assert rows() == {(None, False): 1}


def test_files_inside_a_file_are_closed_with_it(legal):
    with saving():
        mail = upload(legal, name="往来.eml")
        inside = [Document(case_id=CASE, ref=f"Z{n}", type="unsorted", fields={}, text_status=TextStatus.READ, received_at=legal.now, parent_id=mail.id, name=f"{n}.txt", path_in_parent=f"附件/{n}.txt")
                  for n in range(2)]  # fmt: skip
        session.add_all(inside)
        session.flush()
        deeper = Document(case_id=CASE, ref="Z9", type="unsorted", fields={}, text_status=TextStatus.READ, received_at=legal.now, parent_id=inside[0].id, name="9.txt", path_in_parent="单.txt")
        session.add(deeper)
        inside[1].type = "contract"  # somebody said what this one is
        session.flush()
        ids = mail.id, inside[0].id, inside[1].id, deeper.id
    rows()
    entry = next(one for one in entries.entries_of(case()) if one.key == f"d:{ids[3]}")
    assert ("单.txt" in entry.text, "0.txt" in entry.text) == (True, True)  # found by its path and by the file it came in
    with saving():
        paper = session.get_one(Document, ids[0])
        intake.edit_document(legal, paper, type="privileged_note", fields={}, flags={}, original={}, version=paper.version)
    sorted_out = {(ids[2], False): 1}  # stays open, but is no longer found by the names of the mail
    assert rows() == {(None, False): 1, (ids[0], True): 1, (ids[1], True): 1, (ids[3], True): 1} | sorted_out


def test_a_batch_that_died_between_index_and_outbox_is_done_again(legal, monkeypatch):
    with saving():
        upload(legal)
    waits = index_care.waiting()
    with monkeypatch.context() as patch:
        patch.setattr(index_care, "settle", lambda _: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            indexing.deliver()
    assert index_care.waiting() == waits
    assert not differences()


def test_what_cannot_be_made_is_parked_and_everything_else_goes_on(legal, monkeypatch):
    with saving():
        bad, good = upload(legal, "坏").id, upload(legal, "好").id
    head = entries._head

    def stumble(case, document, rows, uploader):
        if document.id == bad:
            raise ValueError("a paper nobody thought of")
        return head(case, document, rows, uploader)

    with monkeypatch.context() as patch:
        patch.setattr(entries, "_head", stumble)
        delivered()
        assert {f"d:{bad}", f"p:{good}:1"} & set(runtime.engine().keys()) == {f"p:{good}:1"}
        (parked,) = index_care.state(legal.now)["parked"]
        assert (parked["document"], parked["reason"]) == (bad, "ValueError: a paper nobody thought of")
        assert index_care.make_index().failed.keys() == {(CASE, bad)}  # nor does it keep the index from being made again
        indexing.remake()
        assert len(index_care.state(legal.now)["parked"]) == 1
    with saving():
        retype(legal, "delivery_note_signed")  # of the good one
    assert not [key for key in differences().missing if key != f"d:{bad}" and not key.startswith(f"p:{bad}:")]
    indexing._try_parked_again()  # as a worker does when it starts
    assert not differences()
    assert index_care.state(legal.now)["parked"] == []


def test_an_entry_the_engine_stumbles_over_is_parked_alone(legal, monkeypatch):
    with saving():
        bad, good = upload(legal, "坏").id, upload(legal, "好").id
    engine, add = runtime.engine(), runtime.engine().add

    def stumble(given, replace=()):
        given = list(given)
        if any(entry.document_id == str(bad) for entry in given):
            raise ValueError("no room for this sign")
        add(given, replace=replace)

    monkeypatch.setattr(engine, "add", stumble)
    delivered()
    assert [row["document"] for row in index_care.state(legal.now)["parked"]] == [bad]
    assert f"p:{good}:1" in set(engine.keys())


@pytest.mark.parametrize("error", [IndexBusy("another process writes"), OSError(28, "No space left on device")], ids=["busy", "the disk is full"])
def test_an_index_that_cannot_be_written_now_parks_nothing(legal, monkeypatch, error):
    with saving():
        notes.add(legal, case(), "须先公证", shared=False)

    def refuse(*_args, **_more):
        raise error

    with monkeypatch.context() as patch:
        patch.setattr(runtime.engine(), "add", refuse)
        with pytest.raises(type(error)):
            indexing.deliver()
    assert (index_care.waiting(), index_care.state(legal.now)["parked"]) == (1, [])
    assert not differences()


def test_a_large_outbox_goes_in_batches_and_a_thing_once(legal, monkeypatch):
    monkeypatch.setattr(index_care, "MOST_ENTRIES", 3)
    commits = []
    add = runtime.engine().add
    monkeypatch.setattr(runtime.engine(), "add", lambda given, replace=(): (commits.append(list(replace)), add(given, replace=replace)))
    ids = [one.id for one in case().documents][:6]
    with saving():
        for _ in range(3):
            for one in ids:
                work.index(legal.now, CASE, one)
        work.index(legal.now, CASE)
    assert index_care.waiting() == 19
    while indexing.deliver():
        pass
    assert Counter(key for batch in commits for key in batch) == Counter([own_key(CASE), *(document_key(CASE, str(one)) for one in ids)])
    assert len(commits) >= 2
    assert not differences()


def test_what_is_gone_leaves_the_index(legal):
    with saving():
        kept, gone = upload(legal, "留下").id, upload(legal, "删掉").id
    assert not differences()
    with saving():
        session.query(Page).where(Page.document_id == gone).delete()
        session.query(Job).where(Job.document_id == gone).delete()
        session.delete(session.get_one(Document, gone))
        work.index(legal.now, CASE, gone, hide=True)
        work.index(legal.now, "NO-SUCH-CASE")
    assert not differences()
    assert {f"d:{kept}", f"p:{kept}:1"} <= set(runtime.engine().keys())


def test_the_statements_of_a_case_do_not_grow_with_its_documents(legal):
    def statements():
        session.remove()
        asked = []
        connection = session.get_bind()
        event.listen(connection, "before_cursor_execute", listener := lambda *given: asked.append(given[2]))
        (held,) = entries.load([CASE])
        count = len(list(entries.entries_of(held)))
        event.remove(connection, "before_cursor_execute", listener)
        return count, len(asked)

    few = statements()
    with saving():
        for number in range(30):
            row = Document(case_id=CASE, ref=f"Y{number}", type="unsorted", fields={}, text_status=TextStatus.READ, received_at=legal.now, received_by_id=legal.person_id)
            row.pages = [Page(number=1, label="1", text="正文"), Page(number=2, label="2", text=" \n", source="scan")]
            session.add(row)
    many = statements()
    assert many[0] == few[0] + 60  # fields and one page each: the other has no text yet
    assert many[1] == few[1]


def test_what_a_case_is_found_by(legal):
    with saving():
        paper = upload(legal, "轴承座")
        paper.amount = 8
        case().court = "示例市样本区人民法院"
        paper_id = paper.id
    delivered()
    found = {entry.key: entry for entry in entries.entries_of(case())}
    own, page = found[f"c:{CASE}"], found[f"p:{paper_id}:1"]
    assert (own.amount, own.court) == (case().balance, "示例市样本区人民法院")
    assert (page.amount, page.uploader, page.page, page.text, page.court) == (8, "林法务", 1, "轴承座", "示例市样本区人民法院")
    debtors = [party.name for party in case().parties if party.role in {"debtor", "guarantor"}]
    assert list(page.parties) == debtors
    assert {word for field, word in page.also if field == "type"} == {entries.load_law().documents["contract"].zh, entries.load_law().documents["contract"].en}
    assert {field for field, _ in page.also} == {"type", "stage"}


def test_work_of_another_version_is_said_to_be_unknown_and_parked(legal):
    with saving():
        session.add(Job(name="index_case", case_id=CASE, created_at=legal.now))
    assert jobs.drain(60) == 0
    (job,) = session.scalars(select(Job))
    assert (job.state, job.attempts, "index_case" in job.reason) == (JobState.FAILED, 1, True)
