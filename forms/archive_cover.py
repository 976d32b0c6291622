"""核销档案封面 (cover of a write-off file): debtor, sum, ground, day of approval, how long it is kept.

STA Announcements 2011 No. 25 arts. 22-24 and 2018 No. 15 (the company keeps the materials); Measures on Accounting Archives (Order 79); 《税收征收管理法
实施细则》第29条.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from forms.claim import Case, amount
from forms.figures import day, figures, listed
from forms.form import Field, Form, Line, Section, Signature, Strong, choices, line, money
from forms.papers import MissingField, Subject

GROUNDS: Mapping[str, str] = {
    "bankrupt": "债务人破产清算", "judgment_or_enforcement_ended": "诉讼/仲裁或终（中）止执行", "ceased_business": "债务人停止营业（注销、吊销）",
    "death_or_missing": "债务人死亡、失踪", "restructuring": "债务重组", "force_majeure": "自然灾害、战争等不可抗力", "overdue_3y": "逾期三年以上",
    "small_1y": "逾期一年以上小额",
}  # fmt: skip
KEPT_UNPOSTED = "核销损失尚未入账；会计凭证自入账年度终了后的第一天起保管三十年"


@dataclass(frozen=True)
class Owed:
    """What was owed on the day of the write-off, as the check computed it: bookkeeping ends none of it."""

    principal: Decimal
    interest: Decimal
    doubled: Decimal
    other: Decimal
    total: Decimal
    as_at: str


def archive_cover(subject: Subject) -> Form:
    """The cover; `missing` says what must be there before it is made."""
    case = subject.case
    return Form(
        id="cover_sheet",
        title="坏账核销档案",
        subtitle=f"档号：{case['case_id']}",
        parts=(
            Section("债务人", tuple(_debtors(case))),
            Section("核销", tuple(_write_off(subject))),
            Section("保管", tuple(_kept(subject))),
            Signature("立卷单位（盖章）", str(case["creditor"]["name"]), day(subject.day)),
        ),
    )


def missing(subject: Subject) -> list[MissingField]:
    """A file without approval, ground or sum is none (packets.yaml, blocking_validations); a posting may follow."""
    write_off, found = subject.case.get("write_off") or {}, []
    for key, zh, en in (("approved_on", "核销批准日期", "day of the approval"), ("ground", "核销情形", "ground of the write-off"),
                        ("booked_principal", "核销金额", "sum written off")):  # fmt: skip
        if not write_off.get(key):
            found.append(MissingField(f"write_off.{key}", zh, en, f"write_off.{key}"))
    if not (subject.case.get("debtor") or {}).get("name"):
        found.append(MissingField("debtor.name", "债务人名称", "name of the debtor", "debtor.name"))
    if not write_off.get("approved_by"):
        found.append(MissingField("write_off.approved_by", "核销批准人", "who approved it", "write_off.approved_by", blocking=False))
    if not (subject.check.get("retention") or {}).get("retention_until"):
        found.append(MissingField("write_off.posted_on", "核销入账日期", "day of the posting", "write_off.posted_on", blocking=False))
    if not subject.options.get("keeper"):
        zh, en = "档案保管人（未指定，由立卷单位档案管理人员保管）", "keeper of the file (none named)"
        found.append(MissingField("keeper", zh, en, "answers.keeper", blocking=False))
    return found


def owed(case: Case, check: Mapping[str, Any]) -> Owed:
    """What is still owed at the write-off: by the instrument where there is one, else by the ledger with interest to the day of the check.

    Less may have been written off than is owed; a ledger without entries leaves the principal written off.
    """
    at = next((value for key, value in check.items() if key.startswith("at_write_off_")), None)
    if at is None:
        principal = amount((check.get("totals") or {}).get("ledger_balance")) or amount(case["write_off"]["booked_principal"])
        damages = check.get("damages") or {}
        late = amount(damages.get("total")) + amount((check.get("loan_interest") or {}).get("total"))
        return Owed(principal, late, amount(0), amount(0), principal + late, str(damages.get("cut_off_inclusive") or check["as_of"]))
    interest = amount(at["general_interest_open"]) + amount(at["general_interest_since_payment"]["amount"])
    doubled = amount(at["doubled_total"]) - amount(at["doubled_paid"])
    other = amount(at["other_judgment_money"]) + amount(at["costs"])
    return Owed(amount(at["principal"]), interest, doubled, other, amount(at["total_still_owed"]), str(at["as_at"]))


def owed_words(said: Owed) -> str:
    """截至2025年12月31日尚欠…: the sum and its parts."""
    parts = [f"{name}{figures(value)}元" for name, value in (
        ("本金", said.principal), ("利息（违约金）", said.interest), ("加倍部分债务利息", said.doubled), ("其他费用", said.other)) if value]  # fmt: skip
    return f"截至{day(said.as_at)}尚欠{figures(said.total)}元（{listed(parts)}）"


def ground_lines(case: Case) -> tuple[Line, ...]:
    """All grounds, the chosen one ticked."""
    chosen = str(case["write_off"]["ground"])
    return (choices("", *((zh, key == chosen) for key, zh in GROUNDS.items())),)


def kept_words(check: Mapping[str, Any]) -> tuple[str, ...]:
    """How long the papers are kept, and that unsettled ones are never destroyed."""
    kept = check.get("retention") or {}
    if not kept.get("retention_until"):
        said = [f"{KEPT_UNPOSTED}。"]
    else:
        said = [f"会计凭证自{day(kept['accounting_vouchers_from'])}起，至少保管至{day(kept['keep_until_at_least'])}。"]
    if kept.get("never_destroy_before_settled"):
        said.append("债权未了结、追索权存续期间，全卷不得销毁。")
    return (*said, f"案卷：{kept.get('case_file_zh') or '按公司规定保管'}。")


def _debtors(case: Case) -> Iterator[Field]:
    for number, debtor in enumerate([case["debtor"], *(case.get("debtors") or [])]):
        said = [line(Strong(str(debtor["name"])))]
        said += [line(f"曾用名：{listed([str(name) for name in debtor['former_names']])}")] if debtor.get("former_names") else []
        said += [line(f"统一社会信用代码：{debtor['uscc']}")] if debtor.get("uscc") else []
        seen = f"（{day(debtor['registry_extract_date'])}查询）" if debtor.get("registry_extract_date") else ""
        said += [line(f"登记状态：{debtor['registry_status']}{seen}")] if debtor.get("registry_status") else []
        yield Field("债务人" if not number else "其他债务人", tuple(said))


def _write_off(subject: Subject) -> Iterator[Field]:
    case, write_off = subject.case, subject.case["write_off"]
    yield Field("核销金额", (money(amount(write_off["booked_principal"]), words=True),))
    yield Field("核销情形", ground_lines(case))
    by = f"，批准人：{write_off['approved_by']}" if write_off.get("approved_by") else ""
    yield Field("审批", (line(f"{day(write_off['approved_on'])}批准{by}"),))
    posted = (subject.check.get("ground_test") or {}).get("posted_on")
    yield Field("入账日期", (line(day(posted, "尚未入账")),))
    yield Field("核销时债权余额", (line(f"{owed_words(owed(case, subject.check))}。"),))


def _kept(subject: Subject) -> Iterator[Field]:
    kept = subject.check.get("retention") or {}
    until = (line("至少保管至", Strong(day(kept["retention_until"]))),) if kept.get("retention_until") else ()
    yield Field("保管期限", (*until, *(line(text) for text in kept_words(subject.check))))
    keeper = subject.options.get("keeper")
    yield Field("保管人", (line(str(keeper) if keeper else "立卷单位档案管理人员"),))
    yield Field("立卷单位、日期", (line(f"{subject.case['creditor']['name']}，{day(subject.day)}"),))
    yield Field("账销案存", (line("核销为会计处理，债权仍予追索；核销后收回的款项逐笔登记，计入收回当年收入。"),))
