"""What a move of a case demands of its file: one function a demand, in the words of lifecycle.md, with the figures and papers of the case.

A demand is met by the file; where the file cannot know (what the other side said, what a meeting decided), a person states it and the words are
kept with the move. A demand that does not concern this case is None.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from casefiles.law import Severity, Thresholds, Words
from casefiles.rules.amounts import money
from casefiles.rules.entities import CaseFacts, DocumentFacts
from casefiles.rules.escalation import proposal
from casefiles.rules.evidence import assess
from casefiles.rules.findings import Assessment, Waiver
from casefiles.rules.inquiry import Inquiry
from casefiles.rules.reminder_debt import schedule_of

COMPANY = "公司规则 / company rule"


@dataclass(frozen=True)
class Demand:
    """One thing a move asks for. `asks` is the statement that may stand in for a paper; `choices` closes the list of its answers; a `firm`
    demand nobody may override. `stated` is what a person stated, empty where the file itself meets it."""

    id: str
    met: bool
    said: Words
    source: str = COMPANY
    severity: Severity = Severity.BLOCKING
    asks: Words | None = None
    choices: Mapping[str, Words] = field(default_factory=dict)
    firm: bool = False
    stated: str = ""


@dataclass(frozen=True)
class Standing:
    """A case as it stands before a move: the inquiry and the company rules of the day, the waivers, final packets by kind (how they are called),
    the state it came from, and of its documents how many are kept with their hash and which are entered without a file."""

    inquiry: Inquiry
    thresholds: Thresholds
    waivers: tuple[Waiver, ...] = ()
    finals: Mapping[str, str] = field(default_factory=dict)
    previous: str | None = None
    hashed: int = 0
    without_file: tuple[str, ...] = ()
    _checks: dict[str, Assessment] = field(default_factory=dict, repr=False, compare=False)

    @property
    def case(self) -> CaseFacts:
        return self.inquiry.case

    @property
    def as_of(self) -> date:
        return self.inquiry.as_of

    def check(self, packet: str) -> Assessment:
        """The evidence check for a packet kind, made once."""
        if packet not in self._checks:
            self._checks[packet] = assess(self.case, packet, self.as_of, self.inquiry.law, self.waivers)
        return self._checks[packet]


DemandOf = Callable[[Standing], Demand | None]


def answered(demands: Sequence[Demand], statements: Mapping[str, str]) -> tuple[Demand, ...]:
    """The demands with what a person stated: a statement in words meets a demand that asks for one; of a closed list only an answer of the list."""

    def one(demand: Demand) -> Demand:
        text = statements.get(demand.id, "").strip()
        if demand.met or not text or demand.asks is None or (demand.choices and text not in demand.choices):
            return demand
        return replace(demand, met=True, stated=text)

    return tuple(map(one, demands))


def cny(amount: Decimal) -> str:
    """¥1,234.50"""
    return f"¥{money(amount)}"


def named(papers: Sequence[DocumentFacts]) -> str:
    """The ids of papers for a sentence, at most six."""
    return "、".join(paper.id for paper in papers[:6]) + ("…" if len(papers) > 6 else "")


def paper_demand(name: str, papers: Sequence[DocumentFacts], what: Words, source: str, *, asks: Words | None = None) -> Demand:
    """A demand for one of some papers: says which is in the file, or what to upload."""
    if papers:
        return Demand(name, True, Words(f"{what.zh}：{named(papers)}", f"{what.en[:1].upper()}{what.en[1:]}: {named(papers)}"), source, asks=asks)
    return Demand(name, False, Words(f"卷内没有{what.zh}，请上传", f"No {what.en} in the file: upload it"), source, asks=asks)


def stated_demand(name: str, said: Words, asks: Words, source: str, severity: Severity = Severity.BLOCKING) -> Demand:
    """What only a person knows."""
    return Demand(name, False, said, source, severity, asks)


# --- collection -> legal escalation


def ground_for_escalation(standing: Standing) -> Demand:
    """Overdue > 90 days, a promise broken twice, an amount above the threshold, limitation < 180 days, or a registry alarm (escalation.py)."""
    found, rules = proposal(standing.inquiry, standing.thresholds), standing.thresholds
    source = "公司规则；《民法典》第188条 / company rule; Civil Code art. 188"
    if found:
        return Demand("ground", True, Words("；".join(r.zh for r in found), "; ".join(r.en for r in found)), source)
    return Demand(
        "ground",
        False,
        Words(
            f"未达到升级条件：逾期超过 {rules.overdue_days} 天、承诺落空 {rules.broken_promises} 次、未付本金超过 {cny(rules.open_amount)}、"
            f"时效不足 {rules.limitation_days} 天或登记警报",
            f"No ground yet: more than {rules.overdue_days} days overdue, {rules.broken_promises} broken promises, more than {cny(rules.open_amount)} open, "
            f"less than {rules.limitation_days} days of limitation, or a registry alarm",
        ),
        source,
        Severity.WARNING,
    )


def hand_over_list(standing: Standing) -> Demand:
    """The list of documents handed over; the product prints it, so the file must hold some."""
    papers = standing.case.documents
    if papers:
        return Demand(
            "hand_over_list", True, Words(f"移交清单：{len(papers)} 份材料（{named(papers)}）", f"Hand-over list: {len(papers)} documents ({named(papers)})")
        )
    return Demand("hand_over_list", False, Words("卷内没有材料可移交", "No document to hand over"), severity=Severity.WARNING)


# --- settlement

SETTLEMENT = "《民法典》第543条、第695条 / Civil Code arts. 543, 695"


def _agreement(standing: Standing) -> DocumentFacts | None:
    """The latest repayment agreement."""
    return max(standing.case.of_type("repayment_agreement"), key=lambda d: d.dated or date.min, default=None)


def signed_agreement(standing: Standing) -> Demand:
    """A repayment agreement the debtor signed or sealed (Civil Code art. 543)."""
    signed = [d for d in standing.case.of_type("repayment_agreement") if {"debtor_seal_or_signature", "debtor_seal"} & d.flags]
    loose = standing.case.of_type("repayment_agreement")
    if loose and not signed:
        return Demand(
            "signed_agreement",
            False,
            Words(f"还款协议 {named(loose)} 未确认债务人签章", f"Repayment agreement {named(loose)}: the debtor's seal or signature is not confirmed"),
            SETTLEMENT,
        )
    return paper_demand("signed_agreement", signed, Words("债务人签章的还款协议", "repayment agreement signed by the debtor"), SETTLEMENT)


def new_due_dates(standing: Standing) -> Demand | None:
    """The agreement says when each instalment falls due."""
    paper = _agreement(standing)
    if paper is None:
        return None
    rows = schedule_of(paper)
    if rows:
        return Demand(
            "new_due_dates",
            True,
            Words(f"{len(rows)} 期，{rows[0][0]} 至 {rows[-1][0]}", f"{len(rows)} instalments, {rows[0][0]} to {rows[-1][0]}"),
            SETTLEMENT,
        )
    return Demand(
        "new_due_dates",
        False,
        Words(f"还款协议 {paper.id} 没有分期日期，请在该材料中填写", f"Repayment agreement {paper.id} has no due dates: enter its schedule"),
        SETTLEMENT,
        asks=Words("新的到期日如下", "The new due dates are"),
    )


def waiver_approved(standing: Standing) -> Demand | None:
    """A reduction in the agreement was approved and its effect reviewed (X27)."""
    paper = _agreement(standing)
    terms = paper.fields.get("waiver_terms") if paper else None
    if paper is None or not terms:
        return None
    return stated_demand(
        "waiver_approved",
        Words(f"还款协议 {paper.id} 含减免：{terms}", f"Repayment agreement {paper.id} waives something: {terms}"),
        Words("减免已批准并经审阅其效力（X27）：批准人、日期", "The waiver was approved and its effect reviewed (X27): by whom, when"),
        SETTLEMENT,
    )


def guarantor_consents(standing: Standing) -> Demand | None:
    """The guarantor's written consent where the settlement makes the debt grow (Civil Code art. 695)."""
    paper, security = _agreement(standing), standing.case.security
    if paper is None or security is None or not security.guarantors:
        return None
    owed = standing.inquiry.ledger.balance
    if paper.amount is not None and paper.amount <= owed:
        return Demand(
            "guarantor_consents",
            True,
            Words(f"约定 {cny(paper.amount)} 未超过欠款 {cny(owed)}", f"{cny(paper.amount)} agreed, not more than the {cny(owed)} owed"),
            SETTLEMENT,
        )
    names = "、".join(g.name for g in security.guarantors)
    return stated_demand(
        "guarantor_consents",
        Words(f"债务可能加重，须保证人 {names} 书面同意", f"The debt may grow: written consent of the guarantor {names}"),
        Words("保证人已书面同意（文件、日期），或债务未加重", "The guarantor consented in writing (paper, date), or the debt does not grow"),
        SETTLEMENT,
    )


def missed_instalment(standing: Standing) -> Demand:
    """An instalment is missed and the agreement makes everything due (acceleration); limitation runs anew from the agreement."""
    source = "《诉讼时效规定》第14条 / Limitation Provisions art. 14"
    asks = Words("违约期次与加速到期条款如下", "The missed instalment and the acceleration clause are")
    paper = _agreement(standing)
    late = missed(standing)
    if paper is None or late is None:
        return stated_demand("missed_instalment", Words("卷内看不出有到期未付的分期", "No missed instalment can be seen in the file"), asks, source)
    if not paper.fields.get("acceleration"):
        return stated_demand(
            "missed_instalment",
            Words(f"{late} 一期未付，但 {paper.id} 没有加速到期条款", f"The instalment of {late} is unpaid, but {paper.id} has no acceleration clause"),
            asks,
            source,
        )
    return Demand(
        "missed_instalment",
        True,
        Words(f"{late} 一期未付；{paper.id} 约定加速到期", f"The instalment of {late} is unpaid; {paper.id} makes the whole debt due"),
        source,
    )


def missed(standing: Standing) -> date | None:
    """The first day by which less had come in since the agreement than its instalments until then; None where nothing is missed or no sum is agreed."""
    paper = _agreement(standing)
    if paper is None:
        return None
    wanted = Decimal(0)
    for day, amount in schedule_of(paper):
        wanted += amount
        came = sum(
            (p.amount for p in standing.case.payments if p.day is not None and p.day <= day and (paper.dated is None or p.day >= paper.dated)), Decimal(0)
        )
        if day < standing.as_of and came < wanted:
            return day
    return None


# --- packets


def clear_packet(kind: str, source: str) -> DemandOf:
    """The packet of a kind without blocking findings, as the check of the day says."""

    def packet(standing: Standing) -> Demand:
        found, name = standing.check(kind), standing.inquiry.law.packet_names[kind]
        count = len(found.blocking)
        if not count:
            return Demand(
                f"packet_{kind}",
                True,
                Words(f"{name.zh}：没有阻断项，完整度 {found.completeness_pct}%", f"{name.en}: nothing blocks, {found.completeness_pct} % complete"),
                source,
            )
        first = found.blocking[0].title
        zh = f"{name.zh}：{count} 项阻断，例如“{first.zh}”"
        return Demand(f"packet_{kind}", False, Words(zh, f"{name.en}: {count} blocking finding{'s' if count > 1 else ''}, such as: {first.en}"), source)

    return packet


def final_packet(kind: str) -> DemandOf:
    """A frozen version of the packet (lifecycle.yaml: frozen, contents_complete); a draft is none."""

    def packet(standing: Standing) -> Demand:
        name, final = standing.inquiry.law.packet_names[kind], standing.finals.get(kind)
        if final:
            return Demand(f"final_{kind}", True, Words(f"{name.zh}定稿：{final}", f"Final version of the {name.en} packet: {final}"))
        return Demand(
            f"final_{kind}",
            False,
            Words(f"{name.zh}没有定稿（只有草稿或未生成）", f"No final version of the {name.en} packet: only drafts, or none"),
            severity=Severity.WARNING,
        )

    return packet
