"""The short examples of the case-file format: accepted by the import, answered for every packet kind, with the figures argued here."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from casefiles.exchange_format import read_text
from casefiles.law import load_law

HERE = Path(__file__).parent
CASES = {case["case_id"]: case for case in yaml.safe_load_all((HERE / "short_cases.yaml").read_text(encoding="utf-8"))}
# What the format asks of a packet kind beyond the case itself, so that every kind can be asked of every case.
NEEDED = {
    "enforcement": {"judgment": {"id": "J1", "court": "示例法院", "case_no": "（2026）示1号", "effective_on": "2026-01-15", "items": [{"kind": "principal", "amount": "1000.00"}]}},
    "insolvency_claim": {"insolvency": {"court": "示例法院", "case_no": "（2026）示破1号", "acceptance_date": "2026-04-01", "claim_deadline": "2026-06-30"}},
    "write_off_archive": {"write_off": {"ground": "overdue_3y", "booked_principal": "1000.00"}},
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("packet", load_law().packet_names)
def test_every_case_is_answered_for_every_packet_kind(name, packet, checked):
    case = {**NEEDED.get(packet, {}), **CASES[name], "packet_kind": packet}
    read = read_text(yaml.safe_dump(case, allow_unicode=True), f"{name}.yaml", HERE).mapping
    found = checked(read)
    assert json.loads(json.dumps(found, ensure_ascii=False)) == found
    assert 0 <= found["completeness_pct"] <= 100
    for finding in found["findings"]:
        assert finding["title_zh"] and "{" not in finding["title_zh"] + finding["title_en"] + finding["remedy_zh"] + finding["remedy_en"]  # noqa: PT018 - one thought


@pytest.mark.parametrize(
    ("name", "delivered", "paid", "balance"),
    [
        pytest.param("DEMO-SALE", "100000.00", "30000.00", "70000.00", id="sale: notes less payment"),
        pytest.param("DEMO-SERVICE", "50000.00", "0.00", "50000.00", id="services: one confirmation"),
        # Term 600,000 x 10 % x 365 / 360 = 60,833.33; delay to 2025-06-29 at 12 %: 22,882.19; so 16,284.48 of the 100,000 reach the principal.
        pytest.param("DEMO-LOAN", "600000.00", "100000.00", "583715.52", id="loan: after set-off"),
        pytest.param("DEMO-LEASE", "120000.00", "60000.00", "60000.00", id="lease: two rents due, one paid"),
        pytest.param("DEMO-BUILD", "2300000.00", "1900000.00", "400000.00", id="works: settlement less payment"),
    ],
)
def test_the_ledger_of_each_dispute_type(name, delivered, paid, balance, checked):
    totals = checked(CASES[name])["totals"]
    assert (totals["delivered_total"], totals["paid"], totals["ledger_balance"]) == (delivered, paid, balance)


@pytest.mark.parametrize(
    ("name", "left"),
    [
        pytest.param("DEMO-SALE", set(), id="sale: complete"),
        pytest.param("DEMO-SERVICE", {"C11_originals", "C13_balance", "C14_demand"}, id="services: originals of three papers, no statement, no letter"),
        pytest.param("DEMO-LOAN", {"C13_balance", "C14_demand"}, id="loan: the only letter went to the guarantor"),
        pytest.param("DEMO-LEASE", {"C07_damages_basis", "C13_balance", "C14_demand", "S04_invoice"}, id="lease: no clause, one invoice short"),
    ],
)
def test_what_each_suit_still_lacks(name, left, checked):
    found = checked(CASES[name], "lawsuit")
    assert {element for element, status in found["element_status"].items() if status != "complete"} == left
    assert found["closed_loop"]  # nothing of it blocks
