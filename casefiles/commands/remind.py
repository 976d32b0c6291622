"""casefiles remind, seed: the daily sweep, and data to measure it with."""

import sys
import time
from datetime import date
from itertools import islice
from typing import Any

import click

from casefiles import assess, escalate, exchange, remind_mail, remind_sweep, runtime, seed
from casefiles.commands import DAY, acting, as_json, guarded, say, tell
from casefiles.db import saving, session
from casefiles.errors import NotUsable
from casefiles.exchange_format import CaseFile

CHUNK = 200


@click.command("remind")
@click.option("--as-of", type=DAY, help="Judge every case as of this day; default: today, and a fictional case on its own day.")
@click.option("--processes", default=1, show_default=True, type=click.IntRange(1, 64), help="How many processes share the cases.")
@as_json
@guarded
def remind(as_of: date | None, processes: int, as_json: bool) -> None:
    """Compute the deadlines of all cases and give the reminders that are due; safe to repeat. Exit 3 when a case could not be judged."""
    actor = acting(None)
    told = remind_sweep.sweep(actor, assess.figures, as_of=as_of, processes=processes, fall_back=escalate.fall_back)
    config = runtime.config()
    mail = remind_mail.send(config.mail, config.public_url, actor.now) if config.mail else remind_mail.Outcome()
    counts: dict[str, Any] = vars(told) | {"mailed": mail.mailed, "mail_failed": mail.failed}
    if as_json:
        say(counts)
    for failed in told.failed:
        tell(f"{failed['case']}: {failed['reason']}; the other cases were judged")
    if told.unheard:
        tell(f"{told.unheard} reminders have nobody to hear them: add legal staff or a legal manager with 'casefiles person add'.")
    if mail.failed:
        tell(f"{mail.failed} people got no mail: {'; '.join(why for why, _ in remind_mail.troubles(actor.now))}. It is tried again with the next sweep.")
    tell(
        f"{told.cases} cases, {told.notices} notices, {told.escalated} escalated, {told.broken_promises} promises newly broken, "
        f"{mail.mailed} people mailed, {len(told.failed)} failed"
    )
    sys.exit(3 if told.failed else 0)


@click.command("seed")
@click.option("--cases", required=True, type=click.IntRange(1, 100_000), help="How many cases the instance shall have of these.")
@click.option("--documents", default=0, type=click.IntRange(0, 2_000_000), help="How many documents in all; at least three a case.")
@click.option("--yes", is_flag=True, help="Also where the instance holds real cases.")
@as_json
@guarded
def seed_cases(cases: int, documents: int, yes: bool, as_json: bool) -> None:
    """Make synthetic cases for measuring, with invented names and records without files; those that exist are kept."""
    actor, began, made = acting(None), time.monotonic(), 0
    if (real := seed.mixed_with_real_cases()) and not yes:
        raise NotUsable(f"This instance holds {real} real cases; nothing was made. Use a data folder of its own, or say --yes.")
    files = seed.case_files(cases, documents, actor.today)
    while chunk := list(islice(files, CHUNK)):
        with saving():
            fresh = [whole for whole in chunk if not exchange.known(whole["case_id"])]
            for whole in fresh:
                assess.refresh(exchange.enter(actor, CaseFile(whole["case_id"], whole, {}), {}), actor.today)
        session.remove()
        made += len(fresh)
        if not as_json:
            tell(f"{made} cases made")
    seconds = round(time.monotonic() - began, 1)
    if as_json:
        say({"made": made, "cases": cases, "seconds": seconds})
    tell(f"{made} cases in {seconds} s; 'casefiles index rebuild' makes them searchable")
