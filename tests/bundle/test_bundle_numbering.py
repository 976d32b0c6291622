"""Printed number = page label = index = outline, and the same bytes for the same input."""

from __future__ import annotations

from dataclasses import replace

import pypdfium2
import pytest
from pikepdf import Array, Dictionary, Name, OutlineItem, Pdf, String
from pypdf import PdfReader

from casefiles.bundle.assembly import build
from casefiles.bundle.pagination import number, roman, span
from casefiles.bundle.plan import BundleError, Group, Layout, Numbering, Paper


@pytest.mark.parametrize(("value", "written"), [(1, "i"), (4, "iv"), (9, "ix"), (14, "xiv"), (40, "xl"), (99, "xcix"), (444, "cdxliv")])
def test_roman_numbers(value, written):
    assert roman(value) == written


def test_a_range_of_one_page_is_one_number():
    assert (span(3, 3), span(5, 12)) == ("3", "5–12")


def test_evidence_is_numbered_through_all_groups(make_pdf, bind):
    made = bind({"G1": [make_pdf({}, {}), None], "G2": [make_pdf({}, {}, {})]})
    assert made.pagination.pages == {"D01": ("1", "2"), "D02": ("3", "3"), "D03": ("4", "6")}
    assert made.pagination.marks == {"D01": "证据1", "D02": "证据2", "D03": "证据3"}
    assert made.pagination.total == 6


def test_labels_are_roman_then_groups_then_arabic(make_pdf, bind, complaint):
    made = bind({"G1": [make_pdf({}, {})], "G2": [make_pdf({})]}, papers=[complaint])
    # index i, complaint ii and iii, divider, two pages, divider, one page
    assert list(made.built.labels) == ["i", "ii", "iii", "第一组", "1", "2", "第二组", "3"]
    assert list(PdfReader(made.path).page_labels) == list(made.built.labels)


def test_what_is_printed_is_what_is_labelled(make_pdf, bind, complaint):
    made = bind({"G1": [make_pdf({}, {"rotate": 90})], "G2": [None]}, papers=[complaint])
    document = pypdfium2.PdfDocument(made.path)
    # the number is the last line that pdfium reads on a page: it is drawn last
    printed = [page.get_textpage().get_text_bounded().split()[-1] for page in document]
    document.close()
    assert printed == list(made.built.labels)


def test_without_dividers_the_numbers_are_the_same(make_pdf, bind):
    made = bind({"G1": [make_pdf({})], "G2": [make_pdf({})]}, layout=Layout(dividers=False))
    assert list(made.built.labels) == ["i", "1", "2"]
    assert list(PdfReader(made.path).page_labels) == ["i", "1", "2"]


def test_the_index_prints_the_numbers_and_leads_to_the_pages(make_pdf, bind, complaint):
    made = bind({"G1": [make_pdf({}, {}), make_pdf({})]}, papers=[complaint])
    document = pypdfium2.PdfDocument(made.path)
    text = document[0].get_textpage().get_text_bounded().replace("\r\n", "\n")
    document.close()
    assert [line for line in text.split("\n") if line in ("ii–iii", "1–2", "3")] or all(cited in text for cited in ("ii–iii", "1–2", "3"))
    reader = PdfReader(made.path)
    sheets = {page.indirect_reference.idnum: at for at, page in enumerate(reader.pages)}
    led = [sheets[annotation.get_object()["/Dest"][0].idnum] for annotation in reader.pages[0]["/Annots"]]
    assert list(dict.fromkeys(led)) == [1, 4, 6], "complaint, first and second exhibit"


def test_an_index_of_several_pages_counts_itself(make_pdf, bind, complaint):
    one = make_pdf({})
    made = bind({"G1": [one] * 90}, papers=[complaint], layout=Layout(dividers=False))
    index, paper = made.built.index_rows[:2]
    assert index.pages >= 2
    assert (paper.at, paper.first) == (index.pages, roman(index.pages + 1))
    document = pypdfium2.PdfDocument(made.path)
    text = document[0].get_textpage().get_text_bounded()
    document.close()
    assert f"{paper.first}–{paper.last}" in text


def test_the_outline_is_nested_and_holds_the_sources_own(tmp_path, make_pdf, bind, complaint):
    path = make_pdf({}, {}, {})
    with Pdf.open(path, allow_overwriting_input=True) as pdf:
        with pdf.open_outline() as outline:
            chapter = OutlineItem("第一章", 1)
            chapter.children.append(OutlineItem("第一节", 2))
            outline.root.append(chapter)
        pdf.save(path)
    made = bind({"G1": [make_pdf({}), path]}, papers=[complaint])
    reader = PdfReader(made.path)

    def told(entries):
        return [told(entry) if isinstance(entry, list) else (entry.title, reader.get_destination_page_number(entry)) for entry in entries]

    assert told(reader.outline) == [
        ("目录", 0),
        ("文书", 1), [("民事起诉状", 1)],
        ("证据", 3), [("第一组　证明事实1", 3), [("证据1　证据材料 D01", 4), ("证据2　证据材料 D02", 5), [("第一章", 6), [("第一节", 7)]]]],
    ]  # fmt: skip


def linked(pdf: Pdf, path, *links):
    """Put links on the first page of a file."""
    pdf.pages[0].obj.Annots = Array([pdf.make_indirect(Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=[0, 0, 9, 9], **link)) for link in links])
    pdf.save(path)
    return path


def links_of(made, sheet):
    reader = PdfReader(made.path)
    sheets = {page.indirect_reference.idnum: at for at, page in enumerate(reader.pages)}
    found = []
    for annotation in reader.pages[sheet].get("/Annots", []):
        entry = annotation.get_object()
        found.append(sheets[entry["/Dest"][0].idnum] if "/Dest" in entry else entry["/A"]["/URI"])
    return found


def test_links_of_a_source_lead_to_the_same_page_or_are_cut(tmp_path, make_pdf, bind):
    path = make_pdf({}, {}, {})
    with Pdf.open(path) as pdf:
        third = pdf.pages[2].obj
        pdf.Root.Names = Dictionary(Dests=Dictionary(Names=Array([String("schluss"), Array([third, Name.Fit])])))
        alien = pdf.make_indirect(Dictionary(Type=Name.Page, MediaBox=[0, 0, 9, 9]))
        source = linked(
            pdf, tmp_path / "linked.pdf",
            {"Dest": Array([third, Name.XYZ, 0, 700, None])},
            {"A": Dictionary(S=Name.GoTo, D=Array([pdf.pages[1].obj, Name.Fit]))},
            {"Dest": String("schluss")},
            {"A": Dictionary(S=Name.URI, URI=String("https://example.com/"))},
            {"Dest": String("no such name")},
            {"Dest": Array([alien, Name.Fit])},
            {"A": Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))},
            {"A": Dictionary(S=Name.Launch, F=String("cmd.exe"))},
            {"A": Dictionary(S=Name.Named, N=Name.LastPage)},
        )  # fmt: skip
    made = bind({"G1": [make_pdf({}), source]}, layout=Layout(dividers=False))
    # index, one page, then the source on sheets 2, 3, 4
    assert links_of(made, 2) == [4, 3, 4, "https://example.com/", 0], "and the mark of the exhibit leads back to the index"
    assert made.built.links_cut == 5


def test_the_same_file_twice_keeps_two_sets_of_links(tmp_path, make_pdf, bind):
    path = make_pdf({}, {})
    with Pdf.open(path) as pdf:
        source = linked(pdf, tmp_path / "linked.pdf", {"Dest": Array([pdf.pages[1].obj, Name.Fit])})
    made = bind({"G1": [source, source]}, layout=Layout(dividers=False))
    assert list(made.built.labels) == ["i", "1", "2", "3", "4"]
    assert (links_of(made, 1), links_of(made, 3)) == ([2, 0], [4, 0])


def test_the_document_brings_no_script_and_no_form_along(tmp_path, make_pdf, bind):
    path = make_pdf({})
    with Pdf.open(path) as pdf:
        pdf.Root.OpenAction = Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))
        pdf.Root.AcroForm = Dictionary(Fields=Array([]))
        pdf.Root.Names = Dictionary(JavaScript=Dictionary(Names=Array([])))
        pdf.pages[0].obj.AA = Dictionary(O=Dictionary(S=Name.JavaScript, JS=String("app.alert(1)")))
        pdf.save(tmp_path / "script.pdf")
    made = bind({"G1": [tmp_path / "script.pdf"]})
    with Pdf.open(made.path) as pdf:
        assert set(pdf.Root.keys()) == {"/Type", "/Pages", "/PageLabels", "/Outlines", "/PageMode", "/Lang", "/ViewerPreferences"}
        assert "/AA" not in pdf.pages[-1].obj


def test_identical_input_gives_identical_bytes(make_pdf, bind, complaint):
    files = {"G1": [make_pdf({}, {"rotate": 90}), None]}
    one, other = bind(files, papers=[complaint], name="one.pdf"), bind(files, papers=[complaint], name="other.pdf")
    assert one.path.read_bytes() == other.path.read_bytes()
    assert one.built.sha256 == other.built.sha256


def test_another_title_gives_another_file_identifier(make_pdf, bind, fonts):
    made = bind({"G1": [make_pdf({})]})
    again = build((), made.groups, made.prepared, made.pagination, made.path.with_name("again.pdf"), fonts, title="另案", watermark=None)
    assert again.sha256 != made.built.sha256
    with Pdf.open(made.path) as one, Pdf.open(made.path.with_name("again.pdf")) as other:
        assert bytes(one.trailer.ID[0]) != bytes(other.trailer.ID[0])


def test_progress_is_told_up_to_the_last_page(make_pdf, bind):
    told = []
    made = bind({"G1": [make_pdf({}, {})]}, progress=lambda *step: told.append(step))
    assert told[-1] == ("write", made.built.pages, made.built.pages)
    assert [step for step, _, _ in told if step == "stamp"]


def test_an_exhibit_that_was_not_prepared_stops_the_numbering(make_pdf, bind):
    made = bind({"G1": [make_pdf({}), make_pdf({})]})
    with pytest.raises(BundleError, match="D02"):
        number(made.groups, made.prepared[:1])


def test_an_exhibit_that_stands_twice_stops_the_numbering(make_pdf, bind):
    made = bind({"G1": [make_pdf({})]})
    twice = (replace(made.groups[0], exhibits=made.groups[0].exhibits * 2),)
    with pytest.raises(BundleError, match="twice"):
        number(twice, made.prepared)


@pytest.mark.parametrize("change", [lambda path: path.unlink(), lambda path: path.write_bytes(b"%PDF-1.4 something else")], ids=["vanished", "changed"])
def test_a_file_that_vanished_since_it_was_prepared_is_named_and_nothing_is_left(change, make_pdf, bind, fonts, tmp_path):
    source = make_pdf({}, {})
    made = bind({"G1": [source]})
    change(source)
    out = tmp_path / "out" / "bundle.pdf"
    with pytest.raises(BundleError, match=r"证据材料 D01 \(D01\)"):
        build((), made.groups, made.prepared, made.pagination, out, fonts, title="x", watermark=None)
    assert list(out.parent.iterdir()) == []


def test_a_paper_that_is_not_there_is_named(bind, tmp_path):
    with pytest.raises(BundleError, match="授权委托书"):
        bind({"G1": [None]}, papers=[Paper("F3", "授权委托书", tmp_path / "nowhere.pdf")])


def test_a_bundle_without_evidence_is_index_and_papers(bind, complaint):
    assert list(bind({}, papers=[complaint]).built.labels) == ["i", "ii", "iii"]


def test_an_empty_group_keeps_its_divider(bind, make_pdf):
    made = bind({"G1": [], "G2": [make_pdf({})]})
    assert list(made.built.labels) == ["i", "第一组", "第二组", "1"]
    assert isinstance(made.groups[0], Group)


@pytest.mark.parametrize(("numbering", "said"), [
    pytest.param(Numbering(), "证据页码自第一组起连续编号", id="through"),
    pytest.param(Numbering("prefixed", "P", 4), "证据页码自第一组起连续编号", id="with a prefix"),
    pytest.param(Numbering("by_group"), "证据页码按组编号，字母为组别", id="by group"),
])  # fmt: skip
def test_the_index_says_how_the_pages_are_numbered(numbering, said, make_pdf, bind):
    made = bind({"G1": [make_pdf({})], "G2": [make_pdf({})]}, numbering=numbering)
    document = pypdfium2.PdfDocument(made.path)
    text = "".join(document[0].get_textpage().get_text_bounded().split())
    document.close()
    assert said in text
