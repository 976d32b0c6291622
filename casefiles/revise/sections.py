"""The sections of the facts page: which keys of the case file each holds, who may change it, and the shape of its form.

The shape is read from the published schema (law/case-file.schema.yaml), so a key the schema gains is a field of the form at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from types import MappingProxyType
from typing import Any, Literal

from casefiles.law import load_law
from casefiles.policy import Action
from casefiles.rules.contents import INSTRUMENTS

Kind = Literal["record", "records", "texts", "sums", "text", "money", "rate", "date", "flag", "choice", "number", "paper", "uscc", "period"]
PAPERS: Mapping[str, tuple[str, ...]] = {  # key that names a document -> the types that fit it; the first is what a new record becomes
    "contract.id": ("contract", "framework_agreement", "e_contract", "loan_contract", "iou"),
    "guarantor.contract_id": ("guarantee_contract", "guarantee_letter"),
    "collateral.contract_id": ("mortgage_or_pledge_contract",),
    "collateral.registration_id": ("security_registration",),
    "judgment.id": INSTRUMENTS,
    "enforcement.recovered.id": ("bank_payment", "partial_payment", "cash_receipt"),
    "enforcement.terminated_current_procedure.id": ("enforcement_termination_ruling",),
    "write_off.approval_id": ("write_off_approval",),
    "write_off.recourse_statement_id": ("recourse_statement",),
    "write_off.special_report": ("special_report_3y", "special_report_small"),
}
ENTERED_APART = frozenset({"write_off.approval_id", "write_off.recourse_statement_id", "write_off.special_report"})  # no block makes these papers
KINDS: Mapping[str, Kind] = {"guarantor.period_agreed": "period", "claim.by_invoice": "sums"}
NOT_SHOWN = frozenset({  # kept as they are: on the document's own page, said by another key of the form, or set by who saves
    "contract.parties", "contract.original", "contract.file", "judgment.file", "judgment.orders", "enforcement.terminated_current_procedure.file",
    "security.guarantor", "security.collateral", "running_account.confirmed_by",
})  # fmt: skip
REFS: Mapping[str, Kind] = {"money": "money", "rate": "rate", "date": "date", "doc_id": "paper", "uscc": "uscc"}
OF_TYPE: Mapping[str, Kind] = {"boolean": "flag", "integer": "number"}
LENGTHS: Mapping[str, int] = {  # what the columns hold; every other text:
    "party.name": 200, "party.address": 300, "guarantor.name": 200, "guarantor.address": 300, "contract.no": 200, "contract.name": 300, "case.title": 500,
    "case.court": 200,
}  # fmt: skip
LONGEST = 5000


@dataclass(frozen=True)
class Shape:
    """One key of a form. `owner` is the block or definition it belongs to (`party`, `contract.retention`); `parts` are the keys of a record or of one row."""

    key: str
    owner: str
    kind: Kind
    required: bool = False
    choices: tuple[str, ...] = ()
    parts: tuple[Shape, ...] = ()

    @property
    def name(self) -> str:
        """The name of its words: owner.key."""
        return f"{self.owner}.{self.key}"


@dataclass(frozen=True)
class Section:
    """One form: its keys of the case file, the right to change it and the right to read it."""

    name: str
    keys: tuple[str, ...]
    edit: Action = Action.EDIT_EVIDENCE
    read: Action = Action.READ_EVIDENCE


def _court(name: str) -> Section:
    return Section(name, (name,), Action.EDIT_COURT_PAPER, Action.READ_COURT_PAPER)


_TABLE = (
    Section("case", ("title", "dispute_type", "packet_kind", "court", "planned_filing_date", "claim_assigned")),
    Section("creditor", ("creditor",)),
    Section("debtors", ("debtor", "debtors")),
    Section("third_parties", ("third_parties",)),
    Section("agents", ("agents",)),
    Section("contract", ("contract",)),
    Section("claim", ("claim",)),
    Section("security", ("security",)),
    Section("running_account", ("running_account",)),
    Section("quality_dispute", ("quality_dispute",)),
    Section("payment_order_conditions", ("payment_order_conditions",)),
    Section("declarations", ("declarations",), Action.READ_EVIDENCE),  # whose declaration, the verb asks: policy.DECLARES
    Section("asset_clues", ("asset_clues",)),
    _court("preservation"),
    _court("proceedings"),
    _court("judgment"),
    _court("enforcement"),
    _court("insolvency"),
    _court("write_off"),
)
SECTIONS: Mapping[str, Section] = MappingProxyType({section.name: section for section in _TABLE})
NEEDED_BY = {"enforcement": "judgment", "insolvency_claim": "insolvency", "write_off_archive": "write_off"}  # packet kind -> the block it cannot do without


def shape_of(section: Section) -> Shape:
    """The form of a section: a record of its keys."""
    return Shape("", "", "record", parts=tuple(top(key) for key in section.keys))


@cache
def top(key: str) -> Shape:
    """The shape of one key of the case file."""
    schema = load_law().schema
    return _shape(key, "case", schema["properties"][key], required=key in schema["required"])


def _shape(key: str, owner: str, schema: Mapping[str, Any], *, required: bool) -> Shape:
    schema, named = _bare(schema)
    here = f"{owner}.{key}".removeprefix("case.")
    plain = Shape(key, owner, "text", required)
    if plain.name in KINDS or named in REFS:
        return replace(plain, kind=KINDS.get(plain.name) or REFS[named])
    if "enum" in schema:
        return replace(plain, kind="choice", choices=tuple(map(str, schema["enum"])))
    if "properties" in schema:
        return replace(plain, kind="record", parts=tuple(_parts(named or here, schema)))
    if schema.get("type") == "array":
        row, row_named = _bare(schema["items"])
        return replace(plain, kind="records", parts=tuple(_parts(row_named or here, row))) if "properties" in row else replace(plain, kind="texts")
    return replace(plain, kind=OF_TYPE.get(str(schema.get("type")), "text"))


def _parts(owner: str, schema: Mapping[str, Any]) -> Iterator[Shape]:
    for key, inner in schema["properties"].items():
        if f"{owner}.{key}" not in NOT_SHOWN:
            yield _shape(key, owner, inner, required=key in schema.get("required", ()))


def _bare(schema: Mapping[str, Any]) -> tuple[Mapping[str, Any], str]:
    """A schema without its reference and its "or null"; and the name of the definition it was."""
    if "oneOf" in schema:
        schema = next(one for one in schema["oneOf"] if one.get("type") != "null")
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return load_law().schema["$defs"][name], name
    return schema, ""


def walk(shape: Shape) -> Iterator[Shape]:
    """A shape and everything in it."""
    yield shape
    for part in shape.parts:
        yield from walk(part)


def shown(section: Section, whole: Mapping[str, Any]) -> dict[str, Any]:
    """What a case says in a section, as its form has it: one list of guarantors and one of collaterals."""
    value = {key: whole[key] for key in section.keys if key in whole}
    if "security" in value:
        said = dict(value["security"])
        for one, several in (("guarantor", "guarantors"), ("collateral", "collaterals")):
            every = [*([said.pop(one)] if one in said else []), *said.pop(several, ())]
            said |= {several: every} if every else {}
        value["security"] = said
    return value


def spread(value: Mapping[str, Any]) -> dict[str, Any]:
    """The other way round: the first guarantor and collateral stand in their own key, as import and export write them."""
    if "security" not in value:
        return dict(value)
    said = dict(value["security"])
    for one, several in (("guarantor", "guarantors"), ("collateral", "collaterals")):
        first, *rest = said.pop(several, None) or [None]
        said |= ({one: first} if first else {}) | ({several: rest} if rest else {})
    return {**value, "security": said} if said else {key: inner for key, inner in value.items() if key != "security"}
