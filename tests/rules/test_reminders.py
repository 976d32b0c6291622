"""Each of the 19 reminders: on which day it ends, what stops it, and what does not. Days are argued beside them."""

from __future__ import annotations

from datetime import date

import pytest

from casefiles.law import load_law, read_yaml
from casefiles.rules.evidence import assess
from casefiles.rules.facts import read_case
from casefiles.rules.inquiry import Inquiry
from casefiles.rules.reminder_points import reminder_rules
from casefiles.rules.reminders import KINDS, reminders_of
from casefiles.rules.report import to_mapping

DAY = date.fromisoformat
TODAY = "2026-06-15"
PARTY = {"name": "示例甲公司", "uscc": "91000000MA0CCCC376"}
INVOICE = {"id": "D06", "no": "FP-1", "date": "2025-01-10", "amount": "1000.00", "due_date": "2025-03-31"}
NOTE = {"id": "D02", "no": "SH-1", "date": "2025-01-10", "amount": "1000.00", "signed_by": "某", "debtor_seal": True}
EXTRACT = {"id": "E1", "type": "company_registry_extract_debtor", "printed_on": "2026-06-10"}


def receipt(day, name="R1", kind="filing_receipt"):
    return {"id": name, "type": kind, "filed_on": day}


def asked(day=TODAY, entered=None, **blocks):
    """The reminders on a day of a case with one invoice of 1,000.00 due on 2025-03-31, changed by these blocks."""
    case = {"case_id": "T-1", "dispute_type": "sale_of_goods", "packet_kind": "lawsuit", "as_of": day, "state": "legal_escalation", "creditor": PARTY,
            "debtor": PARTY | {"name": "示例乙公司"}, "invoices": [INVOICE], "deliveries": [NOTE]} | blocks  # fmt: skip
    facts = read_case(case)
    return reminders_of(Inquiry(facts, facts.packet_kind, DAY(day), load_law()), DAY(entered) if entered else None)


def days(found, kind):
    return [str(last.last_day) for last in found.running if last.kind == kind]


def stops(found, kind):
    return [last.stopped_by.documents for last in found.stopped if last.kind == kind]


def test_every_reminder_of_the_law_has_its_function_in_the_same_order():
    assert [kind.id for kind in KINDS] == [entry["id"] for entry in read_yaml("lifecycle.yaml")["reminders"]]
    assert len(KINDS) == 19
    assert all(upload in load_law().documents for kind in KINDS for upload in kind.uploads)
    assert list(reminder_rules()) == [kind.id for kind in KINDS]


LETTER = {"id": "L1", "kind": "demand_letter", "dated": "2026-02-01", "address_matches": True}
SERVED = LETTER | {"receipt": {"id": "L2", "delivered_on": "2026-02-04", "status": "签收"}}
SUIT = {"kind": "lawsuit", "filed_on": "2026-03-01", "case_no": "（2026）示01民初1号"}
LATER = {"id": "D07", "no": "FP-2", "date": "2025-05-10", "amount": "500.00", "due_date": "2025-06-30"}


@pytest.mark.parametrize(
    ("blocks", "last"),
    [
        pytest.param({}, ["2028-03-31"], id="three years from the due date"),
        pytest.param({"demands": [SERVED]}, ["2029-02-04"], id="a served letter moves the day"),
        pytest.param({"demands": [LETTER]}, ["2028-03-31"], id="a letter without proof of service moves nothing"),
        pytest.param({"documents": [receipt("2026-03-01")]}, [], id="a filing receipt ends it"),
        pytest.param({"documents": [receipt("2025-03-01")]}, ["2028-03-31"], id="a receipt from before the due date does not"),
        pytest.param({"documents": [{"id": "R1", "type": "filing_receipt"}]}, ["2028-03-31"], id="nor one without a day"),
        pytest.param({"proceedings": [SUIT]}, [], id="a pending suit with its number"),
        pytest.param({"proceedings": [SUIT | {"ended_on": "2026-05-05"}], "documents": [receipt("2026-03-01")]}, ["2029-05-05"], id="a suit that ended starts it anew"),
        pytest.param({"invoices": [INVOICE, LATER]}, ["2028-03-31"], id="the earliest open invoice decides"),
        pytest.param({"invoices": [INVOICE, LATER], "payments": [{"id": "P1", "date": "2025-03-31", "amount": "1000.00", "designated_invoice": "FP-1"}]},
                     ["2028-06-30"], id="once it is paid the next one"),
        pytest.param({"state": "written_off"}, ["2028-03-31"], id="after write-off it keeps running"),
        pytest.param({"state": "archived", "write_off": {"ground": "overdue_3y", "booked_principal": "1000.00"}}, ["2028-03-31"], id="also in the archive"),
        pytest.param({"state": "recovered"}, [], id="not after full recovery"),
        pytest.param({"state": "archived"}, [], id="nor in the archive of a recovered debt"),
    ],
)  # fmt: skip
def test_limitation(blocks, last):
    assert days(asked(**blocks), "limitation") == last


def test_limitation_that_had_passed_at_entry_is_a_note_and_no_reminder():
    found = asked("2028-05-01", entered="2028-04-15")
    assert (days(found, "limitation"), [(b.invoices, str(b.last_day)) for b in found.time_barred]) == ([], [(("FP-1",), "2028-03-31")])


def test_limitation_that_passed_since_stays_overdue_and_the_next_invoice_is_watched():
    found = asked("2028-05-01", entered="2026-01-01", invoices=[INVOICE, LATER])
    assert days(found, "limitation") == ["2028-03-31", "2028-06-30"]
    assert [b.invoices for b in found.time_barred] == [("FP-1",)]


def test_with_an_effective_instrument_the_time_for_enforcement_runs_instead():
    found = asked(judgment={"id": "J1", "court": "示例法院", "case_no": "1", "effective_on": "2026-01-05", "performance_days": 10})
    assert (days(found, "limitation"), days(found, "enforcement")) == ([], ["2028-01-15"])


JOINT = {"id": "g", "name": "保证人丙", "mode": "连带责任保证"}
ON_GUARANTOR = SERVED | {"recipient": "guarantor", "recipient_id": "g"}


@pytest.mark.parametrize(
    ("guarantor", "blocks", "running", "stopped"),
    [
        pytest.param(JOINT, {}, ["2025-09-30"], [], id="nothing agreed: six months from the due date"),
        pytest.param(JOINT | {"period_agreed": "2 years"}, {}, ["2027-03-31"], [], id="two years agreed"),
        pytest.param(JOINT | {"period_agreed": "2 years"}, {"demands": [ON_GUARANTOR]}, [], [("L1", "L2")], id="joint: a demand served on the guarantor"),
        pytest.param(JOINT | {"period_agreed": "2 years"}, {"demands": [SERVED]}, ["2027-03-31"], [], id="a demand on the debtor is none on the guarantor"),
        pytest.param(JOINT, {"demands": [ON_GUARANTOR]}, ["2025-09-30"], [], id="served after the period: too late"),
        pytest.param(JOINT | {"mode": "一般保证", "period_agreed": "2 years"}, {"demands": [ON_GUARANTOR]}, ["2027-03-31"], [], id="general: a letter is not enough"),
        pytest.param(JOINT | {"mode": "一般保证", "period_agreed": "2 years"}, {"documents": [receipt("2026-03-01")]}, [], [("R1",)], id="general: suit against the debtor"),
    ],
)
def test_guarantee_period(guarantor, blocks, running, stopped):
    found = asked(entered="2025-04-01", security={"guarantor": guarantor}, **blocks)
    assert (days(found, "guarantee_period"), stops(found, "guarantee_period")) == (running, stopped)


def test_a_guarantee_lost_before_entry_gives_no_reminder():
    assert days(asked(security={"guarantor": JOINT}), "guarantee_period") == []


JUDGMENT = {"id": "J1", "court": "示例法院", "case_no": "1", "effective_on": "2026-01-05", "performance_last_day": "2026-01-15"}
AGREEMENT = {"id": "A1", "type": "repayment_agreement", "signed_on": "2026-03-01", "schedule": [{"date": "2026-05-31", "amount": "600.00"}, "2026-07-31 400.00"]}


@pytest.mark.parametrize(
    ("blocks", "enforcement", "ready"),
    [
        # two years from 2026-01-15; ready the day after
        pytest.param({}, ["2028-01-15"], ["2026-01-16"], id="running"),
        pytest.param({"enforcement": {"application_filed": "2026-02-01"}}, [], [], id="application entered"),
        pytest.param({"documents": [receipt("2026-02-01")]}, [], [], id="its receipt uploaded"),
        pytest.param({"documents": [receipt("2025-10-01")]}, ["2028-01-15"], ["2026-01-16"], id="the receipt of the suit is not that of enforcement"),
        pytest.param({"documents": [AGREEMENT]}, ["2028-01-15"], [], id="a settlement ends only the weekly one"),
        pytest.param({"state": "written_off"}, ["2028-01-15"], ["2026-01-16"], id="written off: recourse is kept"),
    ],
)
def test_enforcement(blocks, enforcement, ready):
    found = asked(judgment=JUDGMENT, **blocks)
    assert (days(found, "enforcement"), days(found, "enforcement_ready")) == (enforcement, ready)


def test_a_judgment_that_is_not_effective_yet_can_not_be_enforced():
    assert days(asked("2026-01-04", judgment=JUDGMENT), "enforcement") == []


INSOLVENCY = {"court": "示例中院", "case_no": "破1", "acceptance_date": "2026-05-10", "claim_deadline": "2026-06-20"}


@pytest.mark.parametrize(
    ("day", "documents", "claim", "late"),
    [
        pytest.param("2026-06-20", [], ["2026-06-20"], [], id="on the last day"),
        pytest.param("2026-06-21", [], [], ["2026-06-20"], id="the day after it is late"),
        pytest.param("2026-06-15", [receipt("2026-05-10")], [], [], id="the administrator's receipt, from the acceptance on"),
        pytest.param("2026-06-15", [receipt("2026-05-09")], ["2026-06-20"], [], id="a receipt from before the acceptance is of something else"),
        pytest.param("2026-07-15", [{"id": "C1", "type": "claim_table", "objection_deadline": "2026-07-20"}], [], [], id="the claim table lists it"),
        pytest.param("2026-07-15", [{"id": "C1", "type": "bankruptcy_closing_ruling"}], [], [], id="the procedure is closed"),
    ],
)
def test_insolvency_claim_and_late_claim(day, documents, claim, late):
    found = asked(day, insolvency=INSOLVENCY, documents=documents)
    assert (days(found, "insolvency_claim"), days(found, "insolvency_late")) == (claim, late)


def row(kind, day, **more):
    return {"kind": kind, "date": day} | more


@pytest.mark.parametrize(
    ("kind", "blocks", "running", "stopped"),
    [
        pytest.param("hearing", {"court_dates": [row("hearing", "2026-06-15")]}, ["2026-06-15"], [], id="the hearing is today"),
        pytest.param("hearing", {"court_dates": [row("hearing", "2026-06-14")]}, [], [], id="it was yesterday: over"),
        pytest.param("evidence_period", {"court_dates": [row("evidence_period", "2026-06-10")]}, ["2026-06-10"], [], id="the period for evidence stays overdue"),
        pytest.param("evidence_period", {"court_dates": [row("evidence_period", "2026-06-30", done_by="R1")]}, [], [("R1",)], id="handed in by a paper"),
        pytest.param("court_fee", {"court_dates": [row("court_fee", "2026-06-12")]}, ["2026-06-19"], [], id="7 days from the notice"),
        pytest.param("court_fee", {"court_dates": [row("court_fee", "2026-06-12", done_on="2026-06-13")]}, ["2026-06-19"], [], id="a day without a paper settles nothing"),
        pytest.param("appeal", {"court_dates": [row("appeal", "2026-06-10")]}, ["2026-06-25"], [], id="15 days from service"),
        pytest.param("appeal", {"court_dates": [row("appeal", "2026-06-10")], "documents": [{"id": "J2", "type": "second_instance_judgment", "dated": "2026-06-14"}]},
                     [], [("J2",)], id="the second instance has decided"),
        pytest.param("creditors_meeting", {"insolvency": INSOLVENCY | {"first_creditors_meeting": "2026-07-01"}}, ["2026-07-01"], [], id="the first meeting, as announced"),
        pytest.param("creditors_meeting", {"insolvency": INSOLVENCY | {"first_creditors_meeting": "2026-07-01"}, "court_dates": [row("creditors_meeting", "2026-07-01", done_by="V1")]},
                     [], [("V1",)], id="its proxy is recorded"),
        pytest.param("claim_objection", {"insolvency": INSOLVENCY | {"first_creditors_meeting": "2026-07-01"}}, ["2026-07-16"], [], id="15 days from the meeting"),
        pytest.param("claim_objection", {"insolvency": INSOLVENCY, "documents": [{"id": "C1", "type": "claim_table", "objection_deadline": "2026-07-20"}]}, ["2026-07-20"], [], id="as the table says"),
        pytest.param("claim_objection", {"court_dates": [row("claim_objection", "2026-07-20", done_by="R1")]}, [], [("R1",)], id="objection filed"),
    ],
)  # fmt: skip
def test_days_of_court_and_administrator(kind, blocks, running, stopped):
    found = asked(**blocks)
    assert (days(found, kind), stops(found, kind)) == (running, stopped)


def test_two_hearings_on_one_day_are_told_apart():
    found = asked(court_dates=[row("hearing", "2026-06-20"), row("hearing", "2026-06-20")])
    assert [last.subject for last in found.running if last.kind == "hearing"] == ["2026-06-20", "2026-06-20 (2)"]


def measure(asset, day, **more):
    return {"measures": [{"asset": asset, "measure_date": day} | more]}


@pytest.mark.parametrize(
    ("preservation", "documents", "last", "act_by"),
    [
        pytest.param(measure("bank_deposit", "2026-01-10"), [], ["2027-01-10"], ["2027-01-03"], id="a deposit: one year, apply 7 days before"),
        pytest.param(measure("movable", "2026-01-10"), [], ["2028-01-10"], ["2028-01-03"], id="movables: two"),
        pytest.param(measure("immovable", "2026-01-10"), [], ["2029-01-10"], ["2029-01-03"], id="immovables: three"),
        pytest.param(measure("bank_deposit", "2026-01-10", expires_on="2026-07-09"), [], ["2026-07-09"], ["2026-07-02"], id="the ruling's own day is earlier"),
        pytest.param(measure("bank_deposit", "2026-01-10", expires_on="2028-01-10"), [], ["2027-01-10"], ["2027-01-03"], id="never longer than the law"),
        pytest.param(measure("bank_deposit", "2026-01-10"), [{"id": "V1", "type": "preservation_ruling", "dated": "2026-06-01"}], [], [], id="a later ruling renews it"),
        pytest.param(measure("bank_deposit", "2026-01-10"), [{"id": "V1", "type": "preservation_ruling", "dated": "2026-01-08"}], ["2027-01-10"], ["2027-01-03"], id="its own ruling does not"),
        pytest.param(measure("bank_deposit", "2026-01-10"), [{"id": "V1", "type": "preservation_ruling", "dated": "2026-06-01", "measures": [{"asset": "equity"}]}],
                     ["2027-01-10"], ["2027-01-03"], id="nor one on another asset"),
    ],
)  # fmt: skip
def test_preservation_expiry(preservation, documents, last, act_by):
    found = [x for x in asked(preservation=preservation, documents=documents).running if x.kind == "preservation_expiry"]
    assert ([str(x.last_day) for x in found], [str(x.act_by) for x in found]) == (last, act_by)


@pytest.mark.parametrize(
    ("blocks", "last"),
    [
        pytest.param({}, ["2026-07-01"], id="30 days from 2026-06-01"),
        pytest.param({"documents": [receipt("2026-06-10")]}, [], id="sued"),
        pytest.param({"proceedings": [SUIT]}, [], id="sued before: not pre-suit"),
        pytest.param({"insolvency": INSOLVENCY}, [], id="lifted by the insolvency"),
    ],
)
def test_pre_suit_preservation(blocks, last):
    assert days(asked(preservation=measure("bank_deposit", "2026-06-01"), **blocks), "pre_suit_preservation") == last


CALL = {"id": "V1", "date": "2026-05-01", "callee_identified_by": "名片", "promise": {"date": "2026-06-10", "amount": "300.00"}}


def paid(day, amount, name="P1"):
    return {"id": name, "date": day, "amount": amount}


@pytest.mark.parametrize(
    ("blocks", "running"),
    [
        pytest.param({}, ["2026-06-10"], id="nothing came"),
        pytest.param({"payments": [paid("2026-06-10", "300.00")]}, [], id="paid on the day"),
        pytest.param({"payments": [paid("2026-06-12", "300.00")]}, [], id="paid late: nothing left to remind of"),
        pytest.param({"payments": [paid("2026-06-10", "299.99")]}, ["2026-06-10"], id="a cent short"),
        pytest.param({"payments": [paid("2026-04-30", "300.00")]}, ["2026-06-10"], id="paid before it was promised"),
        pytest.param({"payments": [paid("2026-05-20", "100.00"), paid("2026-06-09", "200.00", "P2")]}, [], id="in two parts"),
        pytest.param({"demands": [SERVED | {"dated": "2026-06-12"}]}, [], id="the next step: a letter"),
        pytest.param({"collection_log": [{"date": "2026-06-12", "channel": "phone", "result": "not_reached"}]}, ["2026-06-10"], id="a mere call is no next step"),
        pytest.param({"insolvency": INSOLVENCY}, [], id="nothing is paid on a promise once insolvency is accepted"),
    ],
)
def test_promise_of_a_recording(blocks, running):
    assert days(asked(recordings=[CALL], **blocks), "promise") == running


def said(day, promised, **more):
    return {"date": day, "channel": "phone", "result": "promised", "promise": {"date": promised} | more}


@pytest.mark.parametrize(
    ("log", "running"),
    [
        pytest.param([said("2026-06-01", "2026-06-20")], ["2026-06-20"], id="of the collection log"),
        pytest.param([said("2026-06-01", "2026-06-10"), said("2026-06-12", "2026-06-30")], ["2026-06-30"], id="a newer promise takes its place"),
        pytest.param([said("2026-05-01", "2026-06-10", amount="300.00")], ["2026-06-10"], id="the same one as the recording's counts once"),
    ],
)
def test_promise_of_the_collection_log(log, running):
    recordings = [CALL] if log[0]["date"] == "2026-05-01" else []
    assert days(asked(collection_log=log, recordings=recordings), "promise") == running


@pytest.mark.parametrize(
    ("payments", "running"),
    [
        pytest.param([], ["2026-05-31", "2026-07-31"], id="600.00 by May, 400.00 by July"),
        pytest.param([paid("2026-05-20", "600.00")], ["2026-07-31"], id="the first is paid"),
        pytest.param([paid("2026-02-20", "600.00")], ["2026-05-31", "2026-07-31"], id="paid before the agreement: counted in it already"),
        pytest.param([paid("2026-06-01", "1000.00")], [], id="everything at once"),
    ],
)
def test_instalments(payments, running):
    assert days(asked(documents=[AGREEMENT], payments=payments, state="settlement"), "instalment") == running


def test_a_filing_after_the_agreement_ends_its_instalments():
    assert stops(asked(documents=[AGREEMENT, receipt("2026-06-10")]), "instalment") == [("R1",), ("R1",)]


def test_a_schedule_nobody_can_read_is_named():
    found = asked(documents=[AGREEMENT | {"schedule": ["2026-05-31 600.00", "the rest soon"]}])
    assert (days(found, "instalment"), found.unread) == (["2026-05-31"], ("A1",))


@pytest.mark.parametrize(
    ("blocks", "last"),
    [
        pytest.param({"documents": [EXTRACT]}, ["2026-07-10"], id="30 days from the newest extract"),
        pytest.param({}, ["2026-01-05"], id="no extract: since the case was entered"),
        pytest.param({"documents": [EXTRACT], "state": "written_off"}, ["2026-12-07"], id="180 days after write-off"),
        pytest.param({"documents": [EXTRACT], "state": "litigation"}, [], id="not while a suit is pending"),
        pytest.param({"debtor": {"name": "张某", "type": "自然人"}}, [], id="a natural person has no registration"),
    ],
)
def test_registry_check(blocks, last):
    assert days(asked(entered="2026-01-05", **blocks), "registry_check") == last


@pytest.mark.parametrize(
    ("blocks", "last"),
    [
        pytest.param({"dispute_type": "construction"}, ["2026-09-30"], id="18 months from 2025-03-31"),
        pytest.param({}, [], id="only for construction"),
        pytest.param({"dispute_type": "construction", "documents": [receipt("2026-03-01")]}, [], id="pleaded"),
    ],
)
def test_priority_of_the_contractor(blocks, last):
    assert days(asked(**blocks), "priority_construction") == last


@pytest.mark.parametrize(
    ("blocks", "last"),
    [
        pytest.param({"state": "archived", "retention_until": "2036-12-31"}, ["2036-12-31"], id="in the archive"),
        pytest.param({"state": "written_off", "retention_until": "2036-12-31"}, [], id="not before it"),
    ],
)
def test_retention_end(blocks, last):
    assert days(asked(**blocks), "retention_end") == last


def test_the_examples(example, law):
    """C (2026-04-10): claim by 2026-05-25, meeting 2026-06-08, objection 15 days later, guarantee of FP-24 (expected block). D: enforcement filed."""
    def running(letter):
        facts = read_case(example(letter), law)
        return {(x.kind, str(x.last_day)) for x in reminders_of(Inquiry(facts, facts.packet_kind, facts.as_of, law)).running}

    wanted = {("insolvency_claim", "2026-05-25"), ("creditors_meeting", "2026-06-08"), ("claim_objection", "2026-06-23"), ("guarantee_period", "2026-12-30")}
    assert wanted < running("C")
    assert running("D") == {("registry_check", "2026-05-30")}  # 180 days from 2025-12-01


def test_the_check_says_what_is_time_barred_and_the_two_ways_to_revive_it(changed, law):
    case = changed({"as_of": "2027-01-10", "fictional": True}, "B")  # the period of B ends on 2026-11-20 (its expected block)
    facts = read_case(case, law)
    found = to_mapping(assess(facts, facts.packet_kind, facts.as_of, law))["limitation"]["time_barred"]
    assert [(row["invoices"], row["last_day"]) for row in found] == [(["FP-12", "FP-13", "FP-14"], "2026-11-20")]
    assert "(1)" in found[0]["unless_en"]
    assert "（2）" in found[0]["unless_zh"]
