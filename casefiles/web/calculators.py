"""The calculators: a list by purpose, and one page each, where the address holds the inputs, so that a result can be kept and sent.

No case is read here, so everybody signed in may use them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, abort, g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from casefiles.law import Law, load_law
from casefiles.rules.calculators import CALCULATORS, Calculator, calculate
from casefiles.rules.calculators_input import PARTS, PAYMENT_KEYS, BadInput, Field
from casefiles.web import calculator_entry as entry
from casefiles.web import words
from casefiles.web.calculator_sheet import choice_label, label_of, sheet_of
from casefiles.web.calculator_words import CHOICES, GROUPS, HELP, ONLY_WITH
from casefiles.web.law import stale_since

blueprint = Blueprint("calculators", __name__)
LONGEST = 200  # characters of one input
FIRST_ROWS, MORE_ROWS, MOST_ROWS = 2, 4, 60
MORE = "rows"  # the argument of the button that only asks for more rows
PLACE = re.compile(r"(\w+)(?:\[(\d+)\])?(?:\.(\w+))?")  # the key of a bad input: field, payment counted from 0, part of it
# Where the sentence of a refusal stands: the first of these fields that the calculator has.
REFUSED_AT: Mapping[str, tuple[str, ...]] = {
    "amount_not_positive": ("amount", "principal"),
    "negative_amount": ("amount", "payment", "principal", "base"),
    "end_before_start": ("end_inclusive", "ends_on", "cut_off_inclusive", "cut_off"),
    "floating_before_lpr": ("mode", "rate_mode"),
    "no_rate_published": ("cut_off_inclusive", "filing_date", "breach_date", "contract_date"),
    "agreed_period_format": ("agreed_period",),
    "filing_date_needed": ("filing_date",),
}


@dataclass(frozen=True)
class Input:
    """One field of the form with what was typed. `rows` for payments, `parts` for amounts."""

    field: Field
    label: str
    help: str
    value: str
    error: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    rows: tuple[dict[str, str], ...] = ()
    parts: tuple[tuple[str, str, str], ...] = ()
    only_with: str = ""  # "field value value": counts only where that field has one of the values

    @property
    def optional(self) -> bool:
        """May be left out whatever else is chosen: the rate of a mode may not."""
        return not self.field.required and self.field.name not in ("daily", "annual")


def typed(name: str) -> str:
    """What stands in the address under a name."""
    return request.args.get(name, "").replace("\0", "").strip()[:LONGEST]


def typed_rows(name: str) -> list[dict[str, str]]:
    """The rows of a field of kind payments in which something stands, so that a sentence and the form number them alike."""
    places = [int(found[1]) for key in request.args if (found := re.fullmatch(rf"{name}-(\d{{1,2}})-(?:date|amount)", key))]
    rows = ({key: typed(f"{name}-{row}-{key}") for key in PAYMENT_KEYS} for row in sorted(set(places)) if row < MOST_ROWS)
    return [row for row in rows if any(row.values())]


def given_of(fields: tuple[Field, ...]) -> dict[str, Any]:
    """The inputs as the calculator takes them; what was left empty is left out."""
    given: dict[str, Any] = {}
    for field in fields:
        if field.kind == "payments":
            given[field.name] = typed_rows(field.name)
        elif field.kind == "amounts":
            given[field.name] = {part: typed(f"{field.name}-{part}") for part in PARTS}
        elif field.kind == "flag":
            given[field.name] = bool(typed(field.name))
        elif value := typed(field.name):
            given[field.name] = entry.rate(value) if field.kind == "rate" else entry.period(value) if field.name == "agreed_period" else value
    return given


def _sentence(label: str, said: str) -> str:
    """The label and what is wrong with it, as one sentence."""
    for value in (value for value in CHOICES if not value.isdigit()) if words.language() == "zh" else ("pboc_then_lpr",):
        said = said.replace(value, f"“{choice_label(value)}”")
    joined = f"{label}：{said}" if words.language() == "zh" else f"{label} {said}" if said.startswith(("is ", "has ", "must ")) else f"{label}: {said}"
    return joined if joined.endswith((".", "。")) else joined + ("。" if words.language() == "zh" else ".")


def _wrong(calculator: Calculator, error: BadInput) -> tuple[str, str]:
    """Field and sentence of an input that cannot be read; of a payment the row is named, of an amount its part."""
    found = PLACE.match(error.key)
    name, row, part = found.groups() if found else ("", None, None)
    field = next((field for field in calculator.fields if field.name == name), None)
    label = words.in_language(field.label) if field else error.key
    if row:
        label = _("%(label)s, row %(number)s", label=label, number=int(row) + 1)
    if part:
        label = f"{label} – {choice_label(part) if part in PARTS else label_of(part)}"
    return name, _sentence(label, error.zh if words.language() == "zh" else error.en)


def _refused(calculator: Calculator, result: Mapping[str, Any]) -> tuple[str, str]:
    """Field and sentence of a refusal."""
    code, said = result["error"], words.in_language(result, "message")
    fields = {field.name: field for field in calculator.fields}
    negative = [name for name in fields if code == "negative_amount" and any(key.startswith(name) and typed(key).startswith("-") for key in request.args)]
    place = next((name for name in (*negative, *REFUSED_AT.get(code, ())) if name in fields), "")
    return place, _sentence(words.in_language(fields[place].label), said) if place else said


def reckon(calculator: Calculator, law: Law) -> tuple[dict[str, Any], dict[str, str]]:
    """The answer, and the sentences by field; one of the two is empty."""
    try:
        result = calculate(calculator.name, given_of(calculator.fields), law)
    except BadInput as error:
        place, sentence = _wrong(calculator, error)
        return {}, {place: sentence}
    if "error" in result:
        place, sentence = _refused(calculator, result)
        return {}, {place: sentence}
    return result, {}


def _help(field: Field) -> str:
    """How to write it: the page's own words where it takes more than the rules do."""
    said = HELP.get(field.name, field.help)
    return words.in_language(said) if said else ""


def _rows(name: str) -> tuple[dict[str, str], ...]:
    """The typed rows, and empty ones to write in."""
    filled, asked = typed_rows(name), request.args.get(MORE, 0, type=int)
    wanted = max(len(filled) + 1, FIRST_ROWS, min(asked, MOST_ROWS))
    return tuple((filled + [dict.fromkeys(PAYMENT_KEYS, "")] * wanted)[: min(wanted, MOST_ROWS)])


def inputs(calculator: Calculator, errors: Mapping[str, str]) -> Iterator[Input]:
    """The form, with what was typed and what is wrong with it."""
    names = {field.name for field in calculator.fields}
    for field in calculator.fields:
        other, values = ONLY_WITH.get(field.name, ("", ()))
        yield Input(
            field=field, label=words.in_language(field.label), help=_help(field), value=typed(field.name),
            error=errors.get(field.name, ""), choices=tuple((choice, choice_label(choice)) for choice in field.choices),
            rows=_rows(field.name) if field.kind == "payments" else (),
            parts=tuple((part, choice_label(part), typed(f"{field.name}-{part}")) for part in PARTS) if field.kind == "amounts" else (),
            only_with=" ".join((other, *values)) if other in names else "",
        )  # fmt: skip


def _flat(calculator: Calculator, given: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Inputs as the arguments of an address."""
    for field in calculator.fields:
        value = given.get(field.name)
        if isinstance(value, list):
            yield from ((f"{field.name}-{row}-{key}", str(payment[key])) for row, payment in enumerate(value) for key in PAYMENT_KEYS)
        elif isinstance(value, dict):
            yield from ((f"{field.name}-{part}", str(value[part])) for part in PARTS)
        elif value not in (None, False):
            yield field.name, "1" if value is True else str(value)


def example_url(calculator: Calculator, law: Law) -> str:
    """The page filled with the first worked example of the specification."""
    return url_for("calculators.show", calculator_name=calculator.name, **dict(_flat(calculator, law.calculators[calculator.name]["examples"][0])))  # type: ignore[arg-type]


@blueprint.get("/calculators")
def index() -> ResponseReturnValue:
    """What can be reckoned, by purpose."""
    groups = [(words.in_language(title), [CALCULATORS[name] for name in names]) for title, names in GROUPS]
    return render_template("calculators/index.html", groups=groups, stale=stale_since(load_law(), g.actor.today))


@blueprint.get("/calculators/<calculator_name>")
def show(calculator_name: str) -> ResponseReturnValue:
    """The form, and beside it the answer as soon as something was typed. 400 where it cannot be reckoned: the sentence stands at the field."""
    calculator, law = CALCULATORS.get(calculator_name) or abort(404), load_law()
    names = {field.name for field in calculator.fields}
    asked = MORE not in request.args and any(key.split("-")[0] in names for key in request.args)
    result, errors = reckon(calculator, law) if asked else ({}, {})
    sheet = sheet_of(calculator, given_of(calculator.fields), result) if result else None
    page = {"calculator": calculator, "inputs": list(inputs(calculator, errors)), "sheet": sheet, "errors": errors, "groups": GROUPS, "law": law}
    shown = render_template("calculators/show.html", **page, example=example_url(calculator, law), more=MORE, today=g.actor.today)
    return shown, 400 if errors else 200
