"""Why a section of a case cannot be saved as it was entered: the published schema, document ids, social credit codes, sums; by place, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from jsonschema import Draft202012Validator

from casefiles.case_mapping import FORMATS, block_rows
from casefiles.law import Words, load_law
from casefiles.models import Case
from casefiles.revise.sections import NEEDED_BY, Section, Shape, shape_of, walk
from casefiles.rules.uscc import is_valid

NEEDED = Words("此项必填。", "This is needed.")
NOT_FITTING = Words("此内容不符合格式。", "This does not fit the format.")
REGISTRY_STATUS = Words("请以登记状态开头：存续、在业、吊销、注销、迁出、停业。", "Begin with the word of the registry: 存续, 在业, 吊销, 注销, 迁出 or 停业.")
SPECIAL = {"registry_status": REGISTRY_STATUS}
Reason = tuple[str, Words]
Reference = tuple[str, str]  # place, id


def reasons_of(case: Case, section: Section, after: Mapping[str, Any], known: frozenset[str]) -> Iterator[Reason]:
    """What does not fit in the section, by place. `known`: the papers that may be named, with those that are recorded with this save."""
    yield from _by_schema(section, after)
    yield from _packet(section, after)
    yield from _papers(case, section, after, known)
    if section.name == "claim":
        yield from _sums(after.get("claim", {}))
    if section.name == "judgment":
        yield from _items(after.get("judgment", {}).get("items", ()))
    if section.name == "enforcement" and "recovered" in after.get("enforcement", {}):
        yield from _twice("enforcement.recovered", [r.get("id") for r in after["enforcement"]["recovered"]])


def wrong_codes(section: Section, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Reason]:
    """Social credit codes with a wrong check digit that were not in the case before."""
    known = {code for _, code in _named_codes(before)}
    for at, code in _named_codes({key: after[key] for key in section.keys if key in after}):
        if code not in known and not is_valid(code):
            said = f"{code}: the check digit is wrong. Correct it, or tick below that the paper says it so; the check then reports it (X03)."
            yield at, Words(f"{code} 校验位不符。请更正；确系证照如此的，请在下方勾选保留，由检查项 X03 提示。", said)


def _named_codes(value: Any, at: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        if isinstance(value.get("uscc"), str):
            yield f"{at}.uscc", value["uscc"]
        for key, inner in value.items():
            yield from _named_codes(inner, f"{at}.{key}" if at else str(key))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _named_codes(inner, f"{at}.{number}")


def _by_schema(section: Section, after: Mapping[str, Any]) -> Iterator[Reason]:
    validator = Draft202012Validator(load_law().schema, format_checker=FORMATS)
    for error in validator.iter_errors(after):
        if error.absolute_path and error.absolute_path[0] in section.keys:
            yield from _said(error)
    for key in section.keys:
        if key not in after and key in load_law().schema["required"]:
            yield key, NEEDED


def _said(error: Any) -> Iterator[Reason]:
    """One schema error in words; what a clause or null may be is judged by what was entered, which is never null."""
    path = ".".join(map(str, error.absolute_path))
    match error.validator:
        case "required":
            yield from ((f"{path}.{key}", NEEDED) for key in error.validator_value if key not in error.instance)
        case "oneOf" | "anyOf" if error.context:
            for inner in error.context:
                if inner.validator != "type" or inner.validator_value != "null":
                    yield from _said(inner)
        case _:
            yield path, SPECIAL.get(path.rpartition(".")[2], NOT_FITTING)


def _packet(section: Section, after: Mapping[str, Any]) -> Iterator[Reason]:
    """A packet kind that rests on a block cannot be the case's own without it (the schema's conditions)."""
    block = NEEDED_BY.get(after.get("packet_kind", ""))
    if block is None or block in after:
        return
    if section.name == "case":
        said = f"This packet rests on the facts “{BLOCKS[block].en}”: enter those first, then choose it."
        yield "packet_kind", Words(f"该文书包须先录入“{BLOCKS[block].zh}”要素。请先录入，再选择此类文书包。", said)
    elif section.name == block:
        said = "The packet of this case rests on these facts: choose another packet under “Case” first."
        yield block, Words("本案默认文书包以此要素为前提，不能清空。请先在“案件”中改选其他文书包。", said)


BLOCKS = {"judgment": Words("生效法律文书", "Effective instrument"), "insolvency": Words("破产程序", "Insolvency"), "write_off": Words("核销", "Write-off")}


def _papers(case: Case, section: Section, after: Mapping[str, Any], known: frozenset[str]) -> Iterator[Reason]:
    """A document that is named must be a document of the case; the paper of one block is not the paper of another."""
    others = {document.ref for document, row in block_rows(case) if row is not case.contract or section.name != "contract"}
    if section.name != "judgment" and "judgment" in after:
        others.add(after["judgment"]["id"])
    for at, ref in named_in(section, after):
        if ref not in known:
            yield at, Words(f"本案没有材料 {ref}。", f"The case has no document {ref}.")
        elif at.endswith(".id") and ref in others:
            yield at, Words(f"材料 {ref} 已是本案另一事实的凭证。", f"Document {ref} is the paper of another fact of this case.")


def named_in(section: Section, whole: Mapping[str, Any]) -> list[Reference]:
    """The documents a section names, with their place."""
    return [found for key in section.keys for part in shape_of(section).parts if part.key == key for found in _refs(part, whole.get(key), key)]


def _refs(shape: Shape, value: Any, at: str) -> Iterator[tuple[str, str]]:
    """The documents a value names, with their place."""
    if value is None:
        return
    if shape.kind == "paper":
        yield at, value
    elif shape.kind == "record":
        for part in shape.parts:
            yield from _refs(part, value.get(part.key), f"{at}.{part.key}")
    elif shape.kind == "records" and any(part.kind == "paper" for part in walk(shape)):
        for number, entry in enumerate(value):
            for part in shape.parts:
                yield from _refs(part, entry.get(part.key), f"{at}.{number}.{part.key}")


def _twice(at: str, refs: list[str | None]) -> Iterator[Reason]:
    for number, ref in enumerate(refs):
        if ref is not None and ref in refs[:number]:
            yield f"{at}.{number}.id", Words(f"材料 {ref} 在上面已用。", f"Document {ref} is named above already.")


def _sums(claim: Mapping[str, Any]) -> Iterator[Reason]:
    """What is claimed by invoice makes up the principal."""
    if "principal" not in claim or not claim.get("by_invoice"):
        return
    total = sum((Decimal(amount) for amount in claim["by_invoice"].values()), Decimal("0.00"))
    if total != Decimal(claim["principal"]):
        yield "claim.principal", Words(
            f"各发票主张金额合计 {total:,.2f} 元，与本金不一致。", f"The amounts by invoice make {total:,.2f}, which is not this principal."
        )


def _items(items: Any) -> Iterator[Reason]:
    """A fixed item has its sum, a running one its first day and rate."""
    for number, item in enumerate(items):
        at = f"judgment.items.{number}"
        if item.get("form", "fixed") == "fixed" and "amount" not in item:
            yield f"{at}.amount", NEEDED
        if item.get("form") == "running":
            if "from" not in item:
                yield f"{at}.from", NEEDED
            if "annual_rate" not in item and "daily_rate" not in item:
                yield f"{at}.annual_rate", Words("持续计算的项目须有年利率或日利率。", "A running item needs a yearly or a daily rate.")
