"""催款函 (demand letter) to the debtor, or to a guarantor with joint liability inside the guarantee period.

Sources: 《民法典》第195条第1项 and 《诉讼时效规定》第8条 (a demand that reaches the debtor interrupts limitation); for the guarantor 《民法典》第688条,
第691条至第694条. Firm and polite: what is owed, on what ground, until when, to which account, and what lawful step follows. A person chooses
`recipient` ("debtor", "debtor:<id or name>", "guarantor:<id or name>"), `pay_by` (ISO day after the letter's) and `contact`.
"""

from __future__ import annotations

from datetime import date

from forms.claim import Case, claim_of, clause, clause_number, clause_words, debtors
from forms.contract_words import contract_name
from forms.demand_sums import Demand, demand_of
from forms.figures import day, in_words, yuan
from forms.form import Field, Form, Line, Paragraphs, Section, Strong, choices, line
from forms.guarantor_call import Call, call_of, guarantor_named, missing_call
from forms.instrument import instrument_name, instrument_of
from forms.legal_basis import law_articles
from forms.papers import MissingField, Subject
from forms.parties import Party
from forms.pleading import signed
from forms.receiving_account import account_of, contact_words, missing_account
from forms.sides import sides_of

SIZE = 12.0
BLANK = (line("　"),) * 4  # room for a seal


def demand_letter(subject: Subject) -> Form:
    """The letter with its reply slip. Raises KeyError and ValueError for what `missing_fields` asks for."""
    case, call = subject.case, call_of(subject)
    demand = demand_of(case, subject.check, call.numbers if call else None)
    creditor = str(case["creditor"]["name"])
    to = call.guarantor if call else _debtor(subject)
    addressed = (line(Strong(f"致：{to['name']}")), *(line(f"地址：{address}") for address in _addresses(case, to, call)))
    account = "、".join(f"{label}：{value}" for label, value in zip(("户名", "开户银行", "账号"), account_of(case), strict=True))
    return Form(
        id="demand_letter",
        title="催款函",
        subtitle="（致保证人）" if call else "",
        byline=(f"寄送方式：EMS　内件：催款函{_contract_no(case)}", ""),
        parts=(
            Paragraphs(addressed, flush=True, size=SIZE),
            _running(_opening(subject, demand, call)),
            demand.table,
            _running((
                line("上述款项合计", Strong(yuan(demand.total)), f"（大写：人民币{in_words(demand.total)}），其中{demand.words()}。{_onward(subject, demand)}"),
                line(_basis(subject, call)),
                line("请贵方于", Strong(f"{day(_pay_by(subject))}前"), f"（含当日）将上述款项一次性付至下列账户：{account}。"),
                line(_consequence(case, call)),
                line(f"贵方对上述金额有异议的，请于{day(_pay_by(subject))}前书面提出并附依据；愿意协商还款安排的，请及时与我方联系。联系人：{_contact(subject)}。"),
            )),
            signed("发函人（盖章）", creditor, subject.day),
            _reply(subject, demand, call),
        ),
    )  # fmt: skip


def missing_fields(subject: Subject) -> list[MissingField]:
    """What the letter cannot do without; answers.* are chosen by the person who writes it."""
    case, choice = subject.case, str(subject.options.get("recipient") or "debtor")
    if choice.startswith("guarantor") and not guarantor_named(case, choice):
        return [MissingField("recipient", "收件的保证人", "guarantor to write to", "security")]
    found = missing_call(subject) if choice.startswith("guarantor") else _missing_debtor(subject)
    if not (case.get("creditor") or {}).get("name"):
        found.append(MissingField("creditor.name", "债权人名称", "name of the creditor", "creditor.name"))
    found += _missing_day(subject) + missing_account(subject)
    if not subject.options.get("contact") and not _phone(case):
        found.append(MissingField("contact", "联系人及电话", "person to answer to, with telephone", "answers.contact"))
    if not found and demand_of(case, subject.check, call.numbers if (call := call_of(subject)) else None).total <= 0:
        found.append(MissingField("total", "已到期的欠款（为零）", "overdue sum (it is zero)", "claim.principal"))
    return found


def _missing_debtor(subject: Subject) -> list[MissingField]:
    debtor = _debtor(subject)
    found = [] if debtor.get("name") else [MissingField("debtor.name", "债务人名称", "name of the debtor", "debtor.name")]
    if not _addresses(subject.case, debtor, None):
        found.append(MissingField("debtor.address", "债务人地址", "address of the debtor", "debtor.address"))
    return found


def _missing_day(subject: Subject) -> list[MissingField]:
    """A definite day, later than the letter."""
    try:
        fits = _pay_by(subject) > subject.day
    except (KeyError, ValueError, TypeError):
        return [MissingField("pay_by", "付款期限（具体日期）", "day by which to pay", "answers.pay_by")]
    zh, en = f"付款期限（须晚于发函日{day(subject.day)}）", f"day by which to pay, after {subject.day}"
    return [] if fits else [MissingField("pay_by", zh, en, "answers.pay_by")]


def _pay_by(subject: Subject) -> date:
    chosen = subject.options["pay_by"]
    return chosen if isinstance(chosen, date) else date.fromisoformat(chosen)


def _phone(case: Case) -> str:
    agents = case.get("agents") or [{}]
    return str(agents[0].get("phone") or (case.get("creditor") or {}).get("phone") or "")


def _contact(subject: Subject) -> str:
    return str(subject.options.get("contact") or contact_words(subject.case))


def _debtor(subject: Subject) -> Party:
    every = debtors(subject.case) or [{}]
    wanted = str(subject.options.get("recipient") or "debtor").partition(":")[2]
    return next((party for party in every if wanted and wanted in (party.get("id"), party.get("name"))), every[0])


def _addresses(case: Case, to: Party, call: Call | None) -> list[str]:
    """The notice address of the contract first, then the seat and the registered address where they differ (packets.yaml, demand_letter.rules)."""
    notice = None if call else (case.get("contract") or {}).get("notice_address")
    return list(dict.fromkeys(str(address) for address in (notice, to.get("address"), to.get("registered_address")) if address))


def _contract_no(case: Case) -> str:
    number = (case.get("contract") or {}).get("no")
    return f"（合同编号：{number}）" if number else ""


def _running(lines: tuple[Line, ...]) -> Paragraphs:
    return Paragraphs(lines, size=SIZE)


def _opening(subject: Subject, demand: Demand, call: Call | None) -> tuple[Line, ...]:
    case, cut_off = subject.case, day(demand.cut_off)
    if call:
        return (line(call.opening(case)), line(f"截至{cut_off}，债务人下列款项已到期未付："))
    said = instrument_of(case)
    if subject.check.get("instrument"):
        return (line(f"{instrument_name(case)}已于{day(said.get('effective_on'))}发生法律效力。截至{cut_off}，贵方尚未履行的款项如下："),)
    contract = case.get("contract") or {}
    signed_on = f"{day(contract['signed_on'])}，" if contract.get("signed_on") else ""
    dispute = sides_of(case, subject.kind).dispute
    return (line(
        f"{signed_on}贵方与我方签订{contract_name(case)}。我方已依约{dispute.done}，贵方未按约定期限足额{dispute.verb}{dispute.price}。截至{cut_off}，欠款明细如下："
    ),)  # fmt: skip


def _onward(subject: Subject, demand: Demand) -> str:
    later = f"另有尚未到期的款项{demand.later:,.2f}元，请按约定期限支付。" if demand.later else ""
    if subject.check.get("instrument"):
        return f"利息和加倍部分债务利息自{day(demand.cut_off)}的次日起另计至实际清偿之日。{later}"
    claim = claim_of(subject.case, subject.check)
    if not claim.running:
        return later
    return f"自{day(claim.runs_from)}起，{claim.kind}另计至实际清偿之日。{later}"


def _basis(subject: Subject, call: Call | None) -> str:
    """The clause and the law."""
    case, check = subject.case, subject.check
    if call:
        return call.basis()
    if check.get("instrument"):
        return "依照《中华人民共和国民事诉讼法》第二百四十七条、第二百六十四条的规定，贵方应当履行生效法律文书确定的义务，并加倍支付迟延履行期间的债务利息。"
    claim = claim_of(case, check)
    number = clause_number(case)
    late, what = ("还款", "逾期利息") if claim.loan else ("付款", "违约金")
    agreed = f"{contract_name(case)}{number}约定，逾期{late}的，{clause_words(case)}支付{what}。" if clause(case) else ""
    return f"{agreed}依照{law_articles(case, claim, check, sides_of(case, subject.kind))}等规定，贵方应当支付上述款项。"


def _consequence(case: Case, call: Call | None) -> str:
    """The lawful step that follows, and what will be claimed by it: no threat, no insult."""
    if instrument_of(case).get("effective_on"):
        step, costs = "向有管辖权的人民法院申请强制执行", "执行费用"
    else:
        clause_type = ((case.get("contract") or {}).get("dispute_clause") or {}).get("type")
        step = "依照合同的仲裁条款申请仲裁" if clause_type == "arbitration" and not call else "向有管辖权的人民法院提起诉讼"
        costs = "仲裁费用" if clause_type == "arbitration" and not call else "诉讼费用"
    fees = "、律师费等实现债权的费用" if (case.get("contract") or {}).get("cost_clause") else ""
    return f"贵方逾期未付的，我方将依法{step}，主张全部欠款、计算至实际清偿之日的逾期付款责任以及{costs}{fees}。望贵方重视，及时履行。"


def _reply(subject: Subject, demand: Demand, call: Call | None) -> Section:
    """回执: the other side confirms, seals and sends it back; its answers are left to it."""
    creditor = subject.case["creditor"]
    back = f"请填写并盖章后寄回：{creditor['name']}" + (f"（{creditor['address']}）" if creditor.get("address") else "")
    owed = f"确认截至{day(demand.cut_off)}欠款合计{yuan(demand.total)}，金额无误"
    agreed = ("同意承担连带保证责任", "对保证责任有异议") if call else (owed, "金额不符")
    return Section("回　执", (
        Field("寄回", (line(f"{back}，联系人：{_contact(subject)}"),)),
        Field("收函确认", (
            line(f"我方已收到贵方{day(subject.day)}发出的《催款函》，欠款合计{yuan(demand.total)}（大写：人民币{in_words(demand.total)}）。"),
            choices("", (agreed[0], False)), choices("", (agreed[1], False), after="（请说明理由并附依据）"),
        )),
        Field("还款安排或者异议理由", BLANK[:3]),
        Field("保证人（盖章、签字）" if call else "债务人（盖章、签字）", BLANK),
        Field("经办人、职务、电话", (line("　"),)),
        Field("日期", (line("　"),)),
    ), whole=True)  # fmt: skip


