"""What the page of one document shows: pages with hits, typed fields, confirmed flags, ledger entries, uses, integrity."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask import g, request
from flask_babel import gettext as _
from sqlalchemy import select

from casefiles import assess, intake, policy, work
from casefiles.case_mapping import block_rows, entry_of
from casefiles.db import session
from casefiles.law import FieldType, Words, load_law
from casefiles.models import Case, Document, Flag, Job, JobState, Packet, Person
from casefiles.search import QueryError, marks, terms_of
from casefiles.web import children, originals, pictures, proposed, spoken, uploads
from casefiles.web.field_words import CHOICE_WORDS, FIELD_WORDS, LEDGER_WORDS
from casefiles.web.marked import segments
from casefiles.web.words import in_language, money

WIDTHS = (630, 900, 1350, 1800)  # pixels: 70, 100, 150, 200 %
WIDE = frozenset({"title_zh", "registered_address", "recipient_address", "payment_terms", "late_payment_clause", "dispute_clause", "remark", "legal_basis"})


@dataclass(frozen=True)
class ShownField:
    """One input of the form. `value` is its text, `said` the same as a sentence says it."""

    field: FieldType
    label: Words
    value: str
    said: str
    choices: tuple[tuple[str, Words], ...] = ()

    @property
    def first(self) -> bool:
        """Filled, or asked of every document: the others are folded away."""
        return bool(self.value) or self.field.name in ("number", "document_date", "amount")

    @property
    def wide(self) -> bool:
        return self.field.name in WIDE or self.field.kind == "list"


@dataclass(frozen=True)
class ShownFlag:
    """One yes or no that a person confirms, and who did."""

    name: str
    words: Words
    flag: Flag | None
    person: str


@dataclass(frozen=True)
class ShownPage:
    """One page in the list."""

    number: int
    label: str
    hits: int


def page(document: Document) -> dict[str, Any]:
    """Everything documents/show.html needs but the form's own answer."""
    terms = _terms(request.args.get("q", ""))
    pages = [ShownPage(p.number, p.label, len(marks(p.text, terms))) for p in document.pages if p.source != "speech"] or _plain_pages(document)
    last = max((p.number for p in pages), default=1)
    number = min(max(request.args.get("page", 1, type=int), 1), last)
    width = request.args.get("width", 900, type=int)
    held = next((p for p in document.pages if p.number == number), None)
    return {
        "document": document, "number_of": _number_of(document), "case": document.case, "pages": pages, "last": last, "number": number,
        "q": request.args.get("q", ""), "hits": any(p.hits for p in pages),
        "label": held.label if held and held.label != str(number) else "", "source": held.source if held else "",
        "segments": segments(held.text if held else "", terms),
        "width": width if width in WIDTHS else 900, "widths": WIDTHS, "view": request.args.get("view", "") if pages else "",
        "saved": "saved" in request.args, **spoken.panel(document, held, terms), **children.of(document), **proposed.panel(document),
        **_picture(document, number, width if width in WIDTHS else 900), **_form(document), **_rights(document), **_uses(document),
    }  # fmt: skip


def _terms(query: str) -> tuple[str, ...]:
    try:
        return terms_of(query) if query.strip() else ()
    except QueryError:
        return ()  # the search page explains; here there is only nothing to mark


def _plain_pages(document: Document) -> list[ShownPage]:
    shown = _pictured(document)
    return [ShownPage(number, "", 0) for number in range(1, (document.page_count or int(shown)) + 1)]


def _pictured(document: Document) -> bool:
    return document.sha256 is not None and pictures.can_show(document.media_type or "") and policy.may_see_pictures(g.actor, document)


def _picture(document: Document, number: int, width: int) -> dict[str, Any]:
    """Whether this page can be shown as a picture, how large it is, and why not where it cannot."""
    told: dict[str, Any] = {"pictured": _pictured(document), "picture_size": None, "no_picture": ""}
    if told["pictured"]:
        try:
            told["picture_size"] = pictures.size(originals.path_of(document), document.media_type or "", number, width)
        except pictures.NoPicture as error:
            told["no_picture"] = in_language({"zh": error.reason_zh, "en": error.reason_en})
    return told


def _form(document: Document) -> dict[str, Any]:
    law, types = load_law(), uploads.addable()
    kinds = types if any(kind.id == document.type for kind in types) else [law.documents[document.type], *types]
    return {
        "fields": list(shown_fields(document)), "flags": list(_flags(document)), "entries": list(_entries(document)), "holders": _holders(),
        "paper_original": intake.original_of(document),
        "groups": [(words, kinds_of) for group, words in law.groups.items() if (kinds_of := [kind for kind in kinds if kind.group == group])],
    }  # fmt: skip


def _rights(document: Document) -> dict[str, Any]:
    return {
        "may_edit": policy.may_document(g.actor, "edit", document) and policy.may(g.actor, policy.adding(document.type)),
        "may_download": policy.may_document(g.actor, "export", document, reason="-"), "needs_reason": originals.needs_reason(document),
        "may_retry": policy.may(g.actor, policy.adding(document.type)),
    }  # fmt: skip


def _uses(document: Document) -> dict[str, Any]:
    return {
        "job": _job(document), "receiver": _person(document.received_by_id), "elements": list(_elements(document.case, document)),
        "packets": _packets(document), "duplicate": _seen_duplicate(document),
    }  # fmt: skip


def shown_fields(document: Document) -> Iterator[ShownField]:
    """The inputs of the form of a document, filled."""
    kind = load_law().documents[document.type]
    held = {"title_zh": document.title_zh, "number": document.number, "document_date": document.document_date, "amount": document.amount, "n": document.n}
    for field in kind.fields:
        value = document.fields.get(field.name, held.get(field.name))
        if field.name in kind.flags or (field.kind == "list" and field.choices) or _of_records(value):
            continue  # a flag is confirmed below, by a person; records with keys of their own are no text: they are kept as they are
        choices = tuple((choice, CHOICE_WORDS.get(choice, Words(choice, choice))) for choice in field.choices) if field.kind == "choice" else ()
        yield ShownField(field, FIELD_WORDS[field.name], _text(value, field.kind), said(value, field.kind), choices)


def _of_records(value: Any) -> bool:
    return isinstance(value, dict) or (isinstance(value, list) and any(isinstance(part, dict) for part in value))


def _text(value: Any, kind: str) -> str:
    """A value as its input holds it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return str(_(", ")).join(str(part) for part in value)
    return money(value).removeprefix("¥") if kind == "money" else str(value)


def said(value: Any, kind: str = "") -> str:
    """A value as a page says it."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if kind == "money":
        return money(value)
    if isinstance(value, str) and value in CHOICE_WORDS:
        return in_language(CHOICE_WORDS[value])
    return _text(value, kind)


def _flags(document: Document) -> Iterator[ShownFlag]:
    law, held = load_law(), {flag.name: flag for flag in document.flags}
    for name in dict.fromkeys([*law.documents[document.type].flags, *held]):
        flag = held.get(name)
        yield ShownFlag(name, law.need_flag_words.get(name, Words(name, name)), flag, _person(flag.confirmed_by_id) if flag else "")


def _entries(document: Document) -> Iterator[list[tuple[Words, str]]]:
    """The ledger, letter or recording entries that stand on this document."""
    kinds = {field.name: field.kind for kind in load_law().documents.values() for field in kind.fields}
    for paper, row in block_rows(document.case):
        if paper.id == document.id:
            plain = {key: value for key, value in entry_of(row).items() if not isinstance(value, dict | list) and value is not None}
            yield [(_label(key), said(value, "money" if key in ("amount", "total", "amount_demanded") else kinds.get(key, ""))) for key, value in plain.items()]


def _label(key: str) -> Words:
    return LEDGER_WORDS.get(key) or FIELD_WORDS.get(key) or load_law().need_flag_words.get(key) or Words(key, key.replace("_", " "))


def _number_of(document: Document) -> str:
    """The document's own number: as entered, or as its ledger entry says it."""
    entered = document.fields.get("number") or document.number
    return str(entered or next((row.no for paper, row in block_rows(document.case) if paper.id == document.id and getattr(row, "no", None)), ""))


def _holders() -> list[tuple[str, str]]:
    return [("creditor", _("creditor")), ("lawyer", _("lawyer")), ("court", _("court")), ("notary", _("notary")), ("lost", _("lost"))]


def _person(person_id: int | None) -> str:
    person = session.get(Person, person_id) if person_id is not None else None
    return person.name if person else ""


def _job(document: Document) -> Job | None:
    """The reading that waits, runs or failed last."""
    job = session.scalar(select(Job).where(Job.document_id == document.id, Job.name == work.READ_DOCUMENT).order_by(Job.id.desc()).limit(1))
    return job if job is not None and job.state is not JobState.DONE else None


def _elements(case: Case, document: Document) -> Iterator[dict[str, Any]]:
    """The evidence elements this document may prove, with their status and the findings that name it."""
    law, check = load_law(), assess.check(case, today=g.actor.today)
    naming: dict[str, list[dict[str, Any]]] = {}
    for finding in check["findings"]:
        if document.ref in finding.get("documents", ()):
            naming.setdefault(finding.get("element") or law.checks[finding["check"]].home, []).append(finding)
    status = check.get("element_status", {})
    proving = [name for name in status if name in law.elements and _mentions(law.elements[name].primary, document.type)]
    for name in dict.fromkeys([*proving, *naming]):
        yield {"id": name, "status": status.get(name), "findings": naming.get(name, [])}


def _mentions(node: Any, document_type: str) -> bool:
    if isinstance(node, dict):
        return node.get("doc") == document_type or any(_mentions(part, document_type) for part in node.values())
    return isinstance(node, list | tuple) and any(_mentions(part, document_type) for part in node)


def _packets(document: Document) -> list[Packet]:
    """The packets whose manifest holds these bytes."""
    if not policy.may(g.actor, policy.Action.READ_PACKET) or document.sha256 is None:
        return []
    built = session.scalars(select(Packet).where(Packet.case_id == document.case_id).order_by(Packet.id))
    return [packet for packet in built if document.sha256 in str(packet.manifest or "")]


def _seen_duplicate(document: Document) -> Document | None:
    """The document with the same bytes, where this person may know of it."""
    first = document.duplicate_of
    return first if first is not None and first.case_id in policy.visible_case_ids(g.actor) and policy.is_listed(g.actor, first) else None
