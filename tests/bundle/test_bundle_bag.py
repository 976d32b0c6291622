"""A bag holds the packet whole: a foreign validator agrees, damage is found, and the stream is a zip that depends on nothing else."""

from __future__ import annotations

import hashlib
import io
import tracemalloc
import zipfile
from datetime import date

import bagit
import pytest

from casefiles.bundle.bag import BagInfo, Payload, bag_zip, write_bag
from casefiles.bundle.plan import BundleError

INFO = BagInfo("甲公司 法务部", "DC-2026-001 lawsuit 2", date(2026, 7, 1), "甲 诉 乙\n买卖合同纠纷")
NAMES = {"bundle.pdf": b"%PDF-1.7", "forms/01-起诉状.docx": b"form", "media/录音 1.m4a": b"\0" * 3_000_000, "empty.txt": b""}


@pytest.fixture
def payload(tmp_path):
    (tmp_path / "store").mkdir()
    return [file_of(tmp_path, name, content) for name, content in NAMES.items()]


def file_of(tmp_path, name, content):
    sha256 = hashlib.sha256(content).hexdigest()
    path = tmp_path / "store" / sha256
    path.write_bytes(content)
    return Payload(name, path, sha256, len(content))


def unpacked(chunks, folder):
    with zipfile.ZipFile(io.BytesIO(b"".join(chunks))) as packed:
        assert packed.testzip() is None
        packed.extractall(folder)
    return folder


@pytest.mark.parametrize("way", ["folder", "zip"])
def test_a_foreign_validator_accepts_the_bag(way, payload, tmp_path):
    folder = write_bag(payload, tmp_path / "bag", INFO) if way == "folder" else unpacked(bag_zip(payload, "bag", INFO), tmp_path / "out") / "bag"
    bag = bagit.Bag(str(folder))
    assert bag.validate()
    # 8 + 4 + 3,000,000 + 0 bytes in four files
    assert bag.info == {
        "Source-Organization": "甲公司 法务部", "External-Identifier": "DC-2026-001 lawsuit 2", "External-Description": "甲 诉 乙 买卖合同纠纷",
        "Bagging-Date": "2026-07-01", "Payload-Oxum": "3000012.4",
    }  # fmt: skip
    assert (bag.version_info, sorted(bag.payload_files())) == ((1, 0), sorted(f"data/{name}" for name in NAMES))
    assert (folder / "data/forms/01-起诉状.docx").read_bytes() == b"form"


def change(path):
    path.write_bytes(b"\x01" + path.read_bytes()[1:])


@pytest.mark.parametrize("damage", [
    pytest.param(lambda bag: change(bag / "data/bundle.pdf"), id="a changed byte"),
    pytest.param(lambda bag: (bag / "data/bundle.pdf").unlink(), id="a file less"),
    pytest.param(lambda bag: (bag / "data/late.pdf").write_bytes(b"late"), id="a file more"),
    pytest.param(lambda bag: change(bag / "bag-info.txt"), id="another sender"),
    pytest.param(lambda bag: change(bag / "manifest-sha256.txt"), id="another manifest"),
])  # fmt: skip
def test_damage_is_found(damage, payload, tmp_path):
    folder = write_bag(payload, tmp_path / "bag", INFO)
    damage(folder)
    with pytest.raises(bagit.BagError):
        bagit.Bag(str(folder)).validate()


def test_the_same_input_gives_the_same_stream_and_both_ways_hold_the_same(payload, tmp_path):
    one, other = b"".join(bag_zip(payload, "bag", INFO)), b"".join(bag_zip(payload, "bag", INFO))
    assert one == other
    written = write_bag(payload, tmp_path / "bag", INFO)
    with zipfile.ZipFile(io.BytesIO(one)) as packed:
        held = {name: packed.read(name) for name in packed.namelist()}
    assert held == {f"bag/{path.relative_to(written).as_posix()}": path.read_bytes() for path in written.rglob("*") if path.is_file()}


def test_the_stream_needs_no_more_memory_than_a_few_chunks(tmp_path):
    (tmp_path / "store").mkdir()
    big = file_of(tmp_path, "big.bin", b"\0" * 40_000_000)
    tracemalloc.start()
    total = sum(len(chunk) for chunk in bag_zip([big], "bag", INFO))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert total > 40_000_000
    assert peak < 8_000_000


def test_a_huge_file_announces_zip64(payload, tmp_path, monkeypatch):
    # the limit is moved, not a 4 GB file made: the reader must find the 64-bit fields and the right bytes
    monkeypatch.setattr(zipfile, "ZIP64_LIMIT", 1_000_000)
    assert bagit.Bag(str(unpacked(bag_zip(payload, "bag", INFO), tmp_path / "out") / "bag")).validate()


def test_names_are_percent_encoded_as_the_rfc_says(tmp_path):
    # RFC 8493, 2.1.3: LF, CR and % and nothing else. The validator above decodes no %25, hence by hand.
    (tmp_path / "store").mkdir()
    payload = [file_of(tmp_path, "50% of\nit\r.txt", b"one"), file_of(tmp_path, "a%0A.txt", b"two")]
    folder = write_bag(payload, tmp_path / "bag", INFO)
    lines = (folder / "manifest-sha256.txt").read_bytes().decode().split("\n")
    assert [line.split("  ", 1)[1] for line in lines[:-1]] == ["data/50%25 of%0Ait%0D.txt", "data/a%250A.txt"]
    assert (folder / "data/a%0A.txt").read_bytes() == b"two"


@pytest.mark.parametrize("name", ["", "/etc/passwd", "../up", "a/../../up", "a//b", "./a", "a\\b", "nul\0"])
def test_a_name_that_leads_elsewhere_is_refused(name, payload, tmp_path):
    with pytest.raises(BundleError, match="cannot stand in a bag"):
        write_bag([*payload, Payload(name, payload[0].path, payload[0].sha256, payload[0].size)], tmp_path / "bag", INFO)
    assert not (tmp_path / "bag").exists()


@pytest.mark.parametrize("name", ["bundle.pdf", "BUNDLE.PDF"])
def test_a_name_that_stands_twice_is_refused(name, payload):
    with pytest.raises(BundleError, match="stands twice"):
        bag_zip([*payload, Payload(name, payload[0].path, payload[0].sha256, payload[0].size)], "bag", INFO)


def test_a_root_with_a_slash_is_refused(payload):
    with pytest.raises(BundleError, match="cannot have the name 'a/b'"):
        bag_zip(payload, "a/b", INFO)


def test_a_vanished_or_shortened_file_is_named_before_the_first_chunk(payload):
    payload[0].path.unlink()
    with pytest.raises(BundleError, match=r"bundle\.pdf cannot be put into the bag"):
        bag_zip(payload, "bag", INFO)
    payload[0].path.write_bytes(b"short")
    with pytest.raises(BundleError, match="it has 5 bytes, recorded are 8"):
        bag_zip(payload, "bag", INFO)


def test_bytes_that_changed_end_the_stream_and_leave_no_folder(payload, tmp_path):
    change(payload[0].path)
    with pytest.raises(BundleError, match=r"bundle.pdf.*SHA-256"):
        list(bag_zip(payload, "bag", INFO))
    with pytest.raises(BundleError, match=r"bundle.pdf.*SHA-256"):
        write_bag(payload, tmp_path / "bag", INFO)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["store"]


def test_an_existing_folder_is_left_alone(payload, tmp_path):
    (tmp_path / "bag").mkdir()
    (tmp_path / "bag/mine.txt").write_text("mine")
    with pytest.raises(BundleError, match="is there already"):
        write_bag(payload, tmp_path / "bag", INFO)
    assert (tmp_path / "bag/mine.txt").read_text() == "mine"
