"""Six variants of example A. What each must find is argued from the specification, not read off the program.

Weights of A for a lawsuit: C01 3, C02 3, S01 3, S02 3, S04 1, S03 3, S05 1, C09 1, C13 1, C14 1, C04 3, C07 1, C05 3, C10 1, C11 1 = 29.
"""

from __future__ import annotations

import pytest

EXTRA = {"id": "D21", "date": "2026-05-20", "amount": "50000.00", "designated_invoice": "FP-03"}


def short(mapping):
    """The findings as (element or check:code, status, severity)."""
    return [(f.get("element") or f"{f['check'][:3]}:{f['code']}", f.get("status"), f["severity"]) for f in mapping["findings"]]


def test_an_extra_payment_with_the_claim_left_as_it_was(changed, checked):
    # Ledger 750,000 - 50,000 = 700,000 while the claim still says 750,000: X01 claimed_gt_computed, blocking, by 50,000.
    # The statement of 2024-12-31 is compared with the ledger of that day: the payment came later and does not disturb it.
    # X01 is named by S02, C09 and C13: the documents are there, so all three fall to partial without findings of their own.
    # 29 - 1.5 (S02) - 0.5 (C09) - 0.5 (C13) = 26.5 of 29 = 91.3 -> 91.
    found = checked(changed({"payments.3": EXTRA, "claim": {"principal": "750000.00"}}))
    assert short(found) == [("X01:claimed_gt_computed", None, "blocking")]
    assert found["findings"][0]["amount"] == "50000.00"
    assert (found["completeness_pct"], found["closed_loop"], found["generation_allowed"]) == (91, False, False)
    assert {k: v for k, v in found["element_status"].items() if v != "complete"} == dict.fromkeys(("S02_delivery", "C09_payments", "C13_balance"), "partial")
    assert (found["totals"]["ledger_balance"], found["open_by_invoice"]["FP-03"]) == ("700000.00", "329500.00")
    # Fees are shown for the claim and for the ledger; damages run on the ledger in both:
    # 1,573.80 + 10,825.21 + (39,904.43 + 1,334.48) + 29,106.00 = 82,743.92.
    assert (found["damages"]["total"], found["fees_on_ledger"]["amount_in_dispute"]) == ("82743.92", "782743.92")


def test_an_extra_payment_that_the_claim_follows(changed, checked):
    # Silence on the claim = the ledger balance: nothing is wrong. The payment day belongs to the new balance (days to 2026-05-19 on the old):
    # 379,500 x 0.00015 x 701 = 39,904.43 and 329,500 x 0.00015 x 27 = 1,334.48.
    # The payment concerns FP-03 only: its trigger moves to 2026-05-20, the case date stays with FP-02 and FP-04 at 2029-04-09.
    found = checked(changed({"payments.3": EXTRA}))
    assert found["findings"] == []
    segments = [(s["from"], s["to"], s["days"], s["base"], s["amount"]) for s in found["damages"]["segments"] if s["invoice"] == "FP-03"]
    assert segments == [("2024-06-18", "2026-05-19", 701, "379500.00", "39904.43"), ("2026-05-20", "2026-06-15", 27, "329500.00", "1334.48")]
    assert found["limitation"]["by_invoice"]["FP-03"] == {"trigger": "2026-05-20", "safe_last_day": "2029-05-20"}
    assert found["limitation"]["safe_last_day"] == "2029-04-09"


def test_a_missing_seal_on_the_reconciliation(changed, checked):
    # Signed by 丙三 without the seal; for a statement silence on signer_authorised without a seal is false (case-file.md), although he may
    # receive goods. X02 personal_signature_without_authority: warning. C13 keeps only the ledger as corroboration: partial, warning.
    # The statement is now a claimed event; the served letters carry limitation alone. 28.5 of 29 = 98.2 -> 98, nothing blocks.
    found = checked(changed({"reconciliations.0.debtor_seal": None, "reconciliations.0.signer_authorised": None}))
    assert short(found) == [("C13_balance", "partial", "warning"), ("X02:personal_signature_without_authority", None, "warning")]
    assert (found["completeness_pct"], found["closed_loop"]) == (98, True)
    assert [e["date"] for e in found["limitation"]["claimed_events"]] == ["2025-01-08", "2025-11-12"]
    assert found["limitation"]["safe_last_day"] == "2029-04-09"


def test_neither_seal_nor_signature_on_the_reconciliation_blocks(changed, checked):
    # X02 no_seal_no_signature is blocking; such a paper says nothing, so X01 does not compare it. C13 is partial by its documents already,
    # so its own finding stands beside the check's.
    found = checked(changed({"reconciliations.0.debtor_seal": None, "reconciliations.0.signed_by": None, "reconciliations.0.signer_authorised": None, "reconciliations.0.amount": "1.00"}))
    assert short(found) == [("C13_balance", "partial", "warning"), ("X02:no_seal_no_signature", None, "blocking")]


EXPIRED = {"as_of": "2029-04-10", "debtor.registry_extract_date": "2029-04-01"}


def test_limitation_expired_yesterday(changed, checked):
    # Last proved event of every open invoice: the letter received 2026-04-09; + 3 years = 2029-04-09. On 2029-04-10 the claim is expired:
    # C04 missing, blocking, whatever else is in the file; the recording is only a claimed event. (29 - 3) / 29 = 89.6 -> 89.
    found = checked(changed(EXPIRED))
    assert short(found) == [("C04_limitation", "missing", "blocking")]
    assert (found["completeness_pct"], found["limitation"]["days_left_at_as_of"]) == (89, -1)
    assert "2029-04-09" in found["findings"][0]["title_zh"]
    assert "通话录音" in found["findings"][0]["title_zh"]  # named as not counted


def test_the_last_day_of_limitation_is_still_in_time(changed, checked):
    assert checked(changed({**EXPIRED, "as_of": "2029-04-09"}))["findings"] == []


def test_a_planned_filing_after_the_last_day_is_too_late(changed, checked):
    # The test is safe_last_day >= planned_filing_date, not the day of the check.
    assert short(checked(changed({"planned_filing_date": "2029-04-10"}))) == [("C04_limitation", "missing", "blocking")]


def test_a_payment_on_the_due_date_bears_nothing(changed, checked):
    # FP-02 is due 2024-05-20; D11 (250,000) now comes on that very day: in time. Damages start on 2024-05-21 on 90,500 alone:
    # 2024-05-21 to 2026-06-15 = 756 days; 90,500 x 0.00015 x 756 = 10,262.70. Total 1,573.80 + 10,262.70 + 41,441.40 + 29,106.00.
    found = checked(changed({"payments.1.date": "2024-05-20"}))
    assert found["findings"] == []
    assert [(s["from"], s["days"], s["base"], s["amount"]) for s in found["damages"]["segments"] if s["invoice"] == "FP-02"] == [("2024-05-21", 756, "90500.00", "10262.70")]
    assert found["damages"]["total"] == "82383.90"


@pytest.mark.parametrize(("lists", "findings"), [pytest.param(None, [("S02_delivery", "partial", "blocking")], id="statement lists nothing"), pytest.param(["D04"], [], id="sealed statement lists the note")])
def test_an_unsigned_note(lists, findings, changed, checked):
    # SH-03 (379,500) without signature and seal: 906,500 of 1,286,000 are proved; the invoice is corroboration only, hence partial, which
    # for S02 blocks as much as missing. X21 never asks about a note without any signature. 27.5 of 29 = 94.8 -> 94.
    # The sealed statement heals it only when it names the delivery (covers_by lists).
    found = checked(changed({"deliveries.2.signed_by": None, "deliveries.2.debtor_seal": False, "reconciliations.0.lists": lists}))
    assert short(found) == findings
    if findings:
        assert (found["findings"][0]["documents"], found["findings"][0]["amount"]) == (["D04"], "379500.00")
        assert "SH-03 无签名无印章" in found["findings"][0]["title_zh"]
        assert (found["completeness_pct"], found["totals"]["delivered_signed"]) == (94, "906500.00")
    else:
        assert found["completeness_pct"] == 100


def test_a_wrong_credit_code_of_the_debtor(changed, checked):
    # The check digit of 91000000MA0BBBB23H replaced by 0: X03 uscc_invalid, blocking, against C02 alone (a party check touches only the
    # element of that party): C01 stays complete, C02 falls to partial without a finding of its own. 27.5 of 29 -> 94.
    found = checked(changed({"debtor.uscc": "91000000MA0BBBB230"}))
    assert short(found) == [("X03:uscc_invalid", None, "blocking")]
    assert found["findings"][0]["key"] == "check:X03_party_name_uscc:uscc_invalid:debtor"
    assert found["findings"][0]["stands_under"] == ["C02_debtor_standing"]
    assert (found["element_status"]["C01_creditor_standing"], found["element_status"]["C02_debtor_standing"]) == ("complete", "partial")
    assert found["completeness_pct"] == 94


def test_a_credit_code_in_lower_case_is_the_same_code(changed, checked):
    assert checked(changed({"debtor.uscc": "91000000ma0bbbb23h"}))["findings"] == []
