"""内部封面 (internal cover sheet): what is still wrong with a packet. For the firm's own eyes; it is never part of a filing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from forms.claim import Case, claim_of, defendants
from forms.claim import amount as money_of
from forms.figures import day, listed, yuan
from forms.form import Column, Field, Form, Line, Notice, Row, Section, Strong, Table, line, yes_no

SEVERITIES = {"blocking": "阻断", "warning": "警告", "info": "提示"}
UPLOADS = {
    "business_licence_creditor": "原告营业执照复印件",
    "legal_rep_id_copy": "法定代表人身份证复印件",
    "law_firm_letter": "律师事务所函",
    "lawyer_licence": "律师执业证复印件",
    "employee_agent_proof": "员工代理人劳动合同/社保证明",
    "company_registry_extract_debtor": "被告工商登记信息",
    "audio_disc": "录音原件载体/光盘及文字整理稿",
}
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
) -> Form:
    """Findings with remedies, missing uploads, the override and who took it, how many sets to print.

    `override` is {"reason": ..., "person": ...}; `missing_uploads` are item ids of the packet; `made_at_text` is printed as given;
    `unprintable` is what `pdf.unprintable` says of the papers of the packet.
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
                    Field("打印份数", (line(f"{sets}套（法院一套、对方当事人及第三人每方一套、自存一套）"),)),
                    Field("字体", _faces(substitute_font, unprintable)),
                    Field("生成时间", (line(made_at_text),)),
                ),
            ),
            Section("缺少的上传材料", (Field(f"共{len(missing_uploads)}项" if missing_uploads else "无", _uploads(missing_uploads)),)),
            *((Table(COLUMNS, tuple(_finding(number, item) for number, item in enumerate(findings, 1))),) if findings else ()),
        ),
    )


def _matter(case: Case, check: Mapping[str, Any], findings: int) -> tuple[Field, ...]:
    claim = claim_of(case, check)
    score = check.get("completeness_pct")
    parts = f"（货款 {yuan(claim.principal)}，{claim.kind} {yuan(claim.damages)}，暂计至{day(claim.cut_off)}）"
    return (
        Field("案件编号", (line(str(case["case_id"])),)),
        Field("当事人", (line(f"原告：{case['creditor']['name']}"), line(f"被告：{listed([str(party['name']) for party in defendants(case)])}"))),
        Field("标的总额", (line(Strong(yuan(claim.total)), parts),)),
        Field("证据链", (
            line(f"完整度：{score}%" if score is not None else "完整度：未计算"),
            yes_no(bool(check.get("generation_allowed")), lead="证据链允许生成："),
            yes_no(bool(check.get("contents_complete")), lead="材料齐备："),
        )),
        Field("发现的问题", (line(f"{findings}项，见下表" if findings else "无"),)),
    )  # fmt: skip


def _override(override: Mapping[str, str] | None) -> tuple[Line, ...]:
    if not override:
        return (line("无"),)
    return (line("批准人：", Strong(str(override["person"]))), line(f"理由：{override['reason']}"))


def _faces(substitute_font: bool, unprintable: Sequence[str]) -> tuple[Line, ...]:
    """Which faces were used; signs that no face has are named by their code point, as they cannot be shown."""
    faces = "替代字体：本机没有仿宋或宋体，文书以替代字体排版；如法院有要求，请以Word文本另行打印。" if substitute_font else "仿宋/宋体"
    codes = listed([f"U+{ord(sign):04X}" for sign in unprintable])
    return (line(faces), *((line(f"下列字符没有可用字形，PDF中以〓代替，请换字体或手工更正：{codes}"),) if codes else ()))


def _uploads(missing: Sequence[str]) -> tuple[Line, ...]:
    return tuple(line(f"{number}. {UPLOADS[item]}（{item}）" if item in UPLOADS else f"{number}. {item}") for number, item in enumerate(missing, 1)) or (
        line("全部已上传"),
    )


def _finding(number: int, item: Mapping[str, Any]) -> Row:
    """A finding in one row. A remedy in one language only is printed in that language."""
    severity = str(item.get("severity") or "")
    what = "\n".join(str(item[key]) for key in ("title_zh", "element", "check", "code", "status") if item.get(key))
    said = [str(item[key]) for key in ("message_zh", "remedy_zh", "remedy_en") if item.get(key)]
    amount = [f"涉及金额：{yuan(money_of(item['amount']))}"] if item.get("amount") not in (None, "") else []
    return Row(
        (str(number), SEVERITIES.get(severity, severity), what, "\n".join([*said, *amount]) or "无补救说明", "\n".join(map(str, item.get("documents") or [])))
    )
