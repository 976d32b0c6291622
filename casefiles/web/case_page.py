"""What the case file's pages show: the head with its figures, the tabs this person may open, documents, and the evidence tab's parts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from flask import g, request, url_for
from flask_babel import gettext as _
from sqlalchemy import func, select

from casefiles import assess, people, policy
from casefiles.db import session
from casefiles.errors import NotUsable
from casefiles.law import load_law
from casefiles.law.days import day_of
from casefiles.models import Case, Document, Note, Packet, State
from casefiles.policy import A
from casefiles.web import chain, children
from casefiles.web.words import type_label

REGISTRY_LIFE = timedelta(days=30)  # evidence-chain.yaml: fresh_30d


@dataclass(frozen=True)
class Step:
    """One thing to do next, with the days that are left for it; None = at once."""

    text: str
    days: int | None
    url: str = ""


def asked_day(case: Case) -> date | None:
    """The day of ?as_of=."""
    return day_said(case, request.args.get("as_of", ""))


def day_said(case: Case, text: str) -> date | None:
    """A day as an address or form says it: 'today', 'own' (the day of the case file), a date, or '' for none."""
    if text == "own":
        return case.as_of
    if text == "today":
        return g.actor.today
    try:
        return day_of(text) if text else None
    except ValueError:
        raise NotUsable(f"{text[:20]!r} is no date; write it like 2026-12-31.", f"“{text[:20]}”不是日期，格式如 2026-12-31。") from None


def head_of(case: Case, tab: str) -> dict[str, Any]:
    """What every tab needs: the check, the figures on top, the tabs."""
    kind = request.args.get("packet", case.packet_kind)
    kind = kind if kind in load_law().packet_names else case.packet_kind
    day = assess.day_of(case, asked_day(case), g.actor.today)
    documents = policy.listed_documents(g.actor, case)
    found = readable(assess.check(case, kind, day, today=g.actor.today), case, documents)
    carried = {key: request.args[key] for key in ("packet", "as_of") if request.args.get(key)}
    return {
        "case": case, "check": found, "account": account(found), "as_of": day, "kind": kind, "kinds": list(load_law().packet_names),
        "figures": figures(found, day) | {"clock": clock(found, day, case)}, "documents": documents,
        "tabs": tabs(case, documents), "tab": tab, "carried": carried, "may_upload": bool(uploadable()),
    }  # fmt: skip


def readable(found: dict[str, Any], case: Case, documents: Sequence[Document]) -> dict[str, Any]:
    """The check without findings and events that tell of documents this person may not know of: a collector's view of recordings of others."""
    hidden = {document.ref for document in case.documents} - {document.ref for document in documents}
    found |= told_promises(found, hidden)
    if not hidden:
        return found
    limitation = found.get("limitation") or {}
    events = {key: [e for e in rows if not hidden & set(e["documents"])] for key, rows in limitation.items() if key.endswith("events")}
    return found | {"findings": [f for f in found["findings"] if not hidden & set(f["documents"])], "limitation": limitation | events}


def told_promises(found: Mapping[str, Any], hidden: set[str]) -> dict[str, Any]:
    """Promises and reasons to escalate without those that rest on nothing this person may know of: hidden papers, a log closed to the role."""
    reads_log = policy.may(g.actor, A.READ_TRANSCRIPT)
    promises = [p for p in found.get("promises", ()) if set(p["documents"]) - hidden or (p["logged"] and reads_log)]
    known = len(promises) == len(found.get("promises", ()))
    reasons = [r for r in found.get("escalation", ()) if r["code"] != "broken_promises" or known]
    return {"promises": promises, "escalation": reasons}


def account(found: Mapping[str, Any]) -> dict[str, Any]:
    """Totals and what is open by invoice."""
    return {key: found.get(key) or {} for key in ("totals", "open_by_invoice")}


@dataclass(frozen=True)
class Clock:
    """The period that runs in this case: kind (limitation | filing | enforcement), last day, days left; `done` when nothing runs any more."""

    kind: str
    last_day: date | None
    days: int | None
    done: date | None = None


def clock(found: Mapping[str, Any], day: date, case: Case) -> Clock:
    """Limitation; for a claim in insolvency the time to file it; under an instrument the time to apply for enforcement."""
    filed = case.blocks.get("enforcement", {}).get("application_filed")
    if filing := found.get("deadlines"):
        kind, last = "filing", filing["claim_deadline"]
    elif limit := found.get("enforcement_time_limit"):
        kind, last = "enforcement", limit["interrupted_last_day"] if limit["only_by_interruption"] else limit["safe_last_day"]
    else:
        kind, last = "limitation", (found.get("limitation") or {}).get("safe_last_day")
    done = date.fromisoformat(str(filed)) if kind == "enforcement" and filed and found["enforcement_time_limit"]["filed_in_time"] else None
    end = date.fromisoformat(last) if last else None
    return Clock(kind, end, (end - day).days if end else None, done)


def sum_to_ask(found: Mapping[str, Any], day: date) -> tuple[str, str | None, str, str]:
    """What the second figure shows: label, amount (None: not computed), the day it runs to, the anchor of its working."""
    damages = found.get("damages") or {}
    if owed := found.get("instrument"):
        return "instrument", owed["total_still_owed"], owed["as_at"], "instrument"
    if claim := found.get("claim"):
        return "claim", claim["total"], claim["damages_to"], "claim-filed"
    nothing = damages.get("error") or not found["debts"] or (damages.get("not_computed") and not damages.get("segments"))
    return "damages", None if nothing else damages.get("total"), damages.get("cut_off_inclusive") or day.isoformat(), "working"


def figures(found: Mapping[str, Any], day: date) -> dict[str, Any]:
    """The row of figures on top of a case file."""
    totals, limitation = found["totals"], found.get("limitation") or {}
    balance, claimed = totals.get("ledger_balance"), totals.get("claimed_principal")
    due = min((date.fromisoformat(debt["due_date"]) for debt in found["debts"] if debt["due_date"] and Decimal(debt["open"]) > 0), default=None)
    if due is None and found.get("instrument") and found.get("performance_last_day"):
        due = date.fromisoformat(found["performance_last_day"])
    last = limitation.get("safe_last_day")
    return {
        "balance": balance, "claimed": claimed if claimed is not None and claimed != balance else None,
        "asked": sum_to_ask(found, day), "by_instrument": bool(found.get("instrument")),
        "overdue": (day - due).days if due and day > due else None, "last_day": last,
        "days_left": (date.fromisoformat(last) - day).days if last else None,
        "completeness": found["completeness_pct"], "blocking": assess.blocking(dict(found)),
    }


def uploadable() -> list[str]:
    """The document types this person may add."""
    return [name for name in load_law().documents if policy.may(g.actor, policy.adding(name))]


def tabs(case: Case, documents: Sequence[Document]) -> list[tuple[str, str, str, int | None]]:
    """Name, endpoint, label and count of the tabs this person may open."""
    rows: list[tuple[str, str, str, int | None]] = [
        ("chain", "cases.show", _("Evidence chain"), None), ("documents", "cases.documents", _("Documents"), len(children.apart(documents)[0])),
        ("facts", "facts.index", _("Facts"), None), ("ledger", "cases.ledger", _("Ledger"), None),
    ]  # fmt: skip
    if policy.may(g.actor, A.READ_PACKET):
        rows.append(("packets", "cases.packets", _("Packets"), session.scalar(select(func.count(Packet.id)).where(Packet.case_id == case.case_id))))
    if policy.may(g.actor, A.BUILD_PACKET) and case.state is not State.ARCHIVED:
        rows.append(("papers", "papers.index", _("Papers"), None))
    rows += [("deadlines", "deadlines.show", _("Deadlines"), None), ("stage", "stage.show", _("Stage"), None)]
    if policy.may(g.actor, A.READ_TRANSCRIPT):
        rows.append(("collection", "collection.show", _("Collection"), len(case.collection_log)))
    inner = policy.may(g.actor, A.READ_NOTE) or policy.may(g.actor, A.READ_AUDIT_LOG)
    if inner:
        rows.append(("people", "cases.people_of", _("People and access"), None))
    if policy.may(g.actor, A.READ_NOTE):
        rows.append(("notes", "cases.notes", _("Notes"), session.scalar(select(func.count(Note.id)).where(Note.case_id == case.case_id))))
    elif policy.may(g.actor, A.READ_OWN_AND_SHARED_NOTE):
        rows.append(("notes", "cases.notes", _("Notes"), len(policy.visible_notes(g.actor, case))))
    if inner:
        rows.append(("history", "cases.history", _("History"), None))
    return rows


def documents_of(case: Case) -> dict[str, Any]:
    """The documents tab: by evidence group in the law's order."""
    page, law = head_of(case, "documents"), load_law()
    groups: dict[str, list[Document]] = {group: [] for group in law.groups}
    shown, inside = children.apart(page["documents"])
    for document in shown:
        known = law.documents.get(document.type)
        groups.setdefault(known.group if known else "I", []).append(document)
    return page | {"groups": {group: rows for group, rows in groups.items() if rows}, "inside": inside}


def chain_of(case: Case) -> dict[str, Any]:
    """The evidence tab: the chain, the findings under their elements, the table, and what stands beside it."""
    page = head_of(case, "chain")
    found, seen = page["check"], page["documents"]
    links = chain.links(found, seen)
    return page | {
        "links": links, "needless": found["not_applicable"], "bar": chain.bar(found.get("limitation") or {}, page["as_of"]),
        "sections": chain.sections(found, links, case, seen), "rows": chain.matrix(found, seen, load_law()), "steps": steps(case, page),
        "packets": latest_packets(case), "grants": running_grants(case),
    }  # fmt: skip


def steps(case: Case, page: Mapping[str, Any]) -> list[Step]:
    """What to do next, the nearest first."""
    found, day = page["check"], page["as_of"]
    unserved = any(finding.get("check") == "X06_demand_service" and not finding.get("waived") for finding in found["findings"])
    rows = [Step(_("Send the demand again by EMS"), None, upload_url(case, "delivery_receipt"))] if unserved else []
    rows += [Step(_("Upload: %(type)s", type=type_label(kind)), None, upload_url(case, kind)) for kind in found.get("missing_uploads", ())]
    extracts = [d for d in case.documents if d.type == "company_registry_extract_debtor"]
    printed = [d.fields.get("printed_on") or (d.document_date and d.document_date.isoformat()) for d in extracts]
    if newest := max(filter(None, printed), default=None):
        rows.append(Step(_("Print the debtor's registry extract again"), (date.fromisoformat(newest) + REGISTRY_LIFE - day).days))
    if page["figures"]["days_left"] is not None:
        rows.append(Step(_("Limitation ends"), page["figures"]["days_left"]))
    return sorted(rows, key=lambda step: (step.days is not None, step.days or 0))


def upload_url(case: Case, kind: str) -> str:
    """Where a document of this type is added; empty when this person may not."""
    if kind not in load_law().documents or not policy.may(g.actor, policy.adding(kind)):
        return ""
    return url_for("documents.upload", case_id=case.case_id, type=kind)


def latest_packets(case: Case) -> Sequence[Packet]:
    """The newest packets, for those who may read them."""
    if not policy.may(g.actor, A.READ_PACKET):
        return []
    return session.scalars(select(Packet).where(Packet.case_id == case.case_id).order_by(Packet.id.desc()).limit(4)).all()


def running_grants(case: Case) -> list[Any]:
    """Who else works on the case today, for the law department."""
    if not policy.may(g.actor, A.READ_NOTE):
        return []
    return [grant for grant in people.grants_of(case) if grant.revoked_at is None and grant.starts_on <= g.actor.today <= grant.ends_on]
