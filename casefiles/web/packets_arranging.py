"""How a person arranges a packet: the form of the builder as an arrangement, moving an exhibit without script, and two versions side by side."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import request
from flask_babel import gettext as _

from casefiles.assemble import arrangement
from casefiles.law import load_law
from casefiles.law.courts import DEFAULT
from casefiles.rules.catalogue import CatalogueGroup
from casefiles.web.packets_words import ANSWERS, FLAGS, FORMS, NUMBERINGS
from casefiles.web.words import EMPTY, group_label

Arrangement = Mapping[str, Any]
LONGEST = {"name": 300, "purpose": 1500, "remark": 300, "reason": 600, "prefix": 20, "answer": 2500}  # characters read of one text; what is too long is refused
SWITCHES = ("dividers", "covers", "duplex")
STEPS = {"up": -1, "down": 1}


@dataclass(frozen=True)
class Difference:
    """One thing in which two versions of an arrangement differ; an empty side stands for what the product proposes by itself."""

    what: str
    before: str
    after: str


def said(default: Sequence[CatalogueGroup], before: Arrangement) -> dict[str, Any]:
    """The arrangement the sent form says: only what differs from the default; answers it did not ask for stay as they were."""
    rows = {row.document_id: row for group in default for row in group.rows}
    texts = {ref: {key: _text(key, f"{key}-{ref}") for key in ("name", "purpose", "remark", "reason")} for ref in request.form.getlist("exhibit")}
    purposes = {ref: given["purpose"] for ref, given in texts.items() if ref in rows and given["purpose"] not in ("", rows[ref].purpose)}
    plain = {**arrangement.PLAIN, **{group.group: group.purpose for group in default}}
    for name in request.form:
        group = name.removeprefix("group-purpose-")
        if name != group and (purpose := _text("purpose", name)) not in ("", plain.get(group, "")):
            purposes[group] = purpose
    found = {
        "groups": _order(default),
        "names": {ref: given["name"] for ref, given in texts.items() if ref in rows and given["name"] not in ("", rows[ref].name)},
        "purposes": purposes,
        "remarks": {ref: given["remark"] for ref, given in texts.items() if given["remark"]},
        "left_out": {ref: given["reason"] for ref, given in texts.items() if f"leave-{ref}" in request.form},
        "items": {name: f"item-{name}" in request.form for name in request.form.getlist("item") if f"item-{name}" in request.form},
        "options": _options(),
        "answers": {key: value for key, value in {**before.get("answers", {}), **_answers()}.items() if value != ""},
    }
    return {key: value for key, value in found.items() if value}


def _order(default: Sequence[CatalogueGroup]) -> dict[str, list[str]]:
    """The exhibits of each group in the order of the form; nothing for groups that stand as the default has them. What is left out has no place."""
    left_out = {ref for ref in request.form.getlist("exhibit") if f"leave-{ref}" in request.form}
    order: dict[str, list[str]] = {}
    for ref in request.form.getlist("exhibit"):
        if ref not in left_out:
            order.setdefault(request.form.get(f"group-{ref}") or _home(default, ref), []).append(ref)
    usual = {group.group: [row.document_id for row in group.rows if row.document_id not in left_out] for group in default}
    return {group: refs for group, refs in sorted(order.items()) if refs != usual.get(group)}


def _home(default: Sequence[CatalogueGroup], ref: str) -> str:
    """The group an exhibit stands in by itself: where it comes back to when it was left out."""
    return next((group.group for group in default for row in group.rows if row.document_id == ref), "")


def usual_options(court: str) -> dict[str, Any]:
    """What stands when nobody chooses: the layout of a court's profile; `sets` None is the number the rules compute."""
    return arrangement.options_of({"options": {"court": court}}) | {"court": DEFAULT}


def _options() -> dict[str, Any]:
    """The options that differ from those of the court the page was drawn for: who chooses another court gets that court's layout."""
    form, usual = request.form, usual_options(request.form.get("court-drawn", ""))
    chosen: dict[str, Any] = {name: form[f"option-{name}"] for name in ("form", "numbering", "court") if f"option-{name}" in form}
    chosen |= {"prefix": _text("prefix", "option-prefix"), "width": form.get("option-width", 0, type=int), "sets": form.get("option-sets", type=int)}
    chosen |= {name: f"option-{name}" in form for name in SWITCHES}
    return {name: value for name, value in chosen.items() if value != usual[name]}


def _answers() -> dict[str, Any]:
    """The statements of the form; a longer one keeps its lines."""
    texts = {key: request.form[f"answer-{key}"].strip()[: LONGEST["answer"]].replace("\r\n", "\n") for key in ANSWERS if f"answer-{key}" in request.form}
    return {key: text == "yes" if text and key in FLAGS else text for key, text in texts.items()}


def _text(kind: str, name: str) -> str:
    return " ".join(request.form.get(name, "").split())[: LONGEST[kind]]


def moved(default: Sequence[CatalogueGroup], said: Arrangement, asked: str) -> dict[str, Any]:
    """The arrangement with one exhibit a place up or down within its group ("up:D-03"); anything else leaves it as it is."""
    way, _colon, ref = asked.partition(":")
    order = {group.group: [row.document_id for row in group.rows] for group in default}
    named = {kept for refs in said.get("groups", {}).values() for kept in refs}
    order = {group: [kept for kept in refs if kept not in named] for group, refs in order.items()}
    for group, refs in said.get("groups", {}).items():
        order[group] = [*refs, *order.get(group, [])]
    left_out = said.get("left_out", {})
    for refs in order.values():
        shown = [kept for kept in refs if kept not in left_out]
        if way in STEPS and ref in shown and 0 <= (to := shown.index(ref) + STEPS[way]) < len(shown):
            here, there = refs.index(ref), refs.index(shown[to])
            refs[here], refs[there] = refs[there], refs[here]
    usual = {group.group: [row.document_id for row in group.rows] for group in default}
    return {**said, "groups": {group: refs for group, refs in order.items() if refs != usual.get(group)}}


def differences(older: Arrangement, newer: Arrangement) -> Iterator[Difference]:
    """What stands otherwise in the newer of two arrangements, in the order of the page."""
    for part, label in (
        ("groups", _("Order of %(what)s")), ("names", _("Name of %(what)s")), ("purposes", _("Purpose of %(what)s")), ("remarks", _("Remark on %(what)s")),
        ("left_out", _("Left out: %(what)s")), ("items", _("Optional paper: %(what)s")), ("options", _("Option: %(what)s")),
        ("answers", _("Statement: %(what)s")),
    ):  # fmt: skip
        first, second = older.get(part, {}), newer.get(part, {})
        for key in sorted({*first, *second}):
            if first.get(key) != second.get(key):
                yield Difference(label.replace("%(what)s", _named(part, key)), told(part, key, first.get(key)), told(part, key, second.get(key)))


def _named(part: str, key: str) -> str:
    """What a key of an arrangement is called on the page."""
    if part == "items":
        return next((item.zh for kind in load_law().packets.values() for item in kind.items if item.id == key), key)
    if part == "options":
        return option_labels()[key]
    if part == "answers":
        return str(ANSWERS[key].label) if key in ANSWERS else key
    return f"{key} {group_label(key)}" if key in load_law().groups else key


def told(part: str, key: str, value: Any) -> str:
    """A value of an arrangement in words."""
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    if isinstance(value, list):
        return ", ".join(value)
    words: Mapping[str, Any] = {"form": FORMS, "numbering": NUMBERINGS}.get(key, {}) if part == "options" else {}
    if part == "answers" and key in ANSWERS:
        words = ANSWERS[key].choices
    return str(words.get(value, value)) if value not in (None, "") else EMPTY


def group_names(kind: str, used: Collection[str] = ()) -> dict[str, str]:
    """The groups exhibits may stand in, with what they are called: those of the catalogue, or the lines of the contents (M4 for line 4).

    A line the product writes itself takes no exhibits; it is offered only where one stands in it (`used`).
    """
    items = {f"M{item.n}": item for item in load_law().packets[kind].items}
    written = {group for group, item in items.items() if item.generated and not item.uploaded and group not in used}
    return {
        group: items[group].zh if group in items else f"{group} {group_label(group)}" for group in arrangement.group_ids(kind) if group not in written
    }


def option_labels() -> dict[str, str]:
    """What each option is called."""
    return {
        "court": _("Court profile"), "form": _("Form of the complaint"), "numbering": _("Page numbers"), "prefix": _("Prefix"), "width": _("Digits"),
        "dividers": _("Divider before each group"), "covers": _("Cover sheet for each volume"), "duplex": _("Blank pages for printing on both sides"),
        "sets": _("Sets to print"),
    }  # fmt: skip
