"""Reads the YAML files of this folder into the shapes of `shapes.py`; nothing is defaulted that the files should say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from casefiles.law.courts import read_courts
from casefiles.law.shapes import (
    Bracket,
    Check,
    DisputeType,
    DocumentType,
    Element,
    FieldKind,
    FieldType,
    HolidayYear,
    Law,
    LawError,
    LprRow,
    Node,
    PacketItem,
    PacketKind,
    Severity,
    Status,
    Words,
)

HERE = Path(__file__).parent
Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the C loader reads the same in a tenth of the time
COMMON_FIELDS = ("title_zh", "number", "document_date", "amount", "n")
MONEY_WORDS = ("amount", "total", "fee", "tax", "premium", "value", "principal", "limit", "revenue", "amount_excl_tax")
LIST_FIELDS = frozenset({"items", "shareholders", "former_names", "covers_documents", "lists", "schedule", "approvers", "agents", "measures", "orders",
                         "rent_schedule"})  # fmt: skip
FLAG_FIELDS = frozenset({"verified", "covers_all_deliveries", "states_interest", "invoice_first", "payment_requires_acceptance", "registered", "e_service",
                         "announcement_made", "headers_kept", "dishonoured", "certificate_valid"})  # fmt: skip


def read_yaml(name: str) -> dict[str, Any]:
    """One file of this folder as a mapping."""
    content = yaml.load((HERE / name).read_text(encoding="utf-8"), Loader=Loader)  # noqa: S506 - Loader is a safe loader
    if not isinstance(content, dict):
        raise LawError(f"{name}: a mapping was expected")
    return content


def _words(pair: Mapping[str, str]) -> Words:
    return Words(pair["zh"], pair["en"])


def _field_kind(name: str, flags: Mapping[str, str]) -> FieldKind:
    """The kind of a field from its name: the conventions of documents.yaml, which gives names only."""
    last = name.rsplit("_", maxsplit=1)[-1]
    if name in flags or name in FLAG_FIELDS:
        return "flag"
    if last in ("on", "date", "dated") or name in ("dated", "as_at", "term_from", "term_to", "period_from", "period_to", "valid_from", "valid_to", "due_by"):
        return "date"
    if name in LIST_FIELDS:
        return "list"
    if last in MONEY_WORDS or name in MONEY_WORDS:
        return "money"
    return "number" if name in ("n", "duration_s", "performance_days", "year", "annual_check_year") else "text"


def _fields(extra: list[Any], flags: Mapping[str, str]) -> Iterator[FieldType]:
    named = {entry if isinstance(entry, str) else next(iter(entry)) for entry in extra}
    for common in COMMON_FIELDS:
        if common not in named:
            yield FieldType(common, _field_kind(common, flags))
    for entry in extra:
        if isinstance(entry, str):
            yield FieldType(entry, _field_kind(entry, flags))
            continue
        name, choices = next(iter(entry.items()))
        kind: FieldKind = "list" if name in ("measures", "items") else "choice"
        yield FieldType(name, kind, tuple(str(choice) for choice in choices))


def needed_flags(node: Any) -> Iterator[tuple[str, str]]:
    """Every (document type, flag) that the conditions of an element ask for."""
    if isinstance(node, dict):
        for flag in node.get("need", ()) if "doc" in node else ():
            yield node["doc"], flag
        for part in node.values():
            yield from needed_flags(part)
    elif isinstance(node, list):
        for part in node:
            yield from needed_flags(part)


def _documents(raw: dict[str, Any], chain: dict[str, Any]) -> dict[str, DocumentType]:
    asked: dict[str, list[str]] = {}
    for kind, flag in needed_flags(chain["elements"]):
        asked.setdefault(kind, []).append(flag)
    types = {}
    for name, entry in raw["types"].items():
        fields = tuple(_fields(entry.get("extra", []), chain["need_flags"]))
        own = [field.name for field in fields if field.name in chain["need_flags"]]
        if "debtor_seal_or_signature" in asked.get(name, ()):
            own.append("debtor_seal")  # with the seal nobody asks who signed
        types[name] = DocumentType(
            id=name,
            zh=entry["zh"],
            en=entry["en"],
            group=entry["group"],
            formats=tuple(raw["formats"].get(entry["formats"], ())),
            confidentiality=entry.get("confidentiality", "normal"),
            generated=entry.get("generated", False),
            fields=fields,
            flags=tuple(dict.fromkeys([*asked.get(name, []), *own])),
            note=entry.get("note", entry.get("rule", "")),
        )
    return types


def _elements(chain: dict[str, Any], words: dict[str, Any]) -> dict[str, Element]:
    elements = {}
    for entry in chain["elements"]:
        said = words["elements"][entry["id"]]
        elements[entry["id"]] = Element(
            id=entry["id"],
            name=Words(entry["name_zh"], said["en"]),
            short=_words(said["short"]),
            proves=entry["proves"],
            primary=tuple(entry["primary"]),
            corroborating=tuple(entry.get("corroborating", ())),
            checks=tuple(entry.get("checks", ())),
            severity={p: {Status(s): Severity(v) for s, v in pair.items()} for p, pair in entry["severity"].items()},
            escalate=entry.get("escalate", {}),
            only_if=entry.get("only_if"),
            not_applicable_if=entry.get("not_applicable_if"),
            per_document=entry.get("evaluate") == "per_document",
            remedy=Words(entry["remedy_zh"], entry["remedy_en"]),
            source=tuple(entry["src"]),
            verify=entry.get("verify", False),
            missing=_words(said["missing"]) if "missing" in said else None,
            partial=_words(said["partial"]) if "partial" in said else None,
        )
    return elements


def _severities(pair: Mapping[str, str]) -> dict[str, Severity]:
    return {code: Severity(value) for code, value in pair.items()}


def _checks(chain: dict[str, Any], words: dict[str, Any]) -> dict[str, Check]:
    checks = {}
    for entry in chain["checks"]:
        said = words["checks"][entry["id"]]
        source = entry.get("src", ())
        checks[entry["id"]] = Check(
            id=entry["id"],
            name=Words(entry["name_zh"], said["en"]),
            severity=_severities(entry["severity"]),
            severity_by_packet={p: _severities(v) for p, v in entry.get("severity_by_packet", {}).items()},
            severity_when={c: _severities(v) for c, v in entry.get("severity_when", {}).items()},
            by_party=entry.get("by_party", {}),
            not_for=tuple(entry.get("not_for", ())),
            run_for=tuple(entry.get("run_for", ())),
            home=said["home"],
            titles={code: _words(text) for code, text in said["codes"].items()},
            remedies={code: Words(text["remedy_zh"], text["remedy_en"]) for code, text in said["codes"].items()},
            source=(source,) if isinstance(source, str) else tuple(source),
            verify=entry.get("verify", False),
        )
    return checks


def _item(raw: Mapping[str, Any]) -> PacketItem:
    return PacketItem(raw["n"], raw["id"], raw["zh"], raw.get("gen", False), raw.get("up", False), raw["req"])


def _packets(raw: dict[str, Any]) -> dict[str, PacketKind]:
    packets = {}
    for name, entry in raw["packets"].items():
        items = entry["items"]
        if isinstance(items, str):  # arbitration: "as lawsuit; pleading title 仲裁申请书 ...; add the arbitration agreement"
            items = [{**item, "zh": item["zh"].replace("原告", "申请人").replace("被告", "被申请人")} for item in raw["packets"]["lawsuit"]["items"]]
            items[0] = {**items[0], "zh": entry["title_zh"]}
            items = [i for i in items if i["id"] != "integrity_commitment"]
            items.append({"n": items[-1]["n"] + 1, "id": "arbitration_agreement", "zh": "仲裁协议", "up": True, "req": "always"})
        packets[name] = PacketKind(name, entry["title_zh"], tuple(_item(i) for i in items), entry)
    return packets


def _lpr(rows: list[dict[str, str]]) -> tuple[LprRow, ...]:
    read = (LprRow(date.fromisoformat(r["date"]), Decimal(r["1y"]), Decimal(r["5y"]), r["status"]) for r in rows)
    return tuple(sorted(read, key=lambda row: row.published))


def _holidays(raw: Mapping[str, Any]) -> dict[int, HolidayYear]:
    return {
        int(year): HolidayYear(frozenset(map(date.fromisoformat, days["off"])), frozenset(map(date.fromisoformat, days["working_weekends"])))
        for year, days in raw.items()
        if isinstance(days, dict)  # beside the years stand sentences about years still missing
    }


def _brackets(raw: list[dict[str, str]]) -> tuple[Bracket, ...]:
    return tuple(Bracket(Decimal(b["over"]), Decimal(b.get("rate", "0")), Decimal(b.get("quick_add", b.get("fixed", "0")))) for b in raw)


def read_law() -> Law:
    """Everything in this folder. Costs some tens of milliseconds: `load_law()` keeps it."""
    chain, documents, packets = read_yaml("evidence-chain.yaml"), read_yaml("documents.yaml"), read_yaml("packets.yaml")
    calculators, lifecycle, words = read_yaml("calculators.yaml"), read_yaml("lifecycle.yaml"), read_yaml("words.yaml")
    benchmark = calculators["overdue_damages"]["pboc_benchmark_up_to_1y"]
    weights = chain["score"]["weights"]
    aliases: dict[str, tuple[str, ...]] = {k: tuple(v) for k, v in packets["item_aliases"].items() if isinstance(v, list)}
    extra: dict[str, Node] = chain["packet_extra_elements"]
    return Law(
        as_of=date.fromisoformat(chain["law_as_of"]),
        documents=_documents(documents, chain),
        groups={k: Words(v["name_zh"], v["en"]) for k, v in documents["groups"].items()},
        need_flags=chain["need_flags"],
        need_flag_words={k: _words(words["need_flags"][k]) for k in chain["need_flags"]},
        elements=_elements(chain, words),
        checks=_checks(chain, words),
        dispute_types={k: DisputeType(k, v["name_zh"], words["dispute_types_en"][k], tuple(v["elements"])) for k, v in chain["dispute_types"].items()},
        packet_extra=extra,
        amount_names=chain["amount_names"],
        packets=_packets(packets),
        packet_names={k: _words(v) for k, v in words["packet_kinds"].items()},
        item_aliases=aliases,
        catalogue=packets["evidence_catalogue"],
        catalogue_words=words["catalogue"],
        lpr=_lpr(calculators["lpr_table"]["rows"]),
        pboc=tuple((date.fromisoformat(r["from"]), Decimal(r["rate"])) for r in benchmark),
        holidays=_holidays(calculators["time_limits"]["holiday_roll"]["holidays"]),
        acceptance_brackets=_brackets(calculators["court_acceptance_fee"]["brackets"]),
        enforcement_brackets=(Bracket(Decimal(0), Decimal(0), Decimal(50)), *_brackets(calculators["enforcement_fee"]["quick"])),
        score_weights={Severity(k.split("_")[0]): v for k, v in weights.items() if k != "weight_rule"},
        states={s["code"]: Words(s["zh"], words["states_en"][s["code"]]) for s in lifecycle["states"]},
        roles=read_yaml("roles.yaml")["roles"],
        schema=read_yaml("case-file.schema.yaml"),
        calculators=calculators,
        words=words,
        errors={k: Words(v, words["errors_en"][k]) for k, v in calculators["errors"]["codes"].items()},
        courts=read_courts(),
    )
