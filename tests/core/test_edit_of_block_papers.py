"""A person edits a paper that stands in a block of the case file: nothing is lost, and the case can be exported and imported again."""

import io

import pytest

from casefiles import db, exchange, intake, runtime, schema
from casefiles.assess import check
from casefiles.case_mapping import case_mapping, written
from casefiles.config import Config
from casefiles.db import saving, session
from casefiles.errors import NotUsable
from casefiles.law import EXAMPLES, load_law
from casefiles.models import Case
from casefiles.rules.facts import read_case

NAMES = sorted(path.stem for path in EXAMPLES.glob("*.yaml"))
MOSTLY_LONG = [pytest.param(name, marks=[] if name == "case-b-five-defects" else pytest.mark.long) for name in NAMES]


@pytest.fixture
def example(instance, actor):
    """example("case-a-complete-sale"): the imported case."""

    def load(name="case-a-complete-sale"):
        with saving():
            return exchange.enter(actor, exchange.read(EXAMPLES / f"{name}.yaml"), {})

    return load


@pytest.fixture
def edit(actor):
    """edit(document, fields={...}): as the page saves it. What is not given is as the page showed it to be: nothing, for fields."""

    def save(document, **said):
        whole = {"type": document.type, "fields": {}, "flags": {}, "original": {}, "version": document.version} | said
        with saving():
            intake.edit_document(actor, document, **whole)

    return save


def paper(case, ref):
    return next(d for d in case.documents if d.ref == ref)


def again(case, actor, tmp_path):
    """The case as another instance has it after export and import."""
    out, case_id = exchange.export(case, runtime.store(), tmp_path / "out"), case.case_id
    session.remove()
    runtime.start(Config.embedded(tmp_path / "second", "x" * 40))
    schema.upgrade(db.session.get_bind())
    case_file = exchange.read(out)
    kept = exchange.keep_files(case_file, runtime.store())
    with saving():
        exchange.enter(actor, case_file, kept)
    return session.get_one(Case, case_id)


def entry(case, ref):
    return next((e for e in case_mapping(case).get("documents", ()) if e["id"] == ref), None)


@pytest.mark.parametrize("name", MOSTLY_LONG)
def test_a_flag_confirmed_on_every_paper_leaves_a_case_that_can_be_imported(example, edit, actor, tmp_path, name):
    case, flag = example(name), next(iter(load_law().need_flags))
    for document in case.documents:
        edit(document, flags={flag: True}, fields={k: str(v) for k, v in document.fields.items() if k in {"direction", "purpose", "paid_on", "amount"}})
    before = case_mapping(case)
    assert all(entry(case, d.ref) for d in case.documents if d.listed_in == "documents")
    after = again(case, actor, tmp_path)
    assert case_mapping(after) == before


def test_a_payment_gets_what_the_format_demands_of_an_entry(example, edit):
    """Silence of a block on the direction is `in`; an entry of documents[] must say it."""
    case = example()
    payment = case.payments[0].document
    edit(payment, flags={"payer_is_creditor": True})
    said = entry(case, payment.ref)
    assert (said["direction"], said["amount"]) == ("in", written(case.payments[0].amount))


def test_the_file_of_a_payment_that_only_the_enforcement_names_travels(example, actor, tmp_path):
    case = example()
    with saving():
        case.blocks = case.blocks | {"enforcement": {"recovered": [{"id": "D77", "date": "2026-05-01", "amount": "5.00"}]}}
        session.flush()
        exchange.settle(actor, case)
        staged = runtime.store().stage(io.BytesIO(b"slip"))
        runtime.store().keep(staged)
        paper(case, "D77").take_file(exchange.KeptFile("slip.txt", staged.sha256, staged.size, "text/plain"), None, actor.now)
    before = read_case(case_mapping(case)).payments
    after = again(case, actor, tmp_path)
    assert paper(after, "D77").name == "slip.txt"
    assert read_case(case_mapping(after)).payments == before


def test_a_demanded_field_cannot_be_emptied(example, edit):
    case = example("case-d-write-off-archive")
    with pytest.raises(NotUsable, match="direction"):
        edit(paper(case, "D13"), fields={"amount": "150000.00"})


def test_saving_a_paper_as_it_is_makes_no_entry(example, edit):
    case = example()
    before = case_mapping(case)
    note = paper(case, "D02")
    edit(note, fields={"number": note.number, "document_date": note.document_date.isoformat(), "amount": f"{note.amount:,.2f}"})
    assert case_mapping(case) == before


def test_what_differs_from_the_block_is_entered_and_wins(example, edit):
    case = example()
    edit(paper(case, "D02"), fields={"number": "SH-01-A", "amount": written(case.deliveries[0].amount)})
    assert entry(case, "D02") == {"id": "D02", "type": "delivery_note_signed", "number": "SH-01-A"}
    assert read_case(case_mapping(case)).deliveries[0].number == "SH-01-A"


def test_keys_that_no_form_shows_stay(example, edit):
    case = example("case-d-write-off-archive")
    recording = paper(case, "D11")
    edit(recording, fields={"caller": "债权人清收专员（虚构）", "n": "2"})
    assert recording.fields["callee_identified_by"] == "合同载明联系电话"
    assert "callee" not in recording.fields  # shown and emptied


def test_of_a_paper_that_becomes_another_kind_only_what_every_kind_has_stays(example, edit):
    case = example("case-d-write-off-archive")
    recording = paper(case, "D11")
    with saving():
        recording.fields = recording.fields | {"parties": [{"role": "debtor", "name_on_document": "甲"}], "note": "原样"}
    edit(recording, type="photos")
    assert recording.fields == {"parties": [{"role": "debtor", "name_on_document": "甲"}], "note": "原样"}


WHOLE = {"exists": False, "held_by": "lost", "location": "原 3 柜", "explanation": "搬迁遗失", "checked_by": "某某", "checked_on": "2026-01-05"}


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        pytest.param({}, WHOLE, id="nothing is said: nothing changes"),
        pytest.param({"exists": "false", "held_by": "lost", "location": "原 3 柜"}, WHOLE, id="the three inputs of the page as they were"),
        pytest.param({"location": " 新柜 "}, WHOLE | {"location": "新柜"}, id="one is changed"),
        pytest.param({"location": "", "held_by": ""}, {k: v for k, v in WHOLE.items() if k not in {"location", "held_by"}}, id="two are emptied"),
    ],
)
def test_the_place_of_the_original_is_merged(example, edit, given, kept):
    note = paper(example(), "D02")
    with saving():
        note.original = WHOLE
    edit(note, original=given)
    assert note.original == kept


def test_an_original_that_is_emptied_is_gone(example, edit):
    note = paper(example(), "D02")
    edit(note, original={"held_by": "creditor"})
    edit(note, original={"exists": "", "held_by": "", "location": ""})
    assert note.original is None


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        pytest.param({"number": "SH-01-B"}, {"id": "D02", "type": "delivery_note_signed", "number": "SH-01-B"}, id="another number takes effect now"),
        pytest.param({}, None, id="no fields: the block alone speaks"),
    ],
)
def test_fields_given_with_the_file_of_a_paper_of_a_block(example, actor, fields, told):
    case = example()
    received = intake.inspect(runtime.store().stage(io.BytesIO(b"scan")), "x.txt", 1 << 20)
    runtime.store().keep(received.staged)
    with saving():
        intake.receive(actor, case, received, type="delivery_note_signed", fields=fields, ref="D02")
    assert entry(case, "D02") == told
    assert read_case(case_mapping(case)).deliveries[0].number == (fields.get("number") or case.deliveries[0].no)
    assert check(case, today=actor.today)["totals"]["delivered_total"] == "1286000.00"
