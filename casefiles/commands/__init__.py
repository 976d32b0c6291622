"""What every command shares: opening the instance, acting as somebody, saying things in JSON or words, exit codes.

0 done, 1 the answer is no, 2 wrong use, 3 something failed. JSON goes to stdout, messages to stderr.
"""

import difflib
import errno
import functools
import json
import logging
import sys
from collections.abc import Callable, Collection
from datetime import date
from typing import Any

import click
from sqlalchemy.exc import OperationalError, ProgrammingError

from casefiles import db, people, runtime, schema, supplements
from casefiles.actor import actor_of, operator
from casefiles.config import Config
from casefiles.db import session
from casefiles.errors import CasefilesError, IndexAway, NotAllowed, NotUsable, NotVisible, Refused, WrongSetting
from casefiles.law import load_law
from casefiles.law.days import day_of
from casefiles.policy import Actor
from casefiles.search import IndexBroken, IndexBusy
from storage import NoRoom, NotStored

log = logging.getLogger(__name__)
as_json = click.option("--json", "as_json", is_flag=True, help="Print one JSON document on stdout.")
as_person = click.option(
    "--as", "person", metavar="PERSON", help="Act as this person (e-mail address or name); without it the named operator 'command line' acts."
)


class Day(click.ParamType):
    """An ISO date."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        if isinstance(value, date):
            return value
        try:
            return day_of(value)
        except ValueError:
            self.fail(f"{value!r} is no day of the calendar; write it like 2026-06-15", param, ctx)


class OneOf(click.ParamType):
    """A word of a list of the law data, which is read when the word is needed, not when the command starts."""

    def __init__(self, name: str, known: Callable[[], Collection[str]]) -> None:
        self.name, self.known = name, known

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        known = self.known()
        if value not in known:
            near = difflib.get_close_matches(str(value), known, n=5) or sorted(known)
            self.fail(f"{value!r} is no {self.name}; known: {', '.join(near)}", param, ctx)
        return str(value)


DAY = Day()
PACKET_KIND = OneOf("packet kind", lambda: load_law().packet_names)
DOCUMENT_TYPE = OneOf("document type", lambda: load_law().documents)


def start() -> Config:
    """Read the settings, open the instance, bring the schema up to date."""
    config = Config.from_environment()
    runtime.start(config)
    schema.upgrade(session.get_bind())  # type: ignore[arg-type]
    return config


def acting(person: str | None) -> Actor:
    """The person named with --as, else the operator; nobody acts as a disabled person."""
    if not person:
        return operator()
    found = people.person_by(person)
    if not found.active:
        raise NotUsable(f"{found.email} is disabled: nobody acts as this person. Nothing was done.", f"{found.email} 已停用，不能以其身份操作。未作任何改动。")
    return actor_of(found, "localhost")


def say(value: Any) -> None:
    """One JSON document on stdout."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=1, default=str))


def tell(text: str) -> None:
    """A message for people, on stderr."""
    click.echo(text, err=True)


def guarded(command: Callable[..., None]) -> Callable[..., None]:
    """Open the instance, then run the command; known errors become a sentence and the right exit code."""

    @functools.wraps(command)
    def run(*args: Any, **kwargs: Any) -> None:
        try:
            start()
            supplements.refresh_law()
            command(*args, **kwargs)
        except (click.ClickException, click.Abort, click.exceptions.Exit):
            raise  # click's own ways to end
        except Exception as error:
            if isinstance(error, OSError) and error.errno == errno.EPIPE:
                raise  # the reader of our output has gone; click ends quietly
            log.debug("what led to it", exc_info=error)
            sentence, code = _answer(error)
            tell(sentence)
            sys.exit(code)
        finally:
            db.session.remove()

    return run


def _answer(error: Exception) -> tuple[str, int]:
    """The sentence and the exit code of an error; what nobody foresaw has failed too, and is told by its class and words."""
    match error:
        case IndexAway():
            told = f"{error.message} Without a worker 'casefiles index rebuild' makes it.", 3
        case Refused() | NotVisible() | NotAllowed():
            told = error.message, 1
        case WrongSetting():
            told = error.message, 2
        case CasefilesError():
            told = error.message, 3
        case NoRoom():
            told = "The disk is full: nothing partial was kept. Free some room and try again.", 3
        case NotStored():
            told = f"The store does not hold {error}: the bytes are missing or damaged. Restore them from the backup.", 3
        case OperationalError() | ProgrammingError():
            told = f"The database did not answer: {error.orig}. Nothing was changed.", 3
        case IndexBroken():
            told = f"The search index is damaged or lost ({error}); documents and cases are all there. 'casefiles index rebuild' makes it again.", 3
        case IndexBusy():
            told = f"The search index is being written by another process: {error}", 3
        case _:
            words = f"{type(error).__name__}: {error}".removesuffix(": ")
            told = f"Something went wrong: {words}. What was not said to be kept was not kept. 'casefiles --debug' before the command tells where.", 3
    return told
