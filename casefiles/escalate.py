"""A case moves from state to state: by one person, by two, or back by the system. Every move keeps what was demanded and how it was met.

Two people cannot move one case unseen: the version a page was drawn from is compared, and the version column stops the second transaction. The
caller stores the new figures of the case afterwards (assess.refresh).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta, timezone
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.orm.exc import StaleDataError

from casefiles import audit, work
from casefiles.case_mapping import case_mapping, day_of, waivers_of
from casefiles.db import session
from casefiles.errors import CaseSealed, Conflict, NotAllowed, NotUsable, Refused
from casefiles.law import Severity, company_rules, load_law
from casefiles.models import Approval, Case, Packet, Person, State, Transition, Verdict
from casefiles.policy import A, Actor, may, may_decide, may_move, visible_cases
from casefiles.rules import demands_court, lifecycle
from casefiles.rules.demands import Demand, Standing, answered
from casefiles.rules.facts import read_case
from casefiles.rules.inquiry import Inquiry

TRANSITION = "transition"
HARD_DELETE = "hard_delete"
LONGEST = 2000
SHANGHAI = timezone(timedelta(hours=8))


@dataclass(frozen=True)
class Given:
    """What the mover says: why, what is stated by demand id, and the written reason for going over what is not met."""

    reason: str
    statements: Mapping[str, str] = field(default_factory=dict)
    override: str = ""


def history(case: Case) -> Sequence[Transition]:
    """The moves of a case, oldest first."""
    return session.scalars(select(Transition).where(Transition.case_id == case.case_id).order_by(Transition.id)).all()


def open_proposals(case: Case) -> Sequence[Approval]:
    """What waits for a second person."""
    return session.scalars(select(Approval).where(Approval.case_id == case.case_id, Approval.verdict == Verdict.OPEN).order_by(Approval.id)).all()


def standing(case: Case, today: date, as_of: date | None = None) -> Standing:
    """The case as the rules of the lifecycle see it on a day (a fictional case: on its own day)."""
    law, facts, gone = load_law(), read_case(case_mapping(case)), erased(case)
    settled = next((t.from_state.value for t in reversed(history(case)) if t.to_state is State.SETTLEMENT), None)
    frozen = select(Packet).where(Packet.case_id == case.case_id, Packet.frozen_at.is_not(None)).order_by(Packet.id)
    day = day_of(case, as_of, today)
    return Standing(
        Inquiry(facts, case.packet_kind, day, law),
        company_rules().on(day),
        waivers=tuple(waivers_of(case)),
        finals={packet.kind: f"{law.packet_names[packet.kind].zh} {packet.number} ({packet.as_of})" for packet in session.scalars(frozen)},
        previous=settled,
        hashed=sum(document.sha256 is not None for document in case.documents),
        without_file=tuple(document.ref for document in case.documents if document.sha256 is None and document.ref not in gone),
    )


def erased(case: Case) -> frozenset[str]:
    """The documents that were deleted for good: their rows stay as tombstones."""
    done = select(Approval.subject).where(Approval.case_id == case.case_id, Approval.kind == HARD_DELETE, Approval.verdict == Verdict.APPROVED)
    return frozenset(session.scalars(done))


def waiting_for(actor: Actor) -> list[tuple[Case, Approval]]:
    """The open proposals this actor is the second person of, in the cases the actor sees, the oldest first."""
    found = select(Approval, Case).join(Case, Case.case_id == Approval.case_id).where(Approval.verdict == Verdict.OPEN)
    mine = found.where(Case.case_id.in_(visible_cases(actor).with_only_columns(Case.case_id))).order_by(Approval.id)
    mine = mine.options(selectinload(Case.parties), joinedload(Approval.proposed_by))
    return [(case, approval) for approval, case in session.execute(mine) if may_decide(actor, deciders(case, approval), approval)]


def deciders(case: Case, approval: Approval) -> Sequence[str]:
    """The roles that decide a proposal; none where the case has moved on."""
    if approval.kind == HARD_DELETE:
        return (lifecycle.MANAGER,)
    way = lifecycle.way(case.state.value, approval.subject, approval.subject if case.state is State.SETTLEMENT else None)
    return way.approvers if way else ()


def duties(case: Case, today: date) -> tuple[lifecycle.Duty, ...]:
    """What the latest move still asks for."""
    moves = history(case)
    if not moves:
        return ()
    since = moves[-2].moved_at.astimezone(SHANGHAI).date() if len(moves) > 1 else None
    return lifecycle.duties(standing(case, today).case, moves[-1].moved_at.astimezone(SHANGHAI).date(), since, load_law())


def move(actor: Actor, case: Case, to: str, version: int, given: Given) -> Transition:
    """Take a way alone. Conflict when somebody saved in between; Refused says which demand is not met or which way leads on."""
    _expect(case, version)
    reason_of(given.reason)
    found = _found(actor, case, to)
    if not may_move(actor, found.way):
        if actor.role.value in found.way.proposers:
            raise Refused(
                "This move needs two persons: propose it, then another decides. Nothing was changed.", "该变更须两人：请先提出，由他人决定。未作任何改动。"
            )
        raise NotAllowed(actor.role, f"transition.{case.state.value}.{to}")
    if actor.person_id is None and found.way.approvers and lifecycle.STAFF not in found.way.movers:
        raise needs_person()  # who decides what others propose and moves at once, decides all the same
    demands = _met(actor, found, given)
    return _take(actor, case, found, demands, given)


def propose(actor: Actor, case: Case, to: str, version: int, given: Given) -> Approval:
    """Ask a second person for a move. Where those who decide may override nothing, the demands must be met, or overridden, by the proposal."""
    _expect(case, version)
    found = _found(actor, case, to)
    if actor.role.value not in found.way.proposers:
        raise NotAllowed(actor.role, f"transition.{case.state.value}.{to}.propose")
    if actor.person_id is None:
        raise needs_person()
    replace_stale(actor, case, TRANSITION, to)
    demands = answered(found.demands, given.statements)
    if lifecycle.MANAGER not in found.way.approvers or given.override:
        demands = _met(actor, found, given)
    unmet = [demand.id for demand in demands if not demand.met]
    covered = given.override.strip() or (given.reason if unmet and may(actor, A.OVERRIDE) else "")
    approval = Approval(
        case_id=case.case_id, kind=TRANSITION, subject=to, reason=reason_of(given.reason), case_version=case.version, proposed_by_id=actor.person_id,
        proposed_at=actor.now, verdict=Verdict.OPEN,
        detail={
            "from": case.state.value, "statements": dict(given.statements), "override": covered,
            "unmet": unmet, "demands": [written(demand) for demand in demands],
        },
    )  # fmt: skip
    session.add(approval)
    session.flush()
    audit.record(actor, "propose", to, case_id=case.case_id, reason=approval.reason, **({"override": covered} if covered else {}))
    return approval


def decide(actor: Actor, case: Case, approval: Approval, *, approve: bool, reason: str, override: str = "") -> Transition | None:
    """The second person's word. The case must stand as it was proposed: a change since then is refused and has to be proposed again."""
    expect_open(case, approval)
    if actor.role.value not in lifecycle.TAKING_PART:
        raise NotAllowed(actor.role, "transition.approve")
    found = lifecycle.move(standing(case, actor.today), approval.subject)
    if found is None:
        raise changed(case)
    second_person(actor, approval, found.way.approvers, f"transition.{case.state.value}.{approval.subject}.approve")
    if not approve:
        settle(actor, case, approval, Verdict.REFUSED, reason_of(reason))
        return None
    if case.version != approval.case_version:
        raise changed(case)
    _proposer_still_may(approval, found.way)
    given = Given(reason.strip() or approval.reason, approval.detail["statements"], override.strip())
    demands = _still_met(actor, found, approval, given)
    settle(actor, case, approval, Verdict.APPROVED, reason.strip())
    return _take(actor, case, found, demands, Given(approval.reason, given.statements, given.override or approval.detail["override"]), approval)


def withdraw(actor: Actor, case: Case, approval: Approval, reason: str = "") -> None:
    """The proposer, or a legal manager, takes an open proposal back."""
    expect_open(case, approval)
    if actor.person_id is None or not (actor.person_id == approval.proposed_by_id or may(actor, A.OVERRIDE)):
        raise NotAllowed(actor.role, "proposal.withdraw")
    settle(actor, case, approval, Verdict.WITHDRAWN, reason.strip())


def fall_back(actor: Actor, case: Case) -> Transition | None:
    """settlement -> where the case stood before, when the file shows a missed instalment and the clause that makes everything due; else None.

    For the daily sweep: the system moves, no person.
    """
    if case.state is not State.SETTLEMENT:
        return None
    seen = standing(case, actor.today)
    found = lifecycle.move(seen, lifecycle.previous_state(seen.previous))
    if found is None or found.unmet:
        return None
    return _take(actor, case, found, found.demands, Given(found.demands[0].said.zh))


def second_person(actor: Actor, approval: Approval, roles: Sequence[str], action: str) -> None:
    """The role is asked at this moment, not at the proposal; who proposed never decides."""
    if actor.person_id is None:
        raise needs_person()
    if actor.person_id == approval.proposed_by_id:
        raise Refused(
            "Two persons decide this: who proposed it does not approve or refuse it, but may withdraw it. Nothing was changed.",
            "须两人决定：提出人不得自行批准或否决，但可以撤回。未作任何改动。",
        )
    if not may_decide(actor, roles, approval):
        raise NotAllowed(actor.role, action)


def settle(actor: Actor, case: Case, approval: Approval, verdict: Verdict, reason: str) -> None:
    """Write down what became of a proposal."""
    approval.verdict, approval.decided_by_id, approval.decided_at, approval.decided_reason = verdict, actor.person_id, actor.now, reason or None
    event = {Verdict.APPROVED: "approve", Verdict.REFUSED: "refuse", Verdict.WITHDRAWN: "withdraw"}[verdict]
    told = {"type": approval.detail["type"]} if "type" in approval.detail else {}  # of a document: who may not read such papers reads no reason
    audit.record(actor, event, approval.subject, case_id=case.case_id, kind=approval.kind, proposed_by=approval.proposed_by.name, reason=reason, **told)


def replace_stale(actor: Actor, case: Case, kind: str, subject: str) -> None:
    """One open proposal for one thing; one the case has outgrown makes room."""
    for left in open_proposals(case):
        if (left.kind, left.subject) == (kind, subject):
            if left.case_version == case.version:
                raise NotUsable("This is proposed already and waits for its decision. Nothing was changed.", "该事项已提出，正等待决定。未作任何改动。")
            settle(actor, case, left, Verdict.WITHDRAWN, f"version {left.case_version} -> {case.version}")


def written(demand: Demand, *, overridden: bool = False) -> dict[str, Any]:
    """A demand as the transition keeps it."""
    return {
        "id": demand.id, "met": demand.met, "severity": demand.severity.value, "said_zh": demand.said.zh, "said_en": demand.said.en, "source": demand.source,
        "stated": demand.stated, "overridden": overridden,
    }  # fmt: skip


def changed(case: Case) -> Refused:
    """What was proposed is not what stands there now."""
    return Refused(
        f"{case.case_id} was changed since this was proposed: nothing was decided. Look at the case and let it be proposed again.",
        f"提出后 {case.case_id} 已有变动，未作决定。请查看案件，并由提出人重新提出。",
    )


def needs_person() -> NotUsable:
    """For the operator of the command line."""
    return NotUsable("This needs a person who answers for it: name one with --as. Nothing was changed.", "须由具体人员负责。未作任何改动。")


def reason_of(text: str) -> str:
    """A reason that is one."""
    text = text.replace("\0", "").strip()
    if not text or len(text) > LONGEST:
        raise NotUsable(f"Give a reason of 1 to {LONGEST} characters; nothing was changed.", f"请写明理由（1 至 {LONGEST} 字），未作任何改动。")
    return text


def _expect(case: Case, version: int) -> None:
    if case.version != version:
        raise Conflict(case.case_id)


def expect_open(case: Case, approval: Approval) -> None:
    """Still to be decided, in a file that is not sealed."""
    if case.state is State.ARCHIVED:
        raise CaseSealed(case.case_id)
    if approval.verdict is not Verdict.OPEN:
        raise Conflict(approval.subject)


def _found(actor: Actor, case: Case, to: str) -> lifecycle.Move:
    if actor.role.value not in lifecycle.TAKING_PART:
        raise NotAllowed(actor.role, f"transition.{case.state.value}.{to}")
    seen = standing(case, actor.today)
    found = lifecycle.move(seen, to)
    if found is None:
        words = lifecycle.refusal(case.state.value, to, load_law(), seen.previous)
        raise Refused(f"{words.en} Nothing was changed.", f"{words.zh}未作任何改动。")
    return found


def _met(actor: Actor, found: lifecycle.Move, given: Given) -> tuple[Demand, ...]:
    """The demands with what was stated; Refused when some are open and this person may not, or does not, go over them."""
    demands = answered(found.demands, given.statements)
    unmet = [demand for demand in demands if not demand.met]
    firm = [demand for demand in unmet if demand.firm]
    if firm:
        raise _unmet(firm, "nobody may override them", "任何人不得越过")
    if not unmet:
        return demands
    if not may(actor, A.OVERRIDE) or actor.person_id is None:
        raise _unmet(unmet, "only a legal manager may override them", "仅法务经理可越过")
    blocking = [demand for demand in unmet if demand.severity is Severity.BLOCKING]
    if blocking and not given.override.strip():
        raise _unmet(blocking, "mend them, or write the reason for going over them", "请补正，或写明越过的理由")
    return demands


def _unmet(demands: Sequence[Demand], en: str, zh: str) -> Refused:
    said = "; ".join(demand.said.en for demand in demands), "；".join(demand.said.zh for demand in demands)
    return Refused(f"Not moved: {said[0]}. {en[:1].upper()}{en[1:]}. Nothing was changed.", f"未变更：{said[1]}。{zh}。未作任何改动。")


def _still_met(actor: Actor, found: lifecycle.Move, approval: Approval, given: Given) -> tuple[Demand, ...]:
    """At the decision: what was open at the proposal is covered by its override or the decider's; what opened since is not."""
    demands = answered(found.demands, given.statements)
    unmet = {demand.id for demand in demands if not demand.met}
    if unmet <= set(approval.detail["unmet"]) and approval.detail["override"]:
        return demands
    return _met(actor, found, given)


def _proposer_still_may(approval: Approval, way: lifecycle.Way) -> None:
    proposer = session.get_one(Person, approval.proposed_by_id)
    if not proposer.active or proposer.role.value not in way.proposers:
        raise Refused(
            f"{proposer.name} may not propose this any more: nothing was decided. Somebody else has to propose it.",
            f"{proposer.name} 已无权提出该事项，未作决定。请由他人重新提出。",
        )


def _take(actor: Actor, case: Case, found: lifecycle.Move, demands: Sequence[Demand], given: Given, approval: Approval | None = None) -> Transition:
    """Change the state and write down everything; the version column refuses whoever comes second."""
    before, target, case_id = case.state, State(found.to), case.case_id
    kept = [written(demand, overridden=not demand.met) for demand in demands]
    override = given.override.strip() or (given.reason if any(not demand.met for demand in demands) else "")
    if target is State.ARCHIVED:
        case.retention_until = demands_court.retention_until(standing(case, actor.today))
        kept.append({"id": "hash_list", "met": True, "files": [{"ref": d.ref, "sha256": d.sha256} for d in case.documents if d.sha256]})
    case.state = target
    try:
        session.flush()
    except StaleDataError:
        raise Conflict(case_id) from None
    moved = Transition(
        case_id=case.case_id, from_state=before, to_state=target, moved_at=actor.now, reason=reason_of(given.reason), override_reason=override or None,
        moved_by_id=approval.proposed_by_id if approval else actor.person_id, approved_by_id=actor.person_id if approval else None, demands=kept,
    )  # fmt: skip
    session.add(moved)
    session.flush()
    audit.record(actor, "transition", f"{before.value} -> {target.value}", case_id=case.case_id, reason=moved.reason, demands=[_brief(d) for d in kept])
    if override:
        audit.record(actor, "override", target.value, case_id=case.case_id, reason=override, demands=[d["id"] for d in kept if d.get("overridden")])
    for left in open_proposals(case):
        if left.kind == TRANSITION:  # it was proposed of a state that is gone
            settle(actor, case, left, Verdict.WITHDRAWN, f"{before.value} -> {target.value}")
    work.ask(work.REFRESH_CASE, actor.now, case=case)
    work.index(actor.now, case.case_id)
    for document in case.documents:  # found by the stage of the case, each page too
        work.index(actor.now, case.case_id, document.id)
    return moved


def _brief(demand: Mapping[str, Any]) -> str:
    how = "overridden" if demand.get("overridden") else f"stated: {demand['stated']}" if demand.get("stated") else "met"
    return f"{demand['id']}: {how}"
