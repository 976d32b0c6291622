"""casefiles calc, law: the calculators on JSON, the law data on file, and rows that came after the release."""

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NoReturn

import click
from sqlalchemy.exc import DBAPIError

from casefiles import db, supplements
from casefiles.actor import today
from casefiles.commands import acting, as_json, as_person, guarded, say, tell
from casefiles.config import existing_database
from casefiles.db import saving
from casefiles.law import Law, load_law
from casefiles.rules.calculators import CALCULATORS, BadInput, bad_answer, calculate
from casefiles.supplements_reading import LARGEST

LARGEST_INPUT = 20 << 20


def law_at_hand() -> Law:
    """The law with the imported rows, if this instance has a database; none is made, and one that does not answer is named."""
    url = existing_database()
    if url is None:
        supplements.use_package_alone()
        return load_law()
    try:
        db.connect(url)
        supplements.refresh_law()
    except DBAPIError as error:
        supplements.use_package_alone()
        tell(f"The database did not answer ({error.orig}): rows imported there are not counted, only those of the package.")
    finally:
        db.session.remove()
    return load_law()


def _wrong(sentence: str) -> NoReturn:
    tell(sentence)
    sys.exit(2)


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object of the input; a key that stands twice is refused, since one of the two would be lost."""
    read: dict[str, Any] = {}
    for key, value in pairs:
        if key in read:
            raise BadInput(key, "出现两次", "stands there twice")
        read[key] = value
    return read


def _input() -> Any:
    """The JSON on stdin; exit 2 with a sentence where it is none."""
    content = sys.stdin.buffer.read(LARGEST_INPUT + 1)
    if len(content) > LARGEST_INPUT:
        _wrong("The input is larger than 20 MB. Give it in parts.")
    try:
        return json.loads(content.decode("utf-8-sig"), object_pairs_hook=_pairs)
    except BadInput as bad:
        _wrong(f"{bad.key}: {bad.en}（{bad.zh}）")
    except UnicodeDecodeError:
        _wrong("The input is not UTF-8. Save it as UTF-8 and try again.")
    except RecursionError:
        _wrong("The input is nested too deeply.")
    except ValueError as wrong:
        _wrong(f"The input is no JSON: {wrong}. Give one object or a list of objects on stdin, with the keys of calculators.yaml.")


def _answers(name: str, rows: list[Any], law: Law) -> Iterator[tuple[Any, BadInput | None]]:
    """Each row with its result; a row that cannot be read answers bad_input."""
    for row in rows:
        try:
            if not isinstance(row, Mapping):
                raise BadInput("", "须为JSON对象", "must be a JSON object")
            yield calculate(name, row, law), None
        except BadInput as bad:
            yield bad_answer(name, row if isinstance(row, Mapping) else {}, bad), bad


@click.command("calc")
@click.argument("name", required=False)
@as_json
def calc(name: str | None, as_json: bool) -> None:
    """Run the calculator NAME on the JSON on stdin: an object, or a list of objects. Without NAME their names are listed.

    With --json the input is printed with the output keys added. A refused input answers {"error": code} (exit 0); one that cannot be read
    is named on stderr (exit 2).
    """
    if name is None or name not in CALCULATORS:
        known = "\n".join(f"  {c.name:<26}{c.title.zh}  {c.title.en}" for c in CALCULATORS.values())
        _wrong(f"{f'{name!r} is no calculator' if name else 'Which calculator?'} Known:\n{known}")
    given = _input()
    if not isinstance(given, list | dict):
        _wrong("The input must be one JSON object or a list of objects.")
    rows = given if isinstance(given, list) else [given]
    answers = list(_answers(name, rows, law_at_hand()))
    bad = [(index, wrong) for index, (_, wrong) in enumerate(answers) if wrong is not None]
    for index, wrong in bad:
        place = ".".join(filter(None, [f"[{index}]" if isinstance(given, list) else "", wrong.key]))
        tell(f"{place or 'input'}: {wrong.en}（{wrong.zh}）")
    if isinstance(given, list) and as_json:
        say([answer for answer, _ in answers])
    elif as_json and not bad:
        say(answers[0][0])
    elif not as_json and len(bad) < len(answers):
        click.echo("\n\n".join(_for_people(name, answer) for answer, wrong in answers if wrong is None))
    sys.exit(2 if bad else 0)


def _for_people(name: str, answer: Mapping[str, Any]) -> str:
    """The working in Chinese, then in English; or why nothing was computed."""
    title = CALCULATORS[name].title
    parts = []
    for language, head, mark in (("zh", title.zh, "注意："), ("en", title.en, "Note: ")):
        lines = [answer[f"message_{language}"]] if "error" in answer else [line[language] for line in answer["working"]]
        parts.append("\n".join([head, *(f"  {line}" for line in lines), *(f"  {mark}{warning[language]}" for warning in answer["warnings"])]))
    return "\n\n".join(parts)


@click.group("law")
def law_commands() -> None:
    """The law data: rates and holidays on file, and rows published after this release."""


@law_commands.command("import")
@click.argument("table", type=click.Choice(list(supplements.KINDS)))
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--replace", is_flag=True, help="Take rows that contradict confirmed ones on file.")
@as_person
@as_json
@guarded
def import_(table: str, file: Path, replace: bool, person: str | None, as_json: bool) -> None:
    """Import LPR publications (CSV: date,1y,5y[,status][,source]) or holidays (CSV: date,kind with off or working). All of FILE or nothing."""
    with file.open("rb") as opened:
        content = opened.read(LARGEST + 1)
    with saving():
        done = supplements.import_rows(acting(person), supplements.KINDS[table], file.name, content, replace=replace)
    supplements.refresh_law()
    if as_json:
        say({"table": table, "added": list(map(str, done.added)), "replaced": list(map(str, done.replaced)), "unchanged": done.unchanged})
    tell(f"{table}: {len(done.added)} rows added, {len(done.replaced)} replaced, {done.unchanged} unchanged")


@law_commands.command("status")
@as_json
def status(as_json: bool) -> None:
    """How far the law data reaches, and how much of it still waits for a lawyer."""
    found = supplements.status(law_at_hand(), today())
    if as_json:
        say(found)
        return
    lpr, holidays = found["lpr"], found["holidays"]
    for head, row in (("last confirmed LPR", lpr["last_confirmed"]), ("last LPR on file", lpr["last"])):
        click.echo(f"{head:<22}{row['date']}  {row['1y']} / {row['5y']}  {row['status']}" if row else f"{head:<22}none")
    click.echo(f"{'holiday years':<22}{', '.join(map(str, holidays['years']))}")
    click.echo(f"{'to be verified':<22}{', '.join(f'{count} {what}' for what, count in found['verify'].items() if what != 'total')}")
    if lpr["missing_months"]:
        click.echo(f"{'import the LPR of':<22}{', '.join(lpr['missing_months'])}")
    if holidays["missing"]:
        click.echo(f"{'import the holidays of':<22} {', '.join(map(str, holidays['missing']))}")
