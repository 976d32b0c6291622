"""What the packet pages call steps, options and the statements a paper asks a person for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext

STEPS: Mapping[str, Any] = {
    "prepare": lazy_gettext("Preparing the evidence"), "forms": lazy_gettext("Writing the papers"), "assemble": lazy_gettext("Putting the pages together"),
    "stamp": lazy_gettext("Stamping page numbers"), "write": lazy_gettext("Writing the bundle"), "finish": lazy_gettext("Manifest and zip"),
}  # fmt: skip
SHARES: Mapping[str, float] = {"prepare": 0.45, "forms": 0.15, "assemble": 0.15, "stamp": 0.10, "write": 0.10, "finish": 0.05}  # of the whole time, estimated
PLEADINGS = frozenset({"lawsuit"})  # kinds whose pleading has an element form and a narrative one
FORMS: Mapping[str, Any] = {"element": lazy_gettext("Element form (model form of 2025)"), "narrative": lazy_gettext("Narrative form")}
NUMBERINGS: Mapping[str, Any] = {
    "continuous": lazy_gettext("1, 2, 3 … through the whole bundle"), "prefixed": lazy_gettext("with a prefix and zeros: A001, A002 …"),
    "by_group": lazy_gettext("anew in each group: A1, A2 … B1"),
}  # fmt: skip
CHANGES: Mapping[str, Any] = {
    "added": lazy_gettext("new"), "removed": lazy_gettext("gone"), "replaced": lazy_gettext("replaced"), "moved": lazy_gettext("moved"),
    "worded": lazy_gettext("worded anew"), "item": lazy_gettext("contents"), "option": lazy_gettext("option"), "figure": lazy_gettext("figure"),
    "finding": lazy_gettext("finding"), "upload": lazy_gettext("upload"),
}  # fmt: skip
FILES: Mapping[str, Any] = {
    "bundle.pdf": lazy_gettext("The whole bundle"), "catalogue.xlsx": lazy_gettext("The list of evidence as a table"),
    "internal-cover.pdf": lazy_gettext("Internal cover sheet"), "manifest.json": lazy_gettext("Every file with its hash"),
    "packet.zip": lazy_gettext("Everything to hand out"),
}  # fmt: skip


@dataclass(frozen=True)
class Answer:
    """A statement a paper asks for: its label, the packet kinds that ask, and the choices (none: free text)."""

    label: Any
    kinds: tuple[str, ...]
    choices: Mapping[str, Any]


YES_NO: Mapping[str, Any] = {"yes": lazy_gettext("yes"), "no": lazy_gettext("no")}
FLAGS = frozenset({"guarantors_arbitrate"})  # kept as yes or no, not as a text
ANSWERS: Mapping[str, Answer] = {  # by the keys the papers ask with (forms: subject.options)
    "mediation_known": Answer(
        lazy_gettext("Knows mediation and what it is good for"), ("lawsuit",), {"known": lazy_gettext("knows it"), "unknown": lazy_gettext("does not know it")},
    ),
    "mediation_wish": Answer(
        lazy_gettext("Considers mediation first"), ("lawsuit",), {**YES_NO, "unsure": lazy_gettext("not sure yet, wants to know more")},
    ),
    "postcode": Answer(lazy_gettext("Postcode of the address for service"), ("lawsuit", "arbitration", "payment_order", "enforcement"), {}),
    "guarantors_arbitrate": Answer(lazy_gettext("The guarantee provides for arbitration too"), ("arbitration",), YES_NO),
    "urgency": Answer(lazy_gettext("Facts that make it urgent"), ("preservation",), {}),
    "preservation_reason": Answer(lazy_gettext("More reasons for preservation"), ("lawsuit", "arbitration", "preservation"), {}),
    "security_reason": Answer(lazy_gettext("Why no security is needed"), ("lawsuit", "arbitration", "preservation"), {}),
    "set_off": Answer(lazy_gettext("Set-off is claimed"), ("insolvency_claim",), YES_NO),
    "retrieval": Answer(lazy_gettext("Retrieval of property is claimed"), ("insolvency_claim",), YES_NO),
    "title_retention": Answer(lazy_gettext("Retention of title is claimed"), ("insolvency_claim",), YES_NO),
    "condition": Answer(lazy_gettext("Condition of the claim, if any"), ("insolvency_claim",), {}),
    "keeper": Answer(lazy_gettext("Keeper of the file"), ("write_off_archive",), {}),
    "responsible": Answer(lazy_gettext("Person responsible for recourse"), ("write_off_archive",), {}),
}  # fmt: skip
