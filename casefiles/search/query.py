"""The query language: words, "phrase", AND OR NOT with brackets, field:value, prefix*, dates and amounts from..to.

    query   = either                    words beside each other must all occur
    either  = all { OR all }
    all     = one { [AND] one }
    one     = NOT one | ( either ) | [field:] word | [field:] "phrase" | [field:] prefix*
            | date:span | amount:span       a span as in ranges.py
            | field:=value                  the whole value, not a part of it

A field may be called by its Chinese name. What a prefix stands for is known to the engine only: it refuses one that stands for too much
by too_wide(), as each word it stands for is a list to be read.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from dataclasses import dataclass

from casefiles.search import ranges
from casefiles.search.analysis import fold, is_run, ways

WHOLE_FIELDS = ("case", "type", "stage")  # compared whole
TEXT_FIELDS = ("party", "number", "title", "uploader", "court")  # every part of them is found
SPAN_FIELDS = ("date", "amount")
FIELDS = (*WHOLE_FIELDS, *TEXT_FIELDS, *SPAN_FIELDS)
CHINESE = {
    "案件": "case", "类型": "type", "阶段": "stage", "当事人": "party", "编号": "number", "标题": "title", "上传人": "uploader", "法院": "court",
    "日期": "date", "金额": "amount",
}  # fmt: skip
LONGEST = 500  # characters
DEEPEST = 20  # brackets and NOTs inside each other
MOST = 64  # words
STARS = 4  # prefixes that have to be looked up
WIDEST = 20_000  # words of the index that one of them may stand for: each for itself, as a sum could be tuned until one hidden word more or less shows
SECONDS = 1.5  # after which a slow engine gives a query up: whoever asks waits for 2 s at most

_STRAIGHT, _CURLY = '"＂', "“”"
_CLOSING = {**dict.fromkeys(_STRAIGHT, (_STRAIGHT, _STRAIGHT + _CURLY)), **dict.fromkeys(_CURLY, (_CURLY, _STRAIGHT + _CURLY)),
            "「": ("」", "」"), "『": ("』", "』")}  # fmt: skip  # the marks that close, the fitting ones first, then those typed by mistake
_STOP = r"\s()（）\"＂“”「」『』"
_FIELD = re.compile(r"([A-Za-z_]{2,20}|[\u4e00-\u9fff]{2,3})[:：](?!//)")
_OPERATOR = re.compile(rf"(AND|OR|NOT)(?=[{_STOP}]|$)")
_BARE = re.compile(  # a bracket that touches a word belongs to it: （2024）京01民初1号 and 路卫发(2011)76号 are one word each
    rf"(?:[(（]\d{{4}}[)）](?=[^{_STOP}]))?(?:[^{_STOP}]|(?<=[^{_STOP}])[(（][^{_STOP}]{{1,12}}[)）])+"
)


class QueryError(Exception):
    """The query cannot be understood; says why in both languages and at which character (0-based)."""

    def __init__(self, message_zh: str, message_en: str, position: int) -> None:
        super().__init__(message_en)
        self.message_zh, self.message_en, self.position = message_zh, message_en, position


@dataclass(frozen=True)
class Word:
    """Characters that occur one after the other. `exact` for a quoted phrase; `prefix` for word*; `field` None = the text.

    `whole` where the value of the field must be this, with `prefix` begin with this.

    `position` is the place in the query as typed, for messages.
    """

    folded: str
    exact: bool = False
    prefix: bool = False
    field: str | None = None
    whole: bool = False
    position: int = dataclasses.field(default=0, compare=False)

    @property
    def ways(self) -> tuple[str, ...]:
        """The ways of writing that count as this word; a quoted phrase and a prefix have one only."""
        return (self.folded,) if self.exact or self.prefix else ways(self.folded)

    @property
    def expands(self) -> bool:
        """Whether what begins so has to be looked up in the index. Of a Han prefix it has not: each character begins a word."""
        return self.prefix and (self.whole or (self.field is None and is_run(self.folded)))

    @property
    def place(self) -> tuple[str, str]:
        """Where a value compared whole, or a prefix that expands, stands in the index: its field of terms, and the term or its beginning."""
        return ("tag", f"{self.field}={self.folded}") if self.whole else ("runs", self.folded)


@dataclass(frozen=True)
class Between:
    """A `field` of SPAN_FIELDS from `first` to `last`, both included, None for an open end: days as ordinals, money in cents."""

    field: str
    first: int | None
    last: int | None


@dataclass(frozen=True)
class All:
    parts: tuple[Node, ...]


@dataclass(frozen=True)
class Either:
    parts: tuple[Node, ...]


@dataclass(frozen=True)
class Not:
    part: Node


Node = Word | Between | All | Either | Not


@dataclass(frozen=True)
class _Mark:
    """One piece of the query as typed: kind is ( ) AND OR NOT or word."""

    kind: str
    position: int
    leaf: Word | Between | None = None


def parse(query: str) -> Node:
    """The query as a tree; QueryError where it cannot be understood or is larger than the limits."""
    if len(query) > LONGEST:
        raise QueryError(f"检索式过长：最多 {LONGEST} 个字符，现有 {len(query)} 个。",
                         f"The query is too long: {LONGEST} characters at most, this one has {len(query)}.", LONGEST)  # fmt: skip
    marks = _marks(query)
    if not marks:
        raise QueryError("请输入检索词。", "Type what to look for.", 0)
    if sum(mark.kind == "word" for mark in marks) > MOST:
        raise QueryError(f"检索词过多：最多 {MOST} 个。", f"Too many words: {MOST} at most.", marks[-1].position)
    asked = _Reader(marks, len(query)).whole()
    for word in list(prefixes(asked))[STARS:]:
        raise QueryError(f"星号过多：最多 {STARS} 个。", f"Too many stars: {STARS} at most.", word.position)
    return asked


def terms_of(query: str) -> tuple[str, ...]:
    """Folded texts to mark in a hit: the words and phrases asked for, in every way of writing, without those under NOT or a field."""
    found: dict[str, None] = {}
    _collect(parse(query), found)
    return tuple(found)


def too_wide(word: Word) -> QueryError:
    """For an engine: this prefix stands for more than WIDEST words of the index."""
    return QueryError(f"“{word.folded}*”概括的词太多（最多 {WIDEST:,} 个）：请多写几个字符，或去掉星号。",
                      f"'{word.folded}*' stands for too many words ({WIDEST:,} at most): type more characters, or leave out the star.",
                      word.position)  # fmt: skip


def too_slow() -> QueryError:
    """For an engine: the query was given up after SECONDS."""
    return QueryError(f"检索超过 {SECONDS} 秒，已停止：请减少检索词、星号或 OR，或限定案件。",
                      f"The query took more than {SECONDS} s and was given up: use fewer words, stars or ORs, or name a case.", 0)  # fmt: skip


def prefixes(node: Node) -> Iterator[Word]:
    """The words an engine has to look up in its index, in their order."""
    match node:
        case Word() if node.expands:
            yield node
        case All(parts) | Either(parts):
            for part in parts:
                yield from prefixes(part)
        case Not(part):
            yield from prefixes(part)
        case _:
            pass


def _collect(node: Node, found: dict[str, None]) -> None:
    match node:
        case Word(field=None):
            found |= dict.fromkeys(node.ways)
        case All(parts) | Either(parts):
            for part in parts:
                _collect(part, found)
        case _:  # what is under NOT or of a field does not stand in the text
            pass


def _marks(query: str) -> list[_Mark]:
    query = "".join(sign if sign.isprintable() else " " for sign in query)
    marks: list[_Mark] = []
    at = 0
    while at < len(query):
        if query[at] == " ":
            at += 1
        elif (operator := _OPERATOR.match(query, at)) is not None:
            marks.append(_Mark(operator[1], at))
            at = operator.end()
        elif query[at] in "()（）" and _BARE.match(query, at) is None:
            marks.append(_Mark("(" if query[at] in "(（" else ")", at))
            at += 1
        else:
            leaf, end = _leaf(query, at)
            marks.append(_Mark("word", at, leaf))
            at = end
    return marks


def _leaf(query: str, at: int) -> tuple[Word | Between, int]:
    """One word, phrase or field:value, and where it ends."""
    field, start = _field(query, at)
    whole = field in WHOLE_FIELDS
    if field is not None and query[start : start + 1] in {"=", "＝"}:
        whole, start = True, start + 1
    if start < len(query) and query[start] in _CLOSING:
        word, end = _phrase(query, start, field)
    elif (bare := _BARE.match(query, start)) is not None:
        end = bare.end()
        if field in SPAN_FIELDS:
            return _between(field, bare[0], start), end
        word = _plain(bare[0], field, start)
    elif field is not None:
        raise QueryError(f"“{query[at:start]}”后面缺少内容。", f"Nothing follows '{field}:'.", start)
    else:
        raise QueryError("引号没有配对。", "A quotation mark is not closed.", at)  # a closing 」 that nothing opened
    return (_between(field, word.folded, start) if field in SPAN_FIELDS else dataclasses.replace(word, whole=whole)), end


def _field(query: str, at: int) -> tuple[str | None, int]:
    """The field named at this place, if one is, and where its value begins. 甲方：张三 names none: only our own Chinese names do."""
    named = _FIELD.match(query, at)
    if named is None:
        return None, at
    name = fold(named[1])
    field = CHINESE.get(name, name if name in FIELDS else None)
    if field is None and name.isascii():
        names = "、".join(f"{name}（{field}）" for name, field in CHINESE.items())
        raise QueryError(f"没有名为“{name}”的字段；可用：{names}。如果冒号属于正文，请加引号。",
                         f"There is no field '{name}'; there are {', '.join(FIELDS)}. Put it in quotes if the colon is part of the text.", at)  # fmt: skip
    return field, at if field is None else named.end()


def _between(field: str, typed: str, position: int) -> Between:
    folded = fold(typed)
    span = (ranges.days if field == "date" else ranges.cents)(folded)
    if span is None and field == "date":
        raise QueryError(f"“{typed}”不是日期；可写 2024、2024-03、2024-03-01、2024-03..2024-05、>=2024-03-01。",
                         f"'{typed}' is no date; write 2024, 2024-03, 2024-03-01, 2024-03..2024-05 or >=2024-03-01.", position)  # fmt: skip
    if span is None:
        raise QueryError(f"“{typed}”不是金额；可写 1,250,000.00、125万、10万..50万、>=10000，两端都要写明单位。",
                         f"'{typed}' is no amount; write 1,250,000.00, 125万, 10万..50万 or >=10000, the unit at both ends.", position)  # fmt: skip
    first, last = span
    if first is not None and last is not None and first > last:
        raise QueryError(f"“{typed}”的起点在终点之后。", f"'{typed}' ends before it begins.", position)
    return Between(field, first, last)


def _plain(typed: str, field: str | None, position: int) -> Word:
    folded = fold(typed)
    prefix = folded.endswith("*")
    folded = folded[:-1] if prefix else folded
    if "*" in folded:
        raise QueryError("星号只能放在词尾（如 HT-2024*）；要查找星号本身，请加引号。",
                         "A star may only end a word (HT-2024*); put it in quotes to look for the star itself.", position + typed.find("*"))  # fmt: skip
    if not folded:
        raise QueryError("这里没有可检索的文字。", "There is nothing to look for here.", position)
    return Word(folded, prefix=prefix, field=field, position=position)


def _phrase(query: str, at: int, field: str | None) -> tuple[Word, int]:
    ends = [place for closing in _CLOSING[query[at]] for place in range(at + 1, len(query)) if query[place] in closing]
    if not ends:
        raise QueryError("引号没有配对。", "A quotation mark is not closed.", at)
    folded = fold(query[at + 1 : ends[0]])
    if not folded:
        raise QueryError("引号里没有可检索的文字。", "The quotation marks hold nothing to look for.", at)
    return Word(folded, exact=True, field=field, position=at), ends[0] + 1


class _Reader:
    """Recursive descent over the marks."""

    def __init__(self, marks: list[_Mark], length: int) -> None:
        self.marks, self.at, self.length = marks, 0, length

    def whole(self) -> Node:
        tree = self.either(0)
        if self.at < len(self.marks):
            raise QueryError("多了一个右括号。", "A closing bracket has no opening one.", self.marks[self.at].position)
        return tree

    def kind(self) -> str | None:
        return self.marks[self.at].kind if self.at < len(self.marks) else None

    def position(self) -> int:
        return self.marks[self.at].position if self.at < len(self.marks) else self.length

    def either(self, depth: int) -> Node:
        parts = [self.all(depth)]
        while self.kind() == "OR":
            self.at += 1
            parts.append(self.all(depth))
        return parts[0] if len(parts) == 1 else Either(tuple(parts))

    def all(self, depth: int) -> Node:
        parts = [self.one(depth)]
        while self.kind() in {"AND", "NOT", "(", "word"}:
            self.at += self.kind() == "AND"
            parts.append(self.one(depth))
        return parts[0] if len(parts) == 1 else All(tuple(parts))

    def one(self, depth: int) -> Node:
        if depth > DEEPEST:
            raise QueryError(f"括号或 NOT 嵌套过深：最多 {DEEPEST} 层。", f"Nested too deeply: {DEEPEST} levels at most.", self.position())
        kind, position = self.kind(), self.position()
        if kind is None or kind in {"AND", "OR", ")"}:
            raise QueryError("这里缺少检索词。", "A word is missing here.", position)
        mark = self.marks[self.at]
        self.at += 1
        if kind == "NOT":
            return Not(self.one(depth + 1))
        if kind == "(":
            return self.bracket(depth + 1, position)
        if mark.leaf is None:
            raise AssertionError(mark)  # only operators and brackets carry none
        return mark.leaf

    def bracket(self, depth: int, position: int) -> Node:
        inner = self.either(depth)
        if self.kind() != ")":
            raise QueryError("括号没有配对。", "A bracket is not closed.", position)
        self.at += 1
        return inner
