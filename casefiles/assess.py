"""What the evidence chain of a case says: facts out of rows, findings out of rules, a copy of the result for lists."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import update

from casefiles import audit, deadline_rows, work
from casefiles.case_mapping import case_mapping, day_of, waivers_of
from casefiles.db import session
from casefiles.errors import Conflict, NotUsable, NotVisible
from casefiles.law import load_law
from casefiles.models import Case, Waiver
from casefiles.policy import Actor
from casefiles.rules import report
from casefiles.rules.entities import CaseFacts
from casefiles.rules.evidence import assess
from casefiles.rules.facts import read_case

Mapping_ = dict[str, Any]


def check(case: Case, packet: str | None = None, as_of: date | None = None, *, today: date, facts: CaseFacts | None = None) -> Mapping_:
    """The check mapping of the command-line contract for one packet kind and day. `facts` of the case where the caller has read them."""
    law, facts = load_law(), facts or read_case(case_mapping(case))
    assessment = assess(facts, packet or case.packet_kind, day_of(case, as_of, today), law, waivers_of(case))
    return report.to_mapping(assessment)


def refresh(case: Case, today: date) -> None:
    """Store the figures lists show and the deadlines; call inside saving() after every change of a case.

    The case's version is left alone: this is a copy of what is computed, nobody's edit.
    """
    session.flush()
    facts = read_case(case_mapping(case))
    values = figures(case, facts, today)
    session.execute(update(Case).where(Case.case_id == case.case_id).values(values), execution_options={"synchronize_session": False})
    session.expire(case, list(values))
    deadline_rows.keep(case, facts, today)


def figures(case: Case, facts: CaseFacts, today: date) -> Mapping_:
    """The columns of a case that lists show, computed from its facts."""
    found = check(case, today=today, facts=facts)
    return {
        "assessed_on": today,
        "completeness_pct": found["completeness_pct"],
        "blocking_count": blocking(found),
        "balance": Decimal(found["totals"]["ledger_balance"]),
        "limitation_last_day": _date(found["limitation"]["safe_last_day"]),
        "first_overdue_day": _first_overdue(found),
        "ageing": {bucket: amount for bucket, amount in found["ageing"].items() if Decimal(amount)},
        "escalation": found["escalation"],
    }


def blocking(found: Mapping_) -> int:
    """How many findings of a check mapping block and are not waived."""
    return sum(f["severity"] == "blocking" and not f.get("waived") for f in found["findings"])


def waive(actor: Actor, case: Case, finding: str, reason: str, *, packet: str | None = None, as_of: date | None = None) -> Waiver:
    """Set one finding aside with a reason; it stays visible and is audited. `packet` and `as_of` name the check it was seen in."""
    reason = reason.strip()
    if not reason:
        raise NotUsable("A waiver needs a reason; nothing was changed.", "豁免须写明理由，未作改动。")
    if finding not in {f["key"] for f in check(case, packet, as_of, today=actor.today)["findings"]}:
        raise NotVisible(finding)
    if actor.person_id is None:
        raise NotUsable("A waiver needs a person who answers for it: name one with --as.", "豁免须由具体人员作出。")
    if any(w.finding == finding and w.withdrawn_at is None for w in case.waivers):
        raise Conflict(finding)
    waiver = Waiver(case_id=case.case_id, finding=finding, reason=reason, person_id=actor.person_id, waived_at=actor.now)
    case.waivers.append(waiver)
    audit.record(actor, "waive", finding, case_id=case.case_id, reason=reason)
    refresh(case, actor.today)
    return waiver


def withdraw_waiver(actor: Actor, case: Case, waiver_id: int) -> None:
    """Take a waiver back; the row stays."""
    waiver = next((w for w in case.waivers if w.id == waiver_id and w.withdrawn_at is None), None)
    if waiver is None:
        raise NotVisible(str(waiver_id))
    waiver.withdrawn_at = actor.now
    audit.record(actor, "waive", waiver.finding, case_id=case.case_id, withdrawn=True)
    refresh(case, actor.today)


def change_claim(actor: Actor, case: Case, principal: str, version: int) -> None:
    """Enter the principal claimed ('317400.00'); empty = the ledger balance. Conflict when somebody saved in between."""
    if case.version != version:
        raise Conflict(case.case_id)
    claim = {key: value for key, value in case.blocks.get("claim", {}).items() if key not in {"principal", "by_invoice"}}
    text = principal.replace(",", "").replace("，", "").strip().removeprefix("¥")
    if text:
        whole, _, cents = text.partition(".")
        if not (whole.isascii() and whole.isdecimal()) or (cents and not (cents.isascii() and cents.isdecimal() and len(cents) <= 2)):
            raise NotUsable(
                f"{principal!r} is no sum of money; nothing was changed. Write it like 317,400.00.", f"“{principal}”不是金额，未作改动。格式如 317,400.00。"
            )
        claim["principal"] = f"{int(whole)}.{cents:0<2}"
    case.blocks = {key: value for key, value in case.blocks.items() if key != "claim"} | ({"claim": claim} if claim else {})
    session.flush()
    audit.record(actor, "edit", "claim", case_id=case.case_id, claim=claim)
    refresh(case, actor.today)
    work.index(actor.now, case.case_id)


def _first_overdue(found: Mapping_) -> date | None:
    """The day after the earliest due date of what is still open; a debt that was paid late is overdue no more."""
    due = min((debt["due_date"] for debt in found["debts"] if debt["due_date"] and Decimal(debt["open"]) > 0), default=None)
    return date.fromisoformat(due) + timedelta(1) if due and due < found["as_of"] else None


def _date(value: str | None) -> date | None:
    return date.fromisoformat(value) if value else None
