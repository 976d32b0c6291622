"""情况紧急说明 (statement of urgency), for a preservation before the suit only: the facts are the statement of a person, never made up.

Source: 《民事诉讼法》第104条: urgent, and without immediate preservation rights would suffer damage that is hard to repair; suit within thirty days.
"""

from __future__ import annotations

from forms.causes import cause_of
from forms.claim import claim_of
from forms.figures import listed, yuan
from forms.form import Form, Paragraphs, Strong, line
from forms.papers import MissingField, Subject
from forms.pleading import BODY, signed
from forms.preservation_application import court_of
from forms.preservation_stage import amount_of, stage_of
from forms.sides import sides_of


def urgency_statement(subject: Subject) -> Form:
    """The statement around what the person said (`options["urgency"]`). Raises KeyError without it."""
    case, claim = subject.case, claim_of(subject.case, subject.check)
    sides = sides_of(case, "preservation")
    own, others = str(case["creditor"]["name"]), listed([str(party["name"]) for party in sides.opponents])
    owed = f"尚欠申请人{sides.dispute.price}{claim.principal:,.2f}元" if claim.principal else f"尚欠申请人{yuan(claim.total)}"
    said = [text.strip() for text in str(subject.options["urgency"]).splitlines() if text.strip()]
    paragraphs = (
        line(f"申请人{own}与被申请人{others}{cause_of(case, subject.cause)}，{owed}。申请人拟提起诉讼，现就申请诉前财产保全的紧急情况说明如下："),
        *(line(text) for text in said),
        line(
            "综上，情况紧急，如不立即保全，将会使申请人的合法权益受到难以弥补的损害。申请人依照《中华人民共和国民事诉讼法》第一百零四条的规定，请求贵院裁定对被申请人价值",
            Strong(yuan(amount_of(subject))), "的财产采取保全措施，并将在贵院采取保全措施后三十日内依法提起诉讼或者申请仲裁。",
        ),
        line("以上说明属实，如有不实，申请人愿承担相应的法律责任。"),
    )  # fmt: skip
    return Form(
        id="urgency_statement",
        title="情况紧急说明",
        parts=(
            Paragraphs((line(Strong(f"{court_of(case)}：")),), flush=True, size=BODY),
            Paragraphs(paragraphs, size=BODY),
            signed(f"{sides.roles.signer}（签名、盖章）", own, subject.day),
        ),
    )


def missing_urgency(subject: Subject) -> list[MissingField]:
    """The person's statement of the urgent facts; only before a suit."""
    if stage_of(subject) != "pre_suit" or str(subject.options.get("urgency") or "").strip():
        return []
    return [MissingField("urgency", "情况紧急的具体事实", "the facts that make it urgent", "answers.urgency")]
