"""支付令申请书 (application for a payment order): a sum that is due and certain, and nothing beside it.

《民事诉讼法》第225条; 《民诉法解释》第427条、第428条 (CPL art. 225; SPC CPL Interpretation arts. 427, 428). The amount must be certain, so damages are asked
for up to the cut-off day only; damages and interest only where the debt paper provides for them. Court: that of the debtor's domicile
(《民诉法解释》第23条).
"""

from __future__ import annotations

from forms.claim import Claim, claim_of
from forms.contract_words import contract_name
from forms.figures import day, in_words, listed, yuan
from forms.form import Form, Line, Strong, line, yes_no
from forms.narrative import facts_statement
from forms.papers import MissingField, Subject
from forms.pleading import addressed, attached, heading, parties, running, signed
from forms.pleading_fields import missing_claim, missing_contract, missing_court, missing_parties
from forms.sides import Sides, sides_of

NO_OTHER_DISPUTE = "申请人与被申请人之间没有其他债务纠纷，申请人对被申请人没有对待给付义务。"
NO_PRESERVATION = "申请人未就本申请所涉债权向人民法院申请诉前保全。"
IDENTITY = "主体资格"  # what a group of papers proves that are no papers of the debt
ON_HONOUR = "以上声明真实，申请人愿意承担相应的法律责任。"


def payment_order_application(subject: Subject) -> Form:
    """The application; see `missing_fields` for what must be there before it is made."""
    case, check = subject.case, subject.check
    claim, sides = claim_of(case, check), sides_of(case, "payment_order")
    return Form(
        id="payment_order_application",
        title=sides.roles.pleading,
        parts=(
            parties(case, sides),
            heading(sides.roles.request),
            running(_requests(claim, sides)),
            heading("事实与理由"),
            running(facts_statement(case, claim, check, sides)),
            heading("债权文书"),
            running([_papers(subject)]),
            heading("申请人声明"),
            running([f"1.{NO_OTHER_DISPUTE}", f"2.{NO_PRESERVATION}", f"3.{ON_HONOUR}"]),
            addressed(_court(subject, sides)),
            signed(f"{sides.roles.signer}（签名、盖章）", str(case["creditor"]["name"]), subject.day),
            attached([f"本申请书副本{len(sides.debtors)}份", "债权文书及证据目录1套", "送达地址确认书1份"]),
        ),
    )


def missing_fields(subject: Subject) -> list[MissingField]:
    """What the application lacks. Damages the debt paper does not provide for stop it; an unknown court is worded around by the debtor's domicile."""
    case, sides = subject.case, sides_of(subject.case, "payment_order")
    found = [*missing_parties(case, sides), *missing_contract(case), *missing_claim(case, subject.check), *missing_court(case, blocking=False)]
    contract, claim = case.get("contract") or {}, claim_of(case, subject.check) if case.get("as_of") else None
    if claim is not None and claim.damages and not (claim.agreed or (claim.loan and contract.get("interest_clause"))):
        zh, en = "债权文书中的利息（违约金）约定：支付令只能请求有约定的利息（违约金）", "a clause on damages in the debt paper"
        found.append(MissingField("interest_clause", zh, en, "contract.late_payment_clause"))
    return found


def _requests(claim: Claim, sides: Sides) -> list[str | Line]:
    sums = [
        (sides.dispute.price, claim.principal),
        ("借款期内利息", claim.interest),
        (f"{claim.kind}（计算至{day(claim.cut_off)}）", claim.damages),
        ("合同约定的实现债权的费用", claim.costs),
    ]
    asked = [(name, value) for name, value in sums if value]
    rows = [line(f"（{number}）{name}", Strong(yuan(value)), f"（大写：人民币{in_words(value)}）；") for number, (name, value) in enumerate(asked, 1)]
    lead = f"1.请求向{sides.debtor}发出支付令，督促{sides.owing}向申请人给付下列款项，合计"
    return [
        line(lead, Strong(yuan(claim.total)), f"（大写：人民币{in_words(claim.total)}）："),
        *rows,
        yes_no(True, lead="2.本案申请费由被申请人负担："),
    ]


def _papers(subject: Subject) -> str:
    names = [str(row["name"]) for group in subject.groups if IDENTITY not in str(group.get("purpose")) for row in group["rows"]]
    if not names:
        return f"{contract_name(subject.case)}及债务人确认欠款的书面凭证，详见《证据目录》。"
    shown = listed(names[:12])
    return f"{shown}{f'等{len(names)}份' if len(names) > 12 else ''}，详见《证据目录》。"


def _court(subject: Subject, sides: Sides) -> str:
    """The court chosen, else the one the law names in general words."""
    if subject.case.get("court"):
        return str(subject.case["court"])
    return f"被申请人住所地（{sides.debtors[0]['address']}）基层人民法院"
