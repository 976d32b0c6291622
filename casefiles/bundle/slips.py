"""Slip sheets: what stands in the bundle for a paper that cannot be shown."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from casefiles.bundle import words
from casefiles.bundle.front import parts_of, set_slips
from casefiles.bundle.plan import Exhibit, Source
from casefiles.bundle.sound import length_of
from forms.fonts import Fonts

Naming = Callable[[Exhibit, Source], str]


class Slip(NamedTuple):
    """Why an exhibit cannot be shown: a problem code and its detail."""

    code: str
    detail: str = ""


def write_slips(slips: Sequence[tuple[Exhibit, Slip]], work: Path, fonts: Fonts, naming: Naming) -> tuple[Path, list[int]]:
    """All slip sheets as one file in `work`, so that they share their fonts, and how many pages each has."""
    sheets = [sheet(exhibit, slip, naming) for exhibit, slip in slips]
    path = work / f"slips-{hashlib.sha256(repr(sheets).encode()).hexdigest()[:16]}.pdf"
    with set_slips(sheets, fonts) as made:
        lengths = parts_of(made, len(sheets))
        made.save(path, deterministic_id=True)
    return path, lengths


def sheet(exhibit: Exhibit, slip: Slip, naming: Naming) -> dict[str, Any]:
    """The content of one slip sheet, for slip.typ."""
    source = exhibit.source
    matter = words.PROBLEMS[slip.code]
    zh, en = words.filled(matter.zh, matter.en, slip.detail)
    opening = words.OPENING.get(slip.code, words.HELD)
    name = naming(exhibit, source) if source else ""
    return {
        "title": exhibit.title,
        "rows": [*_rows(source, slip.code), *([_row("附注", "Note", exhibit.note)] if exhibit.note else [])],
        "reasons": [{"zh": zh, "en": en}],
        "open": {"zh": opening.zh.format(name=name), "en": opening.en.format(name=name)},
    }


def _rows(source: Source | None, code: str) -> list[dict[str, Any]]:
    if source is None:
        return []
    rows = [_row("文件名", "File name", source.name), _row("类型 / 大小", "Type / size", f"{source.media_type} · {source.size:,} 字节 (bytes)")]
    if code == "recording":
        rows.append(_row("时长", "Length", length_of(source.path)))
    return [*rows, _row("SHA-256", "of the original", f"{source.sha256[:32]} {source.sha256[32:]}", mono=True)]


def _row(zh: str, en: str, text: str, *, mono: bool = False) -> dict[str, Any]:
    return {"zh": zh, "en": en, "text": text, "mono": mono}
