"""casefiles person, grant, revoke."""

import secrets
import sys
from datetime import date

import click
from sqlalchemy import select

from casefiles import people
from casefiles.commands import DAY, acting, as_json, as_person, guarded, say, tell
from casefiles.db import saving, session
from casefiles.models import Person, Role
from casefiles.policy import Action, case_for


@click.group("person")
def person_commands() -> None:
    """People who sign in."""


@person_commands.command("add")
@click.argument("email")
@click.option("--name", required=True)
@click.option("--role", required=True, type=click.Choice([role.value for role in Role]))
@click.option("--department", default="法务部", show_default=True)
@click.option("--password-stdin", is_flag=True, help="Read the password from stdin; without it one is made and printed once.")
@guarded
def add(email: str, name: str, role: str, department: str, password_stdin: bool) -> None:
    """Add a person."""
    password = sys.stdin.readline().rstrip("\n") if password_stdin else secrets.token_urlsafe(12)
    with saving():
        people.add_person(acting(None), email, name, Role(role), department, password)
    click.echo(f"{email}" + ("" if password_stdin else f"  password: {password}"))


@person_commands.command("list")
@as_json
@guarded
def list_(as_json: bool) -> None:
    """Everybody."""
    rows = [
        {"email": p.email, "name": p.name, "role": p.role.value, "department": p.department, "active": p.active}
        for p in session.scalars(select(Person).order_by(Person.id))
    ]
    if as_json:
        say(rows)
        return
    for row in rows:
        click.echo(f"{row['email']:<36} {row['role']:<16} {row['name']}{'' if row['active'] else '  (disabled)'}")


@person_commands.command("disable")
@click.argument("email")
@guarded
def disable(email: str) -> None:
    """End a person's sign-in and open sessions."""
    with saving():
        people.disable(acting(None), people.person_by(email))
    tell(f"{email} is disabled")


@person_commands.command("reset")
@click.argument("email")
@guarded
def reset(email: str) -> None:
    """Give a person a new password, printed once."""
    password = secrets.token_urlsafe(12)
    with saving():
        people.set_password(acting(None), people.person_by(email), password)
    click.echo(f"{email}  password: {password}")


@click.command("grant")
@click.argument("case_id")
@click.argument("person_email", metavar="PERSON")
@click.option("--until", required=True, type=DAY, help="The last day, counted.")
@click.option("--download", is_flag=True, help="Allow downloads as well.")
@as_person
@guarded
def grant(case_id: str, person_email: str, until: date, download: bool, person: str | None) -> None:
    """Let an external lawyer or collector see one case until a day."""
    actor = acting(person)
    with saving():
        case = case_for(actor, Action.APPROVE_PACKET, case_id)  # only the legal manager (and the operator) decides who sees a case
        people.grant(actor, case, people.person_by(person_email), actor.today, until, download=download)
    tell(f"{person_email} sees {case_id} until {until}")


@click.command("revoke")
@click.argument("case_id")
@click.argument("person_email", metavar="PERSON")
@as_person
@guarded
def revoke(case_id: str, person_email: str, person: str | None) -> None:
    """End a person's access to one case now."""
    actor = acting(person)
    with saving():
        case = case_for(actor, Action.APPROVE_PACKET, case_id, though_sealed=True)
        who = people.person_by(person_email)
        running = [row for row in people.grants_of(case) if row.person_id == who.id and row.revoked_at is None]
        for row in running:
            people.revoke(actor, row)
    tell(f"{len(running)} grants ended")
