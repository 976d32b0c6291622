"""What the pages offer to mend a finding mends it: the balance stays, the ledger's rows are those of its sums, and a save loses nothing."""

from __future__ import annotations

import io
import re
from html import unescape
from html.parser import HTMLParser
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import select

from casefiles import assess
from casefiles.case_mapping import case_mapping
from casefiles.db import saving, session
from casefiles.law import EXAMPLES
from casefiles.models import Case, Document
from casefiles.rules.facts import read_case

B = "/cases/EX-B-FIVE-DEFECTS"
QUICK = "case-b-five-defects"
NAMES = [pytest.param(path.stem, marks=[] if path.stem == QUICK else pytest.mark.long) for path in sorted(EXAMPLES.glob("*.yaml"))]


@pytest.fixture
def clerk(signed_in):
    return signed_in("legal_staff")


def case_b() -> Case:
    session.remove()
    return session.get_one(Case, "EX-B-FIVE-DEFECTS")


def checked() -> dict:
    case = case_b()
    return assess.check(case, today=case.as_of)


def record(ref: str) -> Document:
    return next(d for d in case_b().documents if d.ref == ref)


def offered(client, element: str = "S02_delivery") -> str:
    """The address of the button on the card of an element."""
    card = re.search(rf'id="e-{element}".*?</article>|id="e-{element}".*?</section>', client.get(B).text, re.DOTALL)[0]
    return unescape(re.search(r'href="([^"]*/documents/[^"]*)"[^>]*>\s*(?:Upload|Confirm)', card)[1])


def give_file(client, ref: str) -> None:
    client.post(f"{B}/documents/upload/file?name=x.txt&record={record(ref).id}", data=ref.encode(), headers={"Content-Type": "application/octet-stream"})


def test_the_button_leads_to_the_record_that_has_no_file(clerk, example):
    example("case-b-five-defects")
    assert parse_qs(urlsplit(offered(clerk)).query) == {"record": [str(record("D03").id)]}


def test_the_whole_way_of_a_better_copy_heals_the_finding_and_keeps_the_balance(clerk, example):
    """D03 has its (unsigned) file: the button offers a signed note with number, day and amount; it is the same delivery."""
    example("case-b-five-defects")
    give_file(clerk, "D03")
    address = offered(clerk)
    asked = {key: value[0] for key, value in parse_qs(urlsplit(address).query).items()}
    assert asked == {"type": "delivery_note_signed", "number": "SH-12", "document_date": "2023-05-31", "amount": "158400.00"}
    page = clerk.get(address).text
    assert 'name="number-0" value="SH-12"' in page
    assert 'name="amount-0" value="158400.00"' in page
    row = {"type-0": asked["type"], "number-0": asked["number"], "document_date-0": asked["document_date"], "amount-0": asked["amount"]}
    clerk.post(f"{B}/documents/upload", data={"files-0": (io.BytesIO(b"signed"), "SH-12.txt"), **row})
    totals = checked()["totals"]
    assert (totals["delivered_total"], totals["ledger_balance"]) == ("450000.00", "317400.00")
    added = record("D14")
    assert offered(clerk) == f"{B}/documents/{added.id}"  # it is there: what lacks is that a person confirms the signature
    form = {f"field-{key}": value for key, value in added.fields.items()} | {"version": added.version, "type": added.type, "flag-debtor_seal": "1"}
    clerk.post(f"{B}/documents/{added.id}", data=form)
    found = checked()
    assert "element:S02_delivery" not in {f["key"] for f in found["findings"]}
    assert (found["totals"]["delivered_signed"], found["totals"]["ledger_balance"]) == ("450000.00", "317400.00")
    assert "claimed_gt_computed" in {f.get("code") for f in found["findings"]}
    ledger = clerk.get(f"{B}/ledger").text
    assert ledger.count("SH-12") == 1
    assert "✕ nobody" not in ledger
    assert "¥450,000.00" in ledger


def test_the_tables_of_the_ledger_show_papers_that_stand_in_no_block(clerk, make_case, make_document):
    case = make_case("DC-1")
    fields = {"number": "FP-1", "document_date": "2026-01-05", "amount": "1000.00", "due_date": "2026-02-05"}
    make_document(case, type="vat_invoice", ref="D01", fields=fields)
    make_document(case, type="delivery_note_signed", ref="D02", fields={"number": "SH-1", "amount": "1000.00", "document_date": "2026-01-05"})
    make_document(case, type="bank_payment", ref="D03", fields={"direction": "in", "purpose": "price", "amount": "300.00", "paid_on": "2026-03-01"})
    make_document(case, type="bank_payment", ref="D04", fields={"direction": "out", "amount": "7.00", "paid_on": "2026-03-02"})
    make_document(case, type="credit_note", ref="D05", fields={"amount": "50.00", "against_invoice": "FP-1", "date": "2026-03-03"})
    make_document(case, type="reconciliation_statement", ref="D06", fields={"amount": "650.00", "as_at": "2026-04-01"})
    page = clerk.get("/cases/DC-1/ledger").text
    for shown in ("FP-1", "SH-1", "¥1,000.00", "¥300.00", "¥7.00", "¥50.00", "¥650.00", "Paid out", "not counted on this debt", "2026-02-05"):
        assert shown in page
    assert "is in the file" not in page


class Form(HTMLParser):
    """What a browser sends of the edit form."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.sent: dict[str, str] = {}
        self.select = ""
        form = re.search(r'<form class="panel"[^>]*aria-label="Fields".*?</form>', text, re.DOTALL)
        self.feed(form[0] if form else "")

    def handle_starttag(self, tag, attrs):
        said = dict(attrs)
        if tag == "select":
            self.select = said["name"]
            self.sent.setdefault(self.select, "")
        elif tag == "option" and "selected" in said:
            self.sent[self.select] = said["value"]
        elif tag == "input" and "name" in said and (said.get("type") != "checkbox" or "checked" in said):
            self.sent[said["name"]] = said.get("value") or ""


@pytest.mark.parametrize("name", NAMES)
def test_saving_every_page_as_it_is_changes_nothing(clerk, example, name):
    case_id = example(name).case_id
    before = case_mapping(session.get_one(Case, case_id))
    found = assess.check(session.get_one(Case, case_id), today=session.get_one(Case, case_id).as_of)
    saved = 0
    for document_id in list(session.scalars(select(Document.id).where(Document.case_id == case_id))):
        address = f"/cases/{case_id}/documents/{document_id}"
        if sent := Form(clerk.get(address).text).sent:
            assert clerk.post(address, data=sent).status_code == 302
            saved += 1
    assert saved > 10
    session.remove()
    case = session.get_one(Case, case_id)
    assert case_mapping(case) == before
    assert read_case(case_mapping(case)) == read_case(before)
    assert assess.check(case, today=case.as_of) == found


def test_an_original_that_only_the_block_tells_is_shown_and_stays_with_the_block(clerk, example):
    example("case-b-five-defects")
    ref_id = record("D12").id
    with saving():
        held = session.get_one(Document, ref_id)
        held.fields, held.listed_in = {"in_block": {"original": {"held_by": "lawyer", "location": "律所"}}}, "documents"
    held = record("D12")
    page = clerk.get(f"{B}/documents/{held.id}").text
    assert 'value="律所"' in page
    clerk.post(f"{B}/documents/{held.id}", data=Form(page).sent)
    assert record("D12").original is None
    assert case_mapping(case_b())["reconciliations"][0]["original"] == {"held_by": "lawyer", "location": "律所"}
