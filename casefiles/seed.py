"""Synthetic cases for measuring: many, unlike each other, the same for the same number; all names are invented and say so (示例, 虚构)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

from sqlalchemy import func, select

from casefiles.db import session
from casefiles.models import Case
from casefiles.rules.calendar import add_months
from casefiles.rules.uscc import CHARSET, check_character

TITLE = "测量数据"
FEWEST_DOCUMENTS = 3  # contract, delivery note, invoice
PLACES = ("示例北方", "示例江南", "示例滨海", "示例西山", "示例东湖", "示例南岭", "示例中原", "示例高新")
TRADES = ("电子材料", "包装制品", "机械设备", "建材", "食品", "纺织", "化工", "仪表")
FORMS = ("有限公司", "股份有限公司", "有限责任公司")
SIZES = ("micro", "small", "medium", "large")
DISPUTES = (("sale_of_goods", 70), ("services_work", 20), ("construction", 10))
STATES = (("collection", 40), ("legal_escalation", 20), ("settlement", 6), ("litigation", 10), ("enforcement", 8), ("insolvency", 4), ("written_off", 8),
          ("recovered", 4))  # fmt: skip
FILLERS = ("purchase_order", "email", "ems_tracking", "wechat_record", "sms", "work_order", "acceptance_record")
LETTER_KINDS = ("demand_letter", "lawyers_letter")


@dataclass
class Papers:
    """The documents of one case: numbered, and how many may still come."""

    left: int
    used: int = 0

    def next(self) -> str:
        """The id of a new document."""
        self.used += 1
        self.left -= 1
        return f"D{self.used:03}"


def mixed_with_real_cases() -> int:
    """How many cases there are that are neither fictional nor made here."""
    real = select(func.count()).where(Case.fictional.is_(False), (Case.title != TITLE) | Case.title.is_(None))
    return session.scalar(real) or 0


def case_files(cases: int, documents: int, today: date) -> Iterator[dict[str, Any]]:
    """`cases` case files as mappings with `documents` papers in all (at least three each), the numbers SEED-00001 and on."""
    for number in range(1, cases + 1):
        share = documents * number // cases - documents * (number - 1) // cases
        yield synthetic(number, max(share, FEWEST_DOCUMENTS), today)


def synthetic(number: int, documents: int, today: date) -> dict[str, Any]:
    """One case in the case-file format with so many papers: `number` alone decides its story, `today` only where its days lie."""
    dice = Random(number)  # noqa: S311 - the same story in every run; nothing secret is drawn from it
    papers, state = Papers(documents), _one_of(dice, STATES)
    first = today - timedelta(dice.randint(60, 1_500))
    case: dict[str, Any] = {
        "case_id": f"SEED-{number:05}", "title": TITLE, "dispute_type": _one_of(dice, DISPUTES), "packet_kind": "lawsuit", "as_of": today.isoformat(),
        "state": state, "creditor": _company(dice, number * 2, "creditor"), "debtor": _company(dice, number * 2 + 1, "debtor"),
        "contract": _contract(dice, papers, number, first),
    }  # fmt: skip
    case |= _ledger(dice, papers, number, first)
    case |= _letters(dice, papers, first, today)
    if dice.random() < 0.3:
        case["collection_log"] = [_contact(dice, today - timedelta(dice.randint(1, 200)))]
    case |= _story(dice, papers, state, first, today)
    case.setdefault("documents", []).extend(_filler(dice, papers, first) for _ in range(papers.left))
    return case


def _one_of(dice: Random, weighted: tuple[tuple[str, int], ...]) -> str:
    return dice.choices([name for name, _ in weighted], [weight for _, weight in weighted])[0]


def _company(dice: Random, number: int, role: str) -> dict[str, Any]:
    code = "91000000MA" + "".join(CHARSET[number // 31**place % 31] for place in range(6, -1, -1))
    name = f"{dice.choice(PLACES)}{dice.choice(TRADES)}{number:05}（虚构）{dice.choice(FORMS)}"
    told = {"name": name, "uscc": f"{code}{check_character(code)}", "address": f"示例省示例市{number}号", "size": dice.choice(SIZES)}
    return told | ({"registry_status": "存续"} if role == "debtor" else {})


def _money(dice: Random) -> str:
    return f"{dice.randint(8_000, 600_000)}.{dice.randint(0, 99):02}"


def _contract(dice: Random, papers: Papers, number: int, first: date) -> dict[str, Any]:
    clause = {"type": "daily_rate", "rate": "0.0005", "clause": "第8条"} if dice.random() < 0.6 else None
    told = {"id": papers.next(), "no": f"HT-{number:05}", "name": "购销合同（虚构）", "signed_on": (first - timedelta(30)).isoformat()}
    return told | ({"late_payment_clause": clause} if clause else {})


def _ledger(dice: Random, papers: Papers, number: int, first: date) -> dict[str, Any]:
    """Deliveries with their invoices, and now and then a payment."""
    blocks: dict[str, Any] = {"deliveries": [], "invoices": [], "payments": []}
    for turn in range(1, max(1, min(4, papers.left // 3)) + 1):
        day, amount = first + timedelta(30 * turn), _money(dice)
        note = {"id": papers.next(), "no": f"SH-{number}-{turn}", "date": day.isoformat(), "amount": amount, "signed_by": "虚构收货人"}
        blocks["deliveries"].append(note | {"debtor_seal": dice.random() < 0.8})
        due = add_months(day, dice.choice((1, 2, 3)))
        invoice = {"id": papers.next(), "no": f"FP-{number}-{turn}", "date": day.isoformat(), "amount": amount, "due_date": due.isoformat()}
        blocks["invoices"].append(invoice)
        if papers.left > 0 and dice.random() < 0.3:
            paid = {"id": papers.next(), "date": (day + timedelta(40)).isoformat(), "amount": f"{dice.randint(1_000, 7_000)}.00"}
            blocks["payments"].append(paid)
    return {name: rows for name, rows in blocks.items() if rows}


def _letters(dice: Random, papers: Papers, first: date, today: date) -> dict[str, Any]:
    letters: list[dict[str, Any]] = []
    while papers.left >= 2 and len(letters) < 3 and dice.random() < 0.6:
        sent = first + timedelta(dice.randint(90, 900))
        if sent >= today:
            break
        letter = {"id": papers.next(), "kind": dice.choice(LETTER_KINDS), "dated": sent.isoformat(), "address_matches": True}
        letters.append(letter | {"receipt": {"id": papers.next(), "delivered_on": (sent + timedelta(3)).isoformat(), "status": "签收"}})
    return {"demands": letters} if letters else {}


def _contact(dice: Random, day: date) -> dict[str, Any]:
    promise = {"date": (day + timedelta(14)).isoformat(), "amount": f"{dice.randint(1_000, 9_000)}.00"}
    return {"date": day.isoformat(), "channel": "phone", "person": "虚构财务", "result": "promised", "promise": promise}


def _story(dice: Random, papers: Papers, state: str, first: date, today: date) -> Mapping[str, Any]:
    """What a court, an administrator or the finance department did, where the state says so."""
    day = min(first + timedelta(dice.randint(200, 400)), today - timedelta(5))
    match state:
        case "litigation":
            receipt = [{"id": papers.next(), "type": "filing_receipt", "filed_on": day.isoformat()}] if papers.left > 0 and dice.random() < 0.8 else []
            hearing = {"kind": "hearing", "date": (today + timedelta(dice.randint(1, 40))).isoformat()}
            suit = {"kind": "lawsuit", "filed_on": day.isoformat(), "case_no": "（虚构）民初1号"}
            return {"proceedings": [suit], "documents": receipt, "court_dates": [hearing]}
        case "enforcement" if papers.left > 0:
            paper = {"id": papers.next(), "court": "示例区人民法院", "case_no": "（虚构）民初2号", "effective_on": day.isoformat(), "performance_days": 10}
            items = [{"kind": "principal", "amount": "50000.00"}]
            return {"judgment": paper | {"items": items}} | ({"enforcement": {"application_filed": today.isoformat()}} if dice.random() < 0.5 else {})
        case "insolvency":
            deadline = today + timedelta(dice.randint(-20, 80))
            told = {"acceptance_date": day.isoformat(), "claim_deadline": deadline.isoformat()}
            return {"insolvency": {"court": "示例市中级人民法院", "case_no": "（虚构）破1号"} | told}
        case "written_off":
            return {"write_off": {"ground": "overdue_3y", "booked_principal": "10000.00"}}
        case _:
            return {}


def _filler(dice: Random, papers: Papers, first: date) -> dict[str, Any]:
    day = first + timedelta(dice.randint(0, 300))
    return {"id": papers.next(), "type": dice.choice(FILLERS), "document_date": day.isoformat(), "title_zh": "测量用材料（虚构）"}
