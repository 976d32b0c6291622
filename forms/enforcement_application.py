"""强制执行申请书 (application for enforcement): every item of the request apart, to the day of the application and onward.

Sources: 《民事诉讼法》第235条 (court), 第247条至第249条 (judgment, award, notarised instrument), 第250条 (two years; 第246条 of the 2021 text,
which the Interpretation of 2022 still cites), 第264条 (doubled interest); 《执行工作规定》第18条至第20条 (papers); 法释〔2014〕8号 (order of set-off);
《诉讼费用交纳办法》第20条、第38条 (the enforcement fee is not prepaid and is borne by the debtor). Labels of the fields as in packets.yaml.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from forms.asset_clues import NONE_KNOWN, clue_words, clues_of, missing_clues
from forms.claim import Case, amount, day_of, debtors
from forms.enforcement_facts import facts, received_table
from forms.figures import daily_rate, day, yuan
from forms.form import Field, Form, Line, Paragraphs, Section, Signature, Strong, Table, choices, line, money
from forms.instrument import (
    DOUBLED_RATE,
    instrument_name,
    instrument_of,
    instrument_type,
    is_award,
    item_words,
    missing_instrument,
    performance_last_day,
    rate_words,
)  # fmt: skip
from forms.papers import MissingField, Subject
from forms.parties import agent_lines, is_person, party_label, party_lines, service_lines
from forms.pleading_fields import unsaid_of
from forms.roles import roles

PRINCIPAL = frozenset({"principal"})  # kinds of items an instrument orders, by the request they stand in
INTEREST = frozenset({"liquidated_damages", "general_interest"})
COSTS = frozenset({"court_fee", "recovery_costs"})
COURT_INSTRUMENTS = frozenset({"judgment", "mediation_paper", "payment_order"})  # enforced by the court that made them, or one where assets are


def enforcement_application(subject: Subject) -> Form:
    """The application, in the order of packets.yaml (packets.enforcement.fields). Raises KeyError and ValueError for what `missing_fields` asks for."""
    case, check, words = subject.case, subject.check, roles("enforcement")
    creditor = case["creditor"]
    agents = case.get("agents") or []
    parties = Section("当事人信息", (
        Field(party_label(words.own, creditor), party_lines(creditor, own=True)),
        Field("委托代理人", agent_lines(agents)),
        Field("送达地址及收件人、电话", service_lines(creditor, agents)),
        *(Field(party_label(words.other, party), party_lines(party, own=False)) for party in debtors(case)),
    ))  # fmt: skip
    return Form(
        id="application",
        title=words.pleading,
        parts=(
            parties,
            _instrument(case, check),
            Section("请求事项", _request(case, check["request"])),
            Section("已履行情况", (Field("已履行情况", _received(subject)),)),
            Section("事实与理由", (Field("事实与理由", tuple(line(f"　　{text}") for text in facts(subject))),)),
            Section("财产线索", (Field("被执行人财产状况或者线索", _clues(case)),)),
            Paragraphs((line("　　此致"), line(Strong(court_of(case)))), flush=True),
            Paragraphs((line("附：", *_attached(subject)),), flush=True, size=10.5),
            Signature(f"{words.signer}（签名、盖章）", str(creditor["name"]), day(subject.day)),
        ),
    )  # fmt: skip


def court_of(case: Case) -> str:
    """The court the application goes to: the chosen one, else the one that made the instrument where the law sends it there; empty where none is known."""
    chosen = str(case.get("court") or "")
    if "法院" in chosen:
        return chosen
    said = instrument_of(case)
    return str(said.get("court") or "") if str(said.get("type") or "judgment") in COURT_INSTRUMENTS else ""


def missing_fields(subject: Subject) -> list[MissingField]:
    """The required fields that are empty; `where` is the place in the case-file format."""
    case = subject.case
    found = [*_missing_of_creditor(case), *missing_instrument(case, subject.check, subject.day)]
    for number, party in enumerate(debtors(case)):
        if not party.get("address"):
            where = "debtor.address" if not number else f"debtors.{number - 1}.address"
            found.append(MissingField("debtor.address", f"被执行人{party['name']}的住所地", f"address of {party['name']}", where, blocking=False))
    if not court_of(case):
        found.append(MissingField("court", "执行法院", "court of enforcement", "court"))
    return [*found, *missing_clues(subject), *unsaid_of(case.get("creditor") or {}, roles("enforcement").own, "applicant")]


def _missing_of_creditor(case: Case) -> list[MissingField]:
    creditor = case.get("creditor") or {}
    wanted = [("name", "名称", "name"), ("address", "住所地", "address")]
    if not is_person(creditor):
        wanted += [("legal_representative", "法定代表人", "legal representative"), ("uscc", "统一社会信用代码", "unified social credit code")]
    lacking = [entry for entry in wanted if not creditor.get(entry[0])]
    return [MissingField(f"creditor.{key}", f"申请执行人的{zh}", f"{en} of the applicant", f"creditor.{key}") for key, zh, en in lacking]


def _instrument(case: Case, check: Mapping[str, Any]) -> Section:
    said = instrument_of(case)
    last = performance_last_day(case, check)
    return Section("执行依据", (
        Field("作出机构", (line(str(said["court"])),)),
        Field("案号及文书名称", (line(f"{said['case_no']}　{instrument_type(case)}"),)),
        Field("生效日期", (line(day(said.get("effective_on"))),)),
        *((Field("履行期限", (line(f"至{day(last)}届满"),)),) if last else ()),
        Field("确定的给付内容", tuple(line(f"{number}. {item_words(item)}") for number, item in enumerate(said.get("items") or (), 1))),
    ))  # fmt: skip


def _request(case: Case, asked: Mapping[str, Any]) -> tuple[Field, ...]:
    """The items apart, each with its own sum; what is paid off is said to be so."""
    onward = day(day_of(asked["as_at"]) + timedelta(1))
    return (
        Field("1. 本金", (_sum(case, asked["principal"], "强制被执行人给付本金", PRINCIPAL),)),
        Field("2. 生效法律文书确定的利息、违约金", _interest(case, asked, onward)),
        Field("3. 案件受理费、保全费等（已由申请执行人预交、由被执行人负担的部分）", (_sum(case, asked["costs"], "强制被执行人给付", COSTS),)),
        Field("4. 加倍支付迟延履行期间的债务利息", _doubled(asked["doubled_part"], onward)),
        Field("5. 执行费", (choices("由被执行人负担：", ("是", True), ("否", False)),)),
        Field("合计", (money(amount(asked["total"]), words=True), line(f"以上第1项至第4项暂计至{day(asked['as_at'])}，此后的利息另计至实际清偿之日。"))),
    )  # fmt: skip


def _sum(case: Case, value: Any, lead: str, kinds: frozenset[str]) -> Line:
    return money(amount(value), words=True, lead=lead) if amount(value) else _nothing(case, kinds)


def _nothing(case: Case, kinds: frozenset[str]) -> Line:
    """Why an item asks for nothing: the instrument orders none of these kinds, or what it ordered is paid."""
    ordered = any(str(item.get("kind")) in kinds for item in instrument_of(case).get("items") or ())
    return line("无（生效法律文书确定的该项款项已清偿）" if ordered else "无（生效法律文书未确定该项款项）")


def _interest(case: Case, asked: Mapping[str, Any], onward: str) -> tuple[Line, ...]:
    other, interest = amount(asked["other_judgment_money"]), asked["general_interest"]
    lines: list[Line] = []
    if other:
        lines.append(money(other, words=True, lead="违约金等定额款项："))
    if amount(interest["amount"]):
        lines.append(money(amount(interest["amount"]), words=True, lead=f"利息（计算至{day(interest['to'])}）："))
    if interest.get("onward_from"):
        rates = "、".join(rate_words(rate) for rate in interest["onward_rates"])
        lines.append(line(f"自{onward}起，以{yuan(amount(interest['onward_base']))}为基数，按{rates}另行计算至实际清偿之日止。"))
    return tuple(lines) or (_nothing(case, INTEREST),)


def _doubled(part: Mapping[str, Any], onward: str) -> tuple[Line, ...]:
    rate = daily_rate(DOUBLED_RATE)
    lines = [line(f"起算日：{day(part['from'])}　计算标准：{rate}（《民事诉讼法》第二百六十四条、法释〔2014〕8号第一条、第二条）")]
    lines.append(money(amount(part["amount"]), words=True, lead=f"计算至{day(part['to'])}："))
    if amount(part["base"]):
        lines.append(line(f"自{onward}起，以{yuan(amount(part['base']))}为基数，按{rate}另行计算至实际清偿之日止。"))
    return tuple(lines)


def _received(subject: Subject) -> tuple[Line | Table, ...]:
    table = received_table(subject.case, subject.check)
    if table is None:
        return (line("被执行人至今未履行生效法律文书确定的给付义务。"),)
    total = amount(subject.check["request"]["already_performed"])
    return (line(f"已履行合计{yuan(total)}，已按法定顺序抵充，请求事项各项均为抵充后的余额："), table, line("逐笔抵充和利息计算见《履行情况说明及计算明细》。"))


def _clues(case: Case) -> tuple[Line, ...]:
    clues = clues_of(case)
    if not clues:
        return (line(NONE_KNOWN),)
    return (*(line(f"{number}. {clue_words(each)}") for number, each in enumerate(clues, 1)), line(f"以上共{len(clues)}项，详见《财产线索清单》。"))


def _attached(subject: Subject) -> tuple[str, ...]:
    papers = [f"{instrument_name(subject.case)}副本", "生效证明"]
    papers += ["仲裁协议"] if is_award(subject.case) else []
    papers += ["债权继受证明材料"] if subject.case.get("claim_assigned") else []
    papers += ["财产线索清单", "履行情况说明及计算明细", "收款账户确认书", "送达地址确认书"]
    return (f"{'、'.join(papers)}各一份。",)
