"""The audit log: who did what, when, from where, to which object; and a button that walks the whole chain."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from flask import Blueprint, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from sqlalchemy import Select

from casefiles import audit
from casefiles.actor import OPERATOR, SHANGHAI
from casefiles.db import saving, session
from casefiles.models import AuditEntry, Case
from casefiles.policy import Action, require, told_detail, visible_entries
from casefiles.web.fact_words import SECTION_WORDS
from casefiles.web.paging import page_of
from casefiles.web.words import EVENTS, in_language, packet_label, role_label, state_label, type_label

blueprint = Blueprint("audit", __name__, url_prefix="/audit")
PER_PAGE = 50
FIRST_DAY, LAST_DAY = date(1970, 1, 1), date(9999, 1, 1)


@blueprint.get("/")
def index() -> ResponseReturnValue:
    require(g.actor, Action.READ_AUDIT_LOG)
    with saving():
        asked = {key: value[:100] for key, value in request.args.items() if key in FILTERS and value}
        audit.record(g.actor, "list", "audit log", **({"filter": asked} if asked else {}))
    return render_template("audit/index.html", page=page_of(filtered(), PER_PAGE), events=sorted(EVENTS), verdict=None)


@blueprint.post("/verify")
def verify() -> ResponseReturnValue:
    """Walk the chain from its first entry and say in words what was found."""
    require(g.actor, Action.READ_AUDIT_LOG)
    verdict = audit.verify()
    with saving():
        audit.record(g.actor, "verify", "audit log", entries=verdict.entries, bad=verdict.bad)
    return render_template("audit/index.html", page=page_of(filtered(), PER_PAGE), events=sorted(EVENTS), verdict=verdict)


FILTERS = frozenset({"event", "case", "person", "from", "until"})


def filtered() -> Select[AuditEntry]:
    """What the filter asks for of the entries this person may see, newest first."""
    entries = visible_entries(g.actor).order_by(AuditEntry.id.desc())
    asked = {key: value.strip() for key, value in request.args.items() if key in FILTERS and value.strip()}
    for key, column in (("event", AuditEntry.event), ("case", AuditEntry.case_id)):
        if key in asked:
            entries = entries.where(column == asked[key])
    if "person" in asked:
        entries = entries.where(AuditEntry.person.contains(asked["person"], autoescape=True))
    first, last = _midnight(asked.get("from")), _midnight(asked.get("until"))
    entries = entries.where(AuditEntry.at >= first) if first else entries
    return entries.where(AuditEntry.at < last + timedelta(days=1)) if last else entries


def _midnight(text: str | None) -> datetime | None:
    """The start of a day in Shanghai; None for what is no date (the form's own field cannot send that).

    No entry is older than the first of the days that can be counted on in every zone, none younger than the last.
    """
    try:
        day = min(max(date.fromisoformat(text or ""), FIRST_DAY), LAST_DAY)
        return datetime.combine(day, time(), SHANGHAI)
    except ValueError:
        return None


def history_of(case: Case) -> Select[Any]:
    """The entries of one case, newest first."""
    session.flush()
    return visible_entries(g.actor).where(AuditEntry.case_id == case.case_id).order_by(AuditEntry.id.desc())


def detail_of(entry: AuditEntry) -> dict[str, Any]:
    """An entry's detail as this person may read it; None for a value that is withheld."""
    return told_detail(g.actor, entry)


OBJECTS = {  # what an entry names that is no paper and no case, as the pages record it
    "evidence chain": lazy_gettext("Evidence chain"), "documents": lazy_gettext("Documents"), "facts": lazy_gettext("Facts"),
    "ledger": lazy_gettext("Ledger"), "packets": lazy_gettext("Packets"), "deadlines": lazy_gettext("Deadlines"), "stage": lazy_gettext("Stage"),
    "collection log": lazy_gettext("Collection log"), "hand-over list": lazy_gettext("Hand-over list of documents"),
    "people and access": lazy_gettext("People and access"), "notes": lazy_gettext("Notes"), "history": lazy_gettext("History"),
    "audit log": lazy_gettext("Audit log"), "cases": lazy_gettext("Cases"), "people": lazy_gettext("People"), "check": lazy_gettext("Check of the evidence"),
    "claim": lazy_gettext("Claim"), "court date": lazy_gettext("Court dates"), "owner": lazy_gettext("Person in charge"),
    "calendar": lazy_gettext("Calendar"), "sign-in": lazy_gettext("Sign in"), "sign-out": lazy_gettext("Sign out"), "sweep": lazy_gettext("Daily reminders"),
    "facts: interruptions": lazy_gettext("Promises and admissions that interrupt limitation"),
}  # fmt: skip
KEYS = {
    "packet": lazy_gettext("Packet"), "as_of": lazy_gettext("Judged as of"), "reason": lazy_gettext("Reason"), "filter": lazy_gettext("Filter"),
    "documents": lazy_gettext("Documents"), "files": lazy_gettext("Files"), "file": lazy_gettext("File"), "type": lazy_gettext("Kind"),
    "page": lazy_gettext("Page"), "status": lazy_gettext("Status"), "why": lazy_gettext("Why"), "found": lazy_gettext("Found"),
}  # fmt: skip


def person_words(person: str) -> str:
    """Who acted: the name as recorded, the role in words."""
    name, _space, role = person.rpartition(" (")
    said = _("command line") if name == OPERATOR else name
    return f"{said} ({role_label(role.removesuffix(')'))})" if name and role.endswith(")") else person


def object_words(entry: AuditEntry) -> str:
    """What an entry is about: a part of a file, a section of the facts or a stage in words; a paper, a case or a query as recorded."""
    if entry.object.startswith("facts: ") and (section := SECTION_WORDS.get(entry.object.removeprefix("facts: "))):
        return in_language(section)
    if entry.event in {"transition", "propose", "approve", "refuse", "withdraw"}:
        return " → ".join(state_label(state) for state in entry.object.split(" -> "))
    return str(OBJECTS.get(entry.object, entry.object))


def value_words(key: str, value: Any) -> Any:
    """A value of an entry's detail: ids the law has words for in words."""
    if isinstance(value, str) and key in {"packet", "packet_kind"}:
        return packet_label(value)
    return type_label(value) if isinstance(value, str) and key == "type" else value


blueprint.add_app_template_global(detail_of, "audit_detail")
for words in (person_words, object_words, value_words):
    blueprint.add_app_template_global(words)
blueprint.add_app_template_global(lambda key: str(KEYS.get(key, key)), "audit_key")
