"""What every command shares: opening the instance, acting as somebody, saying things in JSON or words, exit codes.

0 done, 1 the answer is no, 2 wrong use, 3 something failed. JSON goes to stdout, messages to stderr.
"""

import functools
import json
import sys
from collections.abc import Callable
from datetime import date
from typing import Any

import click
from sqlalchemy.exc import OperationalError, ProgrammingError

from casefiles import db, people, runtime, schema
from casefiles.actor import actor_of, operator
from casefiles.config import Config
from casefiles.db import session
from casefiles.errors import CasefilesError, FileRefused, NotAllowed, NotVisible, Refused, WrongSetting
from casefiles.policy import Actor
from storage import NoRoom, NotStored

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
            return date.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is no day of the calendar; write it like 2026-06-15", param, ctx)


DAY = Day()


def start() -> Config:
    """Read the settings, open the instance, bring the schema up to date."""
    config = Config.from_environment()
    runtime.start(config)
    schema.upgrade(session.get_bind())  # type: ignore[arg-type]
    return config


def acting(person: str | None) -> Actor:
    """The person named with --as, else the operator."""
    return actor_of(people.person_by(person), "localhost") if person else operator()


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
            command(*args, **kwargs)
        except (FileRefused, Refused) as error:
            _leave(error.message, 1)
        except (NotVisible, NotAllowed) as error:
            _leave(error.message, 1)
        except WrongSetting as error:
            _leave(error.message, 2)
        except NoRoom:
            _leave("The disk is full: nothing partial was kept. Free some room and try again.", 3)
        except NotStored as error:
            _leave(f"The store does not hold {error}: the bytes are missing or damaged. Restore them from the backup.", 3)
        except CasefilesError as error:
            _leave(error.message, 3)
        except (OperationalError, ProgrammingError) as error:
            _leave(f"The database did not answer: {error.orig}. Nothing was changed.", 3)
        finally:
            db.session.remove()

    return run


def _leave(message: str, code: int) -> None:
    tell(message)
    sys.exit(code)
