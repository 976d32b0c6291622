"""财产保全申请书 (application for preservation of property), before a suit, in a suit or before enforcement.

Sources: 《民事诉讼法》第103条至第108条; 《财产保全规定》第1条 (what the application states), 第5条至第9条 (security), 第10条 (assets or clues);
《民诉法解释》第163条, 第485条 (periods of preservation); 《诉讼费用交纳办法》第38条 (the applicant bears the fee and may claim it in the suit).
"""

from __future__ import annotations

from forms.asset_clues import clue_words, clues_of, missing_clues
from forms.causes import cause_of
from forms.claim import Case, Claim, amount, claim_of, day_of
from forms.figures import day, listed, yuan
from forms.form import Field, Form, Line, Paragraphs, Section, Signature, Strong, line, money, text_lines
from forms.instrument import instrument_name, instrument_of, performance_last_day
from forms.narrative import facts_statement
from forms.papers import MissingField, Subject
from forms.parties import UNKNOWN_OTHER, Party, agent_lines, is_person, party_label, party_lines, said, service_lines
from forms.pleading_fields import unsaid_of
from forms.preservation_stage import ARTICLES, amount_of, exempt_reason, guarantee_words, guarantees_of, in_dispute, missing_security, pending, stage_of
from forms.sides import Sides, sides_of

RISK = "至今未清偿债务，如不及时采取保全措施，可能因其转移、隐匿、处分财产或者其他原因，使生效法律文书难以执行"


def preservation_application(subject: Subject) -> Form:
    """The application, in the order of packets.yaml (packets.preservation.fields). Raises KeyError and ValueError for what `missing_fields` asks for."""
    case = subject.case
    sides, creditor, agents = sides_of(case, "preservation"), case["creditor"], case.get("agents") or []
    return Form(
        id="application",
        title=sides.roles.pleading,
        parts=(
            Section("当事人信息", (
                Field(party_label(sides.own, creditor), party_lines(creditor, own=True)),
                Field("委托代理人", agent_lines(agents)),
                Field("申请人送达地址、联系方式", service_lines(creditor, agents)),
                *(field for number, party in enumerate(sides.opponents, 1) for field in _opponent(sides.label(number), party)),
            )),
            Section("请求事项", (
                Field("请求事项", _request(subject, sides)),
                Field("请求保全数额", (money(amount_of(subject), words=True),)),
            )),
            Section("事实与理由", (Field("事实与理由", tuple(line(f"　　{text}") for text in _facts(subject, sides))),)),
            Section("被保全财产信息", (Field("财产信息或者具体线索", _clues(subject)),)),
            Section("担保", (Field("担保财产信息或资信证明，或不需要提供担保的理由", _security(subject)),)),
            Section("其他", (Field("其他需要载明的事项", _further(subject)),)),
            Paragraphs((line("　　此致"), line(Strong(court_of(case)))), flush=True),
            Signature(f"{sides.roles.signer}（签名、盖章）", str(creditor["name"]), day(subject.day)),
        ),
    )  # fmt: skip


def court_of(case: Case) -> str:
    """The court that is asked: the one of the block `preservation`, else of the pending suit, else the case's own; empty where none is a court."""
    named = ((case.get("preservation") or {}).get("court"), pending(case).get("court"), case.get("court"))
    return next((str(court) for court in named if court and "法院" in str(court)), "")


def missing_fields(subject: Subject) -> list[MissingField]:
    """The required fields that are empty; `where` is the place in the case-file format, or answers.<key> for a person's statement."""
    case = subject.case
    found = _missing_of_parties(case)
    if not court_of(case):
        found.append(MissingField("court", "受理保全申请的人民法院", "court of the preservation", "preservation.court"))
    wanted, disputed = amount_of(subject), in_dispute(subject)
    if wanted <= 0:
        found.append(MissingField("preservation.amount", "请求保全数额", "amount to be preserved", "preservation.amount"))
    elif wanted > disputed:
        zh = f"请求保全数额（{wanted:,.2f}元，超过争议金额{disputed:,.2f}元）"
        en = f"amount to be preserved ({wanted:,.2f}, above the amount in dispute {disputed:,.2f})"
        found.append(MissingField("preservation.amount", zh, en, "preservation.amount"))
    return [*found, *missing_clues(subject), *missing_security(subject), *unsaid_of(case.get("creditor") or {}, "申请人", "applicant")]


def _missing_of_parties(case: Case) -> list[MissingField]:
    creditor = case.get("creditor") or {}
    wanted = [("name", "名称", "name"), ("address", "住所地", "address")]
    if not is_person(creditor):
        wanted += [("legal_representative", "法定代表人", "legal representative"), ("uscc", "统一社会信用代码", "unified social credit code")]
    found = [MissingField(f"creditor.{key}", f"申请人的{zh}", f"{en} of the applicant", f"creditor.{key}") for key, zh, en in wanted if not creditor.get(key)]
    debtor = case.get("debtor") or {}
    return found + [
        MissingField(f"debtor.{key}", f"被申请人的{zh}", f"{en} of the respondent", f"debtor.{key}")
        for key, zh, en in (("name", "名称", "name"), ("address", "住所地", "address"))
        if not debtor.get(key)
    ]


def _opponent(label: str, party: Party) -> tuple[Field, Field]:
    address = f"送达地址：{party.get('service_address') or said(party, 'address', UNKNOWN_OTHER)}"
    contact = line(address), line(f"收件人：{party.get('legal_representative') or party['name']}　联系电话：{said(party, 'phone', UNKNOWN_OTHER)}")
    return Field(party_label(label, party), party_lines(party, own=False)), Field(f"{label}送达地址、联系方式", contact)


def _request(subject: Subject, sides: Sides) -> tuple[Line, ...]:
    names = listed([str(party["name"]) for party in sides.opponents])
    return (line(f"请求依法查封、扣押、冻结{sides.roles.other}{names}名下价值{amount_of(subject):,.2f}元的财产（财产信息见下）。"),)


def _facts(subject: Subject, sides: Sides) -> tuple[str, ...]:
    """What happened, then why property must be preserved now."""
    case, stage = subject.case, stage_of(subject)
    if stage == "before_enforcement":
        since = day(instrument_of(case).get("effective_on"))
        told = [f"{instrument_name(case)}已于{since}发生法律效力，{sides.debtor}尚未履行完毕该文书确定的给付义务，尚欠{in_dispute(subject):,.2f}元。"]
    else:
        claim = claim_of(case, subject.check)
        told = [*facts_statement(case, claim, subject.check, sides)[:-1], _owed(claim, sides)]
    extra = str(subject.options.get("preservation_reason") or "").strip()
    urgent = f"情况紧急，不立即申请保全将会使{sides.own}的合法权益受到难以弥补的损害，具体情况见《情况紧急说明》。" if stage == "pre_suit" else ""
    told += list(extra.splitlines()) if extra else []
    told.append(f"{sides.debtor}{RISK}。{urgent}依照{ARTICLES[stage]}的规定，{sides.roles.asks}。")
    return tuple(text for text in told if text.strip())


def _owed(claim: Claim, sides: Sides) -> str:
    """What the amount to be preserved is made of."""
    parts = [(sides.dispute.price, claim.principal), ("借款期内利息", claim.interest), (claim.kind, claim.damages), ("实现债权的费用", claim.costs)]
    named = "、".join(f"{name}{value:,.2f}元" for name, value in parts if value)
    return f"截至{day(claim.cut_off)}，{sides.owing}应向{sides.own}支付{named}，合计{claim.total:,.2f}元。"


def _clues(subject: Subject) -> tuple[Line, ...]:
    clues = clues_of(subject.case)
    apart = "，详见《财产线索清单》" if subject.kind == "preservation" else ""
    return (*(line(f"{number}. {clue_words(each)}") for number, each in enumerate(clues, 1)), line(f"以上共{len(clues)}项{apart}。"))


def _security(subject: Subject) -> tuple[Line, ...]:
    if (subject.case.get("preservation") or {}).get("security_exempt"):
        return (line("申请人请求不提供担保，理由："), *text_lines(f"{exempt_reason(subject).rstrip('。')}。"))
    given = guarantees_of(subject.case)
    rule = {
        "in_suit": "诉讼保全担保数额不超过请求保全数额的百分之三十（《财产保全规定》第五条）。",
        "pre_suit": "诉前保全提供相当于请求保全数额的担保（《财产保全规定》第五条）；情况特殊的，请人民法院酌情处理。",
        "before_enforcement": "法律文书生效后、进入执行程序前申请保全，人民法院可以不要求提供担保（《财产保全规定》第九条）；申请人自愿提供上述担保。",
    }[stage_of(subject)]
    return (line("申请人提供下列担保，材料随本申请提交："), *(line(f"{number}. {guarantee_words(each)}") for number, each in enumerate(given, 1)), line(rule))


def _further(subject: Subject) -> tuple[Line, ...]:
    case, stage = subject.case, stage_of(subject)
    suit, cause = pending(case), cause_of(case, subject.cause)
    where = f"{suit.get('court') or court_of(case)}{suit['case_no']}" if suit.get("case_no") else f"{suit.get('court') or ''}已受理"
    in_suit = (
        f"双方之间的{cause}一案（{where}），已于{day(suit['filed_on'])}提起，尚未审结"
        if suit
        else f"本申请与{cause}一案的起诉（仲裁申请）材料一并提交"
    )
    told = {
        "in_suit": f"案件情况：{in_suit}。",
        "pre_suit": f"案件情况：{cause}尚未起诉；申请人将在人民法院采取保全措施后三十日内依法提起诉讼或者申请仲裁。",
        "before_enforcement": f"案件情况：{cause}一案的法律文书已经生效，尚未申请执行；{_next_step(subject)}。",
    }[stage]
    fee = (subject.check.get("fees") or {}).get("preservation_fee_on_amount_in_dispute")
    lines = [line(told), line("保全期限：银行存款一年，动产二年，不动产和其他财产权三年；申请人将在期限届满七日前申请续行保全。")]
    if fee and amount_of(subject) == in_dispute(subject):
        lines.append(line(f"保全申请费：{yuan(amount(fee))}，由申请人预交{'，并将列入诉讼请求' if stage != 'before_enforcement' else ''}。"))
    return tuple(lines)


def _next_step(subject: Subject) -> str:
    """What keeps the measure: an application for enforcement within five days of the end of the period of performance (《民诉法解释》第163条)."""
    last = performance_last_day(subject.case, subject.check)
    if last and day_of(last) < subject.day:
        return "履行期间已经届满，申请人将随即申请执行"
    return "申请人将在法律文书指定的履行期间届满后五日内申请执行"
