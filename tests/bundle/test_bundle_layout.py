"""Covers, blank backs, links to and fro, and volumes: built once, read back with other libraries."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import pypdfium2
import pytest
from pikepdf import Array, Pdf
from pypdf import PdfReader

from casefiles.bundle.assembly import Built, build
from casefiles.bundle.front import unlinked
from casefiles.bundle.pagination import Pagination, number, span
from casefiles.bundle.plan import BundleError, Exhibit, Group, Layout, Numbering, Paper, Source, Volume, VolumeRow
from casefiles.bundle.preflight import Prepared, prepare
from casefiles.bundle.readback import verify_bundle
from forms.fonts import find_fonts
from forms.form import Column, Form, Row, Table
from forms.pdf import pdf as as_pdf

EVERYTHING = Layout(dividers=True, covers=True, duplex=True)
TITLE = "甲设备有限公司诉乙贸易有限公司 买卖合同纠纷"


@dataclass(frozen=True)
class Evidence:
    """Exhibits in two groups: D1 of three pages, the last an A3 sheet; D2 turned, one page; D3 of two pages."""

    folder: Path
    groups: tuple[Group, ...]
    prepared: tuple[Prepared, ...]

    def numbered(self, style: str = "continuous") -> Pagination:
        return number(self.groups, self.prepared, Numbering(style, "P" if style == "prefixed" else "", 4))

    def catalogue(self, numbers: Pagination) -> Paper:
        rows = tuple(Row((numbers.marks[e.exhibit.id], e.exhibit.title, span(*numbers.pages[e.exhibit.id])), f"cf:exhibit/{e.exhibit.id}") for e in self.prepared)
        columns = (Column("序号", 2), Column("证据名称", linked=True), Column("页码", 2.5, linked=True))
        path = self.folder / f"catalogue-{numbers.labels['D1'][0]}.pdf"
        path.write_bytes(as_pdf(Form("evidence_catalogue", "证据目录", (Table(columns, rows),)), find_fonts()))
        return Paper("F9", "证据目录", path)

    def bound(self, name: str, numbers: Pagination, **how) -> Built:
        papers = how.pop("papers", None) or [self.catalogue(numbers)]
        return build(papers, how.pop("groups", self.groups), self.prepared, numbers, self.folder / name, find_fonts(), title=TITLE, **{"watermark": None} | how)


def told_of(numbers: Pagination, *volumes: Built) -> dict:
    """The part of a manifest that the check of a bundle reads."""
    parts = [asdict(row) for built in volumes for row in built.index_rows]
    generated = [{**part, "generated": part["kind"] == "paper"} for part in parts]
    return {"parts": generated, "catalogue": {key: list(pages) for key, pages in numbers.pages.items()}, "catalogue_paper": "F9"}


@pytest.fixture(scope="module")
def evidence(tmp_path_factory: pytest.TempPathFactory) -> Evidence:
    folder = tmp_path_factory.mktemp("layout")
    sheets = {"D1": [((595, 842), 0), ((595, 842), 0), ((842, 1191), 90)], "D2": [((595, 842), 90)], "D3": [((595, 842), 0)] * 2}
    exhibits = {}
    for identity, pages in sheets.items():
        path = folder / f"{identity}.pdf"
        with Pdf.new() as pdf:
            for size, turn in pages:
                pdf.add_blank_page(page_size=size).obj.Rotate = turn
            pdf.save(path, static_id=True)
        content = path.read_bytes()
        source = Source(path, path.name, hashlib.sha256(content).hexdigest(), len(content), "application/pdf")
        exhibits[identity] = Exhibit(identity, f"证据材料{identity}", "G2" if identity == "D3" else "G1", source)
    groups = (Group("G1", "第一组", "证明合同成立", (exhibits["D1"], exhibits["D2"])), Group("G2", "第二组", "证明已交货", (exhibits["D3"],)))
    return Evidence(folder, groups, prepare(exhibits.values(), folder / "work", find_fonts(), cache=None))


@pytest.fixture(scope="module")
def whole(evidence: Evidence) -> tuple[Built, dict]:
    """Everything on: covers, dividers, blank backs, watermark, numbers by group, a linked catalogue."""
    numbers = evidence.numbered("by_group")
    built = evidence.bound("whole.pdf", numbers, layout=EVERYTHING, watermark="草稿 DRAFT")
    return built, told_of(numbers, built)


def test_every_part_begins_on_a_right_hand_sheet_and_every_sheet_has_its_label(whole):
    built, _ = whole
    assert list(built.labels) == [
        "封面", "封面背", "i", "i背", "ii", "ii背",
        "A", "A背", "A1", "A2", "A3", "A3背", "A4", "A4背", "B", "B背", "B1", "B2",
    ]  # fmt: skip
    assert [row.at % 2 for row in built.index_rows if row.kind != "blank"] == [0] * 8
    assert list(PdfReader(built.path).page_labels) == list(built.labels)


def test_it_reads_back_without_a_difference_and_qpdf_accepts_it(whole):
    built, manifest = whole
    assert [str(difference) for difference in verify_bundle(built.path, manifest)] == []
    if shutil.which("qpdf"):
        checked = subprocess.run(["qpdf", "--check", built.path], capture_output=True, text=True, check=False)
        assert (checked.returncode, checked.stderr) == (0, "")


def test_a_blank_back_has_the_size_of_its_sheet_and_says_that_it_is_blank(whole):
    built, _ = whole
    document = pypdfium2.PdfDocument(built.path)
    after_a3 = document[built.labels.index("A3背")]
    text = after_a3.get_textpage().get_text_bounded()
    assert [round(side) for side in after_a3.get_size()] == [1191, 842], "the A3 sheet is shown across"
    document.close()
    assert "".join(text.split()) == "草稿DRAFT（此页空白）"


def test_the_cover_names_the_case_and_what_is_below_it(whole):
    built, _ = whole
    document = pypdfium2.PdfDocument(built.path)
    text = "".join(document[0].get_textpage().get_text_bounded().split())
    document.close()
    for words in ("甲设备有限公司", "乙贸易有限公司", "买卖合同纠纷", "共1份", "证据1–证据3，共3件", "A1–B2"):
        assert words in text
    assert "册，共" not in text, "there is one volume only"


def links(built: Built, sheet: int) -> list[int]:
    reader = PdfReader(built.path)
    sheets = {page.indirect_reference.idnum: at for at, page in enumerate(reader.pages)}
    return [sheets[entry.get_object()["/Dest"][0].idnum] for entry in reader.pages[sheet].get("/Annots", []) if "/Dest" in entry.get_object()]


def test_index_and_catalogue_lead_to_the_pages_and_the_marks_lead_back(whole):
    built, _ = whole
    at = {row.id: row.at for row in built.index_rows}
    assert list(dict.fromkeys(links(built, at["index"]))) == [at["F9"], at["D1"], at["D2"], at["D3"]]
    led = links(built, at["F9"])  # a cell has a link for every run of Chinese or Latin signs
    assert list(dict.fromkeys(led)) == [at["D1"], at["D2"], at["D3"]]
    assert min(led.count(at[exhibit]) for exhibit in ("D1", "D2", "D3")) >= 2, "name and pages of each row"
    assert [links(built, at[exhibit]) for exhibit in ("D1", "D2", "D3")] == [[at["F9"]]] * 3
    assert [row.back for row in built.index_rows if row.kind == "exhibit"] == [at["F9"]] * 3


def test_the_link_back_lies_on_the_mark_of_a_turned_page(whole):
    built, _ = whole
    sheet = next(row.at for row in built.index_rows if row.id == "D2")
    with Pdf.open(built.path) as pdf:
        left, foot, right, head = (float(side) for side in pdf.pages[sheet].obj.Annots[-1].Rect)
    document = pypdfium2.PdfDocument(built.path)
    words = document[sheet].get_textpage()
    inside = words.get_text_bounded(left, foot, right, head)
    document.close()
    assert "证据2" in inside


def test_a_paper_that_also_stands_alone_keeps_no_dead_links(evidence):
    paper = evidence.catalogue(evidence.numbered())
    unlinked(paper.pdf)
    reader = PdfReader(paper.pdf)
    assert [list(page.get("/Annots", [])) for page in reader.pages] == [[]]
    assert "证据材料D2" in reader.pages[0].extract_text()


@pytest.mark.parametrize(("style", "labels"), [
    pytest.param("continuous", ["i", "ii", "1", "2", "3", "4", "5", "6"], id="through"),
    pytest.param("prefixed", ["i", "ii", "P0001", "P0002", "P0003", "P0004", "P0005", "P0006"], id="prefix and zeros"),
])  # fmt: skip
def test_the_other_styles_read_back_as_well(style, labels, evidence):
    numbers = evidence.numbered(style)
    built = evidence.bound(f"{style}.pdf", numbers, layout=Layout(dividers=False))
    assert list(PdfReader(built.path).page_labels) == list(built.labels) == labels
    assert [str(difference) for difference in verify_bundle(built.path, told_of(numbers, built))] == []


def unlink(sheet: str, which: slice):
    def change(pdf: Pdf, at: dict[str, int]) -> None:
        page = pdf.pages[at[sheet]].obj
        kept = list(page.Annots)
        del kept[which]
        page.Annots = Array(kept)

    return change


def draw_on_blank(pdf: Pdf, at: dict[str, int]) -> None:
    page = pdf.pages[1].obj
    page.Contents = Array([pdf.make_stream(b"0 0 20 20 re f"), *page.Contents])


def move(pdf: Pdf, at: dict[str, int], old: bytes, new: bytes) -> None:
    page = pdf.pages[at["D3"]].obj
    content = b"\n".join(stream.read_bytes() for stream in page.Contents)
    assert content.count(old) == 1
    page.Contents = pdf.make_stream(content.replace(old, new))


@pytest.mark.parametrize(("change", "code"), [
    pytest.param(unlink("D1", slice(-1, None)), "back_link", id="a mark that leads nowhere"),
    pytest.param(unlink("F9", slice(0, 3)), "catalogue_link", id="a row of the catalogue that leads nowhere"),
    pytest.param(draw_on_blank, "blank", id="a blank sheet that is none"),
    pytest.param(lambda pdf, at: move(pdf, at, b"(mark)", b"(gone)"), "mark", id="a mark that is not shown as such"),
    pytest.param(lambda pdf, at: move(pdf, at, b"(watermark)>>BDC\n", b"(watermark)>>BDC\n1 0 0 1 300 0 cm "), "beyond", id="a watermark that leaves the page"),
])  # fmt: skip
def test_what_was_touched_is_named(change, code, whole, tmp_path):
    built, manifest = whole
    at = {row.id: row.at for row in built.index_rows}
    with Pdf.open(built.path) as pdf:
        change(pdf, at)
        pdf.save(tmp_path / "touched.pdf")
    assert code in {difference.code for difference in verify_bundle(tmp_path / "touched.pdf", manifest)}


def test_a_part_on_the_wrong_side_is_named(whole):
    built, manifest = whole
    parts = [part | {"at": part["at"] + (1 if part["id"] == "D3" else 0)} for part in manifest["parts"]]
    assert {"side", "place"} <= {difference.code for difference in verify_bundle(built.path, {**manifest, "parts": parts})}


@pytest.fixture(scope="module")
def volumes(evidence: Evidence) -> tuple[tuple[Built, ...], dict]:
    """The catalogue and the first group in one volume, the second group in another."""
    numbers = evidence.numbered()
    paper = evidence.catalogue(numbers)
    rows = [VolumeRow("F9", "", "证据目录", "ii", 1)]
    rows += [VolumeRow(e.exhibit.id, numbers.marks[e.exhibit.id], e.exhibit.title, span(*numbers.pages[e.exhibit.id]), 2 if e.exhibit.group == "G2" else 1, e.exhibit.group) for e in evidence.prepared]
    files = ("volume-1.pdf", "volume-2.pdf")
    made = []
    for which, papers in ((1, [paper]), (2, [])):
        volume = Volume(which, 2, tuple(rows), files, evidence.groups)
        made.append(build(papers, evidence.groups[which - 1 : which], evidence.prepared, numbers, evidence.folder / files[which - 1], find_fonts(), title=TITLE, watermark=None, layout=Layout(covers=True), volume=volume))
    return tuple(made), told_of(numbers, *made)


def test_volumes_go_on_with_the_numbers_and_read_back_each(volumes):
    (first, second), manifest = volumes
    assert list(first.labels) == ["封面", "i", "ii", "第一组", "1", "2", "3", "4"]
    assert list(second.labels) == ["封面", "i", "第二组", "5", "6"]
    assert {row.volume for row in second.index_rows} == {2}
    for which, built in enumerate((first, second), start=1):
        assert list(PdfReader(built.path).page_labels) == list(built.labels)
        assert [str(difference) for difference in verify_bundle(built.path, manifest, which)] == []
    assert verify_bundle(second.path, manifest, 1), "a volume is not another one"
    assert [PdfReader(built.path).metadata.title for built in (first, second)] == [f"{TITLE}（第一册，共二册）", f"{TITLE}（第二册，共二册）"]


def test_the_index_of_each_volume_lists_all_and_leads_into_the_other_file(volumes):
    (first, second), _ = volumes
    document = pypdfium2.PdfDocument(second.path)
    cover, index = ("".join(document[at].get_textpage().get_text_bounded().split()) for at in (0, 1))
    document.close()
    assert "第二册，共二册" in cover
    for words in ("第二册，共二册", "证据目录", "证据材料D1", "1–3", "证据材料D3", "5–6", "第一组", "第二组"):
        assert words in index
    entries = [entry.get_object() for entry in PdfReader(second.path).pages[1]["/Annots"]]
    far = {(str(entry["/A"]["/F"]), str(entry["/A"]["/D"])) for entry in entries if "/A" in entry}
    assert far == {("volume-1.pdf", "cf.F9"), ("volume-1.pdf", "cf.D1"), ("volume-1.pdf", "cf.D2")}
    names = PdfReader(first.path).named_destinations
    assert {name: PdfReader(first.path).get_destination_page_number(names[name]) for _, name in far} == {"cf.F9": 2, "cf.D1": 4, "cf.D2": 7}
    assert set(links(second, 1)) == {3}, "its own row leads to its own page"


def test_a_volume_that_lists_other_papers_is_refused(evidence, tmp_path):
    numbers = evidence.numbered()
    with pytest.raises(BundleError, match="holds other papers"):
        build((), evidence.groups, evidence.prepared, numbers, tmp_path / "x.pdf", find_fonts(), title="x", watermark=None, volume=Volume(1, 1, ()))


def test_an_exhibit_that_grew_since_it_was_numbered_is_refused(evidence, tmp_path):
    numbers = evidence.numbered()
    shorter = replace(numbers, labels={**numbers.labels, "D3": ("5",)})
    with pytest.raises(BundleError, match="was numbered with 1"):
        build((), evidence.groups, evidence.prepared, shorter, tmp_path / "x.pdf", find_fonts(), title="x", watermark=None)


def test_identical_input_gives_identical_bytes_with_everything_on(whole, evidence):
    built, _ = whole
    again = evidence.bound("again.pdf", evidence.numbered("by_group"), layout=EVERYTHING, watermark="草稿 DRAFT")
    assert again.path.read_bytes() == built.path.read_bytes()
