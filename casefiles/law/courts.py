"""What courts take (courts.yaml), and the courts an instance enters for itself in its data folder."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from casefiles.law import marked
from casefiles.law.shapes import CourtLimits, CourtProfile, LawError, Words

DEFAULTS = Path(__file__).parent / "courts.yaml"
DEFAULT = "default"
ID = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
TEXTS = ("zh", "en", "note_zh", "note_en", "source")
REQUIRED = ("zh", "en", "source")
LONGEST_TEXT, LONGEST_PREFIX, WIDEST = 500, 12, 9
SHORTEST_NAME = 12  # signs of volume-1.pdf and volume12.pdf
MOST = 1_000_000_000
NEEDED_SIGNS = "abcdefghijklmnopqrstuvwxyz0123456789."  # bundle.pdf and volume1.pdf are always called so


def read_courts(own: Path | None = None) -> dict[str, CourtProfile]:
    """The profiles of this folder with those of the instance's own file, which win; LawError names file, line and key."""
    found = dict(_defaults())
    if own is not None and own.is_file():
        found |= _profiles(own)
    return found


@dataclass(frozen=True)
class _Said:
    """One value of a file with the name of its key, as it is told in an error."""

    path: Path
    name: str
    node: yaml.Node

    @property
    def text(self) -> str:
        return str(self.node.value)

    def is_a(self, kind: str) -> bool:
        """Whether YAML reads it as this kind: str, int, bool, null."""
        return str(self.node.tag) == f"tag:yaml.org,2002:{kind}"

    def wrong(self, wanted: str) -> LawError:
        shown = repr(self.text) if isinstance(self.node, yaml.ScalarNode) else "no single value"
        return marked.wrong(self.path, self.node, f"{self.name} is {shown}{wanted}")

    def parts(self, known: Iterable[str]) -> dict[str, _Said]:
        """What stands under it, by key; keys nobody knows are named."""
        entries = marked.entries(self.path, self.node)
        for key, (node, _value) in entries.items():
            if key not in known:
                raise marked.wrong(self.path, node, f"{self.name or 'the file'} has no key {key!r}; known are {', '.join(sorted(known))}")
        return {key: _Said(self.path, f"{self.name}.{key}".lstrip("."), value) for key, (_key, value) in entries.items()}


@cache
def _defaults() -> dict[str, CourtProfile]:
    return _profiles(DEFAULTS)


def _profiles(path: Path) -> dict[str, CourtProfile]:
    top = marked.compose(path)
    if top is None:
        return {}
    said = _Said(path, "", top).parts(("version", "courts"))
    if "courts" not in said:
        return {}
    entries = marked.entries(path, said["courts"].node)
    return {name: _profile(name, key, _Said(path, name, node)) for name, (key, node) in entries.items()}


def _profile(name: str, at: yaml.Node, entry: _Said) -> CourtProfile:
    if not ID.fullmatch(name):
        raise marked.wrong(entry.path, at, f"{name!r} is no id of a court; write small letters, digits and hyphens, at most 40")
    said = entry.parts((*TEXTS, "verify", "limits", "layout"))
    for key in REQUIRED:
        if key not in said:
            raise marked.wrong(entry.path, at, f"{name} lacks {key!r}" + ("; say where its rules are written" if key == "source" else ""))
    text = {key: _text(said[key]) for key in TEXTS if key in said}
    return CourtProfile(
        id=name,
        name=Words(text["zh"], text["en"]),
        note=Words(text.get("note_zh", ""), text.get("note_en", "")),
        source=text["source"],
        verify="verify" in said and _flag(said["verify"]),
        limits=CourtLimits(**_values(said.get("limits"), LIMITS)),
        **_values(said.get("layout"), LAYOUT),
    )


def _values(part: _Said | None, readers: Mapping[str, Callable[[_Said], Any]]) -> dict[str, Any]:
    """The entries of a part, each read as its key says; a null leaves the default."""
    if part is None:
        return {}
    return {key: readers[key](said) for key, said in part.parts(readers).items() if not said.is_a("null")}


def _text(said: _Said) -> str:
    if not said.is_a("str") or not said.text.strip() or len(said.text) > LONGEST_TEXT:
        raise said.wrong(f"; write a text of at most {LONGEST_TEXT} signs")
    return said.text.strip()


def _flag(said: _Said) -> bool:
    if not said.is_a("bool"):
        raise said.wrong("; write true or false")
    return said.text.lower() in ("true", "yes", "on")


def _count(least: int, most: int) -> Callable[[_Said], int]:
    """A reader of whole numbers from least to most."""

    def read(said: _Said) -> int:
        if not said.is_a("int") or not re.fullmatch(r"[0-9]{1,10}", said.text) or not least <= int(said.text) <= most:
            raise said.wrong(f"; write a whole number from {least} to {most}, or leave it out")
        return int(said.text)

    return read


def _formats(said: _Said) -> tuple[str, ...]:
    listed = said.node.value if isinstance(said.node, yaml.SequenceNode) else None
    if listed is None or any(not re.fullmatch(r"[A-Za-z0-9]{1,10}", str(each.value)) for each in listed):
        raise said.wrong("; write a list of extensions without the dot, like [pdf, docx]")
    return tuple(str(each.value).lower() for each in listed)


def _signs(said: _Said) -> str:
    text = _text(said)
    try:
        sign = re.compile(text)
    except re.error as error:
        raise said.wrong(f", which is no regular expression ({error})") from error
    lacking = [each for each in NEEDED_SIGNS if not sign.fullmatch(each)]
    if lacking:
        raise said.wrong(f" and does not permit {lacking[0]!r}; one sign must match it, and small letters, digits and the dot must be permitted")
    if any(sign.fullmatch(each) for each in ("/", "\\", "\0")):
        raise said.wrong(" and permits slashes; no file can be named so")
    return text


def _prefix(said: _Said) -> str:
    if not re.fullmatch(r"[A-Za-z](?:[A-Za-z0-9_-]*[A-Za-z_-])?", said.text) or len(said.text) > LONGEST_PREFIX:
        raise said.wrong(f"; write letters, digits and hyphens, a letter first and no digit last, at most {LONGEST_PREFIX}")
    return said.text


def _one_of(*known: str) -> Callable[[_Said], str]:
    """A reader of one of these words."""

    def read(said: _Said) -> str:
        if said.text not in known:
            raise said.wrong(f"; write one of {', '.join(known)}")
        return said.text

    return read


LIMITS: dict[str, Callable[[_Said], Any]] = {
    "formats": _formats,
    "mb_per_file": _count(1, MOST),
    "mb_total": _count(1, MOST),
    "files": _count(1, MOST),
    "pages_per_file": _count(1, MOST),
    "file_name_length": _count(SHORTEST_NAME, 255),
    "file_name_signs": _signs,
}
LAYOUT: dict[str, Callable[[_Said], Any]] = {
    "numbering": _one_of("continuous", "prefixed", "by_group"),
    "prefix": _prefix,
    "width": _count(0, WIDEST),
    "dividers": _flag,
    "covers": _flag,
    "duplex": _flag,
    "form": _one_of("element", "narrative"),
}
