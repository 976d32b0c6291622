"""The rows of the ledger's tables: what the rules count, each with its papers, so that the tables and the sums beside them cannot differ."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from casefiles.case_mapping import case_mapping
from casefiles.models import Case, Document
from casefiles.rules.entities import CaseFacts, DocumentFacts
from casefiles.rules.facts import read_case


def rows_of(case: Case, documents: Sequence[Document]) -> dict[str, Any]:
    """The facts of the account, payments that are no payment on the debt, and the documents this person may open by their id."""
    facts = read_case(case_mapping(case))
    return {"facts": facts, "beside": not_counted(facts), "papers": {document.ref: document for document in documents}}


def not_counted(facts: CaseFacts) -> list[DocumentFacts]:
    """Bank payments that do not lower the balance: paid out, for something else, or nobody said which way the money went."""
    counted = {payment.document.id for payment in facts.payments}
    return [paper for paper in facts.of_type("bank_payment") if paper.id not in counted]
