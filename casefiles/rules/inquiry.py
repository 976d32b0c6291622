"""One question put to the rules: this case, this packet kind, this day. Holds the figures several rules need, computed once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property

from casefiles.law import Law
from casefiles.rules.amounts import ZERO
from casefiles.rules.entities import CaseFacts, DocumentFacts
from casefiles.rules.interest import Damages, RateCheck
from casefiles.rules.ledger import Ledger, agreed_rate_check, damages_by_debt, ledger_of, terms_of
from casefiles.rules.limits import Limitation, limitation_of
from casefiles.rules.refusal import Refused

FRESH_DAYS = 30


@dataclass(frozen=True)
class Inquiry:
    """Case, packet kind, day and law. Every property is computed at its first use and kept."""

    case: CaseFacts
    packet: str
    as_of: date
    law: Law

    @cached_property
    def ledger(self) -> Ledger:
        return ledger_of(self.case)

    @cached_property
    def filing(self) -> date:
        """planned_filing_date, default the day of the check."""
        return self.case.planned_filing_date or self.as_of

    @cached_property
    def cut_off(self) -> date:
        """The last day damages are computed to (counted)."""
        return self.case.claim.interest_cut_off or self.as_of

    @cached_property
    def limitation(self) -> Limitation:
        return limitation_of(self.case, self.ledger, self.as_of, self.law)

    @cached_property
    def _damages(self) -> tuple[dict[str, Damages], str | None]:
        try:
            found = damages_by_debt(self.ledger.debts, self.cut_off, lambda due: terms_of(self.case, due, self.law), self.law)
        except Refused as refused:
            return {}, refused.code
        return found, None

    @property
    def damages(self) -> dict[str, Damages]:
        """Damages on the ledger, by debt; empty where refused (`damages_refused`)."""
        return self._damages[0]

    @property
    def damages_refused(self) -> str | None:
        """The error code where damages cannot be computed (calculators.yaml, errors)."""
        return self._damages[1]

    @cached_property
    def damages_on_claim(self) -> dict[str, Damages]:
        """Damages on claim.by_invoice where it is given, else on the ledger."""
        wanted = self.case.claim.by_invoice
        if not wanted or self.damages_refused:
            return self.damages
        return damages_by_debt(self.ledger.debts, self.cut_off, lambda due: terms_of(self.case, due, self.law), self.law, wanted)

    @property
    def damages_total(self) -> Decimal:
        """What is claimed as damages to the cut-off."""
        return sum((d.total for d in self.damages_on_claim.values()), ZERO)

    @cached_property
    def rate_check(self) -> RateCheck | None:
        """The test of an agreed rate (X13); None without one, for a loan, or where no LPR is on file for the breach."""
        if self.case.dispute_type == "loan":
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
