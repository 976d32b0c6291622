"""Text as the index and the query both see it: folded characters, pairs of neighbours, runs of letters and digits.

Folding works character by character, so that folding a piece of a text gives a piece of the folded text: that is why every
substring can be found and why a phrase hit is never false. Every pair of neighbouring characters is one token at the position of
its first character; a phrase is a chain of pairs at the right distances. A single character is a token of its own.
"""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from itertools import islice, pairwise, product

VERSION = 1  # rises whenever the same text gives other tokens; an index of another version is rebuilt
SPACE = "␣"  # a blank that counts: between two words written with blanks; the engine splits tokens at real blanks
GAP = "\x1e"  # between two texts of one entry: no pair of it is ever asked for, as folding leaves no control character
LONGEST_RUN = 100

# Signs that people do not tell apart when they type: case numbers are written with any bracket, names with any middle dot.
_SAME = str.maketrans(
    {
        **dict.fromkeys("〔［【", "("), **dict.fromkeys("〕］】", ")"), "[": "(", "]": ")",
        **dict.fromkeys("“”„‟〝〞", '"'), **dict.fromkeys("‘’‚‛`´", "'"),
        **dict.fromkeys("‐‑‒–—―−", "-"), **dict.fromkeys("•‧・∙⋅", "·"), SPACE: " ",
    }
)  # fmt: skip


class _Folding(dict[int, str]):
    """Character code -> what it is folded to, worked out at its first use."""

    def __missing__(self, code: int) -> str:
        folded = self[code] = _fold_character(chr(code))
        return folded


def _fold_character(character: str) -> str:
    """Width, case and accents away; blanks and control characters become a blank; marks and invisible signs vanish."""
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
                out.append(sign)
    return "".join(out)


_FOLDING = _Folding()
_SPACED = r"[^\W_\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff]"  # letters and digits that are written with blanks between words
_BLANK_THAT_COUNTS = re.compile(rf"(?<={_SPACED}) +(?={_SPACED})")
_RUN = re.compile(rf"{_SPACED}+(?:[-_./]{_SPACED}+)*")
_PART = re.compile(rf"{_SPACED}+")
_GROUPED = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_NUMBER = re.compile(r"(?P<digits>\d{1,3}(?:,\d{3})+|\d+)(?:\.(?P<fraction>\d+))?(?P<unit>[万亿])?")
_UNITS = {"万": 10_000, "亿": 100_000_000}


def fold(text: str) -> str:
    """The text as it is compared: a line break or blank counts only between two words of a script that is written with blanks."""
    return _BLANK_THAT_COUNTS.sub(SPACE, text.translate(_FOLDING)).replace(" ", "")


def fold_with_offsets(text: str) -> tuple[str, list[int]]:
    """The folded text and, for each of its characters, the place in `text` it comes from."""
    pieces = [(piece, place) for place, character in enumerate(text) for piece in _FOLDING[ord(character)]]
    raw = "".join(piece for piece, _ in pieces)
    blanks = {match.start() for match in _BLANK_THAT_COUNTS.finditer(raw)}
    kept = [(SPACE if piece == " " else piece, place) for at, (piece, place) in enumerate(pieces) if piece != " " or at in blanks]
    return "".join(piece for piece, _ in kept), [place for _, place in kept]


def tokens(*folded: str) -> str:
    """The index tokens of an entry's folded texts, joined by blanks: pairs in their order, then each single character once."""
    stream = GAP.join(text for text in folded if text)
    pairs = map("".join, pairwise(stream))
    return " ".join([*pairs, *sorted(set(stream))])


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
    """A word and the other ways its amounts are written: 1250000, 1,250,000.00, 125万. The word itself comes first."""
    parts: list[tuple[str, ...]] = []
    end = 0
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
    if len(whole) > 3:
        tail = f".{fraction}" if fraction else ""
        ways |= {f"{whole}{tail}": None, f"{int(whole):,}{tail}": None}
    for name, size in _UNITS.items():
        if value >= size and value % (size // 100) == 0:
            ways |= {f"{(value / size).normalize():f}{name}": None}
    return tuple(ways)
