"""Render a form as PDF through Typst."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from forms.fonts import Fonts, lacking
from forms.form import Choice, Field, Form, GroupRow, Line, Notice, Paragraphs, Row, Section, Signature, Strong, SumRow, Table, cleaned
from forms.typeset import typeset

GETA = "〓"  # what printers set for a missing type
PAPER = Path(__file__).with_name("paper.typ")
KINDS: dict[type, str] = {
    Section: "section", Paragraphs: "paragraphs", Table: "table", Notice: "notice", Signature: "signature",
    Line: "line", Field: "field", Row: "row", GroupRow: "group", SumRow: "sum",
}  # fmt: skip


def pdf(form: Form, fonts: Fonts) -> bytes:
    """The paper as PDF, fonts embedded, the same bytes for the same form; see `unprintable`. Raises NotTypeset."""
    form = cleaned(form)
    missing = str.maketrans(dict.fromkeys(unprintable(form, fonts), GETA))
    data = {
        "title": form.title.translate(missing),
        "subtitle": form.subtitle.translate(missing),
        "byline": [text.translate(missing) for text in form.byline],
        "landscape": form.landscape,
        "numbered": form.numbered,
        "groups": _grouped([_plain(part, missing) for part in form.parts]),
    }
    return typeset(PAPER.read_text(encoding="utf-8"), fonts, data)


def unprintable(form: Form, fonts: Fonts) -> tuple[str, ...]:
    """The signs of a form that the fonts at hand cannot draw; `pdf` prints 〓 for each, and whoever files the paper must be told."""
    return tuple(sorted(lacking(fonts, "".join(_texts(cleaned(form))))))


def _texts(part: Any) -> Iterator[str]:
    if isinstance(part, str):
        yield part
    elif isinstance(part, tuple):
        for item in part:
            yield from _texts(item)
    elif hasattr(part, "__dataclass_fields__"):
        for field in fields(part):
            yield from _texts(getattr(part, field.name))


def _plain(part: Any, missing: Mapping[int, str]) -> Any:
    """Lists, dicts and strings for the template, each dict with its kind."""
    if isinstance(part, str):
        return part.translate(missing)
    if isinstance(part, tuple):
        return [_plain(item, missing) for item in part]
    if isinstance(part, Strong):
        return {"strong": part.text.translate(missing)}
    if isinstance(part, Choice):
        return {"label": part.label.translate(missing), "chosen": part.chosen}
    if hasattr(part, "__dataclass_fields__"):
        plain = {field.name: _plain(getattr(part, field.name), missing) for field in fields(part)}
        return plain | {"kind": KINDS[type(part)]} if type(part) in KINDS else plain
    return part


def _grouped(parts: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """Sections that follow each other share one table, unless one is a slip to be cut off."""
    groups: list[list[dict[str, Any]]] = []
    for part in parts:
        if part["kind"] == "section" and not part["whole"] and groups and groups[-1][0]["kind"] == "section":
            groups[-1].append(part)
        else:
            groups.append([part])
    return groups
