"""保留追索权声明及后续追索计划 (statement that recourse is kept, and the plan for it).

《民法典》第557条、第575条 (Civil Code arts. 557, 575): a debt ends by performance, set-off, deposit, waiver and the like, not by bookkeeping.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from forms.archive_cover import ground_lines, owed, owed_words
from forms.claim import CJK, amount
from forms.figures import day, listed
from forms.form import Field, Form, Line, Notice, Section, Signature, line, money
from forms.papers import MissingField, Subject

FIXED = (
    "核销仅为会计处理，不构成对债权的放弃、减免或者免除。",
    "本单位未通知债务人免除债务，亦未向债务人作出任何放弃债权的意思表示。",
    "本单位保留依法继续向债务人、担保人及其他责任人追索的全部权利。",
)
EVERY = re.compile(r"every (\d+) months")


def recourse_statement(subject: Subject) -> Form:
    """The statement; refused beforehand (`missing`) where a reviewed paper gave the whole debt up."""
    case, check = subject.case, subject.check
    creditor, name = str(case["creditor"]["name"]), str(subject.options.get("responsible") or "")
    left = owed(case, check)
    return Form(
        id="recourse_statement",
        title="保留追索权声明及后续追索计划",
        parts=(
            Section("债务人及核销", (
                Field("债务人", tuple(_debtors(subject))),
                Field("核销金额（本金/利息）", (
                    money(amount(case["write_off"]["booked_principal"]), words=True, lead="本金："),
                    line(f"利息：未入账，不在核销金额之内。{owed_words(left)}，继续追索。"),
                )),
                Field("核销依据", (*ground_lines(case), line(f"{day(case['write_off']['approved_on'])}批准核销。"))),
            )),
            Notice("声明", (*(line(f"{number}. {text}") for number, text in enumerate(FIXED, 1)), *_carved_out(subject))),
            Section("追索计划", (
                Field("诉讼时效/执行时效现状", tuple(line(text) for text in standing_words(subject))),
                Field("下次动作日", (line(day(check["next_followup"]["first"])),)),
                Field("复查频率", (line(frequency(subject)),)),
                Field("后续追索措施", tuple(_plan(subject))),
                Field("追索责任人", (line(name or "以落款处签字的责任人为准"),)),
            )),
            Signature("声明单位（盖章）、追索责任人（签名）", creditor, day(subject.day)),
        ),
    )  # fmt: skip


def missing(subject: Subject) -> list[MissingField]:
    """No statement without a next day, none where the debt has ended by waiver; who follows it up may sign by hand."""
    found = []
    if not (subject.check.get("next_followup") or {}).get("first"):
        found.append(MissingField("write_off.next_followup", "下次追索动作日", "next day of recourse", "write_off.next_followup"))
    if subject.check.get("debt_waived"):
        found.append(MissingField("debt_waived", "卷内文件已全部放弃债权，不能作保留追索权声明",
                                  "a paper of the file waives the whole debt: nothing is left to keep recourse for", "documents"))  # fmt: skip
    if not subject.options.get("responsible"):
        found.append(MissingField("responsible", "追索责任人（未指定，由责任人签名确定）", "person responsible for recourse (none named)",
                                  "answers.responsible", blocking=False))  # fmt: skip
    return found


def frequency(subject: Subject) -> str:
    """How often the debtor is looked at again: as entered in Chinese, else every so many months; silence is every six."""
    rule = str((subject.case["write_off"].get("followup_rule")) or (subject.check.get("next_followup") or {}).get("rule") or "")
    if rule and CJK.search(rule):
        return rule
    months = EVERY.search(rule)
    return f"每{months.group(1) if months else 6}个月一次"


def standing_words(subject: Subject) -> tuple[str, ...]:
    """The time limit as it stands: to apply for enforcement under an instrument, else limitation."""
    case, check = subject.case, subject.check
    limit, runs = check.get("enforcement_time_limit"), check.get("limitation") or {}
    if limit:
        enforcement = case.get("enforcement") or {}
        filed = enforcement.get("application_filed")
        when = f"已于{day(filed)}申请执行{'，在期限之内' if limit['filed_in_time'] else ''}。" if filed else "尚未申请执行。"
        said = [f"申请执行时效至{day(limit['safe_last_day'])}；{when}"]
        if ended := enforcement.get("terminated_current_procedure"):
            said.append(f"{day(ended['date'])}裁定终结本次执行程序；{limit.get('after_terminated_current_procedure_zh') or '发现财产后可再次申请执行'}。")
        return tuple(said)
    if runs.get("safe_last_day"):
        left = runs.get("days_left_at_as_of")
        over = "，已届满，债务人自愿履行或者重新确认债务的仍可受领" if left is not None and left < 0 else ""
        return (f"诉讼时效自{day(runs['trigger'])}起重新计算，至{day(runs['safe_last_day'])}{over}。",)
    return ("未见诉讼时效起算事件，按下次动作日复核。",)


def _debtors(subject: Subject) -> Iterator[Line]:
    for debtor in [subject.case["debtor"], *(subject.case.get("debtors") or [])]:
        code = f"（统一社会信用代码：{debtor['uscc']}）" if debtor.get("uscc") else ""
        at = f"，住所地：{debtor['address']}" if debtor.get("address") else ""
        yield line(f"{debtor['name']}{code}{at}")


def _carved_out(subject: Subject) -> Iterator[Line]:
    """A reviewed paper that gives up a part: the statement does not reach it."""
    parts = [str(each["document"]) for each in subject.check.get("waivers") or () if each["effect"] in ("partial", "conditional")]
    if parts:
        yield line(f"{len(FIXED) + 1}. 卷内材料{listed(parts)}就部分债务所作的约定，以该文件为准，不在本声明范围之内。")


def _plan(subject: Subject) -> Iterator[Line]:
    first, again = day(subject.check["next_followup"]["first"]), frequency(subject)
    steps = [f"自{first}起{again}，查询债务人登记状态、涉诉及破产信息，查询债务人及担保人财产线索"]
    if (subject.case.get("enforcement") or {}).get("terminated_current_procedure"):
        steps.append("发现可供执行财产的，即申请恢复执行")
    elif not subject.case.get("judgment"):
        steps.append("在诉讼时效届满前向债务人催收并留存送达凭证，使诉讼时效中断")
    steps.append("收回款项的，即登记于核销后收回登记表并计入当年收入")
    for number, what in enumerate(steps, 1):
        yield line(f"{number}. {what}。")
