"""What stands beside a hit: its way through mails and archives, cell, second, recognised text; masked telephones; few statements."""

import shutil
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import event

from casefiles import exchange, find, people, runtime, schema, work
from casefiles.config import Config
from casefiles.db import saving, session
from casefiles.entries import entries_of
from casefiles.law import EXAMPLES
from casefiles.models import UNSORTED, Case, CollectionEntry, Document, Note, Page, Person, Role, State, TextStatus
from casefiles.policy import Actor
from casefiles.search import rebuild

CASE = "EX-A-COMPLETE"
NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
PHONE = "13812345678"
ROLES = {"manager": Role.LEGAL_MANAGER, "collector": Role.COLLECTOR, "finance": Role.FINANCE, "auditor": Role.AUDITOR}


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """Case A with a zip that holds a mail that holds a paper, a sheet, a recognised page, a transcript; made once, each test works on a copy."""
    folder = tmp_path_factory.mktemp("places") / "data"
    runtime.start(Config.embedded(folder, "x" * 40))
    schema.upgrade(session.get_bind())
    actor = Actor(person_id=None, name="test", role=Role.LEGAL_MANAGER, department="法务部", now=NOW, today=NOW.date())
    with saving():
        persons = {
            name: Person(email=f"{name}@example.test", name=name, role=role, password_hash="!", created_at=NOW, department="法务部") for name, role in ROLES.items()
        }
        session.add_all(persons.values())
        case = exchange.enter(actor, exchange.read(EXAMPLES / "case-a-complete-sale.yaml"), {})
        session.flush()

        def paper(kind, name, *pages, **columns):
            document = Document(
                case_id=CASE, ref=f"P-{name}", type=kind, name=name, listed_in=None if kind == UNSORTED else "documents", fields={}, text_status=TextStatus.READ,
                received_at=NOW, pages=list(pages), **columns,
            )  # fmt: skip
            session.add(document)
            session.flush()
            return document

        def page(text, number=1, label="1", source="text"):
            return Page(number=number, label=label, text=text, source=source)

        archive = paper("delivery_note_signed", "对账.zip")
        mail = paper(UNSORTED, "邮件.eml", page("见附件三份"), parent_id=archive.id, path_in_parent="邮件.eml")
        paper(UNSORTED, "附件.pdf", page("冷轧钢卷壹佰件"), parent_id=mail.id, path_in_parent="附件.pdf")
        ruling = paper("judgment", "裁定.zip")
        paper(UNSORTED, "内部.txt", page("合议庭评议笔录"), parent_id=ruling.id, path_in_parent="内部.txt")
        paper("delivery_note_signed", "流水.xlsx", page("日期\t金额\n2025-01-01\t往来款八千", label="明细"), reader="xlsx")
        paper("delivery_receipt", "回执.jpg", page("快递单号七七八八", source="ocr"))
        paper("recording_transcript", "通话.txt", page(f"[00:05] 您好\n[01:15] 下周三之前一定付清，电话 {PHONE}"))
        paper("contract", "多页.pdf", *(page(f"第{number}条 不可抗力，联系电话 {PHONE}，签字", number) for number in range(1, 31)))
        session.add(Note(case_id=CASE, author_id=persons["manager"].id, text="不可抗力抗辩不成立", shared=False, written_at=NOW))
        session.add(CollectionEntry(case_id=CASE, date=date(2026, 1, 5), channel="call", person="王某", result="not_reached", note="称不可抗力", entered_at=NOW))
        people.grant(actor, case, persons["collector"], date(2026, 11, 1), date(2026, 12, 31))
    actors = {name: replace(actor, person_id=person.id, name=name, role=person.role) for name, person in persons.items()}
    session.remove()
    runtime.engine().add(entries_of(session.get_one(Case, CASE)))
    session.remove()
    session.get_bind().dispose()
    return folder, actors


@pytest.fixture
def archive(built, tmp_path):
    """A copy of it, opened; who looks: name -> actor."""
    shutil.copytree(built[0], tmp_path / "data")
    runtime.start(Config.embedded(tmp_path / "data", "x" * 40))
    yield built[1]
    session.remove()
    session.get_bind().dispose()


def only(actor, query, **options):
    """The one document found, with its one place."""
    found = find.search(actor, query, **options)
    ((paper, hit),) = [(paper, hit) for group in found.groups for paper in group.documents for hit in paper.hits if hit.page]
    return paper, hit


def said(hit):
    return "".join(segment.text for segment in hit.segments)


def test_a_file_in_a_mail_in_an_archive_names_its_way(archive):
    paper, _ = only(archive["manager"], "冷轧钢卷壹佰件")
    assert paper.path == ("对账.zip", "邮件.eml", "附件.pdf")
    assert only(archive["manager"], "快递单号七七八八")[0].path == ()


@pytest.mark.parametrize(
    ("name", "words", "seen"),
    [
        pytest.param("collector", "冷轧钢卷壹佰件", True, id="evidence in evidence"),
        pytest.param("collector", "合议庭评议笔录", False, id="a file in a court paper is closed as the court paper is"),
        pytest.param("finance", "合议庭评议笔录", True, id="who reads the court paper finds it"),
    ],
)
def test_what_is_not_sorted_yet_is_found_by_those_who_read_the_file_it_came_in(archive, name, words, seen):
    found = find.search(archive[name], words)
    assert (found.total > 0, bool(found.groups), any(found.facets.values())) == (seen, seen, seen)


def test_it_is_closed_at_once_with_the_file_it_came_in(archive):
    with saving():
        session.query(Document).filter_by(name="对账.zip").one().type = "judgment"
    assert find.search(archive["collector"], "冷轧钢卷壹佰件").groups == []
    assert find.search(archive["manager"], "冷轧钢卷壹佰件").groups


def test_a_file_this_person_may_not_read_is_not_named_on_the_way(archive):
    with saving():
        session.query(Document).filter_by(name="附件.pdf").one().type = "contract"
        session.query(Document).filter_by(name="对账.zip").one().type = "judgment"
    assert only(archive["collector"], "冷轧钢卷壹佰件")[0].path == ()


def test_places_are_called_as_people_call_them(archive):
    assert only(archive["manager"], "往来款八千")[1].cell == "明细!B2"
    assert only(archive["manager"], "快递单号七七八八")[1].source == "ocr"
    assert only(archive["manager"], "一定付清")[1].second == 75  # 1:15
    assert only(archive["manager"], "见附件三份")[1].second is None


def test_who_reads_recordings_masked_sees_no_whole_telephone_number(archive):
    with saving():
        session.get_one(Case, CASE).state = State.ARCHIVED
    _, hit = only(archive["auditor"], "一定付清")
    assert (PHONE in said(hit), "138****5678" in said(hit)) == (False, True)
    assert PHONE in said(only(archive["manager"], "一定付清")[1])
    _, hit = only(archive["auditor"], "下周三 1381234")  # a guessed part is found, but not marked
    assert [segment.text for segment in hit.segments if segment.marked] == ["下周三"]
    assert PHONE not in said(hit)


def test_what_was_deleted_or_closed_is_gone_before_the_index_learns_of_it(archive):
    assert find.search(archive["manager"], "不可抗力").total == 32
    document = session.query(Document).filter_by(name="多页.pdf").one()
    with saving():
        work.index(NOW, CASE, document.id, hide=True)
    found = find.search(archive["manager"], "不可抗力")
    assert (found.total, found.facets["case"]) == (2, {CASE: 2})
    with saving():
        work.index(NOW, CASE, hide=True)
    found = find.search(archive["manager"], "不可抗力")
    assert (found.total, found.groups, any(found.facets.values())) == (0, [], False)


def test_what_is_only_to_be_indexed_again_stays_found(archive):
    with saving():
        work.index(NOW, CASE)
    assert find.search(archive["manager"], "不可抗力").total == 32


def test_a_case_shows_the_first_places_of_its_first_documents_and_counts_the_rest(archive):
    (group,) = find.search(archive["manager"], "不可抗力", shorten=True, limit=50).groups
    assert [len(paper.hits) for paper in group.documents][:3] in ([3, 2], [2, 3])  # the contract; note and log are no documents of their own
    assert group.more == 32 - 5


def test_the_statements_do_not_grow_with_the_hits(archive):
    """Everything that can be hit, once with few hits and once with many."""
    actor, counts = archive["manager"], []
    for limit in (1, 500):
        for _ in range(2):  # the first time may load law data and the index
            session.remove()
            said_now: list[str] = []
            heard = lambda *arguments, into=said_now: into.append(arguments[2])  # noqa: E731
            event.listen(session.get_bind(), "before_cursor_execute", heard)
            found = find.search(actor, "示例 OR 不可抗力 OR 冷轧钢卷", limit=limit)
            event.remove(session.get_bind(), "before_cursor_execute", heard)
        counts.append((sum(len(paper.hits) for group in found.groups for paper in group.documents), len(said_now)))
    (few, _), (many, statements) = counts
    assert (few, many > 50) == (1, True)
    assert statements <= 30  # every kind of place has its own: cases, parties, documents, their holders level by level, nine ledgers, pages, notes, log


def test_a_rebuild_beside_the_living_index_does_not_stop_search(archive):
    seen = []

    def one_by_one():
        for entry in list(entries_of(session.get_one(Case, CASE))):
            seen.append(find.search(archive["manager"], "快递单号七七八八").total)
            yield entry

    rebuild(runtime.config().search, one_by_one())
    assert set(seen) == {1}
    assert find.search(archive["manager"], "快递单号七七八八").total == 1


@pytest.mark.parametrize(
    ("facet", "query"),
    [pytest.param(facet, "不可抗力 OR 冷轧钢卷 OR 往来款八千 OR 示例", id=facet) for facet in ("type", "stage", "year", "party", "uploader")],
)
def test_a_value_of_a_facet_finds_as_many_as_it_counts(archive, facet, query):
    counts = find.search(archive["manager"], query).facets[facet]
    for value, count in counts.items():
        assert find.search(archive["manager"], query, filters=[(facet, value)]).total == count, value
