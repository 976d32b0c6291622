"""Real files: each is bound in, or stands on a slip sheet with its reason, as the list of the samples says."""

from __future__ import annotations

import csv
import hashlib
import shutil
import subprocess

import pypdfium2
import pytest

from casefiles.bundle.assembly import build
from casefiles.bundle.manifest import manifest, verify_folder, write_manifest
from casefiles.bundle.pagination import number
from casefiles.bundle.plan import Exhibit, Group, Source
from casefiles.bundle.preflight import examine, prepare
from casefiles.bundle.words import PROBLEMS

TYPES = {
    "pdf": "application/pdf", "png": "image/png", "jpg": "image/jpeg", "tif": "image/tiff", "heic": "image/heic", "eml": "message/rfc822",
    "msg": "application/vnd.ms-outlook", "mbox": "application/mbox", "wav": "audio/wav", "mp3": "audio/mpeg", "m4a": "audio/mp4", "ogg": "application/ogg",
    "amr": "audio/amr", "ofd": "application/ofd", "zip": "application/zip", "txt": "text/plain", "csv": "text/csv", "xls": "application/vnd.ms-excel",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docm": "application/vnd.ms-word.document.macroenabled.12",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}  # fmt: skip
SLIPS = {  # what the list of the samples says must be a clear error, or has no pages
    "pdf/encrypted-public-key.pdf": "encrypted_certificate",
    "pdf/encrypted-user-aes256.pdf": "encrypted",
    "pdf/not-a-pdf.pdf": "not_a_pdf",
    "pdf/zero-pages.pdf": "zero_pages",
    "pdf/very-large-page.pdf": "broken",  # its only content stream cannot be unpacked: a blank page would be a lie
    "hostile/pages-loop.pdf": "broken",
    "docx/encrypted-password.docx": "encrypted_office",
    **dict.fromkeys(("hostile/billion-laughs.xlsx", "hostile/xml-bomb.xlsx", "hostile/xxe.docx", "hostile/xxe-local-file.docx"), "broken"),
}
BY_ENDING = {"ofd": "ofd", "zip": "archive", "msg": "outlook", "mbox": "outlook", **dict.fromkeys(("wav", "mp3", "m4a", "ogg", "amr"), "recording")}
PAGES = {
    "pdf/broken-xref-repairable.pdf": 30, "pdf/cn-scan-ocr-layer-cid-not-embedded.pdf": 6, "pdf/rotate-and-boxes.pdf": 8, "pdf/outlines-and-links.pdf": 7,
    "images/tiff-2-pages.tif": 2, "images/tiff-g4-3-pages.tif": 3,
    "email/gbk-with-attachment.eml": 3,  # the mail, the sheet before its one attachment, that attachment's page
    "email/forwarded-message.eml": 1,  # two mails on one page; the PDF in the inner one is broken
}  # fmt: skip
NOTES = {  # what the list says a person must be told
    "pdf/encrypted-no-copy-permission.pdf": "permissions",
    "pdf/encrypted-owner-only-aes256.pdf": "opens_freely",
    "pdf/acroform-fields.pdf": "form_fields",
    "pdf/cn-scan-image-only.pdf": "no_text_layer",
    "pdf/scan-ccitt-g4-a4.pdf": "no_text_layer",
    "pdf/signed-two-signatures.pdf": "signed",
    "pdf/signed-then-changed.pdf": "signed_earlier",
    "pdf/cn-cid-not-embedded-a4-a3-mix.pdf": "wrong_rotation",  # pages 3 to 5 are turned, their text is not
    "pdf/cn-embedded-tender.pdf": "attachments",
    "pdf/cn-seal-page-simsun-not-embedded.pdf": "fonts",
    "email/forwarded-message.eml": "mail_left_out",
    "hostile/macro.docm": "macros",
}
QUICK = ("pdf", "images", "email", "ofd", "audio", "zip", "hostile")
OFFICE = ("docx", "xlsx", "docm", "xls")


def listed(folder):
    with (folder / "MANIFEST.tsv").open(encoding="utf-8", newline="") as rows:
        return [row["path"] for row in csv.DictReader(rows, delimiter="\t")]


def exhibit_of(folder, path):
    content = (folder / path).read_bytes()
    source = Source(folder / path, path.rpartition("/")[2], hashlib.sha256(content).hexdigest(), len(content), TYPES[path.rpartition(".")[2]])
    return Exhibit(path, f"样本 {path}", path.partition("/")[0], source)


@pytest.fixture(scope="module")
def places(tmp_path_factory):
    return tmp_path_factory.mktemp("samples")


@pytest.fixture(scope="module")
def quick(shared_samples, places, fonts):
    """Every sample that needs no office program, prepared."""
    paths = [path for path in listed(shared_samples) if path.partition("/")[0] in QUICK and path.rpartition(".")[2] not in OFFICE]
    return prepare([exhibit_of(shared_samples, path) for path in paths], places / "work", fonts, cache=places / "cache")


@pytest.fixture(scope="module")
def bound(quick, places, fonts):
    """All of them in one bundle."""
    names = dict.fromkeys(entry.exhibit.group for entry in quick)
    groups = [Group(f"G{at}", f"第{at}组", name, tuple(e.exhibit for e in quick if e.exhibit.group == name)) for at, name in enumerate(names, start=1)]
    pagination = number(groups, quick)
    (places / "packet").mkdir()
    built = build((), groups, quick, pagination, places / "packet" / "bundle.pdf", fonts, title="样本", watermark="草稿 DRAFT")
    return built, pagination


def judged(prepared):
    """What the table expects of a sample, beside what came: problem code of the slip sheet ('' for one that is bound in)."""
    path = prepared.exhibit.id
    expected = SLIPS.get(path) or BY_ENDING.get(path.rpartition(".")[2], "")
    return expected, prepared.problems[0].code if prepared.slip else ""


def test_every_sample_is_bound_or_says_why(quick):
    assert {entry.exhibit.id: judged(entry) for entry in quick if judged(entry)[0] != judged(entry)[1]} == {}
    pages = {entry.exhibit.id: entry.pages for entry in quick}
    assert {path: pages[path] for path in PAGES} == PAGES


def test_every_sample_tells_what_the_list_wants_told(quick):
    said = {entry.exhibit.id: {problem.code for problem in entry.problems} for entry in quick}
    missing = {path: code for path, code in NOTES.items() if path in said and code not in said[path]}
    assert missing == {}
    for entry in quick:
        assert all(problem.zh and problem.en and problem.severity for problem in entry.problems), entry.exhibit.id
        assert not entry.slip or entry.native == entry.exhibit.source.path, "the original goes along"


@pytest.mark.parametrize("path", ["pdf/cn-scan-ocr-layer-cid-not-embedded.pdf", "pdf/cn-seal-page-simsun-not-embedded.pdf", "pdf/cn-annual-report-cover.pdf"])
def test_ocr_layers_and_bold_by_repetition_are_no_secrets(quick, path):
    entry = next(entry for entry in quick if entry.exhibit.id == path)
    assert not {"hidden_text", "invisible_text"} & {problem.code for problem in entry.problems}


def test_looking_before_says_the_same_as_preparing(quick, places, fonts):
    seen = examine([entry.exhibit for entry in quick], fonts, cache=places / "cache")
    assert [(e.exhibit, e.pages, e.slip, e.problems) for e in seen] == [(e.exhibit.id, e.pages, e.slip, e.problems) for e in quick]


@pytest.mark.long
def test_the_bundle_of_all_samples_reads_back(quick, bound, places):
    built, pagination = bound
    write_manifest(places / "packet", manifest(places / "packet", (built,), (), quick, pagination, title="样本"))
    assert [str(difference) for difference in verify_folder(places / "packet")] == []
    if shutil.which("qpdf"):
        checked = subprocess.run(["qpdf", "--check", built.path], capture_output=True, text=True, check=False)
        assert (checked.returncode, checked.stderr) == (0, "")


@pytest.mark.parametrize(("path", "words"), [
    pytest.param("audio/voice.m4a", ["10秒(0:10)"], id="9.7 seconds of m4a"),
    pytest.param("audio/mandarin.mp3", ["6秒(0:06)"], id="5.7 seconds of mp3"),
    pytest.param("audio/普通话录音.wav", ["4秒(0:04)", "普通话录音.wav"], id="4.3 seconds of wav"),
    pytest.param("audio/truncated.wav", ["无法读取"], id="a head without sound"),
    pytest.param("ofd/发票示例.ofd", ["GB/T33190", "发票示例.ofd"], id="an OFD says how to open it"),
    pytest.param("zip/zip-in-zip.zip", ["解压"], id="an archive says what to do"),
])  # fmt: skip
def test_a_slip_sheet_tells(quick, path, words):
    entry = next(entry for entry in quick if entry.exhibit.id == path)
    document = pypdfium2.PdfDocument(entry.pdf)
    shown = "".join(document[entry.start].get_textpage().get_text_bounded().split())
    document.close()
    for word in (*words, entry.exhibit.source.sha256[:32]):
        assert word in shown


@pytest.mark.long
def test_every_office_sample_is_bound_or_says_why(shared_samples, places, fonts, soffice_path):
    paths = [path for path in listed(shared_samples) if path.rpartition(".")[2] in OFFICE]
    prepared = prepare([exhibit_of(shared_samples, path) for path in paths], places / "office", fonts, cache=places / "cache")
    assert {entry.exhibit.id: judged(entry) for entry in prepared if judged(entry)[0] != judged(entry)[1]} == {}
    said = {entry.exhibit.id: {problem.code for problem in entry.problems} for entry in prepared}
    assert {path for path, code in NOTES.items() if path in said and code not in said[path]} == set()


def test_every_code_of_the_tables_has_its_sentence():
    assert {*SLIPS.values(), *BY_ENDING.values(), *NOTES.values()} <= set(PROBLEMS)
