"""Single papers: what can be written of a case outside a packet, and the paper itself as a download. Load, check, do, answer."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, g, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from casefiles import assemble, draft_paper, policy
from casefiles.db import saving
from casefiles.errors import CaseSealed, NotUsable, Refused
from casefiles.law import load_law
from casefiles.models import Case
from casefiles.policy import A
from casefiles.web import case_page, fact_links, originals
from casefiles.web.access import opened
from casefiles.web.errors import record_refusal
from casefiles.web.words import in_words, language

blueprint = Blueprint("papers", __name__, url_prefix="/cases/<case_id>/papers")
NOT_CHOSEN = frozenset({"csrf_token", "as_of"})
IN_DOCUMENTS = frozenset({"deliveries", "invoices", "payments", "credit_notes", "reconciliations", "demands", "recordings", "documents"})


@blueprint.get("")
def index(case_id: str) -> ResponseReturnValue:
    """Every paper with what it is for, what it lacks and what is chosen for it."""
    case = opened(case_id, A.BUILD_PACKET, what="papers")
    return render_template("papers/index.html", **page_of(case, request.args.get("as_of", "")))


@blueprint.post("/<paper_name>.<any(docx, pdf):ending>")
def make(case_id: str, paper_name: str, ending: str) -> ResponseReturnValue:
    """The paper as an attachment; nothing of it is kept but the audit entry. What is lacking is said on the page, with what was typed."""
    chosen, day = {key: ",".join(request.form.getlist(key)) for key in request.form if key not in NOT_CHOSEN}, request.form.get("as_of", "")
    try:
        with saving():
            case = policy.paper_case(g.actor, case_id)
            draft = draft_paper.make(g.actor, case, paper_name, chosen, case_page.day_said(case, day))
            _printable(draft, ending)
    except CaseSealed:
        raise
    except Refused as wrong:
        return typed_again(case_id, day, paper_name, chosen, wrong)
    content = draft.pdf if ending == "pdf" else draft.docx
    return originals.attached(send_file(io.BytesIO(content), mimetype=assemble.MEDIA[f".{ending}"]), f"{case_id}-{draft.name.zh}.{ending}")


def typed_again(case_id: str, day: str, name: str, chosen: Mapping[str, str], wrong: Refused) -> ResponseReturnValue:
    """The page once more, saying why nothing was made."""
    record_refusal(409, wrong.message)
    case = policy.case_for(g.actor, A.BUILD_PACKET, case_id)
    try:
        page = page_of(case, day)
    except NotUsable:
        page = page_of(case, "")
    return render_template("papers/index.html", **page | {"refused": name, "given": chosen, "problem": in_words(wrong)}), 409


def page_of(case: Case, day: str) -> dict[str, Any]:
    """The list of papers; `day` as the address says it."""
    offers = draft_paper.offered(case, case_page.day_said(case, day), g.actor.today)
    return case_page.head_of(case, "papers") | {
        "offers": [(offer, [(gap, _link(gap.where, case)) for gap in offer.gaps]) for offer in offers],
        "options": draft_paper.OPTIONS, "recipients": draft_paper.recipients(case), "procedures": _procedures(), "own_page": "papers.index", "day": day,
        "may_take": policy.may_take_papers(g.actor, case), "given": {}, "refused": "", "problem": "",
    }  # fmt: skip


def _procedures() -> list[tuple[str, str]]:
    return [(kind, words.en if language() == "en" else words.zh) for kind, words in load_law().packet_names.items()]


def _printable(draft: draft_paper.Draft, ending: str) -> None:
    """A PDF that shows 〓 for a name is no paper to send: it is refused, the Word file is not."""
    if ending == "pdf" and (told := draft_paper.signs_words(draft)):
        raise NotUsable(told.en, told.zh)


def _link(where: str, case: Case) -> str:
    """Where a gap is mended: the form of its section or the documents; empty where this person may not."""
    top = where.partition(".")[0].partition("[")[0]
    if section := fact_links.section_of(top):
        return url_for("facts.section", case_id=case.case_id, facts_name=section.name, _anchor=f"f-{where}") if fact_links.may_edit(section, case) else ""
    return url_for("cases.documents", case_id=case.case_id) if top in IN_DOCUMENTS else ""
