"""No regular expression of the source takes more than linear time, whatever text a file brings (S17).

The table is made from the source: every pattern a module holds, and every attack its own parts suggest: something repeated often, behind
what leads there, with an end that does not fit. A pattern is tried as it is used: searched for, or matched at one place only.
"""

from __future__ import annotations

import ast
import dataclasses
import importlib
import pkgutil
import re
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from re import _constants as sre  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from typing import Any

import pytest

import casefiles

SEARCHING = r"\.(?:search|finditer|findall|sub|subn|split)\b"
SHORT, LONG = 250, 1000  # signs of an attack; linear time grows fourfold between them, quadratic sixteenfold
NOTICED, SLOW, GROWTH = 0.0002, 0.002, 9  # seconds for the short one, for the long one, and how much longer that may take
TRIES = 4  # a busy machine may spoil one measurement, hardly four in a row
STOPPED = 0.15  # seconds: exponential
_SAMPLES = "a0 \n\t-.:,(/<A甲_=\\|\"[@+#;"
_OF_CATEGORY = {
    sre.CATEGORY_DIGIT: "0", sre.CATEGORY_NOT_DIGIT: "a", sre.CATEGORY_SPACE: " ", sre.CATEGORY_NOT_SPACE: "a", sre.CATEGORY_WORD: "a",
    sre.CATEGORY_NOT_WORD: "-",
}  # fmt: skip
_REPEATS = {sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT}


def patterns_of(value: Any, depth: int = 0) -> Iterator[re.Pattern[Any]]:
    """The patterns in a value of a module, also those inside tables."""
    if isinstance(value, re.Pattern):
        yield value
    elif depth < 4 and isinstance(value, dict | tuple | list | set | frozenset):
        for one in [*value.keys(), *value.values()] if isinstance(value, dict) else value:
            yield from patterns_of(one, depth + 1)
    elif depth < 4 and dataclasses.is_dataclass(value) and not isinstance(value, type):
        for part in dataclasses.fields(value):
            yield from patterns_of(getattr(value, part.name, None), depth + 1)


def table() -> list[Any]:
    """(pattern, whether it is searched for) of the whole package, each once."""
    top = Path(casefiles.__file__).parent
    texts = {path: path.read_text(encoding="utf-8") for path in top.rglob("*.py")}
    searching = {path: set(re.findall(rf"\b(\w+){SEARCHING}", text)) for path, text in texts.items()}
    matching = {path: set(re.findall(r"\b(\w+)\.(?:match|fullmatch)\b", text)) for path, text in texts.items()}
    found: dict[tuple[str | bytes, int], tuple[re.Pattern[Any], bool, str]] = {}

    def add(pattern: re.Pattern[Any], *, searched: bool, where: str) -> None:
        known = found.get((pattern.pattern, pattern.flags))
        found[(pattern.pattern, pattern.flags)] = (pattern, searched or (known is not None and known[1]), known[2] if known else where)

    for module in pkgutil.walk_packages([str(top)], "casefiles."):
        if module.name.endswith("__main__") or ".migrations" in module.name:
            continue
        loaded = importlib.import_module(module.name)
        for name, value in vars(loaded).items():
            using = [Path(str(loaded.__file__))] if name.startswith("_") else list(texts)  # a name of its own is used here only
            matched = isinstance(value, re.Pattern) and any(name in matching[path] for path in using)
            for pattern in patterns_of(value):
                add(pattern, searched=not matched or any(name in searching[path] for path in using), where=f"{module.name}.{name}")
    for path, text in texts.items():
        for call in (node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call) and ast.unparse(node.func).startswith("re.")):
            with suppress(ValueError, re.error, TypeError, IndexError):
                used = ast.unparse(call.func)
                if used != "re.compile":
                    add(re.compile(ast.literal_eval(call.args[0])), searched=used not in {"re.match", "re.fullmatch"}, where=f"{path.name}:{call.lineno}")
    return [pytest.param(pattern, searched, id=where) for pattern, searched, where in found.values()]


def signs_of(kind: Any, told: Any) -> list[str]:
    """Some signs that one part of a pattern takes."""
    if kind is sre.LITERAL:
        return [chr(told)]
    if kind is sre.NOT_LITERAL:
        return [sign for sign in _SAMPLES if ord(sign) != told][:3]
    if kind is not sre.IN:
        return ["a"] if kind is sre.ANY else []
    given = [chr(value) if op is sre.LITERAL else chr(value[0]) if op is sre.RANGE else _OF_CATEGORY.get(value, "a") for op, value in told if op is not sre.NEGATE]
    if told[0][0] is not sre.NEGATE:
        return given[:6]
    return [sign for sign in _SAMPLES if sign not in given and not (sign.isspace() and " " in given) and not (sign.isdigit() and "0" in given)][:5]


def sample(tree: Any) -> str:
    """A text that a part of a pattern takes, or nearly."""
    text = ""
    for kind, told in tree:
        if kind in _REPEATS:
            text += sample(told[2]) * max(told[0], 1)
        elif kind is sre.SUBPATTERN:
            text += sample(told[3])
        elif kind is sre.ATOMIC_GROUP:
            text += sample(told)
        elif kind is sre.BRANCH:
            text += sample(told[1][0])
        else:
            text += next(iter(signs_of(kind, told)), "")
    return text


def parts(tree: Any, before: str = "") -> Iterator[tuple[str, str]]:
    """(what leads to it, what is repeated) for everything in a pattern that may be repeated often, and for each sign of it alone."""
    for kind, told in tree:
        if kind in _REPEATS:
            if told[1] is sre.MAXREPEAT or told[1] > 20:
                yield before, sample(told[2])
            yield from parts(told[2], before)
        elif kind in {sre.SUBPATTERN, sre.ATOMIC_GROUP}:
            yield from parts(told[3] if kind is sre.SUBPATTERN else told, before)
        elif kind is sre.BRANCH:
            for branch in told[1]:
                yield from parts(branch, before)
        else:
            for sign in signs_of(kind, told):
                yield before, sign
                yield "", sign
        before += sample([(kind, told)])


def attacks(pattern: re.Pattern[Any]) -> list[tuple[str, str]]:
    tree = list(_parser.parse(pattern.pattern, pattern.flags & ~(re.DEBUG | (re.UNICODE if isinstance(pattern.pattern, bytes) else 0))))
    every = dict.fromkeys([*parts(tree), ("", sample(tree)), ("", sample(tree)[:-1]), *(("", sign) for sign in " 0a甲")])
    return [one for one in every if one[1]][:60]


class TooSlow(Exception):
    """A pattern that does not come to an end."""


@contextmanager
def stopping() -> Iterator[None]:
    def stop(*_: object) -> None:
        raise TooSlow

    before = signal.signal(signal.SIGVTALRM, stop)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def seconds(pattern: re.Pattern[Any], text: str, *, searched: bool) -> float:
    """The processor's time for one use; STOPPED where it was stopped."""
    given = text.encode("utf-8") if isinstance(pattern.pattern, bytes) else text
    signal.setitimer(signal.ITIMER_VIRTUAL, STOPPED)
    began = time.thread_time()
    try:
        if searched:
            for _ in pattern.finditer(given):
                pass
        else:
            pattern.match(given)
            pattern.fullmatch(given)
    except TooSlow:
        return STOPPED
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    return time.thread_time() - began


def slow_attack(pattern: re.Pattern[Any], *, searched: bool) -> str | None:
    """The first attack whose time grows faster than its length; None where there is none."""
    with stopping():
        for before, repeated in attacks(pattern):
            for end in ("\x00", ""):
                short, long = (before + repeated * (size // len(repeated)) + end for size in (SHORT, LONG))
                took = seconds(pattern, short, searched=searched)
                if took < NOTICED:
                    continue
                longer = STOPPED if took >= STOPPED else seconds(pattern, long, searched=searched)
                if SLOW < longer < STOPPED and longer > GROWTH * took:  # or was something else going on?
                    took = max(took, *(seconds(pattern, short, searched=searched) for _ in range(3)))
                    longer = min(seconds(pattern, long, searched=searched) for _ in range(2))
                if longer >= STOPPED or (longer > SLOW and longer > GROWTH * took):
                    return f"{before!r} + {repeated!r} * n + {end!r}: {took:.4f} s, then {longer:.4f} s"
    return None


@pytest.mark.parametrize(("pattern", "searched"), table())
def test_time_is_linear(pattern: re.Pattern[Any], searched: bool) -> None:
    assert not all(slow_attack(pattern, searched=searched) for _ in range(TRIES))


@pytest.mark.parametrize(
    ("pattern", "searched"),
    [
        pytest.param(r"(?:<!--.*?-->\s*)*<x", True, id="comments that hold comments"),
        pytest.param(r"(a+)+b", False, id="a repeat in a repeat"),
        pytest.param(r"\s*:?\s*x", False, id="blanks that either takes"),
        pytest.param(r"\s+x", True, id="blanks begun again at each"),
    ],
)
def test_the_attacks_find_what_is_slow(pattern: str, searched: bool) -> None:
    assert any(slow_attack(re.compile(pattern, re.DOTALL), searched=searched) for _ in range(TRIES))
