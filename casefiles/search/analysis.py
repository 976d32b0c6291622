"""Text as the index and the query both see it: folded characters, pairs of neighbours, runs of letters and digits.

Folding works character by character, so that folding a piece of a text gives a piece of the folded text: that is why every
substring can be found and why a phrase hit is never false. Every pair of neighbouring characters is one token at the position of
its first character; a phrase is a chain of pairs at the right distances. A single character is a token of its own. Traditional
characters are compared as their simplified ones, each by itself: never by the words around it, which would break the first rule.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from array import array
from collections.abc import Iterable
from decimal import Decimal
from itertools import compress, islice, product

from opencc import OpenCC

VERSION = 2  # rises whenever the same text gives other tokens; an index of another version is rebuilt
SPACE = "␣"  # a blank that counts: between two words written with blanks; the engine splits tokens at real blanks
GAP = "\x1e"  # between two texts of one entry: no pair of it is ever asked for, as folding leaves no control character
LONGEST_RUN = 100
UTF_32 = f"utf-32-{sys.byteorder[0]}e"  # as the machine counts: le or be

# Signs that people do not tell apart when they type: case numbers are written with any bracket, names with any middle dot.
_SAME = str.maketrans(
    {
        **dict.fromkeys("〔［【", "("), **dict.fromkeys("〕］】", ")"), "[": "(", "]": ")",
        **dict.fromkeys("“”„‟〝〞", '"'), **dict.fromkeys("‘’‚‛`´", "'"),
        **dict.fromkeys("‐‑‒–—―−", "-"), **dict.fromkeys("•‧・∙⋅", "·"), SPACE: " ",
    }
)  # fmt: skip


# Han signs that are one where OpenCC, which looks at one sign at a time, must leave them: 對帳單 is 对账单 and 沿著 is 沿着.
_SAME_HAN = str.maketrans("帐著瞭藉祇", "账着了借只")
_SIMPLER = OpenCC("t2s")


_UNEVEN: set[str] = set()  # signs met so far that fold to none or to several: a ligature becomes two, an invisible sign vanishes


class _Folding(dict[int, str]):
    """Character code -> what it is folded to, worked out at its first use."""

    def __missing__(self, code: int) -> str:
        folded = self[code] = _fold_character(chr(code))
        if len(folded) != 1:
            _UNEVEN.add(chr(code))
        return folded


def _fold_character(character: str) -> str:
    """Width, case, accents and traditional forms away; blanks and control characters become a blank; marks and invisible signs vanish."""
    if unicodedata.category(character) == "Cs":
        return "\ufffd"  # half of a pair: cannot be stored as UTF-8
    out = []
    for piece in unicodedata.normalize("NFKC", character.translate(_SAME)).casefold().translate(_SAME):
        latin = piece if ord(piece) > 0x2FFF else unicodedata.normalize("NFD", piece)
        for sign in latin:
            category = unicodedata.category(sign)
            if sign.isspace() or category in {"Cc", "Zs", "Zl", "Zp"}:
                out.append(" ")
            elif category not in {"Cf", "Mn", "Me"}:
                out.append(_SIMPLER.convert(sign).translate(_SAME_HAN))
    return "".join(out)


_FOLDING = _Folding()
_SPACED = r"[^\W_\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff]"  # letters and digits that are written with blanks between words
_BLANK_THAT_COUNTS = re.compile(rf"(?<={_SPACED}) +(?={_SPACED})")
_RUN = re.compile(rf"{_SPACED}+(?:[-_./]{_SPACED}+)*")
_PART = re.compile(rf"{_SPACED}+")
_GROUPED = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_NUMBER = re.compile(r"(?P<digits>\d{1,3}(?:,\d{3})+|\d+)(?:\.(?P<fraction>\d+))?(?P<unit>[万亿])?(?=(?P<yuan>元)?)")
_BEFORE_AMOUNT = re.compile(r"¥(?=\d)")
_UNITS = {"万": 10_000, "亿": 100_000_000}


def fold(text: str) -> str:
    """The text as it is compared: a line break or blank counts only between two words of a script that is written with blanks."""
    return _BLANK_THAT_COUNTS.sub(SPACE, text.translate(_FOLDING)).replace(" ", "")


def fold_with_offsets(text: str) -> tuple[str, list[int]]:
    """The folded text and, for each of its characters, the place in `text` it comes from."""
    folded = text.translate(_FOLDING)
    places: Iterable[int] = range(len(text))
    if not _UNEVEN.isdisjoint(text):
        places = [place for place, sign in enumerate(text) for _ in _FOLDING[ord(sign)]]
    spaced = _BLANK_THAT_COUNTS.sub(lambda blanks: SPACE.ljust(len(blanks[0])), folded)
    return spaced.replace(" ", ""), list(compress(places, map(" ".__ne__, spaced)))


def tokens(*folded: str) -> str:
    """The index tokens of an entry's folded texts, joined by blanks: pairs in their order, then each single character once."""
    stream = GAP.join(text for text in folded if text)
    return _pairs(stream) + " ".join(dict.fromkeys(stream))


def _pairs(stream: str) -> str:
    """Every pair of neighbours, a blank behind each: woven of the signs' numbers, a tenth of the time of joining pairs."""
    signs = array("I", stream.encode(UTF_32))
    woven = array("I", [ord(" ")]) * (3 * max(len(signs) - 1, 0))
    woven[0::3], woven[1::3] = signs[:-1], signs[1:]
    return woven.tobytes().decode(UTF_32)


def chain(folded: str) -> list[tuple[int, str]]:
    """What a phrase asks for: (distance, token), every character covered by at least one pair, as few pairs as can be."""
    if len(folded) == 1:
        return [(0, folded)]
    last = len(folded) - 2
    return [(at, folded[at : at + 2]) for at in sorted({*range(0, last, 2), last})]


def runs(*folded: str) -> str:
    """Of folded texts the whole runs of letters and digits, their parts, and grouped numbers without commas: what `prefix*` looks in."""
    found: set[str] = set()
    for text in folded:
        for run in _RUN.findall(text):
            found.add(run[:LONGEST_RUN])
            found.update(part[:LONGEST_RUN] for part in _PART.findall(run))
        found.update(number.replace(",", "")[:LONGEST_RUN] for number in _GROUPED.findall(text))
    return " ".join(sorted(found))


def is_run(folded: str) -> bool:
    """True where a word is one run (HT-2024-001), so that its beginning can be looked up among the runs."""
    return _RUN.fullmatch(folded) is not None


def ways(folded: str, most: int = 16) -> tuple[str, ...]:
    """A word and the other ways its amounts are written: 1250000, 1,250,000.00, 125万, ¥1250000. The word itself comes first."""
    parts: list[tuple[str, ...]] = []
    folded, end = _BEFORE_AMOUNT.sub("", folded), 0  # what is found without the sign is found with it too
    for match in _NUMBER.finditer(folded):
        parts += [(folded[end : match.start()],), _ways_of_number(match)]
        end = match.end()
    parts.append((folded[end:],))
    return tuple(dict.fromkeys("".join(choice) for choice in islice(product(*parts), most)))


def _ways_of_number(match: re.Match[str]) -> tuple[str, ...]:
    whole, fraction, unit = match["digits"].replace(",", ""), match["fraction"] or "", match["unit"]
    if len(whole) > 13 or (whole.startswith("0") and not unit):  # an account or waybill number, not an amount
        return (match[0],)
    ways = {match[0]: None}
    value = Decimal(f"{whole}.{fraction or 0}") * _UNITS.get(unit, 1)
    if unit:
        whole, _, fraction = f"{value:f}".partition(".")
    fraction = fraction.rstrip("0") and fraction  # .00 says nothing: 1250000.00 is also found as 1250000
    tails = [f".{fraction}" if fraction else ""]
    if match["yuan"] and len(fraction) < 2:  # else 1250000元 would miss 1,250,000.00元, as the cents stand before 元
        tails.append(f".{fraction:0<2}")
    if len(whole) > 3 or match["yuan"]:
        ways |= {f"{digits}{tail}": None for tail in tails for digits in (whole, f"{int(whole):,}")}
    for name, size in _UNITS.items():
        if value >= size and value % (size // 100) == 0:
            ways |= {f"{(value / size).normalize():f}{name}": None}
    return tuple(ways)
