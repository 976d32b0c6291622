"""One question put to the rules: this case, this packet kind, this day. Holds the figures several rules need, computed once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cached_property

from casefiles.law import Law
from casefiles.rules.amounts import ZERO
from casefiles.rules.calendar import DAY
from casefiles.rules.clauses import terms_of
from casefiles.rules.enforcement import limit_of, receipts_of
from casefiles.rules.entities import CaseFacts, DocumentFacts
from casefiles.rules.instrument import Standing, has_figures, standing
from casefiles.rules.interest import Damages, RateCheck
from casefiles.rules.ledger import Ledger, agreed_rate_check, damages_by_debt, ledger_of
from casefiles.rules.limits import EnforcementLimit, Limitation, limitation_of
from casefiles.rules.loan_account import LoanAccount, loan_account
from casefiles.rules.refusal import Refused

FRESH_DAYS = 30
INSTRUMENT_PACKETS = frozenset({"insolvency_claim", "write_off_archive"})


@dataclass(frozen=True)
class Inquiry:
    """Case, packet kind, day and law. Every property is computed at its first use and kept."""

    case: CaseFacts
    packet: str
    as_of: date
    law: Law

    @cached_property
    def ledger(self) -> Ledger:
        return ledger_of(self.case, self.law, self.as_of)

    @cached_property
    def filing(self) -> date:
        """planned_filing_date, default the day of the check; a plan of the past did not come true (what was filed stands in the file)."""
        return max(self.case.planned_filing_date or self.as_of, self.as_of)

    @cached_property
    def cut_off(self) -> date:
        """The last day damages are computed to (counted); of an insolvency claim the day before the acceptance (Bankruptcy Law art. 46)."""
        if self.case.claim.interest_cut_off is None and self.packet == "insolvency_claim" and self.case.insolvency is not None:
            return self.case.insolvency.acceptance_date - DAY
        return self.case.claim.interest_cut_off or self.as_of

    @cached_property
    def at_acceptance(self) -> Inquiry | None:
        """The same question with the damages cut at the day before the acceptance at the latest (Bankruptcy Law art. 46); None without insolvency."""
        insolvency, wanted = self.case.insolvency, self.case.claim.interest_cut_off
        if insolvency is None:
            return None
        if self.packet == "insolvency_claim" and (wanted is None or wanted < insolvency.acceptance_date):
            return self
        claim = replace(self.case.claim, interest_cut_off=insolvency.acceptance_date - DAY)
        return Inquiry(replace(self.case, claim=claim), self.packet, self.as_of, self.law)

    @cached_property
    def limitation(self) -> Limitation:
        return limitation_of(self.case, self.ledger, self.as_of, self.law)

    @cached_property
    def loan(self) -> LoanAccount | None:
        """The loan with its interest to the cut-off; None for every other dispute type, and where an instrument decided on the loan."""
        if self.case.dispute_type != "loan" or self.by_instrument:
            return None
        return loan_account(self.case, self.filing, self.cut_off, self.law)

    @cached_property
    def by_instrument(self) -> bool:
        """Whether an instrument fixes what this packet is about: the substance was decided, its figures count. Enforcement knows nothing else."""
        return self.packet == "enforcement" or (self.effective_instrument and self.packet in INSTRUMENT_PACKETS)

    @property
    def standing_day(self) -> date:
        """The day the instrument is reckoned to: the filing, the day before the acceptance of an insolvency, the approval of a write-off."""
        if self.packet == "insolvency_claim" and self.case.insolvency is not None:
            return self.case.insolvency.acceptance_date - DAY
        if self.packet == "write_off_archive":
            approved = self.case.write_off.approved_on if self.case.write_off else None
            return min(approved, self.as_of) if approved else self.as_of
        return self.filing

    @cached_property
    def standing(self) -> Standing | None:
        """What the effective instrument still gives; None without one, or where its items are not entered."""
        instrument = self.case.instrument
        if instrument is None or not self.effective_instrument or not has_figures(instrument):
            return None
        return standing(instrument, receipts_of(self.case), self.standing_day)

    @cached_property
    def enforcement_limit(self) -> EnforcementLimit | None:
        """The time to apply for enforcement; None without an effective instrument."""
        return limit_of(self.case, self.ledger, self.filing) if self.effective_instrument else None

    @property
    def owed(self) -> Decimal | None:
        """The principal still owed: by the instrument after set-off, else by the ledger; None where the instrument's items are lacking."""
        if not self.by_instrument:
            return self.ledger.balance
        return self.standing.principal if self.standing else None

    @property
    def claimed(self) -> Decimal:
        """The principal claimed; for a write-off what is booked. Silence = what is owed."""
        if self.packet == "write_off_archive" and self.case.write_off is not None:
            return self.case.write_off.booked_principal
        if self.by_instrument and self.case.claim.principal is None and self.owed is not None:
            return self.owed
        return self.ledger.claimed

    @cached_property
    def _damages(self) -> tuple[dict[str, Damages], str | None]:
        if self.by_instrument:
            return {}, None  # the instrument decided on damages: its items are read, not the clause
        if self.loan is not None:
            late = self.loan.overdue
            return {debt.number: late for debt in self.ledger.debts if late is not None}, self.loan.refused
        try:
            found = damages_by_debt(self.ledger.debts, self.cut_off, lambda due: terms_of(self.case, due, self.law), self.law)
        except Refused as refused:
            return {}, refused.code
        return found, None

    @property
    def damages(self) -> dict[str, Damages]:
        """Damages on the ledger, by debt, of a loan the interest of the delay; empty where refused (`damages_refused`)."""
        return self._damages[0]

    @property
    def damages_refused(self) -> str | None:
        """The error code where damages cannot be computed (calculators.yaml, errors)."""
        return self._damages[1]

    @cached_property
    def damages_on_claim(self) -> dict[str, Damages]:
        """Damages on claim.by_invoice where it is given, else on the ledger."""
        wanted = self.case.claim.by_invoice
        if not wanted or self.damages_refused or self.loan is not None:
            return self.damages
        return damages_by_debt(self.ledger.debts, self.cut_off, lambda due: terms_of(self.case, due, self.law), self.law, wanted)

    @property
    def damages_total(self) -> Decimal:
        """What is claimed as damages to the cut-off; of a loan the interest of the delay that no payment covered."""
        if self.loan is not None:
            return self.loan.overdue_open
        return sum((d.total for d in self.damages_on_claim.values()), ZERO)

    @property
    def damages_on_ledger(self) -> Decimal:
        """The same on the ledger, whatever the claim says by invoice."""
        return self.loan.overdue_open if self.loan is not None else sum((d.total for d in self.damages.values()), ZERO)

    @property
    def term_interest(self) -> Decimal:
        """Interest of the term of a loan that no payment covered; 0.00 for every other dispute type."""
        return self.loan.term_open if self.loan is not None else ZERO

    @cached_property
    def rate_check(self) -> RateCheck | None:
        """The test of an agreed rate (X13); None without one, for a loan, or where no LPR is on file for the breach."""
        if self.case.dispute_type == "loan" or self.by_instrument:
            return None
        try:
            return agreed_rate_check(self.case, self.ledger, self.as_of, self.law)
        except Refused:
            return None

    @property
    def effective_instrument(self) -> bool:
        return self.case.effective_instrument(self.as_of)

    def printed_on(self, document: DocumentFacts) -> date | None:
        """The day a registry extract was printed."""
        value = document.fields.get("printed_on")
        if value is None:
            return None
        return value if isinstance(value, date) else date.fromisoformat(value)

    def has_flag(self, document: DocumentFacts, flag: str) -> bool:
        """Whether a need flag holds. fresh_30d is computed from the print date; every other flag was confirmed by a person."""
        if flag == "fresh_30d" and (printed := self.printed_on(document)) is not None:
            return (self.as_of - printed).days <= FRESH_DAYS
        return flag in document.flags
