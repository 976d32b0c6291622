"""The test of a case file: YAML with line numbers, the published schema, typed fields, check digits, files."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator

from casefiles.case_mapping import FORMATS
from casefiles.errors import FileRefused
from casefiles.law import load_law
from casefiles.law.days import day_of
from casefiles.rules.uscc import is_valid

Path_ = tuple[str | int, ...]
DOCUMENT_LISTS = ("identity_documents", "insolvency_documents", "documents")
PAPER_LISTS = ("deliveries", "invoices", "payments", "credit_notes", "reconciliations", "demands", "recordings")
BLOCK_OF = {  # a paper of these types may also be told with the keys its block has
    "contract": "contract", "delivery_note_signed": "delivery", "delivery_note_unsigned": "delivery", "vat_invoice": "invoice", "bank_payment": "payment",
    "credit_note": "credit_note", "reconciliation_statement": "reconciliation", "demand_letter": "demand", "lawyers_letter": "demand",
    "delivery_receipt": "receipt", "call_recording": "recording", "judgment": "judgment",
}  # fmt: skip
DEEPEST = 40


@dataclass(frozen=True)
class CaseFile:
    """A tested case file: its mapping without nulls and with objects for bare document types, and the files it names."""

    name: str
    mapping: dict[str, Any]
    files: Mapping[str, Path]  # document id -> path


def read_text(text: str, name: str, base: Path, *, allow_invalid_uscc: bool = False) -> CaseFile:
    """Test the text of a case file; FileRefused carries every reason with its line."""
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        raise FileRefused(name, [(line, f"not readable as YAML: {error.problem}")]) from error
    except (yaml.YAMLError, RecursionError) as error:
        raise FileRefused(name, [(None, f"not readable as YAML: {error}")]) from error
    lines: dict[Path_, int] = {}
    reasons = list(_walk(node, (), lines)) if node else [(None, "the file is empty")]
    if reasons:
        raise FileRefused(name, reasons)
    whole = _without_null(yaml.SafeLoader("").construct_document(node))  # of the nodes that were tested; reading the text again takes as long as before
    if not isinstance(whole, dict):
        raise FileRefused(name, [(1, "a case file is a mapping of keys, not a list or a text")])
    whole.pop("expected", None)
    reasons = [(_line(lines, path), reason) for path, reason in _schema_reasons(whole)]
    if not reasons:
        _name_bare_types(whole)
        found = [*_value_reasons(whole, allow_invalid_uscc), *_file_reasons(whole, base)]
        reasons = [(_line(lines, path), reason) for path, reason in found]
    if reasons:
        raise FileRefused(name, sorted(reasons, key=lambda r: (r[0] or 0, r[1])))
    return CaseFile(name, whole, {entry["id"]: base / entry["file"] for _, entry in papers(whole) if "file" in entry})


def _walk(node: yaml.Node, path: Path_, lines: dict[Path_, int]) -> Iterator[tuple[int, str]]:
    """Note the line of every value; name duplicate keys, bare `no`, anchors that loop and values YAML turned into something else."""
    lines[path] = node.start_mark.line + 1
    if len(path) > DEEPEST:
        yield lines[path], "nested too deeply"
        return
    if isinstance(node, yaml.MappingNode):
        seen = set()
        for key, value in node.value:
            line = key.start_mark.line + 1
            if key.tag == "tag:yaml.org,2002:bool":
                yield line, f"the bare key {key.value} is read as yes/no by YAML: write it in quotes, '{key.value}'"
                continue
            if key.value in seen:
                yield line, f"the key {key.value!r} stands here twice"
            seen.add(key.value)
            lines[(*path, "?", key.value)] = line
            yield from _walk(value, (*path, key.value), lines)
    elif isinstance(node, yaml.SequenceNode):
        for number, value in enumerate(node.value):
            yield from _walk(value, (*path, number), lines)
    elif isinstance(node, yaml.ScalarNode) and node.tag == "tag:yaml.org,2002:timestamp":
        yield lines[path], f"write the date in quotes: '{node.value}'"
    elif isinstance(node, yaml.ScalarNode) and node.tag == "tag:yaml.org,2002:float":
        yield lines[path], f"write sums and rates in quotes, never as a number with a fraction: '{node.value}'"


def _line(lines: Mapping[Path_, int], path: Path_) -> int | None:
    while path not in lines and path:
        path = path[:-1]
    return lines.get(path)


def _without_null(value: Any) -> Any:
    """null means the same as absent."""
    if isinstance(value, dict):
        return {key: _without_null(inner) for key, inner in value.items() if inner is not None}
    return [_without_null(inner) for inner in value] if isinstance(value, list) else value


def _schema_reasons(whole: Any) -> Iterator[tuple[Path_, str]]:
    validator = Draft202012Validator(load_law().schema, format_checker=FORMATS)
    for error in validator.iter_errors(whole):
        yield from _said(error)


def _said(error: Any) -> Iterator[tuple[Path_, str]]:
    """One schema error in the words of the person who wrote the file."""
    path, place = tuple(error.absolute_path), ".".join(map(str, error.absolute_path)) or "the case"
    match error.validator:
        case "additionalProperties":
            for key in sorted(set(error.instance) - set(error.schema.get("properties", ()))):
                yield (*path, "?", key), f"unknown key {key!r} in {place}"
        case "required":
            missing = [key for key in error.validator_value if key not in error.instance]
            yield path, f"{place} lacks {', '.join(map(repr, missing))}"
        case "not":
            yield path, "claim and claim_entered_by_user exclude each other: keep one"
        case "enum":
            yield path, f"{place} is {error.instance!r}; known: {', '.join(map(str, error.validator_value))[:400]}"
        case "oneOf" | "anyOf" if error.context:
            deepest = max(error.context, key=lambda e: len(e.absolute_path))
            yield from _said(deepest)
        case "pattern" if "[0-9]+\\.[0-9]{2}" in error.validator_value:
            yield path, f"{place} is {error.instance!r}: no sum of money (digits with two decimals, in quotes: '1234.50')"
        case "format" | "pattern" if "[0-9]{4}-[0-9]{2}" in str(error.schema.get("pattern")):
            yield path, f"{place} is {error.instance!r}: no date of the calendar (year-month-day, in quotes: '2026-03-15')"
        case "type" if "[0-9]+\\.[0-9]{2}" in str(error.schema.get("pattern")):
            yield path, f"{place} is {error.instance!r}: no sum of money (digits with two decimals, in quotes: '1234.50')"
        case _:
            yield path, f"{place}: {error.message[:300]}"


def _name_bare_types(whole: dict[str, Any]) -> None:
    """A bare type in a list becomes an object whose id is the type (and a number where it repeats)."""
    taken = {entry["id"] for _, entry in papers(whole)}
    for name in DOCUMENT_LISTS:
        for number, entry in enumerate(whole.get(name, ())):
            if isinstance(entry, str):
                ref, n = entry, 1
                while ref in taken:
                    n += 1
                    ref = f"{entry[:36]}-{n}"
                taken.add(ref)
                whole[name][number] = {"id": ref, "type": entry}


def papers(whole: Mapping[str, Any]) -> Iterator[tuple[Path_, dict[str, Any]]]:
    """Every entry that stands for a paper, with its place: blocks first, then the lists."""
    if "contract" in whole:
        yield ("contract",), whole["contract"]
    for name in PAPER_LISTS:
        for number, entry in enumerate(whole.get(name, ())):
            yield (name, number), entry
            if "receipt" in entry:
                yield (name, number, "receipt"), entry["receipt"]
    if "judgment" in whole:
        yield ("judgment",), whole["judgment"]
    ended = whole.get("enforcement", {}).get("terminated_current_procedure")
    if ended:
        yield ("enforcement", "terminated_current_procedure"), ended
    for name in DOCUMENT_LISTS:
        for number, entry in enumerate(whole.get(name, ())):
            if isinstance(entry, dict):
                yield (name, number), entry


def _value_reasons(whole: Mapping[str, Any], allow_invalid_uscc: bool) -> Iterator[tuple[Path_, str]]:
    blocks: set[str] = set()
    listed: set[str] = set()
    for path, entry in papers(whole):
        among = listed if path[0] in DOCUMENT_LISTS else blocks
        if entry["id"] in among:
            yield (*path, "id"), f"the document id {entry['id']} stands here twice"
        among.add(entry["id"])
        if path[0] in DOCUMENT_LISTS:
            yield from _field_reasons(path, entry)
    yield from _derivation_reasons(whole, blocks | listed)
    if not allow_invalid_uscc:
        heads = [(("creditor",), whole["creditor"]), (("debtor",), whole["debtor"])]
        heads += [((name, n), party) for name in ("debtors", "third_parties") for n, party in enumerate(whole.get(name, ()))]
        heads += [(("security", "guarantor"), whole["security"]["guarantor"])] if "guarantor" in whole.get("security", {}) else []
        for path, party in heads:
            if "uscc" in party and not is_valid(party["uscc"]):
                yield (
                    (*path, "uscc"),
                    (f"{party['uscc']}: wrong check digit of the unified social credit code (统一社会信用代码); "
                    "correct it, or import with --allow-invalid-uscc and the check reports it"),
                )


def _derivation_reasons(whole: Mapping[str, Any], known: set[str]) -> Iterator[tuple[Path_, str]]:
    """A file comes out of a document that is there, and never, over however many others, out of itself."""
    said = {entry["id"]: (path, entry["derived_from"]["document"]) for path, entry in papers(whole) if "derived_from" in entry}
    for ref, (path, source) in said.items():
        if source not in known:
            yield (*path, "derived_from"), f"{ref} is said to come out of {source}, which is no document of this case file"
        above = [source]
        while above[-1] in said and said[above[-1]][1] not in above:
            above.append(said[above[-1]][1])
        if ref in above:
            yield (*path, "derived_from"), f"{ref} is said to come out of itself"


def _field_reasons(path: Path_, entry: Mapping[str, Any]) -> Iterator[tuple[Path_, str]]:
    """Keys of a documents[] entry beyond the schema are the fields of its type, each with its kind."""
    law = load_law()
    common = set(law.schema["$defs"]["document"]["properties"]) | {"note"}
    common |= set(law.schema["$defs"][BLOCK_OF[entry["type"]]]["properties"]) if entry["type"] in BLOCK_OF else set()
    kinds = {field.name: field for field in law.documents[entry["type"]].fields}
    for key, value in entry.items():
        if key in common:
            continue
        if key not in kinds:
            yield (*path, "?", key), f"unknown key {key!r}: not a field of document type {entry['type']}"
        elif kinds[key].kind == "date" and not _is_date(value):
            yield (*path, key), f"{key} is {value!r}: no date of the calendar (year-month-day, in quotes: '2026-03-15')"
        elif kinds[key].kind == "money" and not _is_money(value):
            yield (*path, key), f"{key} is {value!r}: no sum of money (digits with two decimals, in quotes: '1234.50')"
        elif kinds[key].kind == "choice" and value not in kinds[key].choices:
            yield (*path, key), f"{key} is {value!r}; known: {', '.join(kinds[key].choices)}"


def _is_date(value: Any) -> bool:
    try:
        return isinstance(value, str) and bool(day_of(value))
    except ValueError:
        return False


def _is_money(value: Any) -> bool:
    whole, dot, cents = value.partition(".") if isinstance(value, str) else ("", "", "")
    return bool(dot) and whole.isascii() and whole.isdecimal() and cents.isascii() and cents.isdecimal() and len(cents) == 2


def _file_reasons(whole: Mapping[str, Any], base: Path) -> Iterator[tuple[Path_, str]]:
    root = base.resolve()
    for path, entry in papers(whole):
        if "file" not in entry:
            continue
        target = (base / entry["file"]).resolve()
        if not target.is_relative_to(root):
            yield (*path, "file"), f"{entry['file']} lies outside the folder of the case file"
        elif not target.is_file():
            yield (*path, "file"), f"{entry['file']} is named, but there is no such file beside the case file"
