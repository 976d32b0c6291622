"""Days set by a court or counted from its service: entered by whoever conducts the case, settled by naming a document of the case."""

from datetime import date

from casefiles import audit
from casefiles.db import session
from casefiles.errors import NotUsable, NotVisible
from casefiles.law import load_law
from casefiles.models import Case, CourtDate
from casefiles.policy import Actor, listed_documents

LONGEST_NOTE = 500


def kinds() -> tuple[str, ...]:
    """The kinds of the case-file format."""
    return tuple(load_law().schema["$defs"]["court_date"]["properties"]["kind"]["enum"])


def add(actor: Actor, case: Case, kind: str, day: date, note: str = "") -> CourtDate:
    """Enter a day. For court_fee and appeal it is the day of receipt or service from which the period runs."""
    if kind not in kinds():
        raise NotUsable(f"{kind[:40]!r} is no kind of court date; nothing was entered.", f"没有“{kind[:40]}”这类日期，未录入。")
    row = CourtDate(kind=kind, date=day, note=note.replace("\0", "").strip()[:LONGEST_NOTE] or None, entered_by_id=actor.person_id, entered_at=actor.now)
    case.court_dates.append(row)
    session.flush()
    audit.record(actor, "edit", "court date", case_id=case.case_id, kind=kind, date=day)
    return row


def settle(actor: Actor, case: Case, row_id: int, ref: str) -> CourtDate:
    """Say which document of the case settles a day; without one it stays open. A settled day may be given another document."""
    row = next((row for row in case.court_dates if row.id == row_id), None)
    if row is None:
        raise NotVisible(f"court date {row_id}")
    if not any(document.ref == ref and not document.erased for document in listed_documents(actor, case)):
        raise NotUsable(
            "A day is settled by a document of this case only: upload it and choose it here. Nothing was changed.",
            "该期限须以本案材料办结：请先上传，再在此选择。未作改动。",
        )
    row.done_by, row.done_on = ref, actor.today
    session.flush()
    audit.record(actor, "edit", "court date", case_id=case.case_id, kind=row.kind, date=row.date, done_by=ref)
    return row
