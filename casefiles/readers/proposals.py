"""Values a text proposes for the fields of a document: named rules over its pages, each value with score, page, quote and reason.

Nothing believes a proposal until a person takes it over. A rule that finds two answers gives none: a value that is not proposed is looked
up by a person, a wrong one may be taken over by habit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, Protocol

from casefiles.law import load_law
from casefiles.readers.proposals_dates import date_below, labelled_date, last_day, span
from casefiles.readers.proposals_kinds import document_type
from casefiles.readers.proposals_numbers import OWN_NUMBERS, case_number, credit_code, labelled_number, waybill_number
from casefiles.readers.proposals_paper import Paper, Proposed, sheets_of, words
from casefiles.readers.proposals_parties import addressee, choice, direction, issuer, pair_of_names, party, plain_text, signer
from casefiles.readers.proposals_promises import promise
from casefiles.readers.proposals_sums import invoice_field, labelled_sum, net_and_tax

__all__ = ["DATES", "LIKELY", "OWN_NUMBERS", "RULES", "SURE", "Proposed", "propose"]

UNSORTED = "unsorted"
SURE, LIKELY = 90, 70  # scores in words: sure, likely, else a guess
GENERAL = ("number", "document_date", "amount")  # what every document has
BESIDES = ("buyer", "seller", "uscc", "waybill_no")  # told of an unsorted file too
DATES = ("issued_on", "delivery_date", "signed_on", "as_at", "paid_on", "order_date", "sent_on", "shipped_on", "delivered_on", "dated", "accepted_on",
         "acknowledged_on", "settled_on", "announced_on", "date", "document_date")  # fmt: skip
SUMS = ("amount", "total", "principal", "amount_demanded")


def seal(paper: Paper) -> Iterator[Proposed]:
    """Seals: the electronic ones an OFD bears, and red round areas seen in a picture. The words 盖章 on a form are none.

    `seal_kind` where a seal's name says its kind; `seal_present` only points to the page, for a person to confirm whose seal it is.
    """
    for borne in paper.details.get("seals") or ():
        name, page = str(borne.get("name") or ""), borne.get("page")
        kind = next((kind for kind in words()["seal_kinds"] if kind in name), "")
        if kind and "seal_kind" in paper.fields:
            yield Proposed("seal_kind", kind, "seal", 88, page, "", f"电子印章“{name}”（未验证）", f"the electronic seal “{name}” (not verified)")
        zh, en = f"带有电子印章“{name}”（未验证）", f"bears the electronic seal “{name}” (not verified)"
        yield Proposed("seal_present", name or "1", "seal", 90, page, "", zh, en)
    for seen in paper.details.get("red_seals") or ():
        score = round(100 * float(seen["likeness"]))
        zh, en = "图像中有红色圆形区域，像是印章，请看原图", "the picture has a red round area like a seal: look at it"
        yield Proposed("seal_present", str(seen["page"]), "seal", min(score, 85), seen["page"], "", zh, en)


RULES: tuple[Callable[[Paper], Iterator[Proposed]], ...] = (
    invoice_field, labelled_number, case_number, waybill_number, credit_code, labelled_date, span, date_below, last_day, labelled_sum,
    net_and_tax, party, pair_of_names, issuer, signer, plain_text, choice, direction, addressee, promise, seal,
)  # fmt: skip  # document_type comes before them all: the others ask what fields its kind has


class PageLike(Protocol):
    """What a rule needs of a page: models.Page and reading.Page are both one."""

    @property
    def number(self) -> int: ...
    @property
    def text(self) -> str: ...


def propose(
    pages: Sequence[PageLike], *, name: str, media_type: str, kind: str, details: Mapping[str, Any],
    parties: Mapping[str, str] | None = None, on: date | None = None,
) -> tuple[Proposed, ...]:  # fmt: skip
    """What the text proposes for a document of `kind`: at most one value a field, at most three kinds where nobody sorted it yet.

    `details` are those of its reading, `parties` the names of the case with their role (creditor, debtor, guarantor, third_party), `on`
    the day the paper speaks on, where a person entered it.
    """
    law = load_law()
    paper = Paper(law.documents[kind], sheets_of((page.number, page.text) for page in pages), name, media_type, details, parties or {}, on)
    kinds = list(document_type(paper)) if kind == UNSORTED else []
    if kind != UNSORTED:
        return _one_a_field(paper)
    if not kinds:
        return ()
    told = _one_a_field(replace(paper, kind=law.documents[kinds[0].value]))
    return (*kinds, *_general(told, paper))


def _one_a_field(paper: Paper) -> tuple[Proposed, ...]:
    """The best value of each field, in the order of the rules; of rules that say different things the earlier wins unless a later is surer."""
    held: dict[str, Proposed] = {}
    for rule in RULES:
        for one in rule(paper):
            known = one.field in paper.fields or one.field == "seal_present"
            if known and one.value and (one.field not in held or one.score > held[one.field].score):
                held[one.field] = one
    if "document_date" in held and not held.keys().isdisjoint(DATES[:-2]):
        del held["document_date"]  # the kind has a name of its own for the day
    special = {held[name].value for name in SUMS[1:] if name in held}
    if "amount" in held and held["amount"].value in special:
        del held["amount"]  # one sum of the paper is not proposed under two names
    return tuple(held.values())


def _general(told: Sequence[Proposed], paper: Paper) -> Iterator[Proposed]:
    """What of a likely kind's fields every document has: its number, its day, its amount; and what is worth knowing before it is sorted."""
    by_field = {one.field: one for one in told}
    for general, fields in (("number", tuple(name for name in OWN_NUMBERS if name != "waybill_no")), ("document_date", DATES), ("amount", SUMS)):
        one = by_field.get(general) or next((by_field[field] for field in fields if field in by_field), None)
        if one is not None and general in paper.fields:
            yield replace(one, field=general)
    yield from (by_field[field] for field in BESIDES if field in by_field)
    yield from (one for one in told if one.field == "seal_present")
