"""The rules of the company (company.yaml), and those an instance sets for itself in its data folder.

`company_rules()` gives what start() was told to use; without a file of the instance's own that is the file of this folder.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from casefiles.law import marked
from casefiles.law.shapes import LawError

DEFAULTS = Path(__file__).parent / "company.yaml"
SUMS = frozenset({"open_amount"})
MONEY = re.compile(r"\d{1,16}\.\d{2}", re.ASCII)
MOST_DAYS = 36_500
KEYS = frozenset({"value", "effective_from", "source"})


@dataclass(frozen=True)
class CompanyRule:
    """One rule: days or a count as int, a sum in CNY as Decimal; from which day, and where it is written."""

    value: int | Decimal
    effective_from: date
    source: str


@dataclass(frozen=True)
class Thresholds:
    """The rules of one day. Days are calendar days, `open_amount` is CNY."""

    overdue_days: int
    broken_promises: int
    open_amount: Decimal
    limitation_days: int
    promise_grace_days: int
    sources: Mapping[str, str]


@dataclass(frozen=True)
class CompanyRules:
    """Every rule with its versions, the oldest first."""

    rules: Mapping[str, tuple[CompanyRule, ...]]

    def on(self, day: date) -> Thresholds:
        """What applies on a day: the latest version that is in force, else the oldest there is."""
        now = {name: next((v for v in reversed(versions) if v.effective_from <= day), versions[0]) for name, versions in self.rules.items()}
        days = {name: int(rule.value) for name, rule in now.items() if name not in SUMS}
        return Thresholds(**days, open_amount=Decimal(now["open_amount"].value), sources={name: rule.source for name, rule in now.items()})


def read_company_rules(own: Path | None = None) -> CompanyRules:
    """The rules of this folder with those of the instance's own file, where there is one; LawError names file, line and key."""
    found: dict[str, tuple[CompanyRule, ...]] = {name: (rule,) for name, rule in _defaults().items()}
    if own is not None and own.is_file():
        for name, rule in _read(own, known=frozenset(found)).items():
            found[name] = tuple(sorted((*found[name], rule), key=lambda each: each.effective_from))
    return CompanyRules(found)


@cache
def _defaults() -> dict[str, CompanyRule]:
    return _read(DEFAULTS)


def _read(path: Path, known: frozenset[str] | None = None) -> dict[str, CompanyRule]:
    """The rules of one file."""

    def wrong(node: yaml.Node, why: str) -> LawError:
        return marked.wrong(path, node, why)

    top = marked.compose(path)
    if top is None:
        return {}
    entries = marked.entries(path, top)
    for name, (key, _node) in entries.items():
        if name not in {"version", "rules"}:
            raise wrong(key, f"the key {name!r} is not known; the file has 'version' and 'rules'")
    rules = {}
    for name, (key, node) in (marked.entries(path, entries["rules"][1]) if "rules" in entries else {}).items():
        if known is not None and name not in known:
            raise wrong(key, f"{name!r} is no rule of the company; known are {', '.join(sorted(known))}")
        rules[name] = _rule(name, key, marked.entries(path, node), wrong)
    return rules


def _rule(name: str, at: yaml.Node, said: Mapping[str, tuple[yaml.Node, yaml.Node]], wrong: Any) -> CompanyRule:
    for key, (node, _value) in said.items():
        if key not in KEYS:
            raise wrong(node, f"{name} has no key {key!r}; it has {', '.join(sorted(KEYS))}")
    for key in ("value", "effective_from"):
        if key not in said:
            raise wrong(at, f"{name} lacks {key!r}")
    value, day = said["value"][1], said["effective_from"][1]
    source = str(said["source"][1].value) if "source" in said else "company rule"
    try:
        from_day = date.fromisoformat(str(day.value))
    except ValueError:
        raise wrong(day, f"{name}.effective_from is {str(day.value)!r}; write a date like '2026-01-01'") from None
    return CompanyRule(_typed(name, value, wrong), from_day, source)


def _typed(name: str, node: yaml.Node, wrong: Any) -> int | Decimal:
    text = str(node.value)
    if name in SUMS:
        if not MONEY.fullmatch(text):
            raise wrong(node, f"{name}.value is {text!r}; write a sum in CNY with two decimals, in quotes: '500000.00'")
        return Decimal(text)
    if not (text.isascii() and text.isdecimal()) or int(text) > MOST_DAYS or (name == "broken_promises" and int(text) < 1):
        least = 1 if name == "broken_promises" else 0
        raise wrong(node, f"{name}.value is {text!r}; write a whole number from {least} to {MOST_DAYS}")
    return int(text)


_used: list[CompanyRules] = []


def use_company_rules(own: Path | None) -> None:
    """Take the rules of an instance for this process; called when it starts, so that a wrong file stops the start."""
    _used[:] = [read_company_rules(own)]


def company_rules() -> CompanyRules:
    """The rules of this process."""
    if not _used:
        use_company_rules(None)
    return _used[0]
