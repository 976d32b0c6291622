"""How pages say things: labels of ids in the page's language, money, days and instants. The law data holds the words; this picks them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from flask import g
from flask_babel import get_locale, lazy_gettext
from flask_babel import gettext as _

from casefiles import policy
from casefiles.actor import SHANGHAI
from casefiles.errors import CasefilesError
from casefiles.law import Words, load_law

if TYPE_CHECKING:
    from flask import Flask

    from casefiles.config import Config

EMPTY = "—"
ROLES = {
    "legal_staff": lazy_gettext("Legal staff"), "legal_manager": lazy_gettext("Legal manager"), "external_lawyer": lazy_gettext("External lawyer"),
    "collector": lazy_gettext("Collector"), "finance": lazy_gettext("Finance"), "auditor": lazy_gettext("Auditor"), "admin": lazy_gettext("Administrator"),
}
PARTY_ROLES = {
    "creditor": lazy_gettext("Creditor"), "debtor": lazy_gettext("Debtor"), "guarantor": lazy_gettext("Guarantor"), "third_party": lazy_gettext("Third party"),
}
TEXT_STATES = {
    "no_file": lazy_gettext("No file yet"), "waiting": lazy_gettext("Waiting to be read"),
    "recognising": lazy_gettext("Text is being recognised"), "read": lazy_gettext("Text read"),
    "partly": lazy_gettext("Read in part"), "empty": lazy_gettext("No text in it"), "unsupported": lazy_gettext("Text not readable yet"),
    "encrypted": lazy_gettext("Locked by a password"), "failed": lazy_gettext("Reading failed"),
}
PACKET_STATES = {
    "waiting": lazy_gettext("Waiting"), "building": lazy_gettext("Being built"), "ready": lazy_gettext("Ready"), "failed": lazy_gettext("Failed"),
    "cancelled": lazy_gettext("Stopped"),
}
STATUS = {  # status of an element or of its ring -> kind (colour), icon, word
    "complete": ("ok", "✓", lazy_gettext("Proved")), "partial": ("weak", "◐", lazy_gettext("Weak")), "missing": ("bad", "✕", lazy_gettext("Missing")),
    "n_a": ("none", "○", lazy_gettext("Not needed here")),
}
SEVERITY = {
    "blocking": ("bad", lazy_gettext("Blocking")), "warning": ("weak", lazy_gettext("Warning")), "info": ("info", lazy_gettext("Hint")),
}
EVENTS = {
    "open": lazy_gettext("Opened"), "search": lazy_gettext("Searched"), "download": lazy_gettext("Downloaded"), "preview": lazy_gettext("Looked at a page"),
    "play": lazy_gettext("Listened"), "list": lazy_gettext("Listed"), "edit": lazy_gettext("Changed"), "upload": lazy_gettext("Uploaded"),
    "override": lazy_gettext("Overrode blocking findings"), "waive": lazy_gettext("Waived a finding"), "grant": lazy_gettext("Granted access"),
    "revoke": lazy_gettext("Ended access"), "login": lazy_gettext("Signed in"), "logout": lazy_gettext("Signed out"), "refused": lazy_gettext("Was refused"),
    "build": lazy_gettext("Built a packet"), "import": lazy_gettext("Imported"), "create": lazy_gettext("Opened a case"),
    "export": lazy_gettext("Exported"), "read": lazy_gettext("Text read"),
    "contact": lazy_gettext("Logged a contact"), "correct": lazy_gettext("Corrected the collection log"),
    "transition": lazy_gettext("Moved the case"), "propose": lazy_gettext("Proposed a move"), "approve": lazy_gettext("Approved a proposal"),
    "refuse": lazy_gettext("Refused a proposal"), "withdraw": lazy_gettext("Withdrew a proposal"), "delete": lazy_gettext("Deleted for good"),
    "remind": lazy_gettext("Reminded"), "note": lazy_gettext("Wrote a note"), "packet": lazy_gettext("Had a packet built"),
    "person": lazy_gettext("Changed a person"), "verify": lazy_gettext("Checked the audit log"),
    "freeze_asked": lazy_gettext("Asked for a final version"), "freeze": lazy_gettext("Froze a packet"), "cancel": lazy_gettext("Stopped a packet"),
    "draft": lazy_gettext("Wrote a paper"), "arrange": lazy_gettext("Arranged a packet"), "file": lazy_gettext("Wrote down a filing"),
    "filed_copy": lazy_gettext("Kept a sealed copy"), "take_over": lazy_gettext("Took over a value read from the text"),
    "turn_down": lazy_gettext("Turned down a value read from the text"),
    "save_search": lazy_gettext("Saved a search"), "forget_search": lazy_gettext("Deleted a saved search"),
}


FEES = {
    "amount_in_dispute": lazy_gettext("Amount in dispute"), "acceptance_fee": lazy_gettext("Acceptance fee"),
    "acceptance_fee_simplified": lazy_gettext("Acceptance fee, simplified procedure"), "payment_order_fee": lazy_gettext("Fee for a payment order"),
    "preservation_fee_on_amount_in_dispute": lazy_gettext("Fee for preservation"), "preservation_fee": lazy_gettext("Fee for preservation"),
}
JOBS = {
    "read_document": lazy_gettext("Reading a document"), "recognise": lazy_gettext("Recognising pages (OCR)"),
    "recognise_rest": lazy_gettext("Recognising pages (OCR)"),
    "transcribe": lazy_gettext("Writing down a recording"), "prepare_document": lazy_gettext("Preparing pages for packets"),
    "refresh_case": lazy_gettext("Figures of a case"), "build_packet": lazy_gettext("Building a packet"),
    "freeze_packet": lazy_gettext("Making a final version"),
    "repair_index": lazy_gettext("Mending the search index"),
    "remake_index": lazy_gettext("Making the search index again"), "sweep": lazy_gettext("Daily reminders"),
}
HOLDERS = {
    "creditor": lazy_gettext("Creditor"), "lawyer": lazy_gettext("Lawyer"), "court": lazy_gettext("Court"), "notary": lazy_gettext("Notary"),
    "lost": lazy_gettext("Lost"),
}


def language() -> str:
    """zh or en."""
    locale = get_locale()
    return "en" if locale is not None and locale.language == "en" else "zh"


def html_language() -> str:
    """The value of the lang attribute."""
    return "en" if language() == "en" else "zh-Hans"


def in_language(thing: Words | Mapping[str, Any], name: str = "") -> str:
    """The text of a Words, or of a mapping's `name_zh`/`name_en`, in the page's language; the other one where it is lacking."""
    if isinstance(thing, Words):
        return thing.en if language() == "en" else thing.zh
    first, second = ("en", "zh") if language() == "en" else ("zh", "en")
    prefix = f"{name}_" if name else ""
    return str(thing.get(prefix + first) or thing.get(prefix + second) or "")


def in_words(error: CasefilesError) -> str:
    """What an error says, in the page's language."""
    return error.message if language() == "en" else error.zh


def type_label(type_id: str) -> str:
    """The name of a document type."""
    known = load_law().documents.get(type_id)
    return (known.en if language() == "en" else known.zh) if known else type_id


def group_label(group_id: str) -> str:
    """The name of an evidence group (G1 ...)."""
    words = load_law().groups.get(group_id)
    return in_language(words) if words else group_id


def element_label(element_id: str, *, short: bool = False) -> str:
    """The name of an evidence element; short for the links of the chain."""
    element = load_law().elements.get(element_id)
    return in_language(element.short if short else element.name) if element else element_id


def flag_label(name: str) -> str:
    """A confirmed yes or no about a document."""
    words = load_law().need_flag_words.get(name)
    return in_language(words) if words else name


def state_label(state: str) -> str:
    """The stage of a case."""
    words = load_law().states.get(str(state))
    return in_language(words) if words else str(state)


def packet_label(kind: str) -> str:
    """The name of a packet kind."""
    words = load_law().packet_names.get(kind)
    return in_language(words) if words else kind


def dispute_label(kind: str) -> str:
    """The name of a dispute type."""
    known = load_law().dispute_types.get(kind)
    return (known.en if language() == "en" else known.zh) if known else kind


def role_label(role: str) -> str:
    """The name of a role."""
    return str(ROLES.get(str(role), role))


def party_label(role: str) -> str:
    """What a party is."""
    return str(PARTY_ROLES.get(str(role), role))


def fee_label(name: str) -> str:
    """A fee of the check mapping."""
    return str(FEES.get(name, name))


def mode_label(mode: str | None) -> str:
    """How damages are reckoned: the mode of the check mapping, which is written in English there."""
    if not mode:
        return ""
    factor, basis = re.search(r"x ([\d.]+)", mode), re.search(r"year basis (\d+)", mode)
    numbers = {"factor": factor[1] if factor else "", "basis": basis[1] if basis else ""}
    known = {
        "agreed daily": _("Agreed daily rate"), "agreed annual": _("Agreed annual rate, year of %(basis)s days", **numbers),
        "fixed_at_breach LPR": _("One-year LPR at the breach x %(factor)s, year of %(basis)s days", **numbers),
        "floating LPR": _("Floating LPR x %(factor)s, year of %(basis)s days", **numbers),
        "PBOC benchmark,": _("PBOC benchmark rate, from 2019-08-20 LPR x %(factor)s, year of %(basis)s days", **numbers),
    }  # fmt: skip
    return known.get(" ".join(mode.split(" ")[:2]), mode)


def job_label(name: str) -> str:
    """A kind of work of the worker."""
    return str(JOBS.get(name, name))


def original_label(original: Mapping[str, Any] | None) -> str:
    """Who holds the paper original, and where."""
    if not original:
        return EMPTY
    if original.get("exists") is False:
        return _("no paper original")
    parts = [str(HOLDERS.get(str(original.get("held_by")), original.get("held_by") or "")), str(original.get("location") or "")]
    return " · ".join(part for part in parts if part) or EMPTY


def half_a_year(day: date) -> date:
    """The usual end of a grant (roles.yaml: 180 days)."""
    return day + timedelta(days=180)


def text_status_label(status: str) -> str:
    """What became of reading a document."""
    return str(TEXT_STATES.get(str(status), status))


def packet_state_label(state: str) -> str:
    """Where a packet stands."""
    return str(PACKET_STATES.get(str(state), state))


def event_label(event: str) -> str:
    """What an audit entry tells of."""
    return str(EVENTS.get(event, event))


def money(amount: Decimal | str | None) -> str:
    """¥1,234,567.89 in both languages; a dash for nothing."""
    if amount is None or amount == "":
        return EMPTY
    exact = Decimal(amount)
    return f"{'-' if exact < 0 else ''}¥{abs(exact):,.2f}"


def iso(day: date | str | None) -> str:
    """2026-03-15 in both languages; a dash for nothing."""
    if day is None or day == "":
        return EMPTY
    return day if isinstance(day, str) else day.isoformat()[:10]


def instant(moment: datetime | None) -> str:
    """2026-03-15 14:05 in Shanghai."""
    return EMPTY if moment is None else moment.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")


def size(count: int | None) -> str:
    """Bytes as a person reads them."""
    if count is None:
        return EMPTY
    for unit, step in (("GB", 2**30), ("MB", 2**20), ("KB", 2**10)):
        if count >= step:
            return f"{count / step:.1f} {unit}"
    return _("%(count)s bytes", count=count)


def sources(source: str | Sequence[str]) -> str:
    """The articles a finding rests on. The law data writes 'Chinese / English': one of the two is shown."""
    parts = [source] if isinstance(source, str) else source
    place, between = (-1, "; ") if language() == "en" else (0, "；")
    return between.join(part.split(" / ")[place].strip() for part in parts)


def may(right: str) -> bool:
    """Whether the person signed in holds a right; for showing or hiding a button."""
    actor = g.get("actor")
    return actor is not None and policy.may(actor, policy.Action(right))


def searches() -> bool:
    """Whether the search box is shown: an administrator sees no content to search in."""
    actor = g.get("actor")
    return actor is not None and policy.may(actor, policy.Action.READ_EVIDENCE)


def menu() -> list[tuple[str, str, str]]:
    """Section, endpoint and label of the links in the page head that this person may follow."""
    links = [("home", "home.index", _("Home"))]
    if searches():
        links += [("cases", "cases.index", _("Cases")), ("deadlines", "deadlines.index", _("Deadlines")), ("search", "search.index", _("Search"))]
    links += [("calculators", "calculators.index", _("Calculators")), ("law", "law.index", _("Law"))]
    if g.actor.role == "admin":
        links += [("people", "people.index", _("People"))]
    if may("audit_log.read"):
        links += [("audit", "audit.index", _("Audit log"))]
    return links


def init_app(app: Flask, _config: Config) -> None:
    """Give the pages their words."""
    app.jinja_env.filters.update(
        money=money, iso=iso, instant=instant, bytes=size, sources=sources, short_element=lambda element: element_label(element, short=True),
        packet_pair=lambda kind: (kind, packet_label(kind)), state_pair=lambda state: (str(state), state_label(state)),
        role_pair=lambda role: (str(role), role_label(role)), event_pair=lambda event: (event, event_label(event)),
    )  # fmt: skip
    app.jinja_env.globals.update(
        language=language, html_language=html_language, in_language=in_language, in_words=in_words, type_label=type_label, group_label=group_label,
        element_label=element_label, flag_label=flag_label, state_label=state_label, packet_label=packet_label, dispute_label=dispute_label,
        role_label=role_label, party_label=party_label, text_status_label=text_status_label, packet_state_label=packet_state_label, event_label=event_label,
        fee_label=fee_label, fee_names=frozenset(FEES), mode_label=mode_label, job_label=job_label, original_label=original_label, half_a_year=half_a_year,
        may=may, searches=searches, menu=menu,
        status_kind=lambda status: STATUS[str(status)][0], status_icon=lambda status: STATUS[str(status)][1], status_word=lambda status: STATUS[str(status)][2],
        severity_kind=lambda severity: SEVERITY[str(severity)][0], severity_word=lambda severity: SEVERITY[str(severity)][1],
    )
    app.context_processor(lambda: {"actor": g.get("actor")})
