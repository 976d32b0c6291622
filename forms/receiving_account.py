"""收款账户确认书 (receiving account): where money for the creditor goes, confirmed by the creditor itself.

Source: 《执行工作规定》第20条 (an agent needs special authority to take in enforcement money: so the account is the creditor's own).
The account is `creditor.bank_account` of the case file.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from forms.causes import cause_of
from forms.claim import Case, debtors
from forms.figures import day, listed
from forms.form import Field, Form, Section, Signature, Strong, line
from forms.instrument import instrument_name, instrument_of
from forms.papers import MissingField, Subject
from forms.parties import UNKNOWN_OWN, is_person, said
from forms.roles import roles


def account_of(case: Case) -> tuple[str, str, str]:
    """Account name, bank and number of the creditor; the name falls back to the creditor's. Raises KeyError without bank or number."""
    creditor = case["creditor"]
    account: Mapping[str, Any] = creditor.get("bank_account") or {}
    return str(account.get("name") or creditor["name"]), str(account["bank"]), str(account["number"])


def contact_words(case: Case) -> str:
    """Who answers questions, and at which telephone: the first agent, else the creditor's legal representative."""
    creditor, agents = case["creditor"], case.get("agents") or []
    person = agents[0] if agents else {"name": creditor.get("legal_representative") or creditor["name"]}
    phone = person.get("phone") or creditor.get("phone")
    return f"{person['name']}{f'　{phone}' if phone else ''}"


def missing_account(subject: Subject) -> list[MissingField]:
    """Bank and number; and a name that is not the creditor's, which a court will ask about."""
    creditor = subject.case.get("creditor") or {}
    account = creditor.get("bank_account") or {}
    lacking = [(key, zh, en) for key, zh, en in (("bank", "开户银行", "bank"), ("number", "账号", "account number")) if not account.get(key)]
    found = [
        MissingField(f"creditor.bank_account.{key}", f"收款账户的{zh}", f"{en} of the receiving account", f"creditor.bank_account.{key}")
        for key, zh, en in lacking
    ]
    if account.get("name") and account["name"] != creditor.get("name"):
        zh, en = "收款账户户名与债权人名称一致的说明", "why the account is not in the creditor's name"
        found.append(MissingField("creditor.bank_account.name", zh, en, "creditor.bank_account.name", blocking=False))
    return found


def receiving_account(subject: Subject) -> Form:
    """The form of a packet, or a sheet that stands alone. Raises KeyError without the account: see `missing_account`."""
    case, words = subject.case, roles(subject.kind)
    creditor = case["creditor"]
    name, bank, number = account_of(case)
    code = f"证件号码：{said(creditor, 'id_number', UNKNOWN_OWN)}" if is_person(creditor) else f"统一社会信用代码：{said(creditor, 'uscc', UNKNOWN_OWN)}"
    return Form(
        id="receiving_account",
        title="收款账户确认书",
        parts=(
            Section("案件信息", (
                *_matter(subject),
                Field(words.own, (line(str(creditor["name"])), line(code))),
                Field(words.other, (line(listed([str(party["name"]) for party in debtors(case)])),)),
            )),
            Section("收款账户", (
                Field("户名", (line(Strong(name)),)),
                Field("开户银行", (line(Strong(bank)),)),
                Field("账号", (line(Strong(number)),)),
                Field("联系人及电话", (line(contact_words(case)),)),
            )),
            Section("确认", (Field("声明", tuple(line(text) for text in _statements(subject, name))),)),
            Signature(f"{words.own}（签名、盖章）", str(creditor["name"]), day(subject.day)),
        ),
    )  # fmt: skip


def _matter(subject: Subject) -> tuple[Field, ...]:
    fields = [Field("案由", (line(cause_of(subject.case, subject.cause)),))]
    if subject.kind == "enforcement" and instrument_of(subject.case):
        number = (subject.case.get("enforcement") or {}).get("case_no")
        fields.append(Field("执行依据", (line(instrument_name(subject.case)),)))
        fields += [Field("执行案号", (line(str(number)),))] if number else []
    return tuple(fields)


def _statements(subject: Subject, name: str) -> tuple[str, ...]:
    money = {"enforcement": "本案执行款", "insolvency_claim": "本案破产分配款项"}.get(subject.kind, "应付款项")
    own = "上述账户系我单位（本人）自有账户" if name == subject.case["creditor"]["name"] else f"上述账户由我单位（本人）指定，户名为{name}"
    return (f"1. {own}，请将{money}划付至该账户。", "2. 账户信息真实、准确；如有变更，将及时书面告知，因未及时告知产生的后果由我单位（本人）承担。")
