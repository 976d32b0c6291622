"""对账单 (reconciliation statement): what was delivered, invoiced, returned and paid up to a day, and the balance the debtor is asked to confirm.

Source: 《买卖合同解释》第18条第3款: a reconciliation that says nothing of agreed damages does not waive them; the statement says so in words.
A person may choose `cut_off` (ISO day, the letter's day where none is chosen) and `opening_on` (the first day of the period; what lies before it is the
opening balance). The closing balance of a whole account must be the check's ledger balance.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from forms.calculation_sheet import debt_name
from forms.causes import dispute_of
from forms.claim import ZERO, Case, amount, clause, clause_number, day_of, debtors
from forms.contract_words import contract_name, received
from forms.figures import day, figures, in_words, listed, yuan
from forms.form import Column, Field, Form, Line, Paragraphs, Row, Section, SumRow, Table, choices, line, money
from forms.narrative import payments_in
from forms.papers import MissingField, Subject
from forms.parties import UNKNOWN_OTHER, Party
from forms.performance import disbursements

NO_INVOICE = ("loan",)
COLUMNS = (
    Column("日期", 2.7, "center"), Column("摘要（单号）"), Column("应收\n（元）", 2.5, "right"), Column("退货、冲减\n（元）", 2.1, "right"),
    Column("付款\n（元）", 2.5, "right"), Column("余额\n（元）", 2.5, "right"),
)  # fmt: skip
INVOICES = (Column("序号", 1.2, "center"), Column("发票种类"), Column("发票号码", 4.4), Column("开票日期", 3.0, "center"), Column("金额（元）", 3.2, "right"))
LARGE = Decimal(10) ** 8  # from here on the four sums of a row need a page on its side
WIDE = 1.45  # times as wide there
BLANK = (line("　"),) * 4  # room for a seal


@dataclass(frozen=True)
class Entry:
    """One line of the account: what became due, what was taken off it, what was paid."""

    day: date
    what: str
    due: Decimal = ZERO
    less: Decimal = ZERO
    paid: Decimal = ZERO

    @property
    def change(self) -> Decimal:
        """What the balance changes by."""
        return self.due - self.less - self.paid


def reconciliation_statement(subject: Subject) -> Form:
    """The statement with the debtor's box for confirmation. Raises KeyError and ValueError for what `missing_fields` asks for."""
    case, cut_off = subject.case, _cut_off(subject)
    closing = _balance(case, subject.check, cut_off)
    contract = f"合同：{contract_name(case)}"
    large = sum((entry.due for entry in entries(case, subject.check)), ZERO) >= LARGE
    account = _account(subject, cut_off, closing)
    return Form(
        id="reconciliation_statement",
        title="对账单",
        landscape=large,
        byline=(contract, f"截至日期：{day(cut_off)}"),
        parts=(
            Section("对账双方", (
                Field("债权人", _party(case["creditor"])),
                *(Field("债务人", _party(party)) for party in debtors(case)),
            )),
            replace(account, columns=tuple(replace(each, width=each.width * WIDE) for each in account.columns)) if large else account,
            *_invoices(case, cut_off),
            Section("确认金额", (
                Field(f"截至{day(cut_off)}尚欠{dispute_of(case).price}", (money(closing, words=True),)),
                Field("声明", (line(_reserved(case)),)),
            )),
            _confirmation(subject, cut_off, closing),
        ),
    )  # fmt: skip


def missing_fields(subject: Subject) -> list[MissingField]:
    """Names and codes of both sides, a cut-off day that has come, at least one entry, and an account that gives the check's balance."""
    case = subject.case
    found = []
    sides = [("creditor", "债权人", "creditor", case.get("creditor") or {}), ("debtor", "债务人", "debtor", case.get("debtor") or {})]
    for where, zh, en, party in sides:
        if not party.get("name"):
            found.append(MissingField(f"{where}.name", f"{zh}名称", f"name of the {en}", f"{where}.name"))
        if not (party.get("uscc") or party.get("id_number")):
            words = f"{zh}统一社会信用代码（证件号码）", f"social credit code or identity number of the {en}"
            found.append(MissingField(f"{where}.uscc", *words, f"{where}.uscc", blocking=False))
    try:
        cut_off = _cut_off(subject)
    except ValueError:
        return [*found, MissingField("cut_off", "对账截至日期", "day up to which the account is stated", "answers.cut_off")]
    if cut_off > subject.day:
        found.append(MissingField("cut_off", "对账截至日期（不得晚于出具之日）", "cut-off day, not after the day of the statement", "answers.cut_off"))
    return found + _missing_of_account(subject, cut_off)


def _missing_of_account(subject: Subject, cut_off: date) -> list[MissingField]:
    every = entries(subject.case, subject.check)
    if not any(entry.day <= cut_off for entry in every):
        return [MissingField("entries", "截至日期前的往来记录", "entries of the account up to the cut-off day", "deliveries")]
    said = (subject.check.get("totals") or {}).get("ledger_balance")
    whole = sum((entry.change for entry in every), ZERO)
    if said is not None and all(entry.day <= cut_off for entry in every) and amount(said) != whole:
        zh, en = f"期末余额不一致（{whole:,.2f} / {amount(said):,.2f}）", f"the closing balance differs from the ledger ({whole} / {said})"
        return [MissingField("closing_balance", zh, en, "payments")]
    return []


def entries(case: Case, check: Mapping[str, Any]) -> list[Entry]:
    """The account by day: deliveries, or debts where nothing is delivered by note, or the money of a loan; credit notes; payments."""
    return sorted([*_due(case, check), *_less(case), *_paid(case, check)], key=lambda entry: entry.day)


def _due(case: Case, check: Mapping[str, Any]) -> Iterator[Entry]:
    kind = str(case.get("dispute_type") or "sale_of_goods")
    if kind == "loan":
        for paid in disbursements(case):
            yield Entry(day_of(str(paid.get("paid_on") or paid.get("date") or paid.get("document_date"))), "提供借款", due=amount(paid["amount"]))
    elif kind == "sale_of_goods" and case.get("deliveries"):
        for note in case["deliveries"]:
            by = received(note)
            yield Entry(day_of(note["date"]), f"发货，送货单号：{note['no']}{f'（{by}）' if by else ''}", due=amount(note["amount"]))
    else:
        for debt in check.get("debts") or ():
            if debt.get("due_date"):
                yield Entry(day_of(debt["due_date"]), f"应付{dispute_of(case).price}：{debt_name(case, str(debt['number']))}", due=amount(debt["amount"]))


def _less(case: Case) -> Iterator[Entry]:
    for note in case.get("credit_notes") or ():
        yield Entry(day_of(note["date"]), f"{note.get('reason') or '退货'}（冲减发票{note['against']}）", less=amount(note["amount"]))


def _paid(case: Case, check: Mapping[str, Any]) -> Iterator[Entry]:
    """Payments; of a repayment only what was set off against the principal lowers the balance (Civil Code art. 561)."""
    if case.get("dispute_type") == "loan" and check.get("set_off"):
        for step in check["set_off"]:
            interest = f"，其中抵充利息{amount(step['interest']):,.2f}元" if amount(step["interest"]) else ""
            yield Entry(day_of(step["date"]), f"还款{amount(step['amount']):,.2f}元{interest}", paid=amount(step["principal"]))
        return
    for payment in payments_in(case):
        named = f"（指定发票{payment['designated_invoice']}）" if payment.get("designated_invoice") else ""
        yield Entry(day_of(str(payment.get("date") or payment.get("paid_on"))), f"付款{named}", paid=amount(payment["amount"]))


def _cut_off(subject: Subject) -> date:
    return day_of(subject.options.get("cut_off") or subject.day)


def _balance(case: Case, check: Mapping[str, Any], cut_off: date) -> Decimal:
    return sum((entry.change for entry in entries(case, check) if entry.day <= cut_off), ZERO)


def _party(party: Party) -> tuple[Line, ...]:
    code = "统一社会信用代码" if party.get("uscc") else "证件号码"
    return (line(str(party["name"])), line(f"{code}：{party.get('uscc') or party.get('id_number') or UNKNOWN_OTHER}"))


def _account(subject: Subject, cut_off: date, closing: Decimal) -> Table:
    since = day_of(subject.options["opening_on"]) if subject.options.get("opening_on") else date.min
    every = [entry for entry in entries(subject.case, subject.check) if entry.day <= cut_off]
    balance = sum((entry.change for entry in every if entry.day < since), ZERO)
    shown = [entry for entry in every if entry.day >= since]
    first = day(since) if since != date.min else day(shown[0].day)
    rows: list[Row | SumRow] = [Row((first, "期初余额", "", "", "", figures(balance)))]
    for entry in shown:
        balance += entry.change
        cells = (figures(value) if value else "" for value in (entry.due, entry.less, entry.paid))
        rows.append(Row((day(entry.day), entry.what, *cells, figures(balance))))
    sums = (figures(sum((getattr(entry, key) for entry in shown), ZERO)) for key in ("due", "less", "paid"))
    rows.append(SumRow("本期合计及期末余额", (*sums, figures(closing)), final=True))
    return Table(COLUMNS, tuple(rows), small=True)


def _invoices(case: Case, cut_off: date) -> tuple[Paragraphs | Table, ...]:
    issued = [item for item in case.get("invoices") or () if day_of(item["date"]) <= cut_off]
    if not issued or case.get("dispute_type") in NO_INVOICE:
        return ()
    rows = tuple(
        Row((str(number), str(item.get("kind") or "增值税专用发票"), str(item["no"]), day(item["date"]), figures(amount(item["amount"]))))
        for number, item in enumerate(issued, 1)
    )
    total = SumRow("开票合计", (figures(sum((amount(item["amount"]) for item in issued), ZERO)),), final=True)
    return (Paragraphs((line("开票情况："),), flush=True, size=10.5), Table(INVOICES, (*rows, total), small=True))


def _reserved(case: Case) -> str:
    """The agreed damages stay claimed beside the balance (Sale Interpretation art. 18(3))."""
    loan = case.get("dispute_type") == "loan"
    number = f"{contract_name(case)}{clause_number(case)}" if clause(case) else contract_name(case)
    what = "利息和逾期利息" if loan else "逾期付款违约金" if clause(case) else "逾期付款损失"
    late = "还款" if loan else "付款"
    return f"本对账单仅核对本金往来，不影响债权人依据{number}及法律规定主张{what}，不构成对{what}及其他权利的放弃或者对{late}期限的变更。"


def _confirmation(subject: Subject, cut_off: date, closing: Decimal) -> Section:
    """Our seal, then the debtor's answer and seal, on one page."""
    case = subject.case
    names = listed([str(party["name"]) for party in debtors(case)])
    return Section("双方盖章确认", (
        Field("债权人（盖章）", (line(str(case["creditor"]["name"])), *BLANK, line(day(subject.day)))),
        Field("债务人确认栏", (
            line(f"{names}经核对，截至{day(cut_off)}："),
            choices("", (f"账目无误，确认尚欠{yuan(closing)}（大写：人民币{in_words(closing)}）", False)),
            choices("", ("账目不符", False), after="，差异及理由："),
            line("　"),
        )),
        Field("债务人（盖章）", BLANK),
        Field("经办人签字、职务", (line("　"),)),
        Field("日期", (line("　"),)),
    ), whole=True)  # fmt: skip
