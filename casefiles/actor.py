"""Who acts and when: the edge where the clock is read and a person becomes an actor."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from casefiles.models import Person, Role
from casefiles.policy import Actor

SHANGHAI = ZoneInfo("Asia/Shanghai")
OPERATOR = "command line"


def now() -> datetime:
    """This instant, UTC."""
    return datetime.now(UTC)


def today() -> date:
    """The day in Shanghai: courts and debtors live by it."""
    return now().astimezone(SHANGHAI).date()


def actor_of(person: Person, address: str = "") -> Actor:
    """The actor a person is in this request or command."""
    return Actor(
        person_id=person.id,
        name=person.name,
        role=person.role,
        department=person.department,
        now=now(),
        today=today(),
        address=address,
        language=person.language,
    )


def operator() -> Actor:
    """The named operator of the command line: sees all cases, is audited under this name, may not override findings as nobody."""
    return Actor(person_id=None, name=OPERATOR, role=Role.LEGAL_MANAGER, department="法务部", now=now(), today=today(), address="localhost")
