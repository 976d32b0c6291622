"""The folder of a packet agrees with its manifest, and whatever was touched is named."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest
from pikepdf import Array, Dictionary, Name, Pdf

from casefiles.bundle.manifest import manifest, verify_folder, write_manifest, write_zip
from casefiles.bundle.readback import SENTENCES, Difference, verify_bundle
from forms.typeset import typeset


@pytest.fixture
def packet(tmp_path, make_pdf, bind, complaint, fonts):
    """A whole packet: bundle, one form, one recording, internal cover, manifest, zip."""
    folder = tmp_path / "packet"
    (folder / "forms").mkdir(parents=True)
    (folder / "media").mkdir()
    made = bind({"G1": [make_pdf({}, {"rotate": 90})], "G2": [make_pdf({}), None]}, papers=[complaint], name="packet/bundle.pdf")
    (folder / "forms/complaint.docx").write_bytes(b"a form")
    (folder / "media/D09-call.m4a").write_bytes(b"a recording")
    (folder / "internal-cover.pdf").write_bytes(b"for the desk")
    content = manifest(folder, (made.built,), made.papers, made.prepared, made.pagination, title="甲 诉 乙", extra={"case": "DC-1"})
    write_manifest(folder, content)
    write_zip(folder, folder / "packet.zip")
    return folder


def told(folder):
    return {(difference.code, difference.where) for difference in verify_folder(folder)}


def test_an_untouched_packet_agrees(packet):
    assert verify_folder(packet) == []


def test_the_manifest_names_every_source_and_output(packet):
    content = json.loads((packet / "manifest.json").read_text())
    assert [entry["file"] for entry in content["files"]] == ["bundle.pdf", "forms/complaint.docx", "media/D09-call.m4a"]
    assert [entry["file"] for entry in content["internal"]] == ["internal-cover.pdf"]
    assert [entry["exhibit"] for entry in content["sources"]] == ["D01", "D02", "D03"]
    assert content["sources"][2] == {
        "exhibit": "D03", "name": None, "sha256": None, "bytes": None, "media_type": None, "slip": True, "native": None, "problems": ["not_given"],
    }  # fmt: skip
    assert content["case"] == "DC-1"


def flip(path: Path, at: int) -> None:
    content = bytearray(path.read_bytes())
    content[at] ^= 1
    path.write_bytes(content)


@pytest.mark.parametrize("name", ["bundle.pdf", "forms/complaint.docx", "media/D09-call.m4a", "internal-cover.pdf"])
def test_one_changed_bit_is_named(name, packet):
    flip(packet / name, -3)
    assert ("hash", name) in told(packet)


def test_a_missing_file_is_named(packet):
    (packet / "media/D09-call.m4a").unlink()
    assert told(packet) == {("missing", "media/D09-call.m4a")}


def test_an_unknown_file_is_named(packet):
    (packet / "forms/late.docx").write_bytes(b"late")
    assert told(packet) == {("extra", "forms/late.docx")}


def test_the_internal_cover_may_stay_behind(packet):
    (packet / "internal-cover.pdf").unlink()
    assert verify_folder(packet) == []


def first_format(folder):
    """The manifest as packets of the first format have it: one bundle, numbers in the catalogue, no volumes."""
    content = json.loads((folder / "manifest.json").read_text())
    del content["volumes"], content["pages"]
    content["format"] = "casefiles-packet-1"
    content["catalogue"] = {exhibit: [int(label) for label in labels] for exhibit, labels in content["catalogue"].items()}
    content["parts"] = [{key: value for key, value in row.items() if key not in ("volume", "back")} for row in content["parts"]]
    write_manifest(folder, content)
    write_zip(folder, folder / "packet.zip")


def test_a_packet_of_the_first_format_is_still_verified(packet):
    first_format(packet)
    assert verify_folder(packet) == []
    flip(packet / "bundle.pdf", -3)
    assert ("hash", "bundle.pdf") in told(packet)


def test_one_volume_is_told_as_bundle_and_as_volume(packet):
    content = json.loads((packet / "manifest.json").read_text())
    assert {**content["bundle"], "volume": 1} == content["volumes"][0]
    assert (content["format"], content["pages"], content["volumes"][0]["file"]) == ("casefiles-packet-2", content["bundle"]["pages"], "bundle.pdf")


def test_the_time_stamp_belongs_into_the_zip_and_is_no_unknown_file(packet):
    (packet / "manifest.tsr").write_bytes(b"no stamp")
    assert told(packet) == {("stamp", "manifest.tsr"), ("zip", "manifest.tsr")}
    write_zip(packet, packet / "packet.zip")
    assert told(packet) == {("stamp", "manifest.tsr")}


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"{}", b'{"files": [1]}', b"\xff\xfe"])
def test_a_broken_manifest_is_named(content, packet):
    (packet / "manifest.json").write_bytes(content)
    assert [difference.code for difference in verify_folder(packet)] == ["manifest"]


def test_no_manifest_is_named(packet):
    (packet / "manifest.json").unlink()
    assert told(packet) == {("missing", "manifest.json")}


def test_a_changed_manifest_is_noticed_by_the_zip(packet):
    path = packet / "manifest.json"
    path.write_text(path.read_text().replace("甲 诉 乙", "甲 诉 丙"))
    assert told(packet) == {("zip", "manifest.json")}


def test_the_zip_is_the_same_each_time_and_holds_nothing_internal(packet, tmp_path):
    one, other = write_zip(packet, tmp_path / "one.zip"), write_zip(packet, tmp_path / "other.zip")
    assert one == other
    with zipfile.ZipFile(tmp_path / "one.zip") as packed:
        names = packed.namelist()
    assert names == ["bundle.pdf", "forms/complaint.docx", "manifest.json", "media/D09-call.m4a"]


def test_an_unpacked_zip_agrees_with_its_manifest(packet, tmp_path):
    with zipfile.ZipFile(packet / "packet.zip") as packed:
        packed.extractall(tmp_path / "unpacked")
    assert verify_folder(tmp_path / "unpacked") == []


def relabel(pdf: Pdf) -> None:
    pdf.Root.PageLabels = Dictionary(Nums=Array([0, Dictionary(S=Name.D)]))


def misprint(pdf: Pdf) -> None:
    """Give two sheets of evidence each other's stamp."""
    one, other = pdf.pages[4].obj, pdf.pages[7].obj
    one.Contents, other.Contents = other.Contents, one.Contents


def turn(pdf: Pdf) -> None:
    pdf.pages[4].obj.Rotate = 180


def cut(pdf: Pdf) -> None:
    pdf.pages[4].obj.CropBox = Array([0, 100, 400, 700])


def mislead(pdf: Pdf) -> None:
    for annotation in pdf.pages[0].obj.Annots:
        annotation["/Dest"] = Array([pdf.pages[1].obj, Name.Fit])


def forget(pdf: Pdf) -> None:
    del pdf.Root.Outlines


def drop(pdf: Pdf) -> None:
    del pdf.pages[-1]


def loosen(pdf: Pdf) -> None:
    pdf.pages[0].obj.Resources.Font["/Loose"] = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)


@pytest.mark.parametrize(("change", "code"), [
    pytest.param(relabel, "label", id="page labels"),
    pytest.param(misprint, "printed", id="printed numbers"),
    pytest.param(turn, "not_upright", id="a page turned after stamping"),
    pytest.param(cut, "outside", id="a page cut after stamping"),
    pytest.param(mislead, "index_link", id="links of the index"),
    pytest.param(forget, "outline", id="outline"),
    pytest.param(drop, "pages", id="a page less"),
    pytest.param(loosen, "font", id="a font that is not embedded"),
])  # fmt: skip
def test_a_bundle_that_disagrees_with_itself_is_named(change, code, packet, tmp_path):
    content = json.loads((packet / "manifest.json").read_text())
    with Pdf.open(packet / "bundle.pdf") as pdf:
        change(pdf)
        pdf.save(tmp_path / "changed.pdf")
    assert code in {difference.code for difference in verify_bundle(tmp_path / "changed.pdf", content)}


def test_ranges_that_moved_since_the_catalogue_was_written_are_named(packet):
    content = json.loads((packet / "manifest.json").read_text())
    content["catalogue"]["D02"] = [4, 4]
    assert [(d.code, d.where) for d in verify_bundle(packet / "bundle.pdf", content)] == [("range", "D02")]


@pytest.mark.parametrize(("printed", "codes"), [
    pytest.param("1–2 页，3 页，4 页", [], id="all ranges"), pytest.param("1至2，3-3，4", [], id="in other dashes"),
    pytest.param("1–2，4", ["catalogue"], id="one left out"), pytest.param("1–2，13，4", ["catalogue"], id="a longer number is another one"),
])  # fmt: skip
def test_the_printed_catalogue_is_read_back(printed, codes, tmp_path, make_pdf, bind, fonts, complaint):
    (tmp_path / "catalogue.pdf").write_bytes(typeset('#set text(font: (sys.inputs.serif, sys.inputs.sans))\n#json("data.json").text', fonts, {"text": "证据目录 " + printed}))
    paper = type(complaint)("F9", "证据目录", tmp_path / "catalogue.pdf")
    folder = tmp_path / "packet"
    folder.mkdir()
    made = bind({"G1": [make_pdf({}, {}), None, None]}, papers=[paper], name="packet/bundle.pdf")
    content = manifest(folder, (made.built,), made.papers, made.prepared, made.pagination, title="x", catalogue_paper="F9")
    assert [d.code for d in verify_bundle(made.path, content)] == codes


@pytest.mark.parametrize("text", ["{{ debtor.name }}", "【待填】", "TODO"])
def test_a_placeholder_in_a_paper_of_ours_is_named(text, tmp_path, bind, fonts, complaint):
    (tmp_path / "form.pdf").write_bytes(typeset('#set text(font: (sys.inputs.serif, sys.inputs.sans))\n#json("data.json").text', fonts, {"text": text}))
    (tmp_path / "packet").mkdir()
    made = bind({"G1": [None]}, papers=[type(complaint)("F1", "起诉状", tmp_path / "form.pdf")], name="packet/bundle.pdf")
    content = manifest(tmp_path / "packet", (made.built,), made.papers, made.prepared, made.pagination, title="x")
    assert [(d.code, d.where) for d in verify_bundle(made.path, content)] == [("placeholder", "2")]


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7 nothing", b"\0" * 100])
def test_a_bundle_that_cannot_be_read_is_a_difference_and_no_crash(content, packet, tmp_path):
    told_of = json.loads((packet / "manifest.json").read_text())
    (tmp_path / "broken.pdf").write_bytes(content)
    assert [d.code for d in verify_bundle(tmp_path / "broken.pdf", told_of)] == ["unreadable"]


def test_every_difference_has_its_sentence():
    for code in SENTENCES:
        difference = Difference("place", code, "this", "that")
        assert "place" in difference.en
        assert "place" in difference.zh
        assert str(difference) == difference.en


def test_a_name_in_the_manifest_leads_nowhere_else(packet):
    content = json.loads((packet / "manifest.json").read_text())
    content["files"].append({"file": "../../etc/passwd", "sha256": "0" * 64, "bytes": 1})
    write_manifest(packet, content)
    (packet / "packet.zip").unlink()
    assert told(packet) == {("missing", "../../etc/passwd")}
