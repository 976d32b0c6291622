"""What the papers of a built packet would say otherwise if they were written from the case of now, and which uploads among them are others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from casefiles.assemble.order import plan_again
from casefiles.assemble.plan import Plan, subject, uploads_of
from casefiles.models import Packet
from casefiles.rules.facts import read_case
from forms.form import Form
from forms.kinds import PAPERS

Mapped = Mapping[str, Any]
Told = tuple[str, str, str]  # the kind of change, zh, en
PARTS = {  # of a case file, in the order of its pages
    "creditor": ("债权人", "creditor"), "debtor": ("债务人", "debtor"), "debtors": ("债务人", "debtors"), "third_parties": ("第三人", "third parties"),
    "agents": ("代理人", "agents"), "contract": ("合同", "contract"), "deliveries": ("交付", "deliveries"), "invoices": ("发票", "invoices"),
    "credit_notes": ("红字发票", "credit notes"), "payments": ("付款", "payments"), "reconciliations": ("对账", "reconciliations"),
    "demands": ("催告", "demands"), "recordings": ("录音", "recordings"), "collection_log": ("催收记录", "collection log"),
    "claim": ("主张", "claim"), "claim_entered_by_user": ("主张金额", "sum claimed"), "security": ("担保", "security"), "court": ("管辖法院", "court"),
    "running_account": ("连续滚动账", "running account"), "quality_dispute": ("质量异议", "quality dispute"), "declarations": ("声明", "declarations"),
    "payment_order_conditions": ("支付令条件", "conditions of a payment order"), "preservation": ("财产保全", "preservation"),
    "asset_clues": ("财产线索", "asset clues"), "proceedings": ("其他程序", "other proceedings"), "judgment": ("生效法律文书", "instrument"),
    "enforcement": ("执行", "enforcement"), "insolvency": ("破产程序", "insolvency"), "write_off": ("核销", "write-off"),
    "originals": ("原件", "originals"), "documents": ("材料", "documents"), "identity_documents": ("主体资格材料", "identity documents"),
    "insolvency_documents": ("破产材料", "insolvency documents"), "planned_filing_date": ("拟提交日期", "planned day of filing"),
}  # fmt: skip
BY_ROWS = frozenset({"evidence_catalogue"})  # what differs in it is told exhibit by exhibit


def papers(packet: Packet, now: Plan, mapping: Mapped) -> Iterator[Told]:
    """The papers that came, went, or would read otherwise; of `mapping`, the case of now, the parts that changed are named."""
    made_of = packet.made_of
    if not made_of or (made_of["case"] == mapping and made_of["arrangement"] == now.arrangement):
        return
    if lacking := [field for field in now.missing if field.blocking]:
        yield "item", f"文书现缺少：{'、'.join(field.zh for field in lacking)}", f"the papers lack now: {', '.join(field.en for field in lacking)}"
        return
    before, after = _written(plan_again(packet, made_of), made_of["case"], packet), _written(now, mapping, packet)
    titles = {paper["id"]: paper["zh"] for paper in (packet.plan or {}).get("papers", ())} | {paper.id: paper.zh for paper in now.papers}
    for paper in sorted(before.keys() ^ after.keys()):
        zh, en = ("新增文书", "a paper is new") if paper in after else ("文书已不在其中", "a paper is no longer in it")
        yield "item", f"{zh}：{titles[paper]}", f"{en}: {titles[paper]}"
    changed = [words for key, words in PARTS.items() if mapping.get(key) != made_of["case"].get(key)]
    for paper in [paper for paper in after if paper in before and before[paper] != after[paper] and paper not in BY_ROWS]:
        zh, en = (f"（{'、'.join(zh for zh, _ in changed)}）", f" ({', '.join(en for _, en in changed)})") if changed else ("", "")
        yield "worded", f"文书“{titles[paper]}”的内容将有不同{zh}", f"the paper “{titles[paper]}” would read otherwise{en}"


def _written(plan: Plan, mapping: Mapped, packet: Packet) -> dict[str, Form]:
    of = subject(mapping, plan, packet.as_of)
    return {paper.id: PAPERS[packet.kind][paper.id].make(of) for paper in plan.papers}


def uploads(before: Sequence[Mapped], now: Plan, mapping: Mapped) -> Iterator[Told]:
    """The uploads that stand before the evidence (business licence, law firm's letter) and came, went or have another file."""
    facts, files = read_case(mapping), mapping.get("files", {})
    old = {row["document"]: row["sha256"] for row in before}
    new = {ref: files.get(ref, {}).get("sha256") for item in now.items for ref in uploads_of(item, now, facts)}
    for ref in sorted(old.keys() | new.keys()):
        if ref not in new:
            yield "removed", f"证据前的材料 {ref} 已不在其中", f"{ref}, which stood before the evidence, is no longer in it"
        elif ref not in old:
            yield "added", f"证据前新增材料 {ref}", f"{ref}, which stands before the evidence, is new"
        elif old[ref] != new[ref]:
            yield "replaced", f"证据前的材料 {ref} 的文件已更换", f"the file of {ref}, which stands before the evidence, was replaced"
