"""The part of the check mapping about collection: ageing, promises, and why the case should go to the law department.

Money as strings with two decimals, days ISO.
"""

from __future__ import annotations

from typing import Any

from casefiles.law import company_rules
from casefiles.rules.ageing import ageing
from casefiles.rules.amounts import plain
from casefiles.rules.escalation import Reason, proposal
from casefiles.rules.inquiry import Inquiry
from casefiles.rules.promises import PromiseState, promises


def _promise(promise: PromiseState) -> dict[str, Any]:
    return {
        "made_on": promise.made_on.isoformat(),
        "due": promise.due.isoformat(),
        "amount": None if promise.amount is None else plain(promise.amount),
        "wanted": plain(promise.wanted),
        "received": plain(promise.received),
        "lacking": plain(promise.lacking),
        "state": promise.state,
        "documents": list(promise.documents),
        "logged": promise.logged,
    }


def _reason(reason: Reason) -> dict[str, Any]:
    return {"code": reason.code, "zh": reason.zh, "en": reason.en, "figures": dict(reason.figures), "documents": list(reason.documents)}


def collection(inquiry: Inquiry) -> dict[str, Any]:
    """`ageing` by bucket (all of them), `promises` by due day, `escalation` with one entry a reason."""
    rules = company_rules().on(inquiry.as_of)
    return {
        "ageing": {name: plain(amount) for name, amount in ageing(inquiry.ledger.debts, inquiry.as_of).items()},
        "promises": [_promise(p) for p in promises(inquiry.case, inquiry.as_of, rules.promise_grace_days)],
        "escalation": [_reason(r) for r in proposal(inquiry, rules)],
    }
