"""A bundle in volumes: every exhibit whole and in its order, every file within the limits or named, and all volumes lead to each other."""

from __future__ import annotations

import hashlib
import json
import random
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from pikepdf import Dictionary, Name, Pdf
from pypdf import PdfReader

from casefiles.bundle.assembly import build
from casefiles.bundle.manifest import manifest, verify_folder, write_manifest, write_zip
from casefiles.bundle.pagination import number
from casefiles.bundle.plan import Exhibit, Group, Layout, Paper, Source
from casefiles.bundle.preflight import prepare
from casefiles.bundle.volumes import build_volumes, excesses
from casefiles.law import CourtLimits, CourtProfile, Words
from forms.fonts import find_fonts
from forms.typeset import typeset

MB = 1_000_000


def court(**limits: Any) -> CourtProfile:
    return CourtProfile("mine", Words("某法院", "the court"), Words("", ""), "test", limits=CourtLimits(**limits))


ONE_MB = court(mb_per_file=1)


def pdf_of(path: Path, pages: int, size: int) -> None:
    """Pages that weigh `size` bytes in all: random bytes, which nothing makes smaller, as a picture."""
    noise = random.Random(path.name)
    with Pdf.new() as pdf:
        for _ in range(pages):
            page = pdf.add_blank_page(page_size=(595, 842))
            side = max(int((size / pages) ** 0.5), 1)
            picture = pdf.make_stream(noise.randbytes(side * side))
            picture.update({"/Type": Name.XObject, "/Subtype": Name.Image, "/Width": side, "/Height": side, "/ColorSpace": Name.DeviceGray, "/BitsPerComponent": 8})
            page.obj.Resources = Dictionary(XObject=Dictionary(P=picture))
            page.obj.Contents = pdf.make_stream(b"q 300 0 0 300 100 300 cm /P Do Q")
        pdf.save(path, static_id=True)


@dataclass(frozen=True)
class Case:
    """Papers and exhibits ready to be bound."""

    papers: tuple[Paper, ...]
    groups: tuple[Group, ...]
    prepared: tuple[Any, ...]
    pagination: Any
    fonts: Any

    def bind(self, folder, court, **how):
        how = {"title": "甲公司 诉 乙公司", "watermark": None, **how}
        return build_volumes(self.papers, self.groups, how.pop("prepared", self.prepared), self.pagination, folder, self.fonts, court=court, **how)


def case_of(folder: Path, *sizes: tuple[str, int, int]) -> Case:
    """A case with one paper and exhibits of (group, pages, bytes); 0 bytes: no file was given."""
    fonts = find_fonts()
    paper = folder / "complaint.pdf"
    paper.write_bytes(typeset('#set text(font: (sys.inputs.serif, sys.inputs.sans))\n#json("data.json").text\n#pagebreak()\n此致', fonts, {"text": "民事起诉状"}))
    members: dict[str, list[Exhibit]] = {}
    for at, (group, pages, size) in enumerate(sizes, start=1):
        path = folder / f"D{at}.pdf"
        if size:
            pdf_of(path, pages, size)
        content = path.read_bytes() if size else b""
        source = Source(path, path.name, hashlib.sha256(content).hexdigest(), len(content), "application/pdf") if size else None
        members.setdefault(group, []).append(Exhibit(f"D{at}", f"证据材料 {at}", group, source))
    groups = tuple(Group(group, f"第{'一二三'[at]}组", f"证明事实{at + 1}", tuple(mine)) for at, (group, mine) in enumerate(members.items()))
    prepared = prepare([exhibit for group in groups for exhibit in group.exhibits], folder / "work", fonts, cache=folder / "cache")
    return Case((Paper("F1", "民事起诉状", paper),), groups, prepared, number(groups, prepared), fonts)


@pytest.fixture(scope="module")
def case(tmp_path_factory):
    return case_of(
        tmp_path_factory.mktemp("case"), ("G1", 2, 400_000), ("G1", 1, 350_000), ("G2", 3, 400_000), ("G2", 1, 0), ("G2", 2, 380_000), ("G3", 1, 300_000)
    )


@pytest.fixture(scope="module")
def packet(case, tmp_path_factory):
    """The case in volumes of one MB, with manifest and zip."""
    folder = tmp_path_factory.mktemp("packet")
    told: list[tuple[str, int, int]] = []
    built = case.bind(folder, ONE_MB, layout=Layout(covers=True), progress=lambda *step: told.append(step))
    write_manifest(folder, manifest(folder, built, case.papers, case.prepared, case.pagination, title="甲公司 诉 乙公司"))
    write_zip(folder, folder / "packet.zip")
    return folder, built, told


def exhibits_in(built):
    return [[row.id for row in volume.index_rows if row.kind == "exhibit"] for volume in built]


def test_without_limits_there_is_one_file_and_it_is_the_plain_bundle(case, tmp_path):
    (built,) = case.bind(tmp_path / "volumes", court())
    plain = build(case.papers, case.groups, case.prepared, case.pagination, tmp_path / "plain.pdf", case.fonts, title="甲公司 诉 乙公司", watermark=None)
    assert built.path == tmp_path / "volumes/bundle.pdf"
    assert built.path.read_bytes() == plain.path.read_bytes()
    assert [path.name for path in built.path.parent.iterdir()] == ["bundle.pdf"]


def test_every_file_is_within_the_limit_and_every_exhibit_whole_and_in_order(packet):
    _, built, _ = packet
    assert all(volume.path.stat().st_size == volume.size <= MB for volume in built)
    assert [exhibit for volume in exhibits_in(built) for exhibit in volume] == ["D1", "D2", "D3", "D4", "D5", "D6"]
    # 400 + 350 KB, 400 + 380 KB and a slip sheet, 300 KB: as few files as go, beside some 100 KB of fonts in each
    assert exhibits_in(built) == [["D1", "D2"], ["D3", "D4", "D5"], ["D6"]]
    assert [volume.path.name for volume in built] == ["volume-1-of-3.pdf", "volume-2-of-3.pdf", "volume-3-of-3.pdf"]
    assert excesses(ONE_MB, built) == ()


def test_papers_stand_in_the_first_volume_and_numbers_run_on(packet):
    _, built, _ = packet
    assert [[row.id for row in volume.index_rows if row.kind == "paper"] for volume in built] == [["F1"], [], []]
    cited = [(row.id, row.first, row.last, row.volume) for volume in built for row in volume.index_rows if row.kind == "exhibit"]
    assert cited == [("D1", "1", "2", 1), ("D2", "3", "3", 1), ("D3", "4", "6", 2), ("D4", "7", "7", 2), ("D5", "8", "9", 2), ("D6", "10", "10", 3)]


def test_index_cover_and_title_say_which_volume_it_is_and_list_all(packet):
    _, built, _ = packet
    for volume, said in zip(built, ("第一册", "第二册", "第三册"), strict=True):
        reader = PdfReader(volume.path)
        cover, index = (reader.pages[at].extract_text() for at in (0, 1))
        for place in (cover, index, reader.metadata.title):
            assert said in place
            assert "共三册" in place
        assert all(f"证据材料 {at}" in index for at in range(1, 7))
        assert "民事起诉状" in index


def test_a_packet_in_volumes_agrees_with_its_manifest(packet):
    folder, built, _ = packet
    assert [str(difference) for difference in verify_folder(folder)] == []
    told = json.loads((folder / "manifest.json").read_text())
    assert (told["format"], told["pages"], "bundle" in told) == ("casefiles-packet-2", sum(volume.pages for volume in built), False)
    assert [(row["file"], row["volume"], row["pages"], row["bytes"]) for row in told["volumes"]] == [(v.path.name, at, v.pages, v.size) for at, v in enumerate(built, 1)]
    assert told["catalogue"] == {"D1": ["1", "2"], "D2": ["3", "3"], "D3": ["4", "6"], "D4": ["7", "7"], "D5": ["8", "9"], "D6": ["10", "10"]}


def test_the_progress_of_all_volumes_is_told_as_one(packet):
    _, built, told = packet
    stamped = [(at, total) for stage, at, total in told if stage == "stamp"]
    pages = sum(volume.pages for volume in built)
    assert stamped[-1][0] == pages
    assert all(0 <= at <= total for at, total in stamped)
    assert abs(stamped[0][1] - pages) <= len(built), "the whole is known from the start, but for a page or so of the index"


def test_the_same_input_gives_the_same_bytes(case, packet, tmp_path):
    again = case.bind(tmp_path, ONE_MB, layout=Layout(covers=True))
    assert [volume.sha256 for volume in again] == [volume.sha256 for volume in packet[1]]


def test_wrong_guesses_are_mended_by_building(case, packet, tmp_path):
    unknown = tuple(replace(entry, size=0) for entry in case.prepared)  # as if all sources weighed nothing
    built = case.bind(tmp_path, ONE_MB, prepared=unknown)
    assert [exhibit for volume in exhibits_in(built) for exhibit in volume] == ["D1", "D2", "D3", "D4", "D5", "D6"]
    assert all(volume.size <= MB for volume in built)
    assert len(built) == len(packet[1])
    assert sorted(path.name for path in tmp_path.iterdir()) == [volume.path.name for volume in built], "nothing is left of what was tried"


def change(packet, tmp_path, **changed):
    """The folder with some keys of its manifest changed, without the zip."""
    folder = tmp_path / "changed"
    folder.mkdir()
    for path in packet[0].iterdir():
        if path.suffix != ".zip":
            (folder / path.name).write_bytes(path.read_bytes())
    told = json.loads((folder / "manifest.json").read_text())
    for key, how in changed.items():
        told[key] = how(told[key])
    write_manifest(folder, told)
    return folder, told


@pytest.mark.parametrize(("changed", "code"), [
    pytest.param({"pages": lambda pages: pages + 1}, "total", id="pages in all"),
    pytest.param({"volumes": lambda rows: rows[:-1]}, "total", id="a volume is not named"),
    pytest.param({"volumes": lambda rows: []}, "manifest", id="no volume is named"),
    pytest.param({"volumes": lambda rows: [{**row, "volume": row["volume"] + 1} for row in rows]}, "manifest", id="volumes from two on"),
    pytest.param({"parts": lambda rows: [row for row in rows if row["id"] != "D6"]}, "pages", id="an exhibit is not named"),
    pytest.param({"volumes": lambda rows: [{**rows[0], "sha256": "0" * 64}, *rows[1:]]}, "hash", id="another hash of a volume"),
    pytest.param({"format": lambda _: "casefiles-packet-9"}, "manifest", id="a format of the future"),
    pytest.param({"parts": lambda rows: [{**row, "first": "4", "last": "4"} if row["id"] == "D2" else row for row in rows]}, "numbers", id="a number twice and one not at all"),
])  # fmt: skip
def test_a_manifest_that_disagrees_is_named(changed, code, packet, tmp_path):
    folder, _ = change(packet, tmp_path, **changed)
    assert code in {difference.code for difference in verify_folder(folder)}


def test_a_sheet_of_a_later_volume_is_named_with_its_file(packet, tmp_path):
    folder, _ = change(packet, tmp_path)
    with Pdf.open(folder / "volume-3-of-3.pdf", allow_overwriting_input=True) as pdf:
        pdf.pages[-1].obj.Rotate = 180
        pdf.save()
    assert "(volume-3-of-3.pdf)" in next(d.where for d in verify_folder(folder) if d.code not in ("hash", "cross_link"))


def astray(pdf):
    for annotation in pdf.pages[1].obj.Annots:
        if annotation.get("/A", {}).get("/S") == Name.GoToR:
            annotation.A.F = "volume-9-of-3.pdf"


def unnamed(pdf):
    del pdf.Root.Names


@pytest.mark.parametrize(("damage", "file"), [pytest.param(astray, "volume-1-of-3.pdf", id="to a file that is none"), pytest.param(unnamed, "volume-2-of-3.pdf", id="to a name that is none")])
def test_a_link_between_volumes_that_leads_nowhere_is_named(damage, file, packet, tmp_path):
    folder, _ = change(packet, tmp_path)
    with Pdf.open(folder / file, allow_overwriting_input=True) as pdf:
        damage(pdf)
        pdf.save()
    assert "volume-1-of-3.pdf" in {difference.where for difference in verify_folder(folder) if difference.code == "cross_link"}


def test_an_exhibit_too_large_by_itself_gets_its_own_volume_and_is_named(tmp_path):
    case = case_of(tmp_path, ("G1", 1, 200_000), ("G1", 2, 1_300_000), ("G1", 1, 200_000))
    built = case.bind(tmp_path / "out", ONE_MB)
    assert exhibits_in(built) == [["D1"], ["D2"], ["D3"]]
    (found,) = excesses(ONE_MB, built)
    assert (found.code, found.exhibit, found.file, found.severity) == ("file_too_large", "D2", "volume-2-of-3.pdf", "warning")
    assert "证据2“证据材料 2”单独成册仍超过，未予拆分" in found.zh
    assert "证据2 (证据材料 2) exceeds it by itself and was not cut in two" in found.en


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    return case_of(tmp_path_factory.mktemp("small"), ("G1", 4, 4_000), ("G1", 4, 4_000), ("G2", 2, 4_000))


@pytest.mark.parametrize(("layout", "expected"), [
    # 12 pages: index 1 + complaint 2 + divider 1 + 4 = 8, with the next 4 it is 12; then index 1 + divider 1 + 2
    pytest.param(Layout(), [["D1", "D2"], ["D3"]], id="dividers counted"),
    # cover 2, index 2, complaint 2, divider 2, 4 = 12; index, cover and divider again with 4 = 10, D3 needs a divider and 2 more
    pytest.param(Layout(covers=True, duplex=True), [["D1"], ["D2"], ["D3"]], id="covers and blank backs counted"),
])  # fmt: skip
def test_pages_are_counted_with_everything_that_is_bound(layout, expected, small, tmp_path):
    built = small.bind(tmp_path, court(pages_per_file=12), layout=layout)
    assert exhibits_in(built) == expected
    assert all(volume.pages <= 12 for volume in built)


@pytest.mark.parametrize(("limits", "names"), [
    pytest.param({"file_name_length": 12}, ["volume-1.pdf", "volume-2.pdf"], id="short"),
    pytest.param({"file_name_signs": "[a-z0-9.]"}, ["volume1.pdf", "volume2.pdf"], id="without hyphens"),
])  # fmt: skip
def test_files_are_named_as_the_court_takes_names(limits, names, small, tmp_path):
    profile = court(pages_per_file=12, **limits)
    built = small.bind(tmp_path, profile)
    assert [volume.path.name for volume in built] == names
    assert excesses(profile, built) == ()


def test_papers_longer_than_a_file_are_named(small, tmp_path):
    profile = court(pages_per_file=5)
    built = replace(small, papers=(*small.papers, replace(small.papers[0], id="F2", title="委托书"), replace(small.papers[0], id="F3", title="身份证明"))).bind(tmp_path, profile)
    # the papers have 6 pages and the index 1; an exhibit of 4 with index and divider has 6
    assert exhibits_in(built) == [[], ["D1"], ["D2"], ["D3"]]
    told = {(found.code, found.file, found.exhibit) for found in excesses(profile, built)}
    assert told == {("file_too_long", "volume-1-of-4.pdf", ""), ("file_too_long", "volume-2-of-4.pdf", "D1"), ("file_too_long", "volume-3-of-4.pdf", "D2")}


def test_what_the_court_does_not_take_is_named(small, tmp_path):
    built = small.bind(tmp_path, court())
    recording = tmp_path / "录音：一.m4a"
    recording.write_bytes(b"\0" * 1_200_000)
    profile = court(mb_total=1, files=1, formats=("pdf",), file_name_signs="[^：/\\\\\\x00]")
    told = {found.code: found for found in excesses(profile, built, [recording])}
    assert set(told) == {"total_too_large", "too_many_files", "format_not_taken", "name_not_taken"}
    assert told["format_not_taken"].zh == "某法院不接受 录音：一.m4a 的格式（可接受：pdf）。"
    assert told["total_too_large"].en.endswith("MB together; the court takes 1 MB.")
    assert all(found.remedy_zh and found.remedy_en for found in told.values())
