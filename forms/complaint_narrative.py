"""民事起诉状, narrative form (叙述式): for every type of dispute, and where a court does not take the element form.

Order: 标题, 原告, 被告, 诉讼请求, 事实与理由, 证据和证据来源, 此致法院, 具状人, 日期, 附 (packets.yaml, narrative_form; 《民事诉讼法》第124条).
"""

from __future__ import annotations

from forms.causes import cause_of
from forms.claim import claim_of
from forms.form import Form
from forms.narrative import facts_statement
from forms.papers import MissingField, Subject
from forms.pleading import addressed, attached, copies, evidence, heading, parties, running, signed
from forms.pleading_fields import missing_claim, missing_contract, missing_court, missing_parties
from forms.requests import claims_statement
from forms.sides import sides_of


def complaint_narrative(subject: Subject) -> Form:
    """The complaint in sentences; see `missing_fields` for what must be there before it is made."""
    case, check = subject.case, subject.check
    claim, sides = claim_of(case, check), sides_of(case, "lawsuit")
    sheet = ["利息（违约金）计算明细表1份"] if claim.damages or claim.interest else []
    return Form(
        id="complaint_narrative",
        title=sides.roles.pleading,
        subtitle=f"（{cause_of(case, subject.cause)}）",
        parts=(
            parties(case, sides),
            heading(sides.roles.request),
            running(claims_statement(case, claim, check, sides)),
            heading("事实与理由"),
            running(facts_statement(case, claim, check, sides)),
            heading("证据和证据来源"),
            evidence(subject.groups),
            addressed(str(case["court"])),
            signed(f"{sides.roles.signer}（签名、盖章）", str(case["creditor"]["name"]), subject.day),
            attached([f"本起诉状副本{copies(case, sides)}份", f"证据目录及证据材料{copies(case, sides) + 1}套{_count(subject)}", *sheet]),
        ),
    )


def missing_fields(subject: Subject) -> list[MissingField]:
    """What the complaint lacks; the narrative form names the court, so it must be known."""
    case, sides = subject.case, sides_of(subject.case, "lawsuit")
    return [*missing_parties(case, sides), *missing_contract(case), *missing_claim(case, subject.check), *missing_court(case)]


def _count(subject: Subject) -> str:
    return f"，每套证据{subject.exhibits}份" if subject.exhibits else ""
