"""The collection log: who was called, reached how, with what result, and what was promised. Nothing in it is changed or deleted."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from casefiles import audit, work
from casefiles.db import session
from casefiles.errors import NotAllowed, NotFitting, NotUsable, NotVisible
from casefiles.law import Words
from casefiles.law.collection import collection_words
from casefiles.law.days import day_of
from casefiles.models import Case, CollectionEntry
from casefiles.policy import Action, Actor, may
from casefiles.rules.sums import NoSum, read_sum

LONGEST = {"person": 200, "note": 2000}  # the columns' own
SUMS = {
    "part_of_a_cent": Words("不能精确到分", "is not a whole number of cents"),
    "amount_not_positive": Words("须大于零", "must be above zero"),
    "amount_too_high": Words("过大", "is too large"),
}
NO_SUM = Words("不是金额", "is no sum of money")


@dataclass(frozen=True)
class Contact:
    """One line as typed and tested; `promise_amount` None with a day = everything that is owed."""

    day: date
    channel: str
    result: str
    person: str | None = None
    note: str | None = None
    promise_date: date | None = None
    promise_amount: Decimal | None = None


def read_contact(typed: Mapping[str, str], today: date) -> Contact:
    """The form's texts (date, channel, person, result, note, promise_date, promise_amount); NotFitting says of every wrong field what to do."""
    text = {key: typed.get(key, "").replace("\0", "").strip() for key in ("channel", "result", "person", "note", "promise_amount")}
    wrong: dict[str, Words] = {}
    day, due = _day(typed, "date", wrong), _day(typed, "promise_date", wrong)
    amount = _sum(text["promise_amount"], wrong)
    words = collection_words()
    if not typed.get("date", "").strip():
        wrong["date"] = Words("请填写联系日期。", "Say on which day it was.")
    elif day is not None and day > today:
        wrong["date"] = Words(f"{day} 在今天之后，只能登记已发生的联系。", f"{day} lies in the future; log what has happened.")
    if text["channel"] not in words.channels:
        wrong["channel"] = Words("请选择联系方式。", "Choose how the debtor was contacted.")
    if text["result"] not in words.results:
        wrong["result"] = Words("请选择联系结果。", "Choose what came of it.")
    elif not text["person"] and text["result"] != "not_reached":
        wrong["person"] = Words("请填写联系到的人（姓名、职务、号码）。", "Say who was reached: name, position, number.")
    for key, most in LONGEST.items():
        if len(text[key]) > most:
            wrong[key] = Words(f"最多 {most} 字，现有 {len(text[key])} 字。", f"It has {len(text[key])} characters; at most {most} fit.")
    wrong |= {key: said for key, said in _promise_wrong(text, day, due).items() if key not in wrong}
    if wrong or day is None:
        raise NotFitting({key: (said.zh, said.en) for key, said in wrong.items()})
    return Contact(day, text["channel"], text["result"], text["person"] or None, text["note"] or None, due, amount)


def _promise_wrong(text: Mapping[str, str], day: date | None, due: date | None) -> dict[str, Words]:
    """What is wrong with the promise as a whole."""
    if text["result"] == "not_reached" and (due or text["promise_amount"]):
        return {"result": Words("未联系上的人不能作出承诺，请改选结果。", "Nobody was reached, so nobody promised: choose another result.")}
    if due is None and (text["result"] == "promised" or text["promise_amount"]):
        return {"promise_date": Words("请填写承诺付款的日期。", "Say by which day payment was promised.")}
    if due and day and due < day:
        return {"promise_date": Words(f"承诺日 {due} 早于联系日 {day}。", f"The promised day {due} lies before the contact on {day}.")}
    return {}


def _day(typed: Mapping[str, str], key: str, wrong: dict[str, Words]) -> date | None:
    text = typed.get(key, "").strip()
    try:
        return day_of(text) if text else None
    except ValueError:
        wrong[key] = Words(f"“{text[:30]}”不是日期，格式如 2026-12-31。", f"{text[:30]!r} is no date; write it like 2026-12-31.")
        return None


def _sum(text: str, wrong: dict[str, Words]) -> Decimal | None:
    try:
        return read_sum(text) if text else None
    except NoSum as refused:
        why = SUMS.get(refused.code, NO_SUM)
        wrong["promise_amount"] = Words(
            f"“{text[:30]}”{why.zh}，格式如 125,000.00 或 12.5万。", f"{text[:30]!r} {why.en}; write it like 125,000.00 or 12.5万 (ten thousands)."
        )
        return None


def log_contact(actor: Actor, case: Case, typed: Mapping[str, str]) -> CollectionEntry:
    """Add a line to the log, from the form's texts."""
    return _add(actor, case, read_contact(typed, actor.today), "contact", None)


def correct(actor: Actor, case: Case, entry_id: int, typed: Mapping[str, str]) -> CollectionEntry:
    """Add a line that takes the place of another one, with a note that says why; the old line stays and shows what was written.

    A collector corrects own lines only. Each line is corrected once: after that its correction can be.
    """
    old = session.get(CollectionEntry, entry_id)
    if old is None or old.case_id != case.case_id:
        raise NotVisible(f"{case.case_id}/{entry_id}")
    if old.entered_by_id != actor.person_id and not may(actor, Action.EDIT_TRANSCRIPT):
        raise NotAllowed(actor.role, Action.EDIT_TRANSCRIPT)
    if session.scalar(select(CollectionEntry.id).where(CollectionEntry.corrects_id == old.id)) is not None:
        raise NotUsable(
            "This line is corrected already; nothing was logged. Correct the newer line.", "该记录已被更正，未登记。请更正后来的那条记录。"
        )
    entry = read_contact(typed, actor.today)
    if not entry.note:
        raise NotFitting({"note": ("更正须在备注中写明原因。", "A correction needs a note that says why.")})
    return _add(actor, case, entry, "correct", old)


def _add(actor: Actor, case: Case, entry: Contact, event: str, old: CollectionEntry | None) -> CollectionEntry:
    row = CollectionEntry(
        date=entry.day, channel=entry.channel, person=entry.person, result=entry.result, note=entry.note, promise_date=entry.promise_date,
        promise_amount=entry.promise_amount, corrects_id=old.id if old else None, entered_by_id=actor.person_id, entered_at=actor.now,
    )  # fmt: skip
    case.collection_log.append(row)
    session.flush()
    session.expire(case, ["collection_log"])  # in the order of days again
    told: dict[str, Any] = {"promise_date": entry.promise_date, "promise_amount": entry.promise_amount} if entry.promise_date else {}
    told |= {"corrects": old.id} if old else {}
    told |= {"date": entry.day, "channel": entry.channel, "result": entry.result}
    audit.record(actor, event, str(row.id), case_id=case.case_id, type="collection_log", **told)
    work.index(actor.now, case.case_id)
    work.ask(work.REFRESH_CASE, actor.now, case=case)
    return row
