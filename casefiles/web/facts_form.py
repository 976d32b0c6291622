"""The form of a section, drawn from its shape and the texts in it; and what a section says, for the overview."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import g
from flask_babel import gettext as _

from casefiles.law import Words, load_law
from casefiles.models import Case, Document
from casefiles.policy import DECLARES
from casefiles.revise.sections import PAPERS, Section, Shape, shape_of
from casefiles.revise.texts import NEW_PAPER, period_in_chinese, row_numbers
from casefiles.web.calculator_sheet import percent
from casefiles.web.fact_words import CHOICE_WORDS, HINTS, KEY_WORDS
from casefiles.web.words import dispute_label, in_language, language, money, packet_label, type_label

BLANK = "__row__"  # stands for the number of a row that the browser adds
LONG = frozenset({
    "contract.dispute_clause.text", "contract.cost_clause.text", "clause_rate.text", "quality_dispute.content", "proceeding.result", "claim.note",
    "judgment.effective_on_source", "preservation.measures.description", "instrument_item.note", "party.former_names", "contract.authorised_receivers",
    "contract.authorised_contacts",
})  # fmt: skip
WIDE = LONG | {"case.title", "contract.payment_terms.rule", "declaration.statement", "party.name", "contract.name", "insolvency.administrator_address"}
FOLDED = frozenset({  # asked for seldom: folded away while empty
    "party.id", "party.registered_address", "party.position", "party.ownership", "party.former_names", "party.gender", "party.birth_date", "party.ethnicity",
    "party.employer", "party.id_kind", "party.id_number", "party.service_address", "party.e_service", "party.email", "guarantor.id", "guarantor.address",
    "guarantor.statutory_exception", "contract.currency", "contract.signed_at", "contract.notice_address", "contract.authorised_contacts",
    "contract.object_kind", "contract.object_location", "contract.place_of_performance", "contract.debtor_seal_or_signature", "contract.debtor_seal",
    "contract.creditor_seal", "contract.signature_or_seal", "contract.electronic_signature_reliable", "contract.back_to_back",
    "contract.deemed_acceptance_clause", "judgment.effective_on_source", "instrument_item.base", "instrument_item.until", "instrument_item.note",
    "instrument_item.basis", "proceeding.id", "enforcement.terminated_current_procedure.kind", "preservation.measures.rank", "write_off.approved_by",
})  # fmt: skip
OPEN = frozenset({"contract.payment_terms", "contract.late_payment_clause", "contract.dispute_clause"})  # asked for by most checks: never folded
NOT_TOLD = frozenset({
    "party.id_number", "party.birth_date", "party.phone", "party.email", "party.gender", "party.ethnicity", "party.employer", "agent.phone",
    "party.bank_account.number",
})  # fmt: skip


@dataclass(frozen=True)
class Field:
    """One input."""

    at: str
    kind: str
    label: str
    value: str
    silence: str
    hint: str = ""
    error: str = ""
    required: bool = False
    choices: tuple[tuple[str, str], ...] = ()
    wide: bool = False
    long: bool = False
    folded: bool = False


@dataclass(frozen=True)
class Group:
    """A record: its inputs and the records and lists inside it."""

    at: str
    label: str
    silence: str
    fields: tuple[Field, ...]
    inner: tuple[Group | Rows, ...] = ()
    error: str = ""
    open: bool = True
    is_rows = False


@dataclass(frozen=True)
class Rows:
    """A list of records; `blank` is the row the browser copies."""

    at: str
    label: str
    silence: str
    rows: tuple[Group, ...]
    blank: Group
    is_rows = True


class Drawing:
    """The form of one section of a case, as texts and reasons stand."""

    def __init__(self, case: Case, documents: Sequence[Document], texts: Mapping[str, str], reasons: Mapping[str, Words]) -> None:
        self.case, self.documents, self.texts, self.reasons = case, documents, texts, reasons

    def section(self, section: Section) -> Group:
        """The whole form; a section of one block shows that block's keys without naming it again."""
        whole = self._group(shape_of(section), "", "")
        only = whole.inner[0] if len(whole.inner) == 1 and not whole.fields else None
        return only if isinstance(only, Group) else whole

    def _group(self, shape: Shape, at: str, label: str) -> Group:
        fields: list[Field] = []
        inner: list[Group | Rows] = []
        for part in shape.parts:
            place = f"{at}.{part.key}" if at else part.key
            if part.kind == "record":
                inner.append(self._group(part, place, _label(part)))
            elif part.kind == "records":
                rows = tuple(self._group(part, f"{place}.{number}", "") for number in row_numbers(self.texts, place))
                inner.append(Rows(place, _label(part), _silence(part), rows, self._group(part, f"{place}.{BLANK}", "")))
            elif part.kind == "sums":
                inner.append(self._sums(part, place))
            else:
                fields.append(self._field(part, place))
        silence = _silence(shape) if shape.key and shape.kind == "record" else ""
        unfold = shape.required or shape.name in OPEN or any(place.startswith(f"{at}.") for place in (*filter(self.texts.get, self.texts), *self.reasons))
        return Group(at, label, silence, tuple(fields), tuple(inner), self._reason(at), unfold)

    def _field(self, shape: Shape, at: str) -> Field:
        value, error = self.texts.get(at, ""), self._reason(at)
        if shape.kind == "period" and language() == "zh":
            value = period_in_chinese(value)
        if shape.kind == "money" and not error and value:
            value = money(value).removeprefix("¥") if value.replace(".", "").isdecimal() else value
        return Field(
            at, shape.kind, _label(shape), value, _silence(shape), _hint(shape), error, shape.required, self._choices(shape, value), shape.name in WIDE,
            shape.name in LONG or shape.kind == "texts", shape.name in FOLDED and not value and not error,
        )  # fmt: skip

    def _sums(self, shape: Shape, at: str) -> Group:
        """One sum for every invoice of the case, and for a number that is claimed though no invoice has it."""
        claimed = [place.removeprefix(f"{at}.") for place in self.texts if place.startswith(f"{at}.")]
        invoices = [document.number for document in self.documents if document.type == "vat_invoice" and document.number]
        numbers = dict.fromkeys([*(row.no for row in self.case.invoices), *invoices, *claimed])
        fields = tuple(
            Field(f"{at}.{number}", "money", number, self.texts.get(f"{at}.{number}", ""), "", error=self._reason(f"{at}.{number}")) for number in numbers
        )
        return Group(at, _label(shape), _silence(shape), fields)

    def _choices(self, shape: Shape, value: str) -> tuple[tuple[str, str], ...]:
        if shape.kind == "flag":
            return (("true", _("yes")), ("false", _("no")))
        if shape.kind == "paper":
            return tuple(self._papers(shape, value))
        shown = (choice for choice in shape.choices if shape.name != "declaration.by" or choice == value or choice in DECLARES[g.actor.role])
        return tuple((choice, choice_label(shape, choice)) for choice in shown)

    def _papers(self, shape: Shape, value: str) -> Iterator[tuple[str, str]]:
        """The documents of the case that fit, the one that is named, and a paper that is not on file yet."""
        yield NEW_PAPER, _("not on file yet: record it without a file")
        for document in self.documents:
            if document.type in PAPERS[shape.name] or document.ref == value:
                told = " · ".join(filter(None, [document.ref, document.title_zh or type_label(document.type), document.number]))
                yield document.ref, told
        if value and value != NEW_PAPER and value not in {document.ref for document in self.documents}:
            yield value, value

    def _reason(self, at: str) -> str:
        return in_language(self.reasons[at]) if at in self.reasons else ""


def _label(shape: Shape) -> str:
    return in_language(KEY_WORDS[shape.name].label)


def _silence(shape: Shape) -> str:
    words = KEY_WORDS[shape.name].silence if shape.name in KEY_WORDS else None
    return in_language(words) if words else ""


def _hint(shape: Shape) -> str:
    return in_language(HINTS[shape.name]) if shape.name in HINTS else ""


def choice_label(shape: Shape, choice: str) -> str:
    """A choice in words: the law's own where it has them."""
    if shape.name in ("case.packet_kind", "proceeding.kind"):
        return packet_label(choice)
    if shape.name == "case.dispute_type":
        return dispute_label(choice)
    if shape.name == "judgment.type" and choice in load_law().documents:
        return type_label(choice)
    return in_language(CHOICE_WORDS[choice])


def places(group: Group) -> Iterator[str]:
    """Every place of a form that shows its own reason."""
    yield group.at
    yield from (field.at for field in group.fields)
    for inner in group.inner:
        if isinstance(inner, Rows):
            yield from (at for row in inner.rows for at in places(row))
        else:
            yield from places(inner)


def told(section: Section, value: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What a section says, as label and text; personal numbers stay on the form."""
    return list(_told(shape_of(section), value))


def _told(shape: Shape, value: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, str]]:
    for part in shape.parts:
        if value.get(part.key) is None or part.name in NOT_TOLD:
            continue
        said, label = value[part.key], _label(part)
        named = f"{before} · {label}" if before else label
        if part.kind == "record":
            yield from _told(part, said, named if shape.key else "")
        elif part.kind == "records":
            for number, entry in enumerate(said, 1):
                yield f"{named} {number}", ", ".join(f"{key}: {text}" if text in (_("yes"), _("no")) else text for key, text in _told(part, entry))
        elif part.kind == "sums":
            yield named, ", ".join(f"{number}: {money(amount)}" for number, amount in said.items())
        else:
            yield named, _text(part, said)


def _text(shape: Shape, said: Any) -> str:
    if shape.kind == "flag":
        return str(_("yes") if said else _("no"))
    if shape.kind == "money":
        return str(money(said))
    if shape.kind == "rate":
        return percent(str(said))
    if shape.kind == "choice":
        return choice_label(shape, str(said))
    if shape.kind == "texts":
        return str(_(", ")).join(map(str, said))
    return period_in_chinese(str(said)) if shape.kind == "period" and language() == "zh" else str(said)
