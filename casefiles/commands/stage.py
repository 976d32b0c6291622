"""casefiles case move, case decide: the stage of a case from the command line."""

from typing import Any

import click

from casefiles import assess, escalate, escalate_deletion
from casefiles.commands import OneOf, acting, as_json, as_person, guarded, say, tell
from casefiles.db import saving
from casefiles.errors import Refused
from casefiles.models import Approval, Case
from casefiles.policy import Action, Actor, approval_for, case_for
from casefiles.rules import lifecycle

STATE = OneOf("stage", lambda: lifecycle.STATES)


@click.command("move")
@click.argument("case_id")
@click.argument("state", type=STATE)
@click.option("--reason", required=True, help="Why; kept with the move.")
@click.option("--confirm", "confirmed", multiple=True, metavar="ID=TEXT", help="A statement for a demand the file cannot know; repeatable.")
@click.option("--override", default="", metavar="REASON", help="Go over what is not met, with a written reason; wants --as with the right to override.")
@click.option("--propose", is_flag=True, help="Propose it to the second person instead of moving.")
@as_person
@as_json
@guarded
def move(case_id: str, state: str, reason: str, confirmed: tuple[str, ...], override: str, propose: bool, person: str | None, as_json: bool) -> None:
    """Move a case to a stage, or propose it where two persons decide; exit 1 names the demands that are not met."""
    if any("=" not in text for text in confirmed):
        raise click.UsageError("--confirm wants ID=TEXT")
    if override and not person:
        raise click.UsageError("--override needs --as PERSON: somebody must answer for it")
    actor, given = acting(person), escalate.Given(reason, dict(text.split("=", 1) for text in confirmed), override)
    try:
        with saving():
            case = case_for(actor, Action.READ_EVIDENCE, case_id)
            told = _move(actor, case, state, given, propose=propose)
    except Refused:
        _demands(actor, case_id, state)
        raise
    if as_json:
        say(told)
    tell(f"{case_id}: {told['state']}" if "state" in told else f"{case_id}: proposed as number {told['proposal']}; another person decides")


def _move(actor: Actor, case: Case, state: str, given: escalate.Given, *, propose: bool) -> dict[str, Any]:
    if propose:
        return {"case": case.case_id, "proposal": escalate.propose(actor, case, state, case.version, given).id, "to": state}
    moved = escalate.move(actor, case, state, case.version, given)
    assess.refresh(case, actor.today)
    return {"case": case.case_id, "from": moved.from_state.value, "state": moved.to_state.value, "demands": moved.demands}


def _demands(actor: Actor, case_id: str, state: str) -> None:
    """Every demand of the way with its id: --confirm names them."""
    found = lifecycle.move(escalate.standing(case_for(actor, Action.READ_EVIDENCE, case_id), actor.today), state)
    for demand in found.demands if found else ():
        mark = "met" if demand.met else demand.severity.value
        tell(f"  [{mark}] {demand.id}: {demand.said.en}" + (f" (--confirm {demand.id}=... : {demand.asks.en})" if demand.asks and not demand.met else ""))


@click.command("decide")
@click.argument("case_id")
@click.argument("number", type=int)
@click.argument("verdict", type=click.Choice(["approve", "refuse", "withdraw"]))
@click.option("--reason", default="", help="Why; needed to refuse.")
@click.option("--override", default="", metavar="REASON", help="Approve though demands are not met; for a legal manager.")
@as_person
@as_json
@guarded
def decide(case_id: str, number: int, verdict: str, reason: str, override: str, person: str | None, as_json: bool) -> None:
    """Approve, refuse or withdraw a proposal, as its second person or its proposer."""
    actor = acting(person)
    with saving():
        approval = approval_for(actor, case_id, number)
        case = case_for(actor, Action.READ_EVIDENCE, case_id)
        _decide(actor, case, approval, verdict, reason, override)
        assess.refresh(case, actor.today)
        state = case.state.value
    if as_json:
        say({"case": case_id, "proposal": number, "verdict": approval.verdict.value, "state": state})
    tell(f"{case_id}: proposal {number} {approval.verdict.value}; the case stands in {state}")


def _decide(actor: Actor, case: Case, approval: Approval, verdict: str, reason: str, override: str) -> None:
    if verdict == "withdraw":
        escalate.withdraw(actor, case, approval, reason)
    elif approval.kind == escalate.HARD_DELETE:
        escalate_deletion.decide_deletion(actor, case, approval, approve=verdict == "approve", reason=reason)
    else:
        escalate.decide(actor, case, approval, approve=verdict == "approve", reason=reason, override=override)


@click.command("moves")
@click.argument("case_id")
@as_person
@as_json
@guarded
def moves(case_id: str, person: str | None, as_json: bool) -> None:
    """Where a case may go, what each way demands, and what waits for a decision."""
    actor = acting(person)
    case = case_for(actor, Action.READ_COURT_PAPER, case_id)
    ways: list[dict[str, Any]] = [
        {
            "to": found.to, "movers": found.way.movers, "proposers": found.way.proposers, "approvers": found.way.approvers,
            "demands": [escalate.written(demand) for demand in found.demands],
        }
        for found in lifecycle.possible(escalate.standing(case, actor.today))
    ]  # fmt: skip
    waiting = [{"proposal": p.id, "kind": p.kind, "subject": p.subject, "by": p.proposed_by.name, "reason": p.reason} for p in escalate.open_proposals(case)]
    if as_json:
        say({"case": case_id, "state": case.state.value, "moves": ways, "proposals": waiting})
        return
    for way in ways:
        click.echo(f"{case.state.value} -> {way['to']}  ({', '.join(way['movers']) or 'two persons'})")
        for demand in way["demands"]:
            click.echo(f"  [{'met' if demand['met'] else demand['severity']}] {demand['id']}: {demand['said_en']}")
    for row in waiting:
        click.echo(f"proposal {row['proposal']}: {row['kind']} {row['subject']} by {row['by']}: {row['reason']}")
