"""Each of the seven kinds is built once, with small papers, and read back with other libraries than those that wrote it."""

import json
import zipfile

import pypdfium2
import pytest
from docx import Document as Word
from openpyxl import load_workbook

from casefiles import assemble, runtime
from casefiles.bundle import manifest
from casefiles.db import saving, session
from casefiles.law import load_law
from casefiles.models import Case, Packet, PacketState

URGENT = "被申请人正在处置生产设备，不立即保全将使判决难以执行。"
KINDS = {
    "lawsuit": "a", "payment_order": "a", "arbitration": "mended", "preservation": "secured", "enforcement": "decided",
    "insolvency_claim": "c", "write_off_archive": "d",
}  # fmt: skip
# the amount each kind asks for: of A, C and D from `expected` of the examples. Preservation: the amount applied for, A's amount in dispute.
# B mended: 317,400.00 of the ledger and the damages of damages_on_correct_balance, 56,196.15 (3,096.00 + 24,844.32 + 15,973.99 + 12,281.84).
# Enforcement: 750,000.00 + 82,946.41 + 6,064.73 of the judgment stand on it one by one.
ASKED = {
    "lawsuit": ["832,946.41"], "payment_order": ["832,946.41"], "arbitration": ["317,400.00", "56,196.15"], "preservation": ["832,946.41"],
    "enforcement": ["750,000.00", "82,946.41", "6,064.73"], "insolvency_claim": ["387,318.92"], "write_off_archive": ["312,674.53"],
}  # fmt: skip
FIRST = {
    "lawsuit": "民事起诉状", "payment_order": "支付令申请书", "arbitration": "仲裁申请书", "preservation": "财产保全申请书",
    "enforcement": "强制执行申请书", "insolvency_claim": "债权申报表", "write_off_archive": "卷内目录",
}  # fmt: skip


@pytest.fixture(scope="module")
def case_ids(enter, case_of):
    return {name: enter(case_of(name)) for name in dict.fromkeys(KINDS.values())}


@pytest.fixture(scope="module")
def packets(build, case_ids, actor):
    """Kind -> packet id, folder, what was made."""
    with saving():
        assemble.arrange(actor, session.get_one(Case, case_ids["secured"]), "preservation", {"answers": {"urgency": URGENT}})
    return {kind: build(case_ids[name], kind) for kind, name in KINDS.items()}


def text_of(path):
    """All words of a PDF without blanks, so that a line break splits none."""
    document = pypdfium2.PdfDocument(path)
    try:
        return "".join("".join(page.get_textpage().get_text_bounded().split()) for page in document)
    finally:
        document.close()


def words_of(path):
    """All words of a Word file, tables too."""
    return "".join("".join(part.text or "" for part in Word(str(path)).element.body.iter() if part.tag.endswith("}t")).split())


@pytest.mark.parametrize("kind", KINDS)
def test_it_is_whole_and_agrees_with_its_manifest(packets, kind):
    packet_id, folder, made = packets[kind]
    assert manifest.verify_folder(folder) == []
    assert made.draft is False
    packet = session.get_one(Packet, packet_id)
    assert (packet.state, packet.draft) == (PacketState.READY, False)
    assert all(runtime.store().holds(part["sha256"]) for part in packet.parts)


@pytest.mark.parametrize("kind", KINDS)
def test_every_paper_is_there_as_pdf_and_word_and_in_the_bundle(packets, kind):
    _, folder, made = packets[kind]
    ids = [paper["id"] for paper in made.plan["papers"]]
    stems = sorted(path.stem for path in (folder / "forms").glob("*.pdf"))
    assert stems == sorted(path.stem for path in (folder / "forms").glob("*.docx"))
    assert sorted(stem[3:].replace("-", "_") for stem in stems) == sorted(ids)
    assert [part["id"] for part in made.manifest["parts"] if part["kind"] == "paper" and part["generated"]] == ids
    generated = {item["id"] for item in made.plan["items"] if item["status"] == "generated"}
    assert generated - {"evidence_bundle"} <= set(ids)


@pytest.mark.parametrize("kind", KINDS)
def test_the_sum_asked_for_stands_in_both_renderings(packets, kind):
    _, folder, _ = packets[kind]
    papers = sorted((folder / "forms").glob("*.pdf"))
    assert FIRST[kind] in text_of(papers[0])
    for said in ("".join(map(text_of, papers)), "".join(words_of(path.with_suffix(".docx")) for path in papers)):
        assert [amount for amount in ASKED[kind] if amount not in said] == []


@pytest.mark.parametrize("kind", KINDS)
def test_no_paper_calls_the_parties_by_another_procedure(packets, kind):
    """原告 and 被告 belong to a lawsuit; the application of another kind speaks of its own parties."""
    if kind in ("lawsuit", "enforcement", "write_off_archive"):  # a judgment names 原告 and 被告, and the file cites it
        return
    _, folder, made = packets[kind]
    first = next((folder / "forms").glob(f"01-{made.plan['papers'][0]['id'].replace('_', '-')}.pdf"))
    assert "原告" not in text_of(first)


@pytest.mark.parametrize("kind", KINDS)
def test_a_draft_mark_is_on_every_page_until_it_is_frozen(packets, kind):
    _, folder, made = packets[kind]
    assert made.manifest["frozen"] is False
    document = pypdfium2.PdfDocument(folder / "bundle.pdf")
    bare = [number for number, page in enumerate(document, 1) if not set("草稿DRAFT") <= set(page.get_textpage().get_text_bounded())]
    document.close()
    assert bare == []


@pytest.mark.parametrize("kind", KINDS)
def test_the_internal_cover_speaks_of_this_kind_and_stays_inside(packets, kind):
    _, folder, made = packets[kind]
    said = text_of(folder / "internal-cover.pdf")
    sides = load_law().catalogue_words["parties"][kind]
    assert f"{sides['creditor']}：示例" in said
    with zipfile.ZipFile(folder / "packet.zip") as packed:
        assert "internal-cover.pdf" not in packed.namelist()
        assert set(packed.namelist()) == {entry["file"] for entry in made.manifest["files"]} | {"manifest.json"}


@pytest.mark.parametrize("kind", KINDS)
def test_the_manifest_says_what_it_was_made_with(packets, kind):
    _, folder, made = packets[kind]
    told = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert told["kind"] == kind
    assert told["plan"] == {key: value for key, value in made.plan.items() if key != "left_out"}  # reasons are internal
    assert told["law_as_of"] == load_law().as_of.isoformat()
    assert len(told["law_sha256"]) == 64
    assert told["program"]
    assert told["fonts"]["files"]
    assert all(len(sha256) == 64 for sha256 in told["fonts"]["files"].values())


@pytest.mark.parametrize("kind", KINDS)
def test_the_plan_cites_what_the_bundle_prints(packets, kind):
    _, _, made = packets[kind]
    rows = [row for group in made.plan["groups"] for row in group["rows"]]
    assert {row["document"]: [row["labels"][0], row["labels"][-1]] for row in rows} == made.manifest["catalogue"]
    assert {part["id"]: part["mark"] for part in made.manifest["parts"] if part["kind"] == "exhibit"} == {row["document"]: row["mark"] for row in rows}
    sources = {entry["exhibit"]: entry["sha256"] for entry in made.manifest["sources"]}
    assert all(sources[row["document"]] == row["sha256"] for row in rows)


@pytest.mark.parametrize("kind", KINDS)
def test_the_workbook_lists_every_exhibit_with_its_pages(packets, kind):
    _, folder, made = packets[kind]
    sheet = load_workbook(folder / "catalogue.xlsx").active
    cells = {str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None}
    for row in (row for group in made.plan["groups"] for row in group["rows"]):
        assert row["name"] in cells


def test_the_index_of_an_archive_cites_papers_and_exhibits(packets):
    """Each paper of D with the label that the bundle gives its pages, and each line with the exhibits drawn together."""
    _, folder, made = packets["write_off_archive"]
    said = text_of(folder / "forms" / "01-archive-index.pdf")
    for part in made.manifest["parts"]:
        if part["kind"] == "paper":
            assert (part["first"] if part["first"] == part["last"] else f"{part['first']}–{part['last']}") in said
    assert "合同、发票、签收单、对账单4–7" in said


def test_a_recording_goes_along_and_its_sheet_names_the_transcript(packets):
    _, folder, made = packets["lawsuit"]
    recording = next(entry for entry in made.manifest["sources"] if entry["exhibit"] == "D18")
    assert (folder / recording["native"]).is_file()
    transcript = next(row for group in made.plan["groups"] for row in group["rows"] if row["document"] == "D19")
    said = text_of(folder / "bundle.pdf")
    assert recording["sha256"][:32] in said
    assert f"文字整理稿见{transcript['mark']}" in said


@pytest.mark.parametrize("kind", ["lawsuit", pytest.param("preservation", marks=pytest.mark.long)])
def test_the_same_order_gives_the_same_bytes_whatever_the_case_says_by_now(packets, kind, tmp_path):
    packet_id, folder, _ = packets[kind]
    with saving():
        packet = session.get_one(Packet, packet_id)
        packet.case.title, packet.case.court = "改了名的案件", "另一法院"
    again = assemble.produce(assemble.order_again(session.get_one(Packet, packet_id)), tmp_path, runtime.fonts(), lambda *_told: None)
    assert {part.name for part in again.parts} == {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    assert [part.name for part in again.parts if part.path.read_bytes() != (folder / part.name).read_bytes()] == []


def test_an_arrangement_goes_through_to_the_printed_page(build, enter, case_of, actor):
    """Order, a move, a name, one left out, prefixed numbers, no dividers: catalogue, labels and internal cover say the same."""
    case_id = enter(case_of("a") | {"case_id": "EX-A-ARRANGED"})
    said = {
        "groups": {"G3": ["D05", "D02"]}, "names": {"D01": "供货合同原本"}, "left_out": {"D12": "与被告无争议"},
        "options": {"numbering": "prefixed", "prefix": "P", "width": 4, "dividers": False},
    }  # fmt: skip
    with saving():
        assemble.arrange(actor, session.get_one(Case, case_id), "payment_order", said)
    _, folder, made = build(case_id, "payment_order")
    assert manifest.verify_folder(folder) == []
    assert [row["document"] for row in made.plan["groups"][2]["rows"]] == ["D05", "D02", "D03", "D04"]
    assert made.manifest["catalogue"]["D05"] == ["P0004", "P0004"]  # after the licence, the registry print-out and the contract
    assert not [part for part in made.manifest["parts"] if part["kind"] == "divider"]
    catalogue = next((folder / "forms").glob("*-evidence-catalogue.pdf"))
    assert "供货合同原本" in text_of(catalogue)
    assert "P0004" in text_of(catalogue)
    assert "D12" not in made.manifest["catalogue"]
    assert "与被告无争议" in text_of(folder / "internal-cover.pdf")
