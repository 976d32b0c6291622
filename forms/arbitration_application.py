"""仲裁申请书 (application for arbitration) to the commission that the contract names.

《仲裁法》(2025修订)第5条、第27条 (Arbitration Law arts. 5, 27): an agreement, concrete requests with facts and grounds, within the commission's
competence. Limitation as in court: 《民法典》第198条. The fee follows the commission's own tariff; no figure of it is printed.
"""

from __future__ import annotations

import re

from forms.causes import cause_of
from forms.claim import Case, claim_of, guarantors
from forms.contract_words import contract_name, dispute_words
from forms.form import Form
from forms.narrative import facts_statement
from forms.papers import MissingField, Subject
from forms.pleading import addressed, attached, copies, evidence, heading, parties, running, signed
from forms.pleading_fields import missing_claim, missing_contract, missing_parties
from forms.requests import claims_statement
from forms.sides import ARBITRATE, sides_of

COMMISSION = re.compile(r"(?:提交|提请|交由|向|由|至|在)?([\u4e00-\u9fff（）()]{2,30}?(?:仲裁委员会|仲裁院|仲裁中心))")
LEADS = re.compile(r".*(?:提交|提请|交由|应向|均向|可向|有权向|同意由|应由|由|至)")  # what stands before the name in a clause
GUARANTEE_OPEN = (
    "保证合同是否也约定仲裁（有约定时可将保证人列为被申请人；没有约定的，须另行起诉保证人）",
    "whether the guarantee provides for arbitration too (only then are the guarantors respondents here; else they are sued apart)",
)


def arbitration_application(subject: Subject) -> Form:
    """The application with the agreement it rests on; see `missing_fields` for what must be there before it is made."""
    case, check = subject.case, subject.check
    claim, sides = claim_of(case, check), sides_of(case, "arbitration", subject.options)
    sets = copies(case, sides)
    return Form(
        id="arbitration_application",
        title=sides.roles.pleading,
        subtitle=f"（{cause_of(case, subject.cause)}）",
        parts=(
            parties(case, sides),
            heading("仲裁依据"),
            running([f"双方在{contract_name(case)}中约定争议解决方式为{dispute_words(case)}，该仲裁协议合法有效。"]),
            heading(sides.roles.request),
            running(claims_statement(case, claim, check, sides)),
            heading("事实与理由"),
            running(facts_statement(case, claim, check, sides)),
            heading("证据和证据来源"),
            evidence(subject.groups),
            addressed(commission(case)),
            signed(f"{sides.roles.signer}（签名、盖章）", str(case["creditor"]["name"]), subject.day),
            attached([f"本申请书副本{sets}份", f"仲裁协议（{contract_name(case)}）复印件{sets + 1}份", f"证据目录及证据材料{sets + 1}套"]),
        ),
    )


def missing_fields(subject: Subject) -> list[MissingField]:
    """What the application lacks: parties, contract, sums, and a commission named by the clause."""
    case, sides = subject.case, sides_of(subject.case, "arbitration", subject.options)
    found = [*missing_parties(case, sides), *missing_contract(case), *missing_claim(case, subject.check)]
    clause = (case.get("contract") or {}).get("dispute_clause") or {}
    if not clause.get("text") or clause.get("type") == "court":
        found.append(MissingField("arbitration_agreement", "仲裁协议（合同争议解决条款）", "arbitration agreement", "contract.dispute_clause"))
    elif not commission(case):
        found.append(MissingField("commission", "仲裁委员会名称（条款未写明）", "name of the arbitration commission", "contract.dispute_clause.court"))
    if guarantors(case) and ARBITRATE not in subject.options:
        found.append(MissingField(ARBITRATE, *GUARANTEE_OPEN, f"answers.{ARBITRATE}", blocking=False))
    return found


def commission(case: Case) -> str:
    """合肥仲裁委员会, as the clause names it; empty where it names none."""
    clause = (case.get("contract") or {}).get("dispute_clause") or {}
    named = str(clause.get("court") or "")
    if "仲裁" in named:
        return named
    found = COMMISSION.search(str(clause.get("text") or ""))
    return LEADS.sub("", found[1]) if found else ""
