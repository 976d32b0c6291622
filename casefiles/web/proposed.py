"""What the text proposes, as the page of a document shows it: kinds on top, each value beside its field."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import g, url_for
from flask_babel import gettext as _

from casefiles import policy, propose
from casefiles.models import Document, Proposal
from casefiles.readers.proposals import LIKELY, SURE
from casefiles.web.field_words import CHOICE_WORDS, FIELD_WORDS
from casefiles.web.masking import shown
from casefiles.web.words import in_language, money, type_label

SUMS = ("labelled_sum", "net_and_tax")  # rules whose values are money, whatever the kind of the field
LEAST_AT_ONCE = 2  # one button for all that is sure, where there are so many


@dataclass(frozen=True)
class ShownProposal:
    """One proposal: its value and why, as a sentence says them; `page_url` leads to the page with the words marked."""

    id: int
    field: str
    label: str
    value: str
    why: str
    level: str  # sure | likely | guess
    score: int
    page: int | None
    page_url: str
    may_take: bool

    @property
    def level_word(self) -> str:
        return str({"sure": _("sure"), "likely": _("likely"), "guess": _("a guess")}[self.level])


def panel(document: Document) -> dict[str, Any]:
    """`proposed`: kinds, fields (field name -> proposal), others without a field of this kind, seals, how many are sure."""
    rows = [_shown(document, row) for row in propose.open_ones(document)] if document.sha256 else []
    entered = {row.id for row in propose.open_ones(document) if row.field != "type" and propose.may_enter(document, row)}
    edits = policy.may_document(g.actor, "edit", document) and policy.may(g.actor, policy.adding(document.type))
    sure = len(propose.sure_ones(document)) if edits and rows else 0
    return {"proposed": {
        "kinds": sorted((row for row in rows if row.field == "type"), key=lambda row: -row.score),
        "fields": {row.field: row for row in rows if row.id in entered},
        "others": [row for row in rows if row.id not in entered and row.field not in ("type", propose.SEAL)],
        "seals": [row for row in rows if row.field == propose.SEAL],
        "sure": sure if sure >= LEAST_AT_ONCE else 0,
        "may_decide": edits or policy.may_sort(g.actor, document),
    }}  # fmt: skip


def _shown(document: Document, row: Proposal) -> ShownProposal:
    quote = shown(document, row.quote).replace('"', " ").strip()
    url = url_for("documents.show", case_id=document.case_id, document_id=document.id, page=row.page or 1, q=f'"{quote}"' if quote else None)
    return ShownProposal(
        row.id, row.field, in_language(FIELD_WORDS[row.field]) if row.field in FIELD_WORDS else row.field, shown(document, _value(document, row)),
        shown(document, in_language({"zh": row.reason_zh, "en": row.reason_en})), _level(row.score), row.score, row.page, url,
        row.field != "type" or policy.may(g.actor, policy.adding(row.value)),
    )  # fmt: skip


def _level(score: int) -> str:
    return "sure" if score >= SURE else "likely" if score >= LIKELY else "guess"


def _value(document: Document, row: Proposal) -> str:
    if row.field == "type":
        return type_label(row.value)
    if row.value in CHOICE_WORDS:
        return in_language(CHOICE_WORDS[row.value])
    return money(row.value) if row.rule in SUMS or propose.kind_of(document, row.field) == "money" else row.value
