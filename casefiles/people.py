"""People and their access: sign-in data, roles, grants."""

import secrets
from datetime import date
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import select

from casefiles import audit
from casefiles.db import session
from casefiles.errors import NotUsable, NotVisible
from casefiles.models import Case, Grant, Person, Role
from casefiles.policy import Actor

SHORTEST_PASSWORD = 12
ASSIGNABLE = frozenset({Role.EXTERNAL_LAWYER, Role.COLLECTOR})
_hasher = PasswordHasher()


@cache
def nobody() -> str:
    """A hash that no password fits: an unknown name costs as much time as a wrong password. Made when the web application starts."""
    return _hasher.hash(secrets.token_urlsafe(16))


def add_person(actor: Actor, email: str, name: str, role: Role, department: str, password: str) -> Person:
    """A new person with a sign-in; NotUsable when the address is taken or the password too short."""
    email = email.strip().lower()
    if "@" not in email or len(email) > 200:
        raise NotUsable(f"{email!r} is no e-mail address; nobody was added.", f"“{email}”不是邮箱地址，未添加。")
    if not name.strip():
        raise NotUsable("A person needs a name; nobody was added.", "请填写姓名，未添加。")
    if session.scalar(select(Person.id).where(Person.email == email)) is not None:
        raise NotUsable(f"{email} is taken; nobody was added.", f"{email} 已存在，未添加。")
    person = Person(email=email, name=name.strip(), role=role, department=department.strip() or "法务部", password_hash=_hash(password), created_at=actor.now)
    session.add(person)
    session.flush()
    audit.record(actor, "person", email, added=name, role=role.value)
    return person


def _hash(password: str) -> str:
    if len(password) < SHORTEST_PASSWORD:
        raise NotUsable(f"A password has at least {SHORTEST_PASSWORD} characters; nothing was changed.", f"密码至少 {SHORTEST_PASSWORD} 位，未作改动。")
    return _hasher.hash(password)


def set_password(actor: Actor, person: Person, password: str) -> None:
    """A new password; every open session of the person ends."""
    person.password_hash, person.epoch = _hash(password), person.epoch + 1
    audit.record(actor, "person", person.email, reset=True)


def disable(actor: Actor, person: Person) -> None:
    """No more sign-in; every open session of the person ends."""
    person.active, person.epoch = False, person.epoch + 1
    audit.record(actor, "person", person.email, disabled=True)


def check_password(email: str, password: str) -> Person | None:
    """The active person with this address and password, else None; takes the same time for unknown addresses."""
    person = session.scalar(select(Person).where(Person.email == email.strip().lower()))
    try:
        _hasher.verify(person.password_hash if person else nobody(), password)
    except (VerificationError, InvalidHashError):
        return None
    return person if person and person.active else None


def person_by(email: str) -> Person:
    """A person by e-mail address or name; NotVisible when there is none or several."""
    found = list(session.scalars(select(Person).where((Person.email == email.strip().lower()) | (Person.name == email.strip()))))
    if len(found) != 1:
        raise NotVisible(f"person {email}")
    return found[0]


def grant(actor: Actor, case: Case, person: Person, starts_on: date, ends_on: date, *, download: bool = False) -> Grant:
    """Access to one case from day to day, both counted."""
    if person.role not in ASSIGNABLE:
        raise NotUsable(
            f"{person.name} ({person.role}) sees cases by role, not by grant; nothing was changed.",
            f"{person.name}（{person.role}）按角色可见案件，无需授权，未作改动。",
        )
    if ends_on < starts_on:
        raise NotUsable("The last day lies before the first; nothing was granted.", "结束日早于开始日，未授权。")
    row = Grant(
        case_id=case.case_id, person_id=person.id, starts_on=starts_on, ends_on=ends_on, download=download, granted_by_id=actor.person_id, granted_at=actor.now
    )
    session.add(row)
    session.flush()
    audit.record(actor, "grant", person.email, case_id=case.case_id, starts_on=starts_on, ends_on=ends_on, download=download)
    return row


def revoke(actor: Actor, row: Grant) -> None:
    """End a grant now; the row stays."""
    if row.revoked_at is None:
        row.revoked_at = actor.now
        audit.record(actor, "revoke", row.person.email, case_id=row.case_id)


def grants_of(case: Case) -> list[Grant]:
    """All grants of a case, ended ones too."""
    return list(session.scalars(select(Grant).where(Grant.case_id == case.case_id).order_by(Grant.id)))
