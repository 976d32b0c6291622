"""Exports of chats and short messages (WeChat, QQ, SMS): recognised in lines, table rows and web pages, given as pages of messages.

Three messages with a time and a sender make a chat; anything less stays the text that it is. Nothing is left out: what stands before
the first message comes first, a line without a head belongs to the message above it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from casefiles.readers.reading import Told

PAGE = 200  # messages
SIGNS = 60_000  # of a page, but for a longer message
FEWEST = 3
MOST_LINES = 60  # for each message: a contract in which three places look like heads is no chat
LINE_END = "\n"
NAME = 40  # characters of a sender's name
_DAY = r"(?P<y>\d{4})[-/.年](?P<m>\d{1,2})[-/.月](?P<d>\d{1,2})日?"
_WEEKDAY = r"(?:[\s,]{0,2}(?:星期|周)[一二三四五六日天])?"
_TIME = r"(?P<half>上午|下午|凌晨|早上|中午|晚上|AM|PM)? ?(?P<h>\d{1,2})[:：](?P<min>\d{2})(?:[:：](?P<s>\d{2}))?(?: ?(?P<after>AM|PM))?"
_MOMENT = rf"{_DAY}{_WEEKDAY}[\sT,，]{{1,3}}{_TIME}"
_NAMED = rf"(?P<name>[^\s\d].{{0,{NAME}}}?)"
_HEADS = tuple(re.compile(pattern, re.IGNORECASE) for pattern in (
    rf"\[?{_MOMENT}\]?[\s-]{{1,3}}(?P<name>[^:：\s][^:：]{{0,{NAME}}})[:：](?P<text>.*)\Z",  # [2024-05-31 10:02] 张三: 好的
    rf"(?P<name>\S.{{0,{NAME}}}?)\s{{0,4}}[(（\[]{_MOMENT}[)）\]]\s?[:：]?(?P<text>.*)\Z",  # 张三(2024-05-31 10:02:11): 好的
    rf"{_NAMED}\s{{2,4}}{_MOMENT}(?P<text>)\Z",  # 张三  2024-05-31 10:02:11, the text in the lines below
    rf"{_NAMED}\s{_MOMENT}(?P<text>)\Z",  # the same with one blank: a form of its own, for people write so too
    rf"\[?{_MOMENT}\]?\s{{1,4}}(?P<name>\S.{{0,{NAME}}})(?P<text>)\Z",  # 2024-05-31 10:02:11 张三(12345), text below
    rf"{_NAMED}\s{{2,4}}{_TIME}(?P<text>)\Z",  # 张三  10:02, after a line that names the day
))  # fmt: skip
_ALONE = re.compile(rf"[\[(（]?{_MOMENT}[\])）]?\Z", re.IGNORECASE)  # a line of its own, the name above or below it
_NEW_DAY = re.compile(rf"[—\-=~·]{{2,20}}\s{{0,4}}{_DAY}{_WEEKDAY}\s{{0,4}}[—\-=~·]{{2,20}}\Z")
_BARE_DAY = re.compile(rf"{_DAY}{_WEEKDAY}\Z")
_OF_THE_DAY = len(_HEADS) - 1
_MOMENT_AT_ALL = re.compile(_MOMENT, re.IGNORECASE)
# Columns of exported tables, in the order of preference; in small letters, without blanks and underlines.
_TIMES = ("strtime", "时间", "消息时间", "发送时间", "收发时间", "日期时间", "time", "datetime", "timestamp", "sendtime", "日期", "date", "createtime")
_SENDERS = (
    "发送人", "发送者", "发件人", "发言人", "备注", "remark", "昵称", "nickname", "sendername", "姓名", "联系人", "name", "sender", "from", "对方号码", "号码",
    "手机号", "phone", "number", "address", "talker", "wxid",
)  # fmt: skip
_RECEIVERS = ("接收人", "接收者", "收件人", "receiver", "to")
_TEXTS = ("内容", "消息内容", "聊天内容", "短信内容", "消息", "文本", "strcontent", "content", "message", "text", "body", "msg")
_DIRECTIONS = ("收发", "方向", "issender", "direction", "是否发送", "类型", "type")
_OTHERS = frozenset({"序号", "编号", "id", "localid", "talkerid", "msgid", "msgsvrid", "消息id", "消息类型", "subtype", "状态", "status", "已读", "read", ""})
_SENT = frozenset({"发", "发送", "发出", "已发送", "sent", "out", "outgoing", "true", "是"})
_RECEIVED = frozenset({"收", "接收", "收到", "已接收", "received", "in", "inbox", "incoming", "false", "否"})
_KNOWN = {*_TIMES, *_SENDERS, *_RECEIVERS, *_TEXTS, *_DIRECTIONS, *_OTHERS}


@dataclass
class Message:
    """`time` in ISO form (2024-05-31 10:02:11) as the export says it, in whatever zone that was; `lines` are the text."""

    time: str
    sender: str
    lines: list[str] = field(default_factory=list)

    def shown(self) -> str:
        return f"{self.time}  {self.sender}: {LINE_END.join(self.lines)}".rstrip()


@dataclass
class Chat:
    """The messages in the order of the file, and the lines that stood before the first."""

    messages: list[Message] = field(default_factory=list)
    before: list[str] = field(default_factory=list)


def tell(chat: Chat, told: Told) -> None:
    """Pages of messages, each labelled with the days it covers, and the chat as a whole as a detail."""
    pages = list(_pages(chat.messages))
    told.count(len(pages))
    for at, messages in enumerate(pages):
        days = [message.time for message in messages]
        head = [line for line in chat.before if line.strip()] if at == 0 else []
        told.page(_range(min(days), max(days)), "\n".join([*head, *(message.shown() for message in messages)]))
    times = [message.time for message in chat.messages]
    people = [name for name, _ in Counter(message.sender for message in chat.messages).most_common(50)]
    told.detail("chat", {"messages": len(times), "from": min(times), "to": max(times), "people": people})


def _range(first: str, last: str) -> str:
    """2024-05-01 至 2024-05-31; within a day its hours: 2024-05-31 10:02 至 18:40."""
    return f"{first[:16]} 至 {last[11:16]}" if first[:10] == last[:10] else f"{first[:10]} 至 {last[:10]}"


def _pages(messages: Sequence[Message]) -> Iterable[list[Message]]:
    page: list[Message] = []
    signs = 0
    for message in messages:
        size = sum(map(len, message.lines)) + NAME
        if page and (len(page) >= PAGE or signs + size > SIGNS):
            yield page
            page, signs = [], 0
        page.append(message)
        signs += size
    if page:
        yield page


def from_lines(lines: Sequence[str]) -> Chat | None:
    """The chat in the lines of a text; None where they are none."""
    stripped = [line.strip() for line in lines]
    chat = _with_heads(stripped)
    if not _is_chat(chat):
        chat = _with_times_alone([line for line in stripped if line])
    return chat if _is_chat(chat) and sum(map(bool, stripped)) <= len(chat.messages) * MOST_LINES else None


def _is_chat(chat: Chat) -> bool:
    """Somebody speaks twice: else it is a list of events."""
    return len(chat.messages) >= FEWEST and len({message.sender for message in chat.messages}) < len(chat.messages)


def _with_heads(lines: Sequence[str]) -> Chat:
    """A program wrote the heads, all in one form: what looks like another form is what somebody said."""
    days = _NEW_DAY if any(map(_NEW_DAY.match, lines)) else _BARE_DAY
    found = list(_heads(lines, days))
    forms = Counter(form for form, _, _ in found if form >= 0)
    chat = Chat()
    if not forms:
        return chat
    form = forms.most_common(1)[0][0]
    for line, (its_form, match, time) in zip(lines, found, strict=True):
        if its_form == form and match is not None:
            chat.messages.append(Message(time, match["name"].strip(" :："), [match["text"].strip()] if match["text"].strip() else []))
        elif line and not (form == _OF_THE_DAY and days.match(line)):
            (chat.messages[-1].lines if chat.messages else chat.before).append(line)
    return chat


def _heads(lines: Sequence[str], days: re.Pattern[str]) -> Iterable[tuple[int, re.Match[str] | None, str]]:
    """For each line the form of head that it is (-1: none), and its time."""
    day = ""
    for line in lines:
        start = line[:120]
        if (dated := days.match(line)) is not None:
            day = _day(dated)
        found: tuple[int, re.Match[str] | None, str] = (-1, None, "")
        if ":" in start or "：" in start:
            for form, head in enumerate(_HEADS):
                match = head.match(line) if form != _OF_THE_DAY or day else None
                time = _time(match, day if form == _OF_THE_DAY else _day(match)) if match is not None else ""
                if time:
                    found = (form, match, time)
                    break
        yield found


def _with_times_alone(lines: Sequence[str]) -> Chat:
    """Times on lines of their own. Names repeat, texts hardly do: that tells which of the lines above and below holds the name."""
    times = [at for at, line in enumerate(lines) if len(line) < 60 and (match := _ALONE.match(line)) is not None and _time(match, _day(match))]
    around = {step: [lines[at + step] for at in times if 0 <= at + step < len(lines)] for step in (-1, 1)}
    step = max(around, key=lambda side: len(around[side]) - len(set(around[side])))
    if len(times) < FEWEST or any(len(line) > NAME for line in around[step]):
        return Chat()
    heads = {at + step: at for at in times if 0 <= at + step < len(lines)}
    chat = Chat()
    skipped = set(times)
    for at, line in enumerate(lines):
        if at in heads and (match := _ALONE.match(lines[heads[at]])) is not None:
            chat.messages.append(Message(_time(match, _day(match)), line.strip(" :：")))
        elif at not in skipped:
            (chat.messages[-1].lines if chat.messages else chat.before).append(line)
    return chat


def _day(match: re.Match[str]) -> str:
    return f"{match['y']}-{int(match['m']):02d}-{int(match['d']):02d}"


def _time(match: re.Match[str], day: str) -> str:
    """ISO, seconds where they are said; empty for a time that does not exist."""
    hour, half = int(match["h"]), (match["half"] or match["after"] or "").upper()
    if half in {"下午", "晚上", "PM", "中午"} and 1 <= hour < 12 and not (half == "中午" and hour > 3):
        hour += 12
    if half in {"AM", "上午", "凌晨"} and hour == 12:
        hour = 0
    said = f"{day} {hour:02d}:{match['min']}" + (f":{match['s']}" if match["s"] else "")
    try:
        datetime.fromisoformat(said)
    except ValueError:
        return ""
    return said


def from_rows(rows: Sequence[Sequence[str]]) -> Chat | None:
    """The chat in the rows of a table whose first row names time, sender and content and nothing that a chat does not have; None else."""
    names = [re.sub(r"[\s_]", "", cell.strip("\ufeff ").lower()) for cell in rows[0]] if rows else []
    senders = [names.index(name) for name in _SENDERS if name in names]
    columns = (_TIMES, _TEXTS, _RECEIVERS, _DIRECTIONS)
    time, text, receiver, direction = (next((names.index(name) for name in wanted if name in names), -1) for wanted in columns)
    if time < 0 or text < 0 or not senders or set(names) - _KNOWN:
        return None
    chat = Chat()
    for row in rows[1:]:
        cells = [cell.strip() for cell in row] + [""] * (len(names) - len(row))
        if not any(cells):
            continue
        moment = _moment(cells[time])
        if not moment:
            return None  # a table of days, or one whose times we cannot read: it stays a table
        who = " / ".join(dict.fromkeys(cells[at] for at in senders if cells[at]))
        who = _directed(who, cells[direction].lower() if direction >= 0 else "", names[direction])
        to = cells[receiver] if receiver >= 0 else ""
        chat.messages.append(Message(moment, f"{who} → {to}" if to else who, cells[text].splitlines()))
    return chat if len(chat.messages) >= FEWEST else None


def _directed(who: str, direction: str, column: str) -> str:
    """Whose phone it is that wrote or got a message: the other's name or number stands in the row, and who sent it in a column of its own."""
    if column == "issender":
        return f"我（{who}）" if direction == "1" else who
    if direction in _SENT:
        return f"我 → {who}"
    return f"{who} → 我" if direction in _RECEIVED else who


def _moment(cell: str) -> str:
    """A time of a day as ISO, also from seconds or milliseconds since 1970 (shown in China's time); empty where it is none."""
    if re.fullmatch(r"1\d{9}(?:\d{3})?", cell):
        seconds = int(cell[:10]) + 8 * 3600
        return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%S")
    match = _MOMENT_AT_ALL.match(cell)
    return _time(match, _day(match)) if match else ""
