"""核销后收回登记表 (register of what came in after the write-off).

《企业所得税法实施条例》第32条第3款 (EIT Regulations art. 32(3)): a loss recovered in whole or in part in a later year is income of that year.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal

from forms.claim import ZERO, Case, amount
from forms.figures import day, figures
from forms.form import Column, Form, Paragraphs, Row, Signature, SumRow, Table, line
from forms.papers import Subject

COLUMNS = (
    Column("序号", 1.1, "center"), Column("收回日期", 2.8, "center"), Column("收回金额\n（元）", 2.6, "right"), Column("收回方式"),
    Column("计入收入\n年度", 1.9, "center"), Column("记账凭证号", 2.4, "center"), Column("登记人", 1.8, "center"),
)  # fmt: skip
RULED = 10  # lines left for what comes in later: the register lives on in the file
Receipt = tuple[str, Decimal, str]


def later_recoveries(subject: Subject) -> Form:
    """One row a sum received after the day of approval, then ruled lines to go on by hand."""
    case = subject.case
    rows = recoveries(case)
    entries = [Row((str(number), day(when), figures(sum_), how, when[:4], "", "")) for number, (when, sum_, how) in enumerate(rows, 1)]
    ruled = [Row((str(number), *[""] * (len(COLUMNS) - 1))) for number in range(len(rows) + 1, max(len(rows), RULED - 2) + 3)]
    approved = f"批准核销：{day(case['write_off']['approved_on'])}" if case["write_off"].get("approved_on") else ""
    return Form(
        id="later_recovery_register",
        title="核销后收回登记表",
        byline=(f"债务人：{case['debtor']['name']}　　档号：{case['case_id']}", approved),
        parts=(
            Table(COLUMNS, (*entries, *_sums(rows), *ruled)),
            Paragraphs((
                line(f"核销金额：{figures(amount(case['write_off']['booked_principal']))}元。"),
                line("已作为损失处理的资产，在以后纳税年度全部或者部分收回时，计入收回当期的收入（《企业所得税法实施条例》第三十二条第三款）。"),
            ), flush=True, size=10.5),
            Signature("登记单位（盖章）", str(case["creditor"]["name"]), day(subject.day)),
        ),
    )  # fmt: skip


def recoveries(case: Case) -> list[Receipt]:
    """What came in after the approval of the write-off."""
    approved = str((case.get("write_off") or {}).get("approved_on") or "")
    return [receipt for receipt in received(case) if receipt[0] > approved] if approved else []


def received(case: Case) -> list[Receipt]:
    """Every sum taken in: day, sum, how. One receipt may stand in the enforcement, in the ledger and on a bank paper: it counts once."""
    enforced = (case.get("enforcement") or {}).get("recovered") or ()
    sources = ([(str(item["date"]), amount(item["amount"]), str(item.get("how") or "执行收回")) for item in enforced],
               [(str(item["date"]), amount(item["amount"]), "债务人付款") for item in case.get("payments") or () if item.get("direction", "in") == "in"],
               [(str(item["paid_on"]), amount(item["amount"]), "银行转账") for item in case.get("documents") or ()
                if item.get("type") == "bank_payment" and item.get("direction") == "in" and item.get("paid_on")])  # fmt: skip
    found: list[Receipt] = []
    for source in sources:
        known = Counter((when, sum_) for when, sum_, _ in found)
        for receipt in source:
            if known[receipt[:2]]:
                known[receipt[:2]] -= 1
            else:
                found.append(receipt)
    return sorted(found)


def _sums(rows: list[Receipt]) -> Iterator[SumRow]:
    """The income of each year."""
    for year in dict.fromkeys(when[:4] for when, _, _ in rows):
        total = sum((sum_ for when, sum_, _ in rows if when[:4] == year), ZERO)
        yield SumRow(f"{year}年收回，计入当年收入（元）", (figures(total), "", "", ""))
