"""The condition language of evidence-chain.yaml: doc / need / with / n / covers / covers_by / any_of / all_of / at_least / field / declaration /
computed. Conditions are data walked by named functions; nothing is ever evaluated as code.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from casefiles.law import LawError, Node
from casefiles.rules.amounts import ZERO
from casefiles.rules.computed import computed, field_filled, holds
from casefiles.rules.entities import DocumentFacts, numbers
from casefiles.rules.inquiry import Inquiry
from casefiles.rules.instrument import fixed_sum
from casefiles.rules.limits import statement_is_proved

LETTERS = ("demand_letter", "lawyers_letter")
CONDITION_KEYS = ("doc", "all_of", "any_of", "at_least", "field", "declaration", "computed")


@dataclass(frozen=True)
class Outcome:
    """Whether a condition is met, by which documents; `near` are documents of the right type that lack a flag or a value."""

    met: bool
    documents: tuple[str, ...] = ()
    near: tuple[str, ...] = ()


@dataclass(frozen=True)
class Coverage:
    """How far documents together cover a named amount. `uncovered` are the units (deliveries) nothing proves."""

    required: Decimal
    covered: Decimal
    documents: tuple[str, ...]
    uncovered: tuple[str, ...]
    gap: Decimal

    @property
    def enough(self) -> bool:
        return bool(self.documents) and self.covered >= self.required


def _matches_with(document: DocumentFacts, wanted: Mapping[str, str]) -> bool:
    defaults = {"recipient": "debtor"}
    return all(document.fields.get(name, defaults.get(name)) == value for name, value in wanted.items())


def matching(node: Node, inquiry: Inquiry) -> tuple[tuple[DocumentFacts, ...], tuple[DocumentFacts, ...]]:
    """The documents a `doc` condition accepts, and those of its type it does not."""
    good: list[DocumentFacts] = []
    near: list[DocumentFacts] = []
    meant = node.get("with", {})
    if node["doc"] in LETTERS:  # a letter to a guarantor asks nothing of the debtor: it belongs to X11
        meant = {"recipient": "debtor", **meant}
    for document in inquiry.case.of_type(node["doc"]):
        wanted = _matches_with(document, meant) and all(inquiry.has_flag(document, flag) for flag in node.get("need", ()))
        (good if wanted else near).append(document)
    return tuple(good), tuple(near)


def _doc(node: Node, inquiry: Inquiry) -> Outcome:
    good, near = matching(node, inquiry)
    enough = sum(document.n for document in good) >= node.get("n", 1)
    return Outcome(enough, numbers(good), numbers(near))


def served_letters(kind: str, inquiry: Inquiry, recipient: str = "debtor") -> Outcome:
    """Letters of a kind together with the receipt that shows their arrival (C14, L04); a receipt that says "not found" shows none."""
    mine = [letter for letter in inquiry.case.letters if letter.document.type == kind and letter.recipient == recipient]
    good = [letter for letter in mine if letter.served]
    documents = tuple(name for letter in good for name in (letter.document.id, letter.receipt) if name)
    return Outcome(bool(good), documents, tuple(letter.document.id for letter in mine if letter not in good))


def _letter_pair(parts: Sequence[Node]) -> tuple[Node, Node] | None:
    """An all_of of a letter and its delivery receipt: the two belong together, any receipt beside any letter will not do."""
    letter = next((p for p in parts if p.get("doc") in LETTERS), None)
    receipt = next((p for p in parts if p.get("doc") == "delivery_receipt"), None)
    return (letter, receipt) if letter is not None and receipt is not None else None


def _all_of(node: Node, inquiry: Inquiry) -> Outcome:
    parts: Sequence[Node] = node["all_of"]
    pair = _letter_pair(parts)
    outcomes = [evaluate(part, inquiry) for part in parts if pair is None or part not in pair]
    if pair is not None:
        letter, _ = pair
        outcomes.append(served_letters(letter["doc"], inquiry, letter.get("with", {}).get("recipient", "debtor")))
    return _joined(all(o.met for o in outcomes), outcomes)


def _any_of(node: Node, inquiry: Inquiry) -> Outcome:
    outcomes = [evaluate(part, inquiry) for part in node["any_of"]]
    return _joined(any(o.met for o in outcomes), outcomes)


def _at_least(node: Node, inquiry: Inquiry) -> Outcome:
    rule = node["at_least"]
    outcomes = [evaluate(part, inquiry) for part in rule["of"]]
    return _joined(sum(o.met for o in outcomes) >= rule["n"], outcomes)


def _joined(met: bool, outcomes: Iterable[Outcome]) -> Outcome:
    """The outcome of a group: where it is met, the documents of its met parts; where not, all of them are only near."""
    known = tuple(outcomes)
    if not met:
        return Outcome(met, (), tuple(dict.fromkeys(d for o in known for d in (*o.documents, *o.near))))
    return Outcome(met, tuple(dict.fromkeys(d for o in known if o.met for d in o.documents)), tuple(dict.fromkeys(d for o in known for d in o.near)))


def _field(node: Node, inquiry: Inquiry) -> Outcome:
    filled = field_filled(node["field"], inquiry)
    contract = inquiry.case.contract if node["field"].startswith("contract.") else None
    return Outcome(filled, (contract.id,) if filled and contract else ())


def _declaration(node: Node, inquiry: Inquiry) -> Outcome:
    return Outcome((node["declaration"], node["by"]) in inquiry.case.declarations)


def _computed(node: Node, inquiry: Inquiry) -> Outcome:
    return Outcome(computed(node["computed"], inquiry))


READERS: Mapping[str, Callable[[Node, Inquiry], Outcome]] = {
    "doc": _doc,
    "all_of": _all_of,
    "any_of": _any_of,
    "at_least": _at_least,
    "field": _field,
    "declaration": _declaration,
    "computed": _computed,
}


def evaluate(node: Node, inquiry: Inquiry) -> Outcome:
    """Whether one condition is met. `covers` is left to `coverage`, which adds the options of an element up."""
    kind = next((key for key in CONDITION_KEYS if key in node), None)
    if kind is None:
        raise LawError(f"evidence-chain.yaml: a condition with none of {', '.join(CONDITION_KEYS)}: {dict(node)}")
    outcome = READERS[kind](node, inquiry)
    if outcome.met and "when" in node and not holds(node["when"], inquiry):
        return Outcome(met=False, near=outcome.documents)
    return outcome


def required_amount(name: str, inquiry: Inquiry) -> Decimal:
    """A named amount of `covers` (evidence-chain.yaml, amount_names)."""
    instrument = inquiry.case.instrument if inquiry.by_instrument and inquiry.standing else None
    amounts = {
        "delivered_total": lambda: inquiry.ledger.delivered,
        "claimed_gross_amount": lambda: fixed_sum(instrument, "principal") if instrument else inquiry.ledger.gross,
        "claimed_principal": lambda: inquiry.ledger.claimed,
    }
    if name not in amounts:
        raise LawError(f"evidence-chain.yaml: covers names the unknown amount '{name}'")
    return amounts[name]()


class _Tally:
    """Adds documents up, each delivery once, by whichever document proves it."""

    def __init__(self, units: Mapping[str, tuple[str, Decimal]], copies: Mapping[str, str]) -> None:
        self.units = units  # id of the paper of a delivery, period or disbursement -> (its number, amount)
        self.copies = copies  # id of a further entry of the same note -> delivery id
        self.proved: dict[str, Decimal] = {}
        self.beside = ZERO
        self.documents: list[str] = []

    def prove(self, unit: str, by: str) -> None:
        unit = self.copies.get(unit, unit)
        if unit in self.units and unit not in self.proved:
            self.proved[unit] = self.units[unit][1]
        self.note(by)

    def note(self, document: str) -> None:
        if document not in self.documents:
            self.documents.append(document)

    def add(self, document: DocumentFacts) -> None:
        """A document that proves deliveries it names, or its own amount. One that names none is matched by number, then by exact amount:
        first with a delivery nothing proves yet; where only a proved one has this amount it is the same delivery and counts once."""
        if document.id in self.units or document.id in self.copies:
            return self.prove(document.id, document.id)
        named = [unit for unit in document.lists if unit in self.units or unit in self.copies]
        named = named or [unit for unit, (number, _) in self.units.items() if document.number is not None and number == document.number]
        if not named and document.amount is not None:
            same = [unit for unit, (_, amount) in self.units.items() if amount == document.amount]
            named = [unit for unit in same if unit not in self.proved][:1] or same[:1]
        for unit in named:
            self.prove(unit, document.id)
        if not named and document.amount:
            self.beside += document.amount
            self.note(document.id)
        return None


def _covering(node: Node, inquiry: Inquiry) -> tuple[DocumentFacts, ...]:
    """The documents of one covering option: its own, or of an all_of those of the part that speaks of arrival (the last)."""
    if "doc" in node:
        good, _ = matching(node, inquiry)
        if node["doc"] == "reconciliation_statement":
            proved = {s.document.id for s in inquiry.case.statements if statement_is_proved(s)}
            good = tuple(d for d in good if d.id in proved)
        return good
    if not _all_of(node, inquiry).met:
        return ()
    first, last = (matching(part, inquiry)[0] for part in (node["all_of"][0], node["all_of"][-1]))
    return tuple(d if d.amount is not None or d.lists else _amount_of_pair(d, first) for d in last)


def _amount_of_pair(document: DocumentFacts, others: Sequence[DocumentFacts]) -> DocumentFacts:
    """A carrier's proof without an amount speaks for the waybill of the same number, which has one."""
    waybill = document.fields.get("waybill_no")
    pair = [o for o in others if waybill is not None and o.fields.get("waybill_no") == waybill]
    return replace(document, amount=pair[0].amount, lists=pair[0].lists) if pair else document


def _up_to(document: DocumentFacts, inquiry: Inquiry) -> tuple[str, ...]:
    """A statement that a person marked as covering all deliveries: those up to the day it speaks of (X02, covers_all_deliveries)."""
    as_at = next((s.as_at for s in inquiry.case.statements if s.document.id == document.id), None)
    return tuple(u.document for u in inquiry.ledger.units if as_at is None or u.day is None or u.day <= as_at)


def coverage(nodes: Sequence[Node], inquiry: Inquiry) -> Coverage:
    """How far the options of one element that cover the same amount cover it together, each unit of the performance once.

    Invoices are no units: they only add up.
    """
    wanted = nodes[0]["covers"]
    required = required_amount(wanted, inquiry)
    performed = inquiry.ledger.units if nodes[0].get("doc") != "vat_invoice" else ()
    units = {unit.document: (unit.number, unit.amount) for unit in performed}
    tally = _Tally(units, {copy: unit.document for unit in performed for copy in unit.copies})
    again = {copy for invoice in inquiry.case.invoices for copy in invoice.copies}
    for node in nodes:
        by_lists = node.get("covers_by") == "lists"
        for document in (d for d in _covering(node, inquiry) if d.id not in again):
            if not by_lists:
                tally.add(document)
                continue
            listed = _up_to(document, inquiry) if document.fields.get("covers_all_deliveries") is True else document.lists
            for unit in listed:
                tally.prove(unit, document.id)
    uncovered = tuple(unit for unit in units if unit not in tally.proved)
    covered = sum(tally.proved.values(), ZERO) + tally.beside
    whole = tally.beside or not uncovered or wanted == "claimed_principal"  # the claim can be less than all that was performed
    gap = required - covered if whole else sum((units[unit][1] for unit in uncovered), ZERO)
    return Coverage(required, covered, tuple(tally.documents), uncovered, gap)
