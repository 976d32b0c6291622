"""What somebody promised to pay, and when: in chats, short messages, mails and calls. Relative days only against a day the message is known to be of."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from casefiles.readers.dates import placed_dates
from casefiles.readers.proposals_paper import Paper, Proposed, Sheet, sheet_of
from casefiles.readers.proposals_sums import FIGURE
from casefiles.rules.amounts import plain
from casefiles.rules.sums import NoSum, read_sum

LOOKED_AT = 200_000  # characters of a page of messages
PAY = re.compile("付|还|打款|打给|转给|转账|汇|结清|安排款|给你")
SOON = re.compile(".{0,12}?(?:付|还|打款|转|汇|结清)")  # a day, and behind it the paying
# the creditor's words, or a question
ASKED = re.compile(r"请|贵公司|贵司|务必|必须|要求|希望|你们|您|你司|[吗么?？]|能否|能不能|什么时候|何时|是否|如果|催|逾期不")
DENIED = re.compile("未|没钱|付不|还不|无法|不能|不会|不一定|尽量|没有办法|已经付|已付|付过|付了|还了|转了|汇了")
_HEAD = re.compile(r"^\[?(?P<day>20\d\d[-/.年]\d{1,2}[-/.月]\d{1,2}日?)[ T]\d{1,2}:\d{2}(?::\d{2})?\]? *(?P<who>[^:\n]{1,40}:)?")
_MONTH_DAY = re.compile(r"(?<![\d年])(?:(?P<when>今年|明年) ?)?(?P<m>\d{1,2}) ?月 ?(?P<d>\d{1,2}) ?[日号]")
_DAY_ONLY = re.compile(r"(?P<when>本月|这个月|下个月|下月|月)?(?<![\d月]) ?(?P<d>\d{1,2}) ?号(?!楼|院|线)")
_END = re.compile(r"(?:(?P<m>\d{1,2}) ?|(?P<when>本|这个|这|下个|下))?月(?:底|末)|(?P<year>今年|年)(?:底|末)")
_NEXT = re.compile(
    r"(?P<days>今天|明天|大后天|后天)|下(?:个)?(?:周|星期|礼拜)(?P<weekday>[一二三四五六日天])|(?:本|这)(?:个)?(?:周|星期)(?P<this>[一二三四五六日天])"
    r"|(?P<many>\d{1,2}) ?天(?:之)?内"
)
_SUM = re.compile(r"(?:付|还|打款|打给|转给|转|汇|给)[^0-9¥\n,。;]{0,8}" + FIGURE)
_WEEKDAYS = "一二三四五六日"


@dataclass(frozen=True)
class Said:
    """One promise: what was said, where, the day it is due and the sum, if any."""

    due: date
    amount: str
    sheet: Sheet
    start: int
    end: int
    on: date | None


def promise(paper: Paper) -> Iterator[Proposed]:
    """The last promise of the text: its day, and its sum where one is said. Earlier ones are counted in the reason."""
    if "promise_date" not in paper.fields:
        return
    said = [one for sheet in paper.sheets for one in _promises(sheet_of(sheet.number, sheet.raw, LOOKED_AT), _day_of(paper))]
    if not said:
        return
    last = said[-1]
    many = len({(one.due, one.amount) for one in said})
    zh = f"文中最后一次承诺{f'（共 {many} 次）' if many > 1 else ''}" + (f"，按消息日期 {last.on} 推算" if last.on else "")
    en = f"the last promise in the text{f' (of {many})' if many > 1 else ''}" + (f", counted from the message of {last.on}" if last.on else "")
    quote, score = last.sheet.quote(last.start, last.end), 62 if many > 1 else 74
    yield Proposed("promise_date", last.due.isoformat(), "promise", score, last.sheet.number, quote, zh, en)
    if last.amount and "promise_amount" in paper.fields:
        yield Proposed("promise_amount", last.amount, "promise", score, last.sheet.number, quote, zh, en)


def _day_of(paper: Paper) -> date | None:
    """The day the whole file is known to be of: as a person entered it, else the mail's own date."""
    mail = paper.details.get("mail")
    sent = str((mail or {}).get("shanghai") or "")[:10] if isinstance(mail, dict) else ""
    found = placed_dates(sent)
    return paper.on or (found[0][2] if found else None)


def _promises(sheet: Sheet, of_file: date | None) -> Iterator[Said]:
    on, at = of_file, 0
    for line in sheet.flat.split("\n"):
        head = _HEAD.match(line)
        if head:
            day = placed_dates(head["day"])
            on = day[0][2] if day else on
        shift = head.end() if head else 0
        for part in re.finditer(r"[^。;!?？！\n]+[?？]?", line[shift:]):
            if one := _promised(part.group(), on):
                due, amount, relative = one
                start = at + shift + part.start()
                yield Said(due, amount, sheet, start, start + len(part.group()), on if relative else None)
        at += len(line) + 1


def _promised(part: str, on: date | None) -> tuple[date, str, bool] | None:
    """A sentence as a promise: (day, sum or empty, whether the day was counted from another day)."""
    if not PAY.search(part) or ASKED.search(part) or DENIED.search(part):
        return None
    whole = placed_dates(part)
    if whole and not SOON.match(part[whole[0][1] :]):
        return None  # a day that only stands in the same line
    due = whole[0][2] if whole else _relative(part, on) if on else None
    if due is None or (on and due < on):
        return None
    return due, _sum(part), not whole


def _sum(part: str) -> str:
    found = _SUM.search(part)
    if found is None or not (found["unit"] or found["yuan"] or found["mark"] or "," in found["sum"] or len(found["sum"]) >= 4):
        return ""
    try:
        value: Decimal = read_sum(f"{found['sum']}{found['unit'] or ''}".replace(" ", ""))
    except NoSum:
        return ""
    return plain(value)


def _relative(part: str, on: date) -> date | None:
    """A day named without its year, or from the day of the message on."""
    try:
        if found := _MONTH_DAY.search(part):
            year = on.year + (found["when"] == "明年")
            due = date(year, int(found["m"]), int(found["d"]))
            return due if due >= on or found["when"] else due.replace(year=year + 1) if (on - due).days > 183 else None
        if found := _END.search(part):
            return _end(found, on)
        if found := _NEXT.search(part):
            return _next(found, on)
        if found := _DAY_ONLY.search(part):
            return _in_month(found, on)
    except ValueError:
        return None
    return None


def _end(found: re.Match[str], on: date) -> date | None:
    if found["year"]:
        return date(on.year, 12, 31)
    if found["m"]:
        month = int(found["m"])
        year = on.year if month >= on.month else on.year + 1 if on.month - month > 6 else 0
        return date(year, month, calendar.monthrange(year, month)[1]) if year else None
    first = _next_month(on) if (found["when"] or "").startswith("下") else on
    return first.replace(day=calendar.monthrange(first.year, first.month)[1])


def _next(found: re.Match[str], on: date) -> date:
    if found["days"]:
        return on + timedelta(days={"今天": 0, "明天": 1, "后天": 2, "大后天": 3}[found["days"]])
    if found["many"]:
        return on + timedelta(days=int(found["many"]))
    weekday = _WEEKDAYS.index((found["weekday"] or found["this"]).replace("天", "日"))
    monday = on - timedelta(days=on.weekday())
    return monday + timedelta(days=weekday + (7 if found["weekday"] else 0))


def _in_month(found: re.Match[str], on: date) -> date | None:
    day = int(found["d"])
    if (found["when"] or "").startswith("下"):
        return _next_month(on).replace(day=day)
    return on.replace(day=day) if day >= on.day else None


def _next_month(on: date) -> date:
    return date(on.year + on.month // 12, on.month % 12 + 1, 1)
