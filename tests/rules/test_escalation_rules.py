"""Why a case should go to the law department: each reason at its threshold, and for which cases there is none."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from casefiles.law import Thresholds, company_rules
from casefiles.rules.escalation import ALARMS, proposal
from casefiles.rules.facts import read_case
from casefiles.rules.inquiry import Inquiry

DUE = date(2026, 2, 28)
RULES = Thresholds(90, 2, Decimal("500000.00"), 180, 0, {})


def base(**changes):
    case = {
        "case_id": "E-1", "dispute_type": "sale_of_goods", "packet_kind": "lawsuit", "as_of": "2026-12-01", "state": "collection",
        "creditor": {"name": "甲公司"}, "debtor": {"name": "乙公司", "registry_status": "存续"},
        "deliveries": [{"id": "D01", "no": "SH-1", "date": "2026-01-02", "amount": "1000.00", "signed_by": "某人", "debtor_seal": True}],
        "invoices": [{"id": "D02", "no": "FP-1", "date": "2026-01-05", "amount": "1000.00", "due_date": DUE.isoformat()}],
    }  # fmt: skip
    return case | changes


def of(amount):
    """The one delivery and its invoice over another sum."""
    case = base()
    return {"deliveries": [case["deliveries"][0] | {"amount": amount}], "invoices": [case["invoices"][0] | {"amount": amount}]}


def reasons(case, day, law, rules=RULES):
    facts = read_case(case, law)
    return {reason.code: reason for reason in proposal(Inquiry(facts, "lawsuit", day, law), rules)}


def promise(made_on, due, amount="500.00"):
    return {"date": made_on, "channel": "phone", "person": "王某", "result": "promised", "promise": {"date": due, "amount": amount}}


TWICE = [promise("2026-03-01", "2026-03-10"), promise("2026-03-11", "2026-03-20", "400.00")]


@pytest.mark.parametrize(
    ("changes", "after", "codes"),
    [
        pytest.param({}, 1, set(), id="a day late is for the collectors"),
        pytest.param({}, 90, set(), id="90 days: the rule says more than 90"),
        pytest.param({}, 91, {"overdue"}, id="91 days"),
        pytest.param({"payments": [{"id": "P1", "date": "2026-03-05", "amount": "1000.00"}]}, 400, set(), id="paid: nothing is overdue"),
        pytest.param(of("500000.00"), 1, set(), id="exactly the threshold is not above it"),
        pytest.param(of("500000.01"), 1, {"open_amount"}, id="a cent above"),
        pytest.param(of("900000.00"), 0, set(), id="a large debt that is not late yet is no bad debt"),
        pytest.param({"collection_log": TWICE[:1]}, 30, set(), id="one broken promise"),
        pytest.param({"collection_log": TWICE}, 20, set(), id="on the last day of the second promise"),
        pytest.param({"collection_log": TWICE}, 21, {"broken_promises"}, id="the second day has passed too"),
        pytest.param({"collection_log": TWICE, "payments": [{"id": "P1", "date": "2026-03-15", "amount": "400.00"}]}, 21, set(), id="the second was kept"),
        pytest.param({"collection_log": TWICE, "payments": [{"id": "P1", "date": "2026-03-15", "amount": "399.99"}]}, 21, {"broken_promises"}, id="a cent short of the second"),
    ],
)  # fmt: skip
def test_each_company_rule_at_its_threshold(changes, after, codes, law):
    # 2026-02-28 + 20 days = 2026-03-20, the last day of the second promise
    assert set(reasons(base(**changes), DUE + timedelta(after), law)) == codes


@pytest.mark.parametrize(
    ("left", "codes"),
    [
        pytest.param(180, {"overdue"}, id="180 days left: the rule says fewer than 180"),
        pytest.param(179, {"overdue", "limitation"}, id="179 days left"),
        pytest.param(0, {"overdue", "limitation"}, id="the last day"),
        pytest.param(-1, {"overdue", "limitation"}, id="run out: a lawyer must look at it all the more"),
    ],
)
def test_limitation(left, codes, law):
    # due 2026-02-28, nothing interrupted it: three years later is 2029-02-28 (Civil Code art. 188)
    found = reasons(base(), date(2029, 2, 28) - timedelta(left), law)
    assert set(found) == codes
    if "limitation" in codes:
        assert found["limitation"].figures["last_day"] == "2029-02-28"
        assert ("届满，须有" in found["limitation"].zh) is (left < 0)


@pytest.mark.parametrize(
    ("status", "alarm"),
    [
        pytest.param("存续", None, id="in business"),
        pytest.param("在业", None, id="the other word for it"),
        pytest.param("开业", None, id="and another"),
        pytest.param("吊销，未注销", "吊销", id="revoked, not deregistered: named by what it is"),
        pytest.param("注销", "注销", id="deregistered"),
        pytest.param("存续（破产重整）", "破产", id="a remark"),
        pytest.param("迁出", "迁出", id="moved out of the district"),
        pytest.param("停业", "停业", id="business stopped"),
        pytest.param("列入经营异常名录", "异常", id="listed as abnormal"),
    ],
)
def test_registry_alarm(status, alarm, law):
    found = reasons(base(debtor={"name": "乙公司", "registry_status": status}), DUE, law)
    assert (found["registry_alarm"].figures["alarm"] if found else None) == alarm


def test_an_accepted_bankruptcy_is_an_alarm_whatever_the_register_says(example, law):
    case = example("C") | {"state": "collection"}
    case["debtor"] = case["debtor"] | {"registry_status": "存续"}
    assert "registry_alarm" in reasons(case, date.fromisoformat(case["as_of"]), law)


@pytest.mark.parametrize("state", ["collection", "reopened"])
def test_with_the_collectors_it_is_proposed(state, law):
    assert set(reasons(base(state=state), date(2026, 12, 1), law)) == {"overdue"}


@pytest.mark.parametrize("state", ["legal_escalation", "settlement", "litigation", "judgment", "enforcement", "insolvency", "recovered", "written_off", "archived"])
def test_elsewhere_there_is_nothing_to_propose(state, law):
    assert reasons(base(state=state), date(2026, 12, 1), law) == {}


def test_the_reason_says_which_invoice_and_by_how_many_days(law):
    case = base()
    case["deliveries"].append(case["deliveries"][0] | {"id": "D03", "no": "SH-2"})
    case["invoices"].append(case["invoices"][0] | {"id": "D04", "no": "FP-2", "due_date": "2026-03-31"})
    found = reasons(case, date(2026, 7, 31), law)["overdue"]
    # 2026-02-28 to 2026-07-31 are 153 days, 2026-03-31 to 2026-07-31 are 122
    assert found.figures == {"debt": "FP-1", "days": "153", "threshold": "90", "debts": "2"}
    assert found.zh == "FP-1 逾期 153 天，超过 90 天（另有 1 笔也超过）"
    assert found.en == "FP-1 is 153 days overdue, more than 90 (and 1 more)"


def test_broken_promises_name_their_days_and_what_is_lacking(law):
    found = reasons(base(collection_log=TWICE), date(2026, 4, 1), law)["broken_promises"]
    assert found.zh == "付款承诺 2 次落空：2026-03-10（少付 ¥500.00）、2026-03-20（少付 ¥400.00）"
    assert found.en == "2 promises were broken: 2026-03-10 (¥500.00 short), 2026-03-20 (¥400.00 short)"


def test_other_company_rules_propose_earlier(law):
    strict = Thresholds(30, 1, Decimal("100.00"), 2000, 0, {})
    found = reasons(base(collection_log=TWICE[:1]), DUE + timedelta(31), law, strict)
    assert set(found) == {"overdue", "broken_promises", "open_amount", "limitation"}


def test_the_built_in_rules_are_those_of_the_specification():
    # lifecycle.md: overdue > 90 days, broken promise twice, limitation < 180 days; the amount is the company's own choice
    rules = company_rules().on(date(2026, 12, 1))
    assert (rules.overdue_days, rules.broken_promises, rules.limitation_days, rules.promise_grace_days) == (90, 2, 180, 0)
    assert set(rules.sources.values()) == {"company rule"}


def test_every_alarm_has_its_english():
    assert all(zh and en for zh, en in ALARMS)
