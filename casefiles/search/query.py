"""The query language: words, "phrase", AND OR NOT with brackets, field:value, prefix*.

    query   = either                    words beside each other must all occur
    either  = all { OR all }
    all     = one { [AND] one }
    one     = NOT one | ( either ) | [field:] word | [field:] "phrase" | [field:] prefix*
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from casefiles.search.analysis import fold, ways

FIELDS = ("case", "type", "party", "number", "title", "stage")
LONGEST = 500  # characters
DEEPEST = 20  # brackets and NOTs inside each other
MOST = 64  # words

_STRAIGHT, _CURLY = '"＂', "“”"
_CLOSING = {**dict.fromkeys(_STRAIGHT, (_STRAIGHT, _STRAIGHT + _CURLY)), **dict.fromkeys(_CURLY, (_CURLY, _STRAIGHT + _CURLY)),
            "「": ("」", "」"), "『": ("』", "』")}  # fmt: skip  # the marks that close, the fitting ones first, then those typed by mistake
_STOP = r"\s()（）\"＂“”「」『』"
_FIELD = re.compile(r"([A-Za-z_]{2,20})[:：](?!//)")
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
    """Characters that occur one after the other. `exact` for a quoted phrase; `prefix` for word*; `field` None = the text."""

    folded: str
    exact: bool = False
    prefix: bool = False
    field: str | None = None

    @property
    def ways(self) -> tuple[str, ...]:
        """The ways of writing that count as this word; a quoted phrase and a prefix have one only."""
        return (self.folded,) if self.exact or self.prefix else ways(self.folded)


@dataclass(frozen=True)
class All:
    parts: tuple[Node, ...]


@dataclass(frozen=True)
class Either:
    parts: tuple[Node, ...]


@dataclass(frozen=True)
class Not:
    part: Node


Node = Word | All | Either | Not


@dataclass(frozen=True)
class _Mark:
    """One piece of the query as typed: kind is ( ) AND OR NOT or word."""

    kind: str
    position: int
    word: Word | None = None


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
    return _Reader(marks, len(query)).whole()


def terms_of(query: str) -> tuple[str, ...]:
    """Folded texts to mark in a hit: the words and phrases asked for, in every way of writing, without those under NOT or a field."""
    found: dict[str, None] = {}
    _collect(parse(query), found)
    return tuple(found)


def _collect(node: Node, found: dict[str, None]) -> None:
    match node:
        case Word(field=None):
            found |= dict.fromkeys(node.ways)
        case All(parts) | Either(parts):
            for part in parts:
                _collect(part, found)
        case _:  # a word under NOT or of a field does not stand in the text
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
            word, end = _word(query, at)
            marks.append(_Mark("word", at, word))
            at = end
    return marks


def _word(query: str, at: int) -> tuple[Word, int]:
    """One word, phrase or field:value, and where it ends."""
    field = None
    if (named := _FIELD.match(query, at)) is not None:
        field = named[1].lower()
        if field not in FIELDS:
            raise QueryError(f"没有名为“{field}”的字段；可用：{'、'.join(FIELDS)}。如果冒号属于正文，请加引号。",
                             f"There is no field '{field}'; there are {', '.join(FIELDS)}. Put it in quotes if the colon is part of the text.", at)  # fmt: skip
        at = named.end()
    if at < len(query) and query[at] in _CLOSING:
        return _phrase(query, at, field)
    if (bare := _BARE.match(query, at)) is not None:
        return _plain(bare[0], field, at), bare.end()
    if field is not None:
        raise QueryError(f"“{field}:”后面缺少内容。", f"Nothing follows '{field}:'.", at)
    raise QueryError("引号没有配对。", "A quotation mark is not closed.", at)  # a closing 」 that nothing opened


def _plain(typed: str, field: str | None, position: int) -> Word:
    folded = fold(typed)
    prefix = folded.endswith("*")
    folded = folded[:-1] if prefix else folded
    if "*" in folded:
        raise QueryError("星号只能放在词尾（如 HT-2024*）；要查找星号本身，请加引号。",
                         "A star may only end a word (HT-2024*); put it in quotes to look for the star itself.", position + typed.find("*"))  # fmt: skip
    if not folded:
        raise QueryError("这里没有可检索的文字。", "There is nothing to look for here.", position)
    return Word(folded, prefix=prefix, field=field)


def _phrase(query: str, at: int, field: str | None) -> tuple[Word, int]:
    ends = [place for closing in _CLOSING[query[at]] for place in range(at + 1, len(query)) if query[place] in closing]
    if not ends:
        raise QueryError("引号没有配对。", "A quotation mark is not closed.", at)
    folded = fold(query[at + 1 : ends[0]])
    if not folded:
        raise QueryError("引号里没有可检索的文字。", "The quotation marks hold nothing to look for.", at)
    return Word(folded, exact=True, field=field), ends[0] + 1


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
        if mark.word is None:
            raise AssertionError(mark)  # only operators and brackets carry no word
        return mark.word

    def bracket(self, depth: int, position: int) -> Node:
        inner = self.either(depth)
        if self.kind() != ")":
            raise QueryError("括号没有配对。", "A bracket is not closed.", position)
        self.at += 1
        return inner
