"""The facts of a case: the overview, and a form for each section. Rows are added and taken off by the server, so no script is needed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from casefiles import assess, interruption, policy
from casefiles.case_mapping import case_mapping
from casefiles.db import saving
from casefiles.errors import NotAllowed, NotFitting, NotUsable, NotVisible
from casefiles.law import Words
from casefiles.models import Case
from casefiles.policy import case_for
from casefiles.revise import revise
from casefiles.revise.sections import SECTIONS, Section, shape_of, shown
from casefiles.revise.texts import MOST_ROWS, ROW, Texts, filled_rows, in_order, row_numbers, texts_of, value_of, walk_records
from casefiles.web import case_page, chain, fact_links
from casefiles.web.access import opened
from casefiles.web.fact_words import GROUPS, KEY_WORDS, SECTION_WORDS
from casefiles.web.facts_form import Drawing, places, told

blueprint = Blueprint("facts", __name__, url_prefix="/cases/<case_id>/facts")
FIRST = 7  # facts of a section that its card shows at once


@dataclass(frozen=True)
class Card:
    """One section on the overview."""

    section: Section
    words: Words
    rows: list[tuple[str, str]]
    silence: Words | None
    asked: int
    editable: bool


@blueprint.get("")
def index(case_id: str) -> ResponseReturnValue:
    case = opened(case_id, what="facts")
    page = case_page.head_of(case, "facts")
    asked = fact_links.asked_of(page["check"]["findings"], chain.element_of)
    groups = [(words, list(_cards(case, names, asked))) for words, names in GROUPS]
    shown_groups = [(words, cards) for words, cards in groups if cards]
    counted = [document.ref for document, facts in interruption.papers(g.actor, case) if interruption.FLAG in facts.flags]
    return render_template("facts/index.html", **page, groups=shown_groups, first=FIRST, counted=counted)


def _cards(case: Case, names: tuple[str, ...], asked: Mapping[str, int]) -> Iterator[Card]:
    whole = case_mapping(case)
    for section in (SECTIONS[name] for name in names):
        if policy.may(g.actor, section.read):
            silence = KEY_WORDS[f"case.{section.name}"].silence if f"case.{section.name}" in KEY_WORDS else None
            yield Card(
                section, SECTION_WORDS[section.name], told(section, shown(section, whole)), silence, asked.get(section.name, 0),
                fact_links.may_edit(section, case),
            )  # fmt: skip


@blueprint.get("/<facts_name>")
def section(case_id: str, facts_name: str) -> ResponseReturnValue:
    asked = _section(facts_name)
    case = opened(case_id, asked.edit, what=f"facts: {facts_name}")
    _require_declaring(asked)
    return _form(case, asked, texts_of(shape_of(asked), shown(asked, case_mapping(case))), {}, case.version)


@blueprint.post("/<facts_name>")
def save(case_id: str, facts_name: str) -> ResponseReturnValue:
    asked, version = _section(facts_name), request.form.get("version", 0, type=int)
    _not_too_many(asked)
    texts = in_order(shape_of(asked), request.form.to_dict(), without=[request.form.get("remove", "")])
    if request.form.keys() & {"add", "remove", "empty"}:
        return _form(case_for(g.actor, asked.edit, case_id), asked, _redrawn(asked, texts), {}, version)
    texts = filled_rows(shape_of(asked), texts)
    try:
        _save(case_id, asked, texts, version)
    except NotFitting as refused:
        reasons = {at: Words(*words) for at, words in refused.reasons.items()}
        return _form(case_for(g.actor, asked.edit, case_id), asked, texts, reasons, version), 422
    flash(_("Saved. The evidence chain was checked again."), "ok")
    return redirect(url_for("facts.index", case_id=case_id, _anchor=facts_name))


def _not_too_many(asked: Section) -> None:
    """More rows than a form may have are refused whole: none is dropped in silence."""
    if any(len(row_numbers(request.form, at)) > MOST_ROWS for at in walk_records(shape_of(asked))):
        raise NotUsable(
            f"A list of this form has more than {MOST_ROWS} rows. Nothing was changed; enter the most important ones.",
            f"该表单的列表超过 {MOST_ROWS} 行，未作任何改动；请只录入最重要的各行。",
        )


def _save(case_id: str, asked: Section, texts: Texts, version: int) -> None:
    with saving():
        case = case_for(g.actor, asked.edit, case_id)
        value, unreadable = value_of(shape_of(asked), texts)
        if unreadable:
            raise NotFitting({at: (words.zh, words.en) for at, words in unreadable.items()})
        revise(g.actor, case, asked.name, value or {}, version, allow_invalid_uscc="allow_invalid_uscc" in request.form)
        assess.refresh(case, g.actor.today)


def _redrawn(asked: Section, texts: Texts) -> Texts:
    """The texts with one row more, or none at all; what was typed in the others stays."""
    at = request.form.get("add", "")
    if "empty" in request.form:
        return {}
    if at in set(walk_records(shape_of(asked))):
        return texts | {f"{at}.{len(row_numbers(texts, at))}": ROW}
    return texts


def _form(case: Case, asked: Section, texts: Texts, reasons: Mapping[str, Words], version: int) -> str:
    documents = policy.listed_documents(g.actor, case)
    drawn = Drawing(case, documents, texts, reasons).section(asked)
    here = set(places(drawn))
    more: dict[str, Any] = {"confirmed": case.blocks.get("running_account", {}) if asked.name == "running_account" else {}}
    return render_template(
        "facts/section.html", case=case, part=asked, words=SECTION_WORDS[asked.name], drawn=drawn, reasons=reasons, version=version,
        elsewhere=[words for at, words in reasons.items() if at not in here], codes=any(at.endswith(".uscc") for at in reasons),
        keep="allow_invalid_uscc" in request.form, emptied="empty" in request.form, may_declare=policy.DECLARES.get(g.actor.role, frozenset()), **more,
    )  # fmt: skip


def _section(name: str) -> Section:
    if name not in SECTIONS:
        raise NotVisible(name)
    return SECTIONS[name]


def _require_declaring(asked: Section) -> None:
    if asked.name == "declarations" and g.actor.role not in policy.DECLARES:
        raise NotAllowed(g.actor.role, "declarations.edit")
