"""The ledger page of debts that went to court, to an administrator or were lent: every figure with its working. Figures are those of the examples
and of case-file.md, section 5; a figure worked out here is argued beside it."""

from __future__ import annotations

from pathlib import Path

import pytest

C = "/cases/EX-C-INSOLVENCY"
D = "/cases/EX-D-WRITE-OFF"

LOAN = """
case_id: DEMO-LOAN
dispute_type: loan
packet_kind: lawsuit
as_of: '2026-06-01'
creditor: {name: 示例戊贸易公司, uscc: 91000000MA0EEEE54D}
debtor: {name: 示例己建材公司, uscc: 91000000MA0FFFF682}
contract:
  id: D01
  name: 借款合同
  signed_on: '2024-03-01'
  total: '600000.00'
  interest_clause: {type: annual_rate, rate: '0.10', basis: '360'}
  late_payment_clause: {type: annual_rate, rate: '0.12'}
  repayment_date: '2025-03-05'
documents:
- {id: D01, type: loan_contract, term_from: '2024-03-05', term_to: '2025-03-05', debtor_seal_or_signature: true}
- {id: D02, type: bank_payment, direction: out, purpose: loan_disbursement, paid_on: '2024-03-05', amount: '600000.00', payer_is_creditor: true,
   payee_is_debtor_or_designated: true, remark_loan: true}
payments: [{id: D04, date: '2025-06-30', amount: '100000.00', purpose: loan_repayment}]
security:
  guarantor: {id: guarantor, name: 庚七, mode: 连带责任保证, period_agreed: 24 months}
"""
SERVICE = """
case_id: DEMO-SERVICE
dispute_type: services_work
packet_kind: lawsuit
as_of: '2026-09-10'
creditor: {name: 示例丙软件公司, uscc: 91000000MA0CCCC376}
debtor: {name: 示例丁物流公司, uscc: 91000000MA0DDDD40Q}
contract: {id: D01, name: 运维服务合同, signed_on: '2025-06-12', late_payment_clause: {type: floating, markup: '0.5'}}
invoices: [{id: D05, 'no': FP-01, date: '2025-10-08', amount: '50000.00', due_date: '2025-10-28'}]
"""


@pytest.fixture
def entered(app, tmp_path: Path):
    """entered(yaml): a case of one's own writing, imported and assessed."""
    from casefiles import assess, exchange
    from casefiles.actor import operator, today
    from casefiles.db import saving, session
    from casefiles.models import Case

    def enter(text: str) -> str:
        file = tmp_path / "case.yaml"
        file.write_text(text, encoding="utf-8")
        with saving():
            case_id = exchange.enter(operator(), exchange.read(file), {}).case_id
        with saving():
            assess.refresh(session.get_one(Case, case_id), today())
        return case_id

    return enter


def text_of(client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.text


def test_a_claim_in_insolvency_is_shown_sum_by_sum(signed_in, example):
    example("case-c-insolvency")
    page = text_of(signed_in("legal_staff"), f"{C}/ledger")
    for said in (
        "Claim in insolvency, interest to 2026-03-17", "¥371,350.50", "of it not due, deemed due: ¥60,000.00", "¥7,052.80", "¥5,127.20", "¥3,788.42", "¥15,968.42",
        "¥387,318.92", "叁拾捌万柒仟叁佰壹拾捌元玖角贰分", "ordinary claim (unsecured)", "0.02% a day",
    ):
        assert said in page, said
    assert "Court fees" not in page  # filing a claim costs none


def test_the_time_to_file_stands_on_top_and_with_its_lawful_window(signed_in, example):
    example("case-c-insolvency")
    page = text_of(signed_in("legal_staff", language="zh"), f"{C}/ledger")
    for said in ("债权申报期限", "剩 45 天", "申报截止 2026-05-25", "2026-04-24 至 2026-06-25", "破产财产最后分配前（《企业破产法》第56条）", "申报总额"):
        assert said in page, said


def test_a_late_claim_is_a_supplementary_one(signed_in, example):
    example("case-c-insolvency")
    page = text_of(signed_in("legal_staff"), f"{C}/ledger?as_of=2026-06-01")
    assert "The filing period is over: this is a supplementary claim" in page
    assert "After that only a supplementary claim" not in page


def test_each_debt_of_a_guarantor_has_its_last_day_and_state(signed_in, example):
    example("case-c-insolvency")
    page = text_of(signed_in("legal_staff"), f"{C}/ledger")
    for said in ("2025-10-30", "2025-12-30", "2026-03-30", "2026-12-30", "264 days left", "none agreed: six months from each due date"):
        assert said in page, said
    assert page.count("expired: the guarantor is free") == 3


def test_the_guarantor_of_a_loan_in_chinese(signed_in, entered):
    entered(LOAN)
    page = text_of(signed_in("legal_staff", language="zh"), "/cases/DEMO-LOAN/ledger")
    assert "约定：自各笔债务履行期届满之日起 24个月" in page
    assert "2027-03-05" in page


@pytest.mark.parametrize("kind", ["write_off_archive", "enforcement"])
def test_an_instrument_shows_set_off_interest_and_doubled_part_line_by_line(signed_in, example, kind):
    example("case-d-write-off-archive")
    page = text_of(signed_in("finance"), f"{D}/ledger?packet={kind}")
    for said in (
        "¥150,000.00", "¥3,937.73", "¥38,736.80", "¥107,325.47", "¥312,674.53",  # the payment and what it went to
        "¥18,364.50", "¥20,372.30", "¥45,689.46", "5.55% a year", ">319<", ">961<",  # general interest
        "¥19,404.00", "¥52,529.32", "¥71,933.32", "0.0175% a day", ">264<", ">960<",  # doubled part
        "¥430,297.31", "Time to apply for enforcement ends on 2024-08-25", "Applied for in time on 2022-10-10",
    ):  # fmt: skip
        assert said in page, said
    assert ("Applied for in enforcement, to 2025-12-31" in page) is (kind == "enforcement")
    assert "No damages can be computed" not in page
    assert "Court fees" not in page  # the instrument has decided on them


def test_the_balance_under_an_instrument_adds_up(signed_in, example):
    """420,000.00 awarded less 107,325.47 of the payment that reached the principal is 312,674.53; the invoice's own 270,000.00 is no sum of it."""
    example("case-d-write-off-archive")
    page = text_of(signed_in("finance"), f"{D}/ledger")
    balance = page[page.index("<h2>Balance</h2>") :]
    assert [balance.index(amount) for amount in ("¥420,000.00", "¥107,325.47", "¥312,674.53")] == sorted(
        balance.index(amount) for amount in ("¥420,000.00", "¥107,325.47", "¥312,674.53")
    )


def test_the_application_says_how_interest_runs_on(signed_in, example):
    example("case-d-write-off-archive")
    page = text_of(signed_in("legal_staff", language="zh"), f"{D}/ledger?packet=enforcement")
    assert "自 2026-01-01 起以 ¥312,674.53 为基数，按年利率 5.55%计算至实际清偿之日" in page
    assert "申请执行费 ¥6,354.46" in page


def test_an_archive_shows_retention_and_the_next_follow_up(signed_in, example):
    example("case-d-write-off-archive")
    page = text_of(signed_in("auditor", language="zh"), f"{D}/ledger")
    for said in ("2026-01-01 至 2055-12-31（30 年）", "2026-06-30", "保留：账销案存，债务未消灭", "追索期间一律保管，其后按公司规定"):
        assert said in page, said


def test_the_head_under_an_instrument_shows_the_whole_sum_and_the_application(signed_in, example):
    example("case-d-write-off-archive")
    head = text_of(signed_in("legal_staff"), D)
    for said in ("Principal owed (instrument)", "Owed in all to 2025-12-31", "¥430,297.31", "applied for", "1,224 days"):  # from 2022-08-25 to 2025-12-31
        assert said in head, said
    assert "the file has no due date" not in head


def test_a_loan_shows_its_interest_the_set_off_and_the_limit_of_the_rate(signed_in, entered):
    """600,000 at 10 % over 360 for 365 days is 60,833.33; 116 days at 12 % over 365 are 22,882.19; of 100,000 that leaves 16,284.48 for principal."""
    entered(LOAN)
    page = text_of(signed_in("legal_staff"), "/cases/DEMO-LOAN/ledger")
    for said in ("¥60,833.33", "10% a year (year of 360 days)", "¥22,882.19", "¥83,715.52", "¥16,284.48", "¥583,715.52", "13.80%", "within the limit", "Overdue interest"):
        assert said in page, said
    assert "the loan itself" in page  # the money paid out is not called a payment that does not count
    assert "No invoices in the file" not in page


def test_a_rate_known_from_a_secondary_source_is_marked(signed_in, entered):
    """The publications of May to September 2026 changed no rate, so no segment begins with one; the sum rests on them all the same."""
    entered(SERVICE)
    client = signed_in("legal_staff", language="zh")
    assert "待核实：所用LPR" in text_of(client, "/cases/DEMO-SERVICE/ledger?as_of=2026-09-10")
    assert "待核实：所用LPR" not in text_of(client, "/cases/DEMO-SERVICE/ledger?as_of=2026-05-10")


def test_what_cannot_be_computed_says_why_and_is_no_zero(signed_in, entered):
    entered(SERVICE)
    page = text_of(signed_in("legal_staff"), "/cases/DEMO-SERVICE/ledger?as_of=2027-06-01")  # no publication reaches that day
    assert "not computed" in page
    assert "no rate is on file for this date" in page


def test_a_collector_sees_no_working_of_a_judgment(signed_in, example, make_grant):
    case = example("case-d-write-off-archive")
    client = signed_in("collector")
    make_grant(case, client.person)
    page = text_of(client, f"{D}/ledger")
    assert "¥312,674.53" in page
    assert "¥52,529.32" not in page
