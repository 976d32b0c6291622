"""'Everything can be read and found', by command and page: every sample, a collector's photo, a mail in an archive."""

from __future__ import annotations

import io
import platform
import re
import zipfile
from email.message import EmailMessage
from pathlib import Path

import pytest
from sqlalchemy import select

from casefiles.db import session
from casefiles.law import EXAMPLES
from casefiles.models import Document

pytestmark = pytest.mark.long
CASE = "EX-A-COMPLETE"
SAMPLES = Path(__file__).resolve().parents[3] / "shared" / "samples"
FOUND = re.compile(r"text found(?: by OCR)?(?: after straightening)?: ([^;(]+)")
# What a row of the MANIFEST asks besides words to be found: the status and a word of its reason.
TOLD = {
    "pdf/broken-startxref.pdf": ("read", ""), "pdf/encrypted-public-key.pdf": ("encrypted", "certificate"), "pdf/encrypted-user-aes256.pdf": ("encrypted", "password"),
    "pdf/not-a-pdf.pdf": ("read", "not a PDF"), "pdf/zero-pages.pdf": ("failed", "No pages"), "pdf/very-large-page.pdf": ("empty", ""), "pdf/scan-ccitt-g4-a4.pdf": (None, ""),
    "pdf/cn-scan-ocr-layer-cid-not-embedded.pdf": ("read", "OCR"), "docx/encrypted-password.docx": ("encrypted", "password"), "audio/truncated.wav": ("failed", "empty recording"),
    "email/forwarded-message.eml": ("read", ""), "hostile/billion-laughs.xlsx": ("failed", "document type"), "hostile/xml-bomb.xlsx": ("failed", "document type"),
    "hostile/xxe.docx": ("failed", "document type"), "hostile/xxe-local-file.docx": ("failed", "document type"), "hostile/external-link.docx": (None, "outside"),
    "hostile/macro.docm": ("read", "macro"), "hostile/zip-slip.zip": ("partly", "zip-slip-sample"), "hostile/zip-symlink.zip": (None, "link"), "zip/encrypted-partly.zip": ("partly", "encrypted"),
}  # fmt: skip
INSIDE = {  # paths of the files inside that become documents
    "email/attachment-pdf.eml": {"test.pdf"}, "email/attachments-text.eml": {"Test TxtA.txt", "Test TxtB.txt"}, "email/gbk-with-attachment.eml": {"对账单（盖章）.pdf"},
    "email/utf8-html-reply.eml": {"还款计划.txt"}, "email/signed-smime.eml": {"smime.p7s"}, "zip/encrypted-partly.zip": {"unencrypted.txt"},
    "zip/gbk-names.zip": {"审计压缩包文件检索测试/集团邮件审计系统2021年自动巡检需求文档_V4.0.doc"}, "zip/utf8-names.zip": {"表だよ/一覧表.txt", "表だよ/漢字.txt"},
    "hostile/zip-slip.zip": {"good.txt"},
}  # fmt: skip


PAGES = {
    "pdf/a4-portrait-landscape-mix.pdf": 5, "pdf/broken-xref-repairable.pdf": 30, "pdf/cn-embedded-tender.pdf": 5, "images/tiff-2-pages.tif": 2,
    "images/tiff-g4-3-pages.tif": 3, "ofd/sealed-across-pages.ofd": 5, "xlsx/old-format.xls": 3,
}  # fmt: skip
SHOWN = {  # what stands in the text as a person sees it
    "docx/cn-template-braces.docx": "{{", "docx/借款合同-表格与修订.docx": "删除“百分之二十四”", "xlsx/cn-merged-dates.xlsx": "2010-03-21",
    "xlsx/应收账款-多表公式.xlsx": "2023年12月31日\t=IF(", "hostile/dde.csv": "=cmd|", "hostile/formula-injection.csv": "\t-2+3\t",
}  # fmt: skip
SOUND = {"audio/mandarin.wav": 5.5, "audio/voice.m4a": 9.7}  # seconds


def rows() -> list[tuple[str, str]]:
    if not SAMPLES.is_dir():
        return []
    lines = (SAMPLES / "MANIFEST.tsv").read_text(encoding="utf-8").splitlines()[1:]
    return [(line.split("\t")[0], line.split("\t")[3]) for line in lines]


@pytest.fixture(scope="module")
def filed(empty_instance):
    """An instance whose case A holds every sample, read and recognised: sample -> document id."""
    if not SAMPLES.is_dir():
        pytest.skip("the samples stand beside the project, and are not there")
    assert empty_instance.run("case", "import", EXAMPLES / "case-a-complete-sale.yaml").code == 0
    files = [str(SAMPLES / name) for name, _ in rows()]
    added = empty_instance.run("document", "add", CASE, *files, "--type", "unsorted", "--json")
    assert added.code == 0, added.err
    ids = {name: told["id"] for (name, _), told in zip(rows(), added.json, strict=True)}
    empty_instance.run("document", "wait", "--timeout", "1200")  # exit 1: some samples cannot be read
    return empty_instance, ids


def family(ref: str) -> dict[str, Document]:
    """A document and everything inside it, by reference."""
    top = session.scalars(select(Document).where(Document.case_id == CASE, Document.ref == ref)).one()
    found, waiting = {}, [top]
    while waiting:
        document = waiting.pop()
        found[document.ref] = document
        waiting += document.children
    return found


@pytest.mark.parametrize(("name", "wanted"), rows(), ids=[name for name, _ in rows()])
def test_a_sample_gives_what_its_manifest_says(filed, name, wanted):
    instance, ids = filed
    for words in FOUND.findall(wanted):
        for said in words.strip().split(", "):
            phrase = f"Multipage TIFF Example {said}" if said == "Page 2" else said  # as the row means it
            hits = instance.run("search", f'"{phrase.strip()}"', "--case", CASE, "--limit", "400", "--json").json["hits"]
            assert {hit["document"] for hit in hits} & set(family(ids[name])), phrase
    document = family(ids[name])[ids[name]]
    status, reason = TOLD.get(name, (None, ""))
    assert status in {None, document.text_status.value}, document.text_reason_en
    assert reason in (document.text_reason_en or "")
    assert document.text_status.value == "read" or document.text_reason_zh  # its text is there, or its reason is shown
    inside = {child.path_in_parent for child in family(ids[name]).values() if child.parent_id}
    assert INSIDE.get(name, set()) <= inside
    assert not inside & {"../evil.txt", "..\\evil.txt", "/tmp/evil.txt"}


def text_of(document: Document) -> str:
    return "\n".join(page.text for page in document.pages)


def test_pages_texts_and_lengths_are_those_of_the_manifest(filed):
    _, ids = filed
    documents = {name: family(ref)[ref] for name, ref in ids.items()}
    assert {name: documents[name].page_count for name in PAGES} == PAGES
    assert [name for name, words in SHOWN.items() if words not in text_of(documents[name])] == []
    assert {name: round(documents[name].told["details"]["sound"]["duration_s"], 1) for name in SOUND} == pytest.approx(SOUND, abs=0.1)
    assert documents["audio/flac-in-ogg.ogg"].told["details"]["sound"]["codec"] == "flac"
    assert text_of(documents["xlsx/dates-1904.xlsx"]) == text_of(documents["xlsx/dates.xlsx"])
    assert "valid" not in (documents["pdf/signed-then-changed.pdf"].text_reason_en or "")
    assert not [name for name, document in documents.items() if platform.node() in text_of(document) + repr(document.told)]
    assert not {"gps", "latitude"} & set(repr(documents["images/phone-photo.heic"].told).lower().split("'"))


def test_the_quine_stops_at_the_depth_limit(filed):
    _, ids = filed
    if "hostile/zip-quine.zip" not in ids:
        pytest.skip("no such sample")
    deepest = list(family(ids["hostile/zip-quine.zip"]).values())
    assert 1 < len(deepest) < 12
    assert any("depth" in (document.text_reason_en or "") or "level" in (document.text_reason_en or "") for document in deepest)


def test_two_attachments_of_a_mail_in_a_gbk_zip_are_four_documents_with_their_path(empty_instance, tmp_path):
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"], mail["Date"] = "a@example.test", "b@example.test", "对账单与送货单", "Mon, 27 May 2024 09:15:00 +0800"
    mail.set_content("附上五月份资料，轴承座两百套请核对。")
    mail.add_attachment("五月对账余额柒拾伍万元整".encode(), maintype="text", subtype="plain", filename="对账单.txt")
    mail.add_attachment("运单号 SF1234567890123 液压泵壹拾贰台".encode(), maintype="text", subtype="plain", filename="送货单.txt")
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("x" * len("往来/五月.eml".encode("gbk")), mail.as_bytes())
    raw = archive.getvalue().replace(b"x" * len("往来/五月.eml".encode("gbk")), "往来/五月.eml".encode("gbk"))  # as Chinese Windows writes names
    (tmp_path / "往来.zip").write_bytes(raw)
    empty_instance.run("case", "import", EXAMPLES / "case-b-five-defects.yaml")
    assert empty_instance.run("document", "add", "EX-B-FIVE-DEFECTS", tmp_path / "往来.zip", "--type", "unsorted").code == 0
    empty_instance.run("document", "wait", "--timeout", "120")
    found = {}
    for words in ("往来/五月.eml", "轴承座两百套", "柒拾伍万元整", "SF1234567890123"):
        hits = empty_instance.run("search", f'"{words}"', "--case", "EX-B-FIVE-DEFECTS", "--json").json["hits"]
        found[words] = {hit["document"] for hit in hits if hit["page"]}
    documents = {document.ref: document for document in session.scalars(select(Document).where(Document.case_id == "EX-B-FIVE-DEFECTS"))}
    paths = {words: {documents[ref].path_in_parent for ref in refs} for words, refs in found.items()}
    assert paths == {"往来/五月.eml": {None}, "轴承座两百套": {"往来/五月.eml"}, "柒拾伍万元整": {"对账单.txt"}, "SF1234567890123": {"送货单.txt"}}
    attachment = documents[next(iter(found["SF1234567890123"]))]
    assert [attachment.parent.path_in_parent, attachment.parent.parent.name] == ["往来/五月.eml", "往来.zip"]
