"""Search finds what the person may read and nothing else: no hit, no total, no facet, no snippet of the rest."""

import shutil
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from casefiles import exchange, find, people, runtime, schema
from casefiles.config import Config
from casefiles.db import saving, session
from casefiles.entries import entries_of
from casefiles.errors import NotVisible, Refused
from casefiles.law import EXAMPLES
from casefiles.models import Case, Document, Grant, Note, Page, Person, Role, State, TextStatus
from casefiles.policy import Actor
from casefiles.search import QueryError

CASE = "EX-A-COMPLETE"
NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
WORDS = {  # what stands where; no word occurs twice
    "page": "轴承座贰佰套",
    "field": "保管于三号柜",
    "transcript": "我下周一定付清",
    "recording": "录音笔甲型机",
    "own recording": "录音笔乙型机",
    "proof": "收件人前台代收",
    "court": "民初四五六号",
    "note": "对方有还款意愿",
    "own note": "律师自己的看法",
    "shared note": "请律师先行调解",
    "shared by another firm": "乙所律师的策略",
}
ROLES = {
    "manager": Role.LEGAL_MANAGER, "clerk": Role.LEGAL_STAFF, "lawyer": Role.EXTERNAL_LAWYER, "stranger": Role.EXTERNAL_LAWYER, "rival": Role.EXTERNAL_LAWYER, "collector": Role.COLLECTOR,
    "finance": Role.FINANCE, "auditor": Role.AUDITOR, "admin": Role.ADMIN,
}  # fmt: skip


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """Case A with something to find in each kind of place, and case B beside it, made once; each test works on a copy.

    One actor per role. Lawyer and collector are granted case A, the stranger is a lawyer without a grant.
    """
    folder = tmp_path_factory.mktemp("find") / "data"
    runtime.start(Config.embedded(folder, "x" * 40))
    schema.upgrade(session.get_bind())
    actor = Actor(person_id=None, name="test", role=Role.LEGAL_MANAGER, department="法务部", now=NOW, today=NOW.date())
    with saving():
        people_of = {
            name: Person(email=f"{name}@example.test", name=name, role=role, password_hash="!", created_at=NOW, department="法务部") for name, role in ROLES.items()
        }
        session.add_all(people_of.values())
        case_a = exchange.enter(actor, exchange.read(EXAMPLES / "case-a-complete-sale.yaml"), {})
        exchange.enter(actor, exchange.read(EXAMPLES / "case-b-five-defects.yaml", allow_invalid_uscc=True), {})
        session.flush()

        def paper(kind, page, by=None, **fields):
            document = Document(
                ref=f"S{len(case_a.documents)}", type=kind, listed_in="documents", fields=fields, text_status=TextStatus.READ, received_at=NOW,
                received_by_id=by, pages=[Page(number=1, label="第 1 页", text="首页"), Page(number=2, label="第 2 页", text=f"前文{page}后文")],
            )  # fmt: skip
            case_a.documents.append(document)

        paper("delivery_note_signed", WORDS["page"], place=WORDS["field"])
        paper("recording_transcript", WORDS["transcript"])
        paper("call_recording", WORDS["recording"])
        paper("call_recording", WORDS["own recording"], by=people_of["collector"].id)
        paper("delivery_receipt", WORDS["proof"])
        paper("judgment", WORDS["court"])
        notes = (("note", "clerk", False), ("own note", "lawyer", False), ("shared note", "clerk", True), ("shared by another firm", "rival", True))
        session.add_all(Note(case_id=CASE, author_id=people_of[author].id, text=WORDS[word], shared=shared, written_at=NOW) for word, author, shared in notes)
        for name in ("lawyer", "rival", "collector"):
            people.grant(actor, case_a, people_of[name], date(2026, 11, 1), date(2026, 12, 31))
    runtime.engine().add(entry for case_id in (CASE, "EX-B-FIVE-DEFECTS") for entry in entries_of(session.get_one(Case, case_id)))
    actors = {name: replace(actor, person_id=person.id, name=name, role=person.role) for name, person in people_of.items()}
    session.remove()
    session.get_bind().dispose()
    return folder, actors


@pytest.fixture
def instance(built, tmp_path):
    """A copy of it, opened."""
    shutil.copytree(built[0], tmp_path / "data")
    running = runtime.start(Config.embedded(tmp_path / "data", "x" * 40))
    yield running
    session.remove()
    session.get_bind().dispose()


@pytest.fixture
def archive(built, instance):
    """Who looks: name -> actor."""
    return built[1]


def found_words(actor):
    """The words of WORDS this person finds; what is found is found whole: a hit, a total, a facet and a snippet, or none of them."""
    words = set()
    for name, word in WORDS.items():
        found = find.search(actor, f'"{word}"')
        hits = [hit for group in found.groups for document in group.documents for hit in document.hits]
        assert found.total == len(hits)
        assert bool(hits) == any(found.facets[facet] for facet in found.facets)
        if hits:
            words.add(name)
            assert "".join(segment.text for segment in hits[0].segments if segment.marked) == word
    return words


EVIDENCE = {"page", "field", "proof"}
TABLE = [
    pytest.param("manager", set(WORDS), id="the manager finds everything"),
    pytest.param("clerk", set(WORDS), id="a clerk finds everything of the own department"),
    pytest.param("lawyer", set(WORDS) - {"note", "shared by another firm"}, id="a lawyer finds own notes and those the law department shared"),
    pytest.param("rival", set(WORDS) - {"note", "own note"}, id="the lawyer of another firm likewise"),
    pytest.param("stranger", set(), id="a lawyer without a grant finds nothing"),
    pytest.param("collector", EVIDENCE | {"transcript", "own recording"}, id="a collector finds no notes, no court papers, no other people's recordings"),
    pytest.param("finance", EVIDENCE | {"court"}, id="finance finds no recordings, transcripts or notes"),
    pytest.param("auditor", set(), id="an auditor finds nothing of a running case"),
    pytest.param("admin", set(), id="an administrator sees no case content"),
]


@pytest.mark.parametrize(("name", "words"), TABLE)
def test_everybody_finds_what_the_role_may_read(archive, name, words):
    assert found_words(archive[name]) == words


def test_an_auditor_finds_in_the_archive_what_an_auditor_reads(archive):
    with saving():
        session.get_one(Case, CASE).state = State.ARCHIVED
    assert found_words(archive["auditor"]) == EVIDENCE | {"transcript", "court"}


@pytest.mark.parametrize(
    ("change", "days"),
    [
        pytest.param({"ends_on": date(2026, 11, 21)}, "the last day was yesterday", id="over"),
        pytest.param({"starts_on": date(2026, 11, 23)}, "the first day is tomorrow", id="not yet"),
        pytest.param({"revoked_at": "now"}, "taken back", id="revoked"),
    ],
)
def test_a_grant_that_does_not_run_today_finds_nothing(archive, change, days):
    with saving():
        for grant in session.query(Grant):
            for column, value in change.items():
                setattr(grant, column, NOW if value == "now" else value)
    assert found_words(archive["lawyer"]) == set(), days
    assert found_words(archive["collector"]) == set(), days


def test_a_grant_counts_its_first_and_last_day(archive):
    with saving():
        for grant in session.query(Grant):
            grant.starts_on = grant.ends_on = date(2026, 11, 22)  # the actor's today
    assert found_words(archive["lawyer"])


def test_a_lawyer_finds_nothing_of_a_closed_case(archive):
    with saving():
        session.get_one(Case, CASE).state = State.RECOVERED
    assert found_words(archive["lawyer"]) == set()


def test_another_department_finds_nothing(archive):
    assert found_words(replace(archive["clerk"], department="另一部门")) == set()


def test_total_and_facets_tell_nothing_of_a_hidden_case(archive):
    """示例 stands in the party names of both cases; the lawyer is granted one of them."""
    seen, everything = find.search(archive["lawyer"], "示例", limit=1000), find.search(archive["manager"], "示例", limit=1000)
    assert set(everything.facets["case"]) == {CASE, "EX-B-FIVE-DEFECTS"}
    assert set(seen.facets["case"]) == {CASE}
    assert seen.total == seen.facets["case"][CASE]
    nothing = find.search(archive["stranger"], "示例")
    assert (nothing.total, nothing.groups) == (0, [])
    assert all(values == {} for values in nothing.facets.values())


@pytest.mark.parametrize("name", ["stranger", "auditor", "admin"])
def test_a_hidden_case_that_is_named_answers_like_one_that_does_not_exist(archive, name):
    for case_id in (CASE, "EX-NO-SUCH-CASE"):
        with pytest.raises(NotVisible):
            find.search(archive[name], "示例", case_id=case_id)


def test_a_case_that_does_not_exist_finds_nothing_for_those_who_see_all(archive):
    assert find.search(archive["manager"], "示例", case_id="EX-NO-SUCH-CASE").total == 0


def test_one_case_only(archive):
    groups = find.search(archive["manager"], "示例", case_id="EX-B-FIVE-DEFECTS").groups
    assert [group.case_id for group in groups] == ["EX-B-FIVE-DEFECTS"]


@pytest.mark.parametrize(
    ("query", "kind", "page", "ref", "before", "marked"),
    [
        pytest.param("座贰佰套", "page", 2, "S", "前文轴承", "座贰佰套", id="the text of a page"),
        pytest.param("于三号柜", "document", None, "S", "保管", "于三号柜", id="a field of a document"),
        pytest.param("有还款意", "note", None, "", "对方", "有还款意", id="a note"),
        pytest.param("XS-2024-0301", "document", None, "D01", "", "XS-2024-0301", id="the number of the contract"),
    ],
)
def test_four_characters_are_found_in_each_kind_of_place(archive, query, kind, page, ref, before, marked):
    found = find.search(archive["manager"], query)
    hits = [(document, hit) for group in found.groups for document in group.documents for hit in document.hits if hit.url_kind == kind]
    ((document, hit),) = hits
    assert (hit.page, hit.label) == (page, "第 2 页" if page else "")
    assert document.ref.startswith(ref)
    assert (document.document_id is None) == (kind == "note")
    assert [segment.text for segment in hit.segments if segment.marked] == [marked]
    assert "".join(segment.text for segment in hit.segments).partition(marked)[0].endswith(before)


def test_four_characters_are_found_in_a_field_of_the_case(archive):
    found = find.search(archive["manager"], "样本路88号", case_id=CASE)
    (document,) = [document for group in found.groups for document in group.documents if document.document_id is None]
    (hit,) = document.hits
    assert (hit.url_kind, hit.page, document.type) == ("case", None, "case")
    assert "".join(segment.text for segment in hit.segments if segment.marked) == "样本路88号"


def test_a_query_error_says_where(archive):
    with pytest.raises(QueryError) as refused:
        find.search(archive["manager"], "轴承 (座")
    assert (refused.value.position, bool(refused.value.message_zh)) == (3, True)


def test_what_became_private_after_indexing_is_not_shown(archive):
    """The index is never the source of permission: the paper was reclassified and the worker has not come round yet."""
    assert find.search(archive["collector"], WORDS["page"]).groups
    with saving():
        document = session.query(Document).where(Document.fields["place"].as_string() == WORDS["field"]).one()
        document.type = "privileged_note"
    for word in (WORDS["page"], WORDS["field"]):
        assert find.search(archive["collector"], word).groups == []
    assert find.search(archive["manager"], WORDS["page"]).groups


def test_a_note_that_was_shared_is_not_shown_after_that_was_taken_back(archive):
    assert find.search(archive["lawyer"], WORDS["shared note"]).groups
    with saving():
        session.query(Note).filter_by(text=WORDS["shared note"]).one().shared = False
    assert find.search(archive["lawyer"], WORDS["shared note"]).groups == []
    assert find.search(archive["clerk"], WORDS["shared note"]).groups


def test_what_is_gone_from_the_database_is_no_hit(archive):
    with saving():
        session.query(Page).delete()
    assert find.search(archive["manager"], WORDS["page"]).groups == []


def test_personal_data_no_search_needs_is_not_in_the_index(archive):
    for case_id in (CASE, "EX-B-FIVE-DEFECTS"):
        for entry in entries_of(session.get_one(Case, case_id)):
            assert "id_number" not in entry.text


def test_hits_are_counted_whole_and_given_by_the_page(archive):
    everything = find.search(archive["manager"], "示例", limit=1000)
    parts = [find.search(archive["manager"], "示例", limit=3, offset=offset) for offset in range(0, everything.total, 3)]
    assert {part.total for part in parts} == {everything.total}
    keys = [hit.key for part in parts for group in part.groups for document in group.documents for hit in document.hits]
    assert sorted(keys) == sorted(hit.key for group in everything.groups for document in group.documents for hit in document.hits)
    assert len(set(keys)) == len(keys) == everything.total


def test_a_broken_index_says_rebuilding(archive, instance):
    for folder in instance.settings.data.glob("index/index-*"):
        for file in folder.glob("*.json"):
            file.write_bytes(b"garbage")
    with pytest.raises(Refused, match="being made again"):
        find.search(archive["manager"], "示例")
