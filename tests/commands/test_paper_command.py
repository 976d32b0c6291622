"""casefiles paper: the list with what each paper lacks, the two files, and refusals in a sentence."""

from __future__ import annotations

import io

import docx
import pypdfium2
import pytest
import yaml
from sqlalchemy import select

from casefiles.db import session
from casefiles.law import EXAMPLES
from casefiles.models import AuditEntry

ACCOUNT = {"bank": "示例银行杭州分行", "number": "6222000000000001"}


@pytest.fixture
def imported(run, tmp_path):
    """Example A without its files, whose creditor has an account."""
    case = yaml.safe_load((EXAMPLES / "case-a-complete-sale.yaml").read_text(encoding="utf-8"))
    case["creditor"] |= {"bank_account": ACCOUNT, "phone": "0571-0001"}
    file = tmp_path / "case.yaml"
    file.write_text(yaml.safe_dump(case, allow_unicode=True), encoding="utf-8")
    assert run("case", "import", file).code == 0
    return case["case_id"]


def tight(text):
    return "".join(text.split())


def pdf_text(content):
    with pypdfium2.PdfDocument(content) as document:
        return tight("".join(page.get_textpage().get_text_range() for page in document))


def docx_text(content):
    return tight("".join(node.text or "" for node in docx.Document(io.BytesIO(content)).element.body.iter() if node.tag.endswith("}t")))


def test_the_list_says_what_each_lacks(run, imported):
    offers = {offer["paper"]: offer for offer in run("paper", imported, "--list", "--json").json}
    assert offers["demand_letter"]["ready"]
    assert offers["demand_letter"]["asked"] == ["pay_by"]
    assert [gap["where"] for gap in offers["power_of_attorney"]["gaps"]] == ["agents"]
    assert not offers["performance_statement"]["ready"]
    told = run("paper", imported, "--list")
    assert (told.code, "power_of_attorney" in told.out) == (0, True)


def test_both_files_say_the_same_and_it_is_written_down(run, imported, tmp_path):
    done = run("paper", imported, "demand_letter", "--out", tmp_path / "out", "--option", "pay_by=2026-07-01", "--json")
    assert done.code == 0
    assert [file["file"].rpartition(".")[2] for file in done.json["files"]] == ["docx", "pdf"]
    texts = (docx_text((tmp_path / "out/demand_letter.docx").read_bytes()), pdf_text((tmp_path / "out/demand_letter.pdf").read_bytes()))
    # principal 750,000.00 and damages 82,946.41 of example A's expected block
    wanted = ["示例北方装备制造有限公司", "750,000.00", "82,946.41", "832,946.41", "捌拾叁万贰仟玖佰肆拾陆元肆角壹分", "2026年7月1日", ACCOUNT["number"], "0571-0001"]
    assert [[value for value in wanted if value not in text] for text in texts] == [[], []]
    entry = session.scalars(select(AuditEntry).where(AuditEntry.event == "draft")).one()
    assert (entry.case_id, entry.object, entry.detail["options"]) == (imported, "demand_letter", {"pay_by": "2026-07-01"})
    session.remove()
    again = run("paper", imported, "demand_letter", "--out", tmp_path / "again", "--option", "pay_by=2026-07-01", "--json")
    assert [file["sha256"] for file in again.json["files"]] == [file["sha256"] for file in done.json["files"]]


REFUSED = [  # words, exit code, what the sentence says
    (("demand_letter",), 1, "day by which to pay"),
    (("demand_letter", "--option", "pay_by=2026-02-30"), 1, "is no date"),
    (("demand_letter", "--option", "pay_by=2026-06-01"), 1, "after 2026-06-15"),
    (("demand_letter", "--option", "seal=yes"), 1, "has no option 'seal'"),
    (("demand_letter", "--option", "contact=" + "长" * 501), 1, "longer than 500"),
    (("demand_letter", "--option", "pay_by"), 2, "is no key=value"),
    (("demand_letter", "--option", "contact=a", "--option", "contact=b"), 2, "given twice"),
    (("service_address_confirmation", "--option", "procedure=picnic"), 1, "is not among"),
    (("power_of_attorney",), 1, "agent"),
    (("love_letter",), 1, "There is no paper 'love_letter'"),
]


def test_a_paper_that_cannot_be_made_is_refused_in_a_sentence(run, imported, tmp_path):
    for words, code, sentence in REFUSED:
        refused = run("paper", imported, *words, "--out", tmp_path / "out")
        assert (refused.code, sentence in refused.err) == (code, True), (words, refused.err)
    assert not (tmp_path / "out").exists()
    assert session.scalars(select(AuditEntry).where(AuditEntry.event == "draft")).all() == []


def test_wrong_use(run, imported):
    assert run("paper", imported).code == 2
    assert run("paper", imported, "demand_letter").code == 2
    assert run("paper", "NO-SUCH-CASE", "--list").code == 1
