"""内部封面 (internal cover sheet): what is still wrong with a packet. For the firm's own eyes; it is never part of a filing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from forms.claim import Case, claim_of, debtors, guarantors
from forms.claim import amount as money_of
from forms.figures import day, listed, yuan
from forms.form import Column, Field, Form, Line, Notice, Row, Section, Strong, Table, line, yes_no
from forms.roles import roles

ON_A_LEDGER = frozenset({"lawsuit", "arbitration", "payment_order", "preservation"})  # principal and damages are claimed there, not decided or declared
OTHER_SETS = {"insolvency_claim": "（管理人通常要求二套、自存一套）", "write_off_archive": "（存档一套）"}
SEVERITIES = {"blocking": "阻断", "warning": "警告", "info": "提示"}
COLUMNS = (Column("序号", 1.1, "center"), Column("级别", 1.3, "center"), Column("要素/检查项", 4.6), Column("问题及补救措施"), Column("文件", 1.8, "center"))


def internal_cover(
    case: Case,
    check: Mapping[str, Any],
    missing_uploads: Sequence[str],
    override: Mapping[str, str] | None,
    substitute_font: bool,
    sets: int,
    made_at_text: str,
    unprintable: Sequence[str] = (),
    *,
    names: Mapping[str, str] | None = None,
    left_out: Sequence[tuple[str, str, str]] = (),
    counted: bool = True,
    not_taken: Sequence[str] = (),
) -> Form:
    """Findings with remedies, missing uploads, the override and who took it, how many sets to print.

    `override` is {"reason": ..., "person": ...}; `missing_uploads` are item ids of the packet; `made_at_text` is printed as given;
    `unprintable` is what `pdf.unprintable` says of the papers of the packet. `names` calls the items of the packet by their Chinese names;
    `left_out` are documents a person kept out of the packet: id, name, reason. `counted`: nobody chose another number of sets.
    `not_taken` are sentences on what the court does not take (file size, number, names).
    """
    findings = sorted(
        check.get("findings") or [], key=lambda item: list(SEVERITIES).index(item["severity"]) if item.get("severity") in SEVERITIES else len(SEVERITIES)
    )
    return Form(
        id="internal_cover",
        title="内部封面",
        subtitle="（不得提交法院）",
        numbered=True,
        parts=(
            Notice("仅供内部使用", (line("本页载明案件材料的缺陷及内部处理意见，不属于法律文书包，不得装订入卷、不得提交法院或者交付对方当事人。"),)),
            Section(
                "文书包",
                (
                    *_matter(case, check, len(findings)),
                    Field("越过阻断生成", _override(override)),
                    Field("打印份数", (line(f"{sets}套{_sets(str(check.get('packet')))}" if counted else f"{sets}套"),)),
                    Field("字体", _faces(substitute_font, unprintable)),
                    Field("生成时间", (line(made_at_text),)),
                ),
            ),
            Section("缺少的上传材料", (Field(f"共{len(missing_uploads)}项" if missing_uploads else "无", _uploads(missing_uploads, names or {})),)),
            *_left_out(left_out),
            *((Section("不符合收件要求的文件", (Field(f"共{len(not_taken)}项", tuple(line(text) for text in not_taken)),)),) if not_taken else ()),
            *((Table(COLUMNS, tuple(_finding(number, item) for number, item in enumerate(findings, 1))),) if findings else ()),
        ),
    )


def _matter(case: Case, check: Mapping[str, Any], findings: int) -> tuple[Field, ...]:
    score, sides = check.get("completeness_pct"), roles(check.get("packet", "lawsuit"))
    others = [str(party["name"]) for party in (*debtors(case), *guarantors(case))]
    return (
        Field("案件编号", (line(str(case["case_id"])),)),
        Field("当事人", (line(f"{sides.own}：{case['creditor']['name']}"), line(f"{sides.other}：{listed(others)}"))),
        Field("标的总额", (_sum(case, check),)),
        Field("证据链", (
            line(f"完整度：{score}%" if score is not None else "完整度：未计算"),
            yes_no(bool(check.get("generation_allowed")), lead="证据链允许生成："),
            yes_no(bool(check.get("contents_complete")), lead="材料齐备："),
        )),
        Field("发现的问题", (line(f"{findings}项，见下表" if findings else "无"),)),
    )  # fmt: skip


def _sum(case: Case, check: Mapping[str, Any]) -> Line:
    """The whole sum and what it is made of; where an instrument decides or a claim is declared, the principal only: the papers state the rest."""
    if check.get("packet", "lawsuit") not in ON_A_LEDGER:
        return line(Strong(yuan(Decimal(check["amount_in_dispute"]))), f"（其中本金 {yuan(Decimal(check['totals']['claimed_principal']))}）")
    claim = claim_of(case, check)
    return line(Strong(yuan(claim.total)), f"（本金 {yuan(claim.principal)}，{claim.kind} {yuan(claim.damages)}，暂计至{day(claim.cut_off)}）")


def _sets(kind: str) -> str:
    """Who gets a set."""
    if kind in OTHER_SETS:
        return OTHER_SETS[kind]
    body = "仲裁委员会" if kind == "arbitration" else "法院"
    return f"（{body}一套、对方当事人及第三人每方一套、自存一套）"


def _override(override: Mapping[str, str] | None) -> tuple[Line, ...]:
    if not override:
        return (line("无"),)
    return (line("批准人：", Strong(str(override["person"]))), line(f"理由：{override['reason']}"))


def _faces(substitute_font: bool, unprintable: Sequence[str]) -> tuple[Line, ...]:
    """Which faces were used; signs that no face has are named by their code point, as they cannot be shown."""
    faces = "替代字体：本机没有仿宋或宋体，文书以替代字体排版；如法院有要求，请以Word文本另行打印。" if substitute_font else "仿宋/宋体"
    codes = listed([f"U+{ord(sign):04X}" for sign in unprintable])
    return (line(faces), *((line(f"下列字符没有可用字形，PDF中以〓代替，请换字体或手工更正：{codes}"),) if codes else ()))


def _uploads(missing: Sequence[str], names: Mapping[str, str]) -> tuple[Line, ...]:
    return tuple(line(f"{number}. {names.get(item, item)}") for number, item in enumerate(missing, 1)) or (
        line("全部已上传"),
    )


def _left_out(documents: Sequence[tuple[str, str, str]]) -> tuple[Section, ...]:
    if not documents:
        return ()
    return (Section("未纳入的材料", (Field(f"共{len(documents)}项", tuple(line(f"{ref} {name}：{why}") for ref, name, why in documents)),)),)


def _finding(number: int, item: Mapping[str, Any]) -> Row:
    """A finding in one row. A remedy in one language only is printed in that language."""
    severity = str(item.get("severity") or "")
    what = str(item.get("title_zh") or "\n".join(str(item[key]) for key in ("element", "check", "code", "status") if item.get(key)))
    said = [str(item[key]) for key in ("message_zh", "remedy_zh" if item.get("remedy_zh") else "remedy_en") if item.get(key)]
    amount = [f"涉及金额：{yuan(money_of(item['amount']))}"] if item.get("amount") not in (None, "") else []
    return Row(
        (str(number), SEVERITIES.get(severity, severity), what, "\n".join([*said, *amount]) or "无补救说明", "\n".join(map(str, item.get("documents") or [])))
    )
