"""Logging a contact: what is understood of what was typed, corrections, who may, what the audit log and the search hold."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from casefiles import audit, collect, find, runtime
from casefiles.db import saving, session
from casefiles.entries import entries_of
from casefiles.errors import NotAllowed, NotFitting, NotUsable, NotVisible
from casefiles.law import load_law
from casefiles.law.collection import collection_words
from casefiles.models import AuditEntry, Case, CollectionEntry, Person, Role
from casefiles.rules.sums import NoSum, read_sum

TODAY = date(2026, 11, 22)
TYPED = {"date": "2026-11-20", "channel": "phone", "person": "王某，财务，139****0000", "result": "promised", "promise_date": "2026-12-31", "promise_amount": "12.5万"}


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        pytest.param("125000", "125000.00", id="plain"),
        pytest.param("125,000.00", "125000.00", id="grouped"),
        pytest.param("12.5万", "125000.00", id="ten thousands"),
        pytest.param("１２．５万元", "125000.00", id="full width"),
        pytest.param("¥ 125,000.5", "125000.50", id="sign and one decimal"),
        pytest.param("人民币12萬", "120000.00", id="the old sign, with the name of the money"),
        pytest.param("1.00000001亿", "100000001.00", id="a yuan above a hundred million, exactly"),
        pytest.param("0.01", "0.01", id="a cent"),
        pytest.param("12.345678万", "123456.78", id="down to the cent"),
        pytest.param("50000元整", "50000.00", id="as written on papers"),
    ],
)
def test_a_sum_is_read_exactly(text, amount):
    assert str(read_sum(text)) == amount


@pytest.mark.parametrize(
    ("text", "code"),
    [
        pytest.param("十万左右", "not_a_sum", id="about a hundred thousand"),
        pytest.param("12,34", "not_a_sum", id="a comma that groups nothing"),
        pytest.param("12.5w", "not_a_sum", id="w for ten thousand is nobody's sum on paper"),
        pytest.param("-5", "not_a_sum", id="negative"),
        pytest.param("1e5", "not_a_sum", id="an exponent"),
        pytest.param("5万5千", "not_a_sum", id="mixed units"),
        pytest.param("", "not_a_sum", id="nothing"),
        pytest.param("12.345", "part_of_a_cent", id="a tenth of a cent"),
        pytest.param("0.0000001万", "part_of_a_cent", id="a tenth of a cent in ten thousands"),
        pytest.param("0", "amount_not_positive", id="zero"),
        pytest.param("99999999999亿", "amount_too_high", id="more than a column holds"),
    ],
)
def test_what_is_no_sum_is_refused(text, code):
    with pytest.raises(NoSum) as refused:
        read_sum(text)
    assert refused.value.code == code


def test_what_was_typed_is_understood():
    entry = collect.read_contact(TYPED | {"note": "  月底前付  "}, TODAY)
    assert (entry.day, entry.promise_date, entry.promise_amount, entry.note) == (date(2026, 11, 20), date(2026, 12, 31), Decimal("125000.00"), "月底前付")


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        pytest.param({"date": ""}, {"date"}, id="no day"),
        pytest.param({"date": "2026-11-23"}, {"date"}, id="tomorrow"),
        pytest.param({"date": "20. November"}, {"date"}, id="a day nobody can read"),
        pytest.param({"channel": "telegram"}, {"channel"}, id="a channel nobody knows"),
        pytest.param({"result": ""}, {"result"}, id="no result"),
        pytest.param({"person": " "}, {"person"}, id="nobody named"),
        pytest.param({"person": "王" * 201}, {"person"}, id="a person longer than the column"),
        pytest.param({"note": "字" * 2001}, {"note"}, id="a note longer than the column"),
        pytest.param({"promise_amount": "十万左右"}, {"promise_amount"}, id="a sum that is none"),
        pytest.param({"promise_date": ""}, {"promise_date"}, id="a sum without its day"),
        pytest.param({"promise_date": "", "promise_amount": ""}, {"promise_date"}, id="promised, and nobody says for when"),
        pytest.param({"promise_date": "2026-11-19"}, {"promise_date"}, id="promised for a day before the call"),
        pytest.param({"promise_date": "31.12."}, {"promise_date"}, id="a promised day nobody can read"),
        pytest.param({"result": "not_reached"}, {"result"}, id="nobody was reached, yet somebody promised"),
        pytest.param({"date": "x", "channel": "", "result": "", "promise_amount": "y"}, {"date", "channel", "result", "promise_amount"}, id="everything at once"),
    ],
)
def test_what_cannot_be_logged_names_every_field(changes, fields):
    with pytest.raises(NotFitting) as refused:
        collect.read_contact(TYPED | changes, TODAY)
    assert set(refused.value.reasons) == fields


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"date": "2026-11-22"}, id="today"),
        pytest.param({"promise_amount": ""}, id="no sum: everything that is owed"),
        pytest.param({"promise_date": "2026-11-20"}, id="promised for the same day"),
        pytest.param({"result": "not_reached", "person": "", "promise_date": "", "promise_amount": ""}, id="nobody was reached"),
        pytest.param({"result": "paid_in_part"}, id="paid a part and promised the rest"),
    ],
)
def test_what_can_be_logged(changes):
    assert collect.read_contact(TYPED | changes, TODAY)


@pytest.fixture
def collector(instance, actor):
    with saving():
        person = Person(email="c@example.test", name="清收", role=Role.COLLECTOR, created_at=actor.now, password_hash="!")
        session.add(person)
        session.flush()
    return replace(actor, person_id=person.id, name=person.name, role=Role.COLLECTOR)


def logged(actor, case, **changes):
    with saving():
        return collect.log_contact(actor, session.get_one(Case, case.case_id), TYPED | changes).id


def test_a_line_is_kept_and_audited(case_a, collector):
    number = logged(collector, case_a)
    row = session.get_one(CollectionEntry, number)
    assert (row.promise_amount, row.entered_by_id, row.corrects_id) == (Decimal("125000.00"), collector.person_id, None)
    entry = session.query(AuditEntry).filter_by(event="contact").one()
    assert (entry.object, entry.case_id, entry.detail["promise_amount"], entry.detail["type"]) == (str(number), case_a.case_id, "125000.00", "collection_log")
    assert "王某" not in str(entry.detail)
    assert audit.verify().bad is None


def test_a_correction_is_a_new_line_that_names_the_old_one(case_a, collector):
    number = logged(collector, case_a)
    with saving():
        case = session.get_one(Case, case_a.case_id)
        collect.correct(collector, case, number, TYPED | {"promise_amount": "25,000", "note": "金额听错"})
    old, new = session.get_one(Case, case_a.case_id).collection_log
    assert (old.id, old.promise_amount, new.corrects_id, new.promise_amount) == (number, Decimal("125000.00"), number, Decimal("25000.00"))
    assert [e.event for e in session.query(AuditEntry).order_by(AuditEntry.id)][-1] == "correct"


def test_what_cannot_be_corrected(case_a, collector, actor):
    own, by_other = logged(collector, case_a), logged(actor, case_a)

    def correct(who, number, **changes):
        with saving():
            collect.correct(who, session.get_one(Case, case_a.case_id), number, TYPED | {"note": "听错"} | changes)

    with pytest.raises(NotFitting):
        correct(collector, own, note="")
    with pytest.raises(NotAllowed):
        correct(collector, by_other)
    with pytest.raises(NotVisible):
        correct(collector, 999_999)
    correct(actor, own)
    with pytest.raises(NotUsable, match="corrected already"):
        correct(actor, own)
    assert len(session.get_one(Case, case_a.case_id).collection_log) == 3


def test_the_log_is_found_by_its_words_by_those_who_read_transcripts(case_a, collector, actor):
    number = logged(collector, case_a, note="说要等水泥厂回款")
    case = session.get_one(Case, case_a.case_id)
    runtime.engine().add(list(entries_of(case)))
    hits = [hit for group in find.search(actor, "水泥厂回款").groups for paper in group.documents for hit in paper.hits]
    assert [(hit.key, hit.url_kind) for hit in hits] == [(f"l:{number}", "log")]
    assert "125000.00" in next(entry.text for entry in entries_of(case) if entry.key == f"l:{number}")
    finance = replace(actor, role=Role.FINANCE)
    assert find.search(finance, "水泥厂回款").total == 0


def test_channels_and_results_are_those_of_the_format():
    contact = load_law().schema["$defs"]["contact"]["properties"]
    words = collection_words()
    assert list(words.channels) == contact["channel"]["enum"]
    assert list(words.results) == contact["result"]["enum"]
