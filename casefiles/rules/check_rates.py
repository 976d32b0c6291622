"""Checks of agreed rates: X13 (trade debts) and X24 (loans); never both."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from casefiles.rules.amounts import ZERO, cents, money, percent
from casefiles.rules.calendar import DAY
from casefiles.rules.findings import Broken
from casefiles.rules.inquiry import Inquiry
from casefiles.rules.interest import RateCheck, Terms, overdue_damages, rate_check
from casefiles.rules.loan_account import AGREEMENTS, LoanAccount, loan_account
from casefiles.rules.refusal import Refused


def _limit_of(due: date, lowest: RateCheck, inquiry: Inquiry) -> Decimal:
    """The limit of one debt by the LPR of its own breach; the lowest of the case where there was no LPR yet."""
    try:
        return rate_check(lowest.agreed, due + DAY, inquiry.law).threshold
    except Refused:
        return lowest.threshold


def rate_too_high(inquiry: Inquiry) -> Iterator[Broken]:
    """X13: the agreed rate is above 1.3 x the loss proxy (1.5 x LPR at breach); the sum a court may cut to is named.

    Civil Code art. 585(2); SPC General Contract Interpretation art. 65. The proxy is a product convention - verify.
    """
    check = inquiry.rate_check
    if check is None or not check.excessive:
        return
    reduced = ZERO
    for debt in inquiry.ledger.debts:
        if debt.due and debt.number in inquiry.damages:
            limit = Terms("annual", _limit_of(debt.due, check, inquiry))
            at_limit = overdue_damages(debt.owed, debt.due, inquiry.cut_off, debt.taken, limit, law=inquiry.law).total
            reduced += min(at_limit, inquiry.damages[debt.number].total)
    contract = inquiry.case.contract
    yield Broken(
        code="over",
        documents=(contract.id,) if contract else (),
        amount=cents(reduced),
        facts={"agreed": percent(check.agreed, 3, 4), "threshold": percent(check.threshold, 4, 4), "reduced": money(reduced)},
    )


def _interest(account: LoanAccount) -> Decimal:
    return account.term_total + (account.overdue.total if account.overdue else ZERO)


def lending_cap_check(inquiry: Inquiry) -> Iterator[Broken]:
    """X24: interest, default interest, damages and fees together stay within four times the one-year LPR of the contract date.

    Private Lending Provisions (2020) arts. 25, 28, 29, 31: a contract made before 2020-08-20 is tested at the planned filing date. The rate of
    the term and that of the delay never run on one day, so each is tested. Where the LPR is not on file nothing is cut, and that is said.
    """
    account = inquiry.loan
    if account is None or account.rates.agreed is None:
        return
    contract, rates = inquiry.case.contract, account.rates
    agreed = percent(rates.agreed or ZERO, 2, 2)
    documents = (contract.id,) if contract else tuple(d.id for d in inquiry.case.of_type(*AGREEMENTS))
    if rates.cap is None:
        reason = inquiry.law.errors[rates.refused or "no_rate_published"]
        yield Broken(code="not_tested", documents=documents, facts={"agreed": agreed, "reason_zh": reason.zh, "reason_en": reason.en})
    elif not rates.cap.within:
        agreed_sum = _interest(loan_account(inquiry.case, inquiry.filing, inquiry.cut_off, inquiry.law, capped=False))
        over = agreed_sum - _interest(account)
        yield Broken(
            code="over",
            documents=documents,
            amount=cents(over),
            facts={
                "agreed": agreed,
                "cap": percent(rates.cap.cap, 2, 2),
                "lpr": f"{rates.cap.lpr:.2f}",
                "published": rates.cap.published.isoformat(),
                "over": money(over),
            },
        )
