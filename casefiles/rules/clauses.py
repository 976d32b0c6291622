"""How interest and damages run on a debt: the clause of the contract, else what the law puts in its place.

Sale Contract Interpretation (2020) art. 18, by analogy for services (art. 32); SME Payment Regulations (2025) arts. 9, 17; Private Lending
Provisions (2020) arts. 25, 28, 29, 31 for loans. A lease or construction contract without a clause has no fallback here. Rates are fractions.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from casefiles.law import Law
from casefiles.rules.amounts import ZERO
from casefiles.rules.calendar import DAY
from casefiles.rules.entities import CaseFacts, Party, RateClause
from casefiles.rules.interest import FIRST_LPR, SME_DAILY, Terms, lpr_on, terms_without_clause
from casefiles.rules.loans import LendingCap, lending_cap
from casefiles.rules.refusal import Refused

SMALL = frozenset({"micro", "small", "medium"})
BIG = frozenset({"large", "public_body"})
RENMINBI = frozenset({"CNY", "RMB", "人民币", "元", "人民币元", "¥"})
FALLBACK_TYPES = ("sale_of_goods", "services_work")
MODES = {"daily_rate": "daily", "annual_rate": "annual"}
OLD_CAP = Decimal("0.24")  # 法释〔2015〕18号 art. 26: what a court supported for the days before 2020-08-20 - verify


def sme_protected(creditor: Party, debtor: Party) -> bool:
    """An SME creditor against a large enterprise or a public body: SME Payment Regulations (2025) arts. 9, 17."""
    return creditor.size in SMALL and debtor.size in BIG


def law_gives_a_rate(case: CaseFacts) -> bool:
    """Sale Interpretation art. 18(4) puts a rate in the place of a clause; not for a debt in another currency (Fa Shi [2025] No. 2)."""
    return case.dispute_type in FALLBACK_TYPES and (case.contract is None or case.contract.currency.upper() in RENMINBI)


def states_a_rate(clause: RateClause | None) -> bool:
    """A clause that can be computed: an agreed rate, or a form of the LPR. A clause without its rate agrees nothing yet."""
    return clause is not None and (clause.kind not in MODES or clause.rate is not None)


def annual_rate(kind: str, rate: Decimal | None, basis: int) -> Decimal | None:
    """An agreed rate as a fraction a year of 365 days; None for the LPR clauses."""
    if rate is None or kind not in MODES:
        return None
    return rate * 365 if kind == "daily_rate" else rate * 365 / basis


def _of_clause(clause: RateClause) -> Terms:
    if not states_a_rate(clause):
        raise Refused("rate_missing", clause.clause or clause.kind)
    if clause.kind in ("fixed_lpr", "floating"):
        return Terms("fixed_lpr" if clause.kind == "fixed_lpr" else "floating", markup=clause.markup)
    return Terms("daily" if clause.kind == "daily_rate" else "annual", clause.rate, basis=clause.basis)


def terms_of(case: CaseFacts, due: date, law: Law, markup: Decimal = Decimal("0.5")) -> Terms | None:
    """How damages run on a trade debt due on a day: the clause, else the statutory fallback; None where there is neither.

    Loans have rules of their own: `loan_rates`. Refuses rate_missing for a clause that states no rate.
    """
    clause = case.contract.late_payment_clause if case.contract else None
    protected = sme_protected(case.creditor, case.debtor)
    if clause is None:
        if protected and case.contract and case.contract.back_to_back:  # void, and the LPR itself runs: Fa Shi [2024] No. 11 art. 2
            return terms_without_clause(due, ZERO)
        if protected:
            return Terms("daily", SME_DAILY)
        return terms_without_clause(due, markup) if law_gives_a_rate(case) else None
    terms = _of_clause(clause)
    if protected and case.contract and case.contract.signed_on and (agreed := annual_rate(clause.kind, clause.rate, clause.basis)) is not None:
        least = lpr_on(case.contract.signed_on, law).one_year / 100
        if agreed < least:
            return Terms("annual", least)
    return terms


@dataclass(frozen=True)
class LoanRates:
    """The rates of a loan, each with the day it begins: `term` as (day, annual fraction, year basis), `overdue` as (day, terms).

    `agreed` is the highest agreed rate a year of 365 days, `cap` the test of it (X24), None where no rate was agreed; `refused` says why the
    cap is not known (then nothing is cut), or which clause cannot be computed.
    """

    term: tuple[tuple[date, Decimal, int], ...]
    overdue: tuple[tuple[date, Terms], ...]
    agreed: Decimal | None = None
    cap: LendingCap | None = None
    refused: str | None = None


def _lpr_at(clause: RateClause, day: date, law: Law) -> Decimal:
    return lpr_on(day, law).one_year * (1 + (clause.markup or ZERO)) / 100


def _term_rate(clause: RateClause, contract_date: date, law: Law) -> Decimal:
    """The agreed rate of the term on the clause's own basis; a form of the LPR is taken on the day of the contract."""
    if not states_a_rate(clause):
        raise Refused("rate_missing", clause.clause or clause.kind)
    if clause.rate is None or clause.kind not in MODES:
        return _lpr_at(clause, contract_date, law)
    return clause.rate * 365 if clause.kind == "daily_rate" else clause.rate


def _overdue_terms(late: RateClause | None, term: RateClause | None, due: date, contract_date: date, law: Law) -> Terms:
    """Private Lending Provisions arts. 28, 29: the overdue rate, else the rate of the term, else the LPR in force when the delay began."""
    if late is not None:
        return _of_clause(late)
    if term is not None:
        return Terms("annual", _term_rate(term, contract_date, law), basis=_basis(term))
    return terms_without_clause(due, ZERO)


def _basis(clause: RateClause | None) -> int:
    return clause.basis if clause is not None and clause.kind == "annual_rate" else 365


def _agreed(terms: Terms, due: date, law: Law) -> Decimal:
    """The rate a year of 365 days; a form of the LPR as it was when the delay began."""
    if terms.rate is not None:
        return terms.rate * 365 if terms.mode == "daily" else terms.rate * 365 / terms.basis
    return lpr_on(max(due + DAY, FIRST_LPR), law).one_year * (1 + (terms.markup or ZERO)) / 100


def _ceilings(cap: LendingCap | None, start: date, *, capped: bool) -> tuple[tuple[date, Decimal | None], ...]:
    """From which day which ceiling holds; a contract made before 2020-08-20 has two (art. 31)."""
    if cap is None or not capped:
        return ((start, None),)
    if cap.applies_from is None or start >= cap.applies_from:
        return ((start, cap.cap),)
    return ((start, OLD_CAP), (cap.applies_from, cap.cap))


def _at_most(rate: Decimal, basis: int, ceiling: Decimal | None) -> tuple[Decimal, int]:
    """A rate on its basis, or the ceiling a year of 365 days where that is less."""
    return (rate, basis) if ceiling is None or rate * 365 / basis <= ceiling else (ceiling, 365)


def _under(terms: Terms, ceiling: Decimal | None, agreed: Decimal) -> Terms:
    return Terms("annual", ceiling) if ceiling is not None and agreed > ceiling else terms


def loan_rates(case: CaseFacts, contract_date: date, due: date | None, filing: date, law: Law, *, cut_off: date, capped: bool = True) -> LoanRates:
    """The rates of the term and of the delay, each at most four times the LPR unless `capped` is false (to see what the cap takes away).

    No interest clause: no interest of the term (Civil Code art. 680). A delay that has not begun at the cut-off has no rate yet. Refuses
    rate_missing, no_rate_published.
    """
    contract = case.contract
    clause, late = (contract.interest_clause, contract.late_payment_clause) if contract else (None, None)
    basis = _basis(clause)
    term = _term_rate(clause, contract_date, law) if clause else None
    delay = _overdue_terms(late, clause, due, contract_date, law) if due is not None and due < cut_off else None
    rates = [term * 365 / basis] if term is not None else []
    if late is not None and due is not None and delay is not None:
        rates.append(_agreed(delay, due, law))
    agreed = max(rates, default=None)
    cap, refused = _cap_or_reason(contract_date, agreed, filing, law)
    ceilings = _ceilings(cap, contract_date, capped=capped)
    overdue = () if due is None or delay is None else tuple((day, _under(delay, top, _agreed(delay, due, law))) for day, top in ceilings)
    return LoanRates(
        term=tuple((day, *_at_most(term, basis, top)) for day, top in ceilings) if term is not None else (),
        overdue=overdue,
        agreed=agreed,
        cap=cap,
        refused=refused,
    )


def _cap_or_reason(contract_date: date, agreed: Decimal | None, filing: date, law: Law) -> tuple[LendingCap | None, str | None]:
    if agreed is None:
        return None, None
    try:
        return lending_cap(contract_date, agreed, law, filing), None
    except Refused as refused:
        return None, refused.code
