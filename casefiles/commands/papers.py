"""casefiles paper: one paper of a case outside a packet, as Word file and PDF; or the list of papers with what each lacks."""

import hashlib
from datetime import date
from pathlib import Path
from typing import Any

import click

from casefiles import draft_paper
from casefiles.commands import DAY, acting, as_json, as_person, guarded, say, tell
from casefiles.db import saving
from casefiles.models import Case
from casefiles.policy import Action, Actor, case_for, paper_case


class Pair(click.ParamType):
    """key=value."""

    name = "key=value"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, str]:
        key, sign, said = str(value).partition("=")
        if not sign or not key.strip():
            self.fail(f"{value!r} is no key=value", param, ctx)
        return key.strip(), said


@click.command("paper")
@click.argument("case_id")
@click.argument("name", required=False)
@click.option("--list", "listing", is_flag=True, help="List the papers with what each lacks; nothing is made.")
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), help="The folder to write NAME.docx and NAME.pdf to.")
@click.option("--option", "options", type=Pair(), multiple=True, help="What a person chooses, as key=value: recipient, pay_by, contact, ...")
@click.option("--as-of", type=DAY, help="The day of the paper; default: the case's own as_of when it is fictional, else today.")
@as_person
@as_json
@guarded
def paper(
    case_id: str, name: str | None, listing: bool, out: Path | None, options: tuple[tuple[str, str], ...], as_of: date | None, person: str | None, as_json: bool
) -> None:
    """Write one paper that stands alone (demand letter, power of attorney, ...); exit 1 names what it lacks."""
    actor = acting(person)
    if listing:
        _list(actor, case_for(actor, Action.BUILD_PACKET, case_id), as_of, as_json=as_json)
        return
    if not name or out is None:
        raise click.UsageError("name the paper and --out DIR, or ask for --list")
    if len({key for key, _ in options}) < len(options):
        raise click.UsageError("an --option is given twice")
    with saving():
        draft = draft_paper.make(actor, paper_case(actor, case_id), name, dict(options), as_of)
        written = [_write(out / f"{name}.docx", draft.docx), _write(out / f"{name}.pdf", draft.pdf)]
    if words := draft_paper.signs_words(draft):
        tell(words.en)
    for gap in draft.gaps:
        tell(f"left out: {gap.en} ({gap.where})")
    if as_json:
        say({"case": case_id, "paper": name, "as_of": draft.day.isoformat(), "files": written, "left_out": [gap.where for gap in draft.gaps]})
    tell(f"{out}: {name}.docx, {name}.pdf")


def _list(actor: Actor, case: Case, as_of: date | None, *, as_json: bool) -> None:
    offers = draft_paper.offered(case, as_of, actor.today)
    if as_json:
        say([_told(offer) for offer in offers])
        return
    for offer in offers:
        click.echo(f"{offer.id:32} {'ready' if offer.ready else 'lacks: ' + ', '.join(gap.en for gap in offer.gaps if gap.blocking)}")
        if offer.asked:
            click.echo(f"{'':32} to choose: {', '.join(offer.asked)}")


def _told(offer: draft_paper.Offer) -> dict[str, Any]:
    gaps = [{"key": gap.key, "zh": gap.zh, "en": gap.en, "where": gap.where, "blocking": gap.blocking} for gap in offer.gaps]
    name, options = offer.kind.name, list(offer.kind.options)
    return {"paper": offer.id, "zh": name.zh, "en": name.en, "ready": offer.ready, "options": options, "asked": list(offer.asked), "gaps": gaps}


def _write(path: Path, content: bytes) -> dict[str, Any]:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return {"file": str(path), "sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}
