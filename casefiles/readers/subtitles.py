"""Transcripts with time marks: srt and vtt files, and the marks in a text of any format, so that a line leads to its second in the recording."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from casefiles.readers.reading import LONGEST, Told
from casefiles.readers.text import decoded, read_text

CUES_A_PAGE = 100
LONGEST_LINE = 400  # signs of a line in which a mark is looked for
_CLOCK = r"(?:(\d{1,3})[:：])?(\d{1,3})[:：](\d{2})(?:[.,](\d{1,3}))?"
_CUE = re.compile(rf"\s*{_CLOCK}\s*-->\s*\d")
_BRACKETED = re.compile(rf"\s*(?:[^\s\d\[(（【][^\s\[(（【]{{0,20}}\s{{0,4}}[:：]?\s{{0,4}})?[\[(（【]\s?{_CLOCK}\s?[\])）】]")
_BARE = re.compile(rf"\s*(?:[^\s\d\[(（【][^\s:：]{{0,20}}(?:\s{{1,4}}|[:：]\s{{0,4}}))?{_CLOCK}(?=[\s:：，,、]|$)")
_MARKUP = re.compile(r"<v(?:\.[^>\s]{1,40})?\s+([^>]{1,80})>|<[^<>]{1,80}>|\{\\[^{}]{1,40}\}")


@dataclass(frozen=True)
class Spoken:
    """One line of a transcript; `second` is where it begins in the recording, None where the line does not say it."""

    second: float | None
    text: str


def lines_of(text: str) -> tuple[Spoken, ...]:
    """The lines of a transcript, blank ones left out. Marks: [00:01:12], (1:02:03), 00:12, `A 00:12`, and the cues of srt and vtt.

    A mark without brackets counts only where they rise through the text: a time of day in a sentence is none.
    """
    if any(_CUE.match(line) for line in text.splitlines()):
        return tuple(_of_cues(text))
    spoken = [(line.strip(), _bracketed(line), _second(_BARE.match(line[:LONGEST_LINE]))) for line in text.splitlines() if line.strip()]
    bare = [second for _, bracketed, second in spoken if bracketed is None and second is not None]
    rising = len(bare) > 1 and bare == sorted(bare)
    return tuple(Spoken(bracketed if bracketed is not None else second if rising else None, line) for line, bracketed, second in spoken)


def second_at(text: str, offset: int) -> float | None:
    """The second of the last mark at or before an offset into a text (of the page of a document), None where none stands before it."""
    starts, seconds, at = [], [], 0
    marks = {line.text: line.second for line in lines_of(text) if line.second is not None}
    for line in text.splitlines(keepends=True):
        second = _second(_CUE.match(line)) if _CUE.match(line) else marks.get(line.strip())
        if second is not None:
            starts.append(at)
            seconds.append(second)
        at += len(line)
    before = bisect_right(starts, offset)
    return seconds[before - 1] if before else None


def clock(second: float) -> str:
    """72.5 as 00:01:12."""
    whole = int(second)
    return f"{whole // 3600:02d}:{whole // 60 % 60:02d}:{whole % 60:02d}"


def _bracketed(line: str) -> float | None:
    return _second(_BRACKETED.match(line[:LONGEST_LINE]))


def _second(mark: re.Match[str] | None) -> float | None:
    if mark is None or int(mark[3]) > 59:
        return None
    return int(mark[1] or 0) * 3600 + int(mark[2]) * 60 + int(mark[3]) + (float(f"0.{mark[4]}") if mark[4] else 0)


def _of_cues(text: str) -> Iterator[Spoken]:
    """A line a cue: its number, settings and styles left away."""
    for block in re.split(r"\n[ \t]*\n", text.replace("\r\n", "\n").replace("\r", "\n")):
        lines = block.strip("\n").split("\n")
        at = next((number for number, line in enumerate(lines[:3]) if _CUE.match(line)), None)
        said = [_plain(line) for line in lines[at + 1 :]] if at is not None else []
        if at is not None and any(said):
            yield Spoken(_second(_CUE.match(lines[at])), " ".join(line for line in said if line))


def _plain(line: str) -> str:
    """Without markup; who speaks stays: <v 张三> becomes 张三："""
    return _MARKUP.sub(lambda match: f"{match[1]}：" if match[1] else "", line).strip()


def read_subtitles(path: Path, told: Told) -> None:
    """A page about every hundred cues, a line each: [00:01:12] what is said."""
    with path.open("rb") as file:
        content = file.read(LONGEST * 4 + 1)
    text = decoded(content[: LONGEST * 4], cut=len(content) > LONGEST * 4)
    cues = [line for line in _of_cues(text) if line.second is not None] if text is not None else []
    if not cues:
        told.note("没有时间标记：按纯文本读取。", "no time marks: read as plain text.")
        read_text(path, told)
        return
    parts = [cues[start : start + CUES_A_PAGE] for start in range(0, len(cues), CUES_A_PAGE)]
    told.count(len(parts))
    for part in parts:
        told.page(f"{clock(part[0].second or 0)}–{clock(part[-1].second or 0)}", "\n".join(f"[{clock(cue.second or 0)}] {cue.text}" for cue in part))
    if len(content) > LONGEST * 4:
        told.missing("文件过长，只读取了开头部分。", "the file is too long: only its beginning was read.")
