"""Archives: names as their makers wrote them, limits against bombs, nothing written outside; web pages as text."""

from __future__ import annotations

import io
import stat
import struct
import zipfile
import zlib

import pytest

from casefiles.readers import archive, locked, media_type, read, reader_for, unlock
from casefiles.readers.archive import read_zip
from casefiles.readers.html import read_html, visible
from casefiles.readers.reading import Refused, Told


def zipped(*entries: tuple[str, bytes], edit=None) -> bytes:
    """A zip of named bytes; edit(info) changes an entry before it is written."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in entries:
            info = zipfile.ZipInfo(name)
            info.compress_type = zipfile.ZIP_DEFLATED
            if edit:
                edit(info)
            made.writestr(info, content)
    return out.getvalue()


def with_raw_name(content: bytes, ascii_name: str, raw: bytes) -> bytes:
    """The same zip with a name in other bytes of the same length, unmarked, as Chinese Windows writes it."""
    assert len(ascii_name) == len(raw)
    return content.replace(ascii_name.encode(), raw)


@pytest.fixture
def told(tmp_path):
    """told(content): what the reader of zips says of these bytes, with the files it took out."""

    def of(content: bytes) -> Told:
        folder = tmp_path / "inside"
        folder.mkdir()
        (tmp_path / "a.zip").write_bytes(content)
        said = Told(into=folder)
        read_zip(tmp_path / "a.zip", said)
        return said

    return of


def named(said: Told) -> dict[str, bytes]:
    return {child.path: child.file.read_bytes() for child in said.children}


@pytest.mark.parametrize(("raw", "name"), [
    pytest.param("送货单.pdf".encode("gbk"), "送货单.pdf", id="GBK"), pytest.param("送货单.pdf".encode(), "送货单.pdf", id="UTF-8 without its mark"),
    pytest.param(b"r\x82sum\x82.txt", "résumé.txt", id="code page 437"),
])  # fmt: skip
def test_names_without_a_mark(told, raw, name):
    plain = "x" * len(raw)
    assert named(told(with_raw_name(zipped((plain, b"1")), plain, raw))) == {name: b"1"}


def test_the_unicode_path_counts_where_its_checksum_fits(told):
    def extra(name):
        return lambda info: setattr(info, "extra", struct.pack("<HHBI", 0x7075, 5 + len("发票.txt".encode()), 1, zlib.crc32(name)) + "发票.txt".encode())

    assert list(named(told(zipped(("a.txt", b"1"), edit=extra(b"a.txt"))))) == ["发票.txt"]
    assert archive._unicode_path(struct.pack("<HHBI", 0x7075, 9, 1, 0) + b"evil", b"a.txt") is None


@pytest.mark.parametrize("name", ["../a.txt", "a/../../b.txt", "/etc/passwd", "..\\a.txt", "C:\\a.txt", "c:a.txt", "\\\\host\\a.txt"])
def test_a_path_that_leads_out_is_left_in_and_named(told, tmp_path, name):
    before = sorted(path for path in tmp_path.parent.rglob("*") if path.parent != tmp_path)
    said = told(zipped((name, b"evil"), ("good.txt", b"good")))
    assert named(said) == {"good.txt": b"good"}
    assert said.incomplete
    assert name.replace("\\", "/") in said.notes[0][0]
    assert "leads out" in said.notes[0][1]
    assert sorted(path for path in tmp_path.parent.rglob("*") if tmp_path not in path.parents and path.parent != tmp_path) == before


@pytest.mark.parametrize(("kind", "word"), [pytest.param(stat.S_IFLNK, "symbolic link", id="link"), pytest.param(stat.S_IFBLK, "device", id="device"),
                                            pytest.param(stat.S_IFIFO, "device", id="pipe")])  # fmt: skip
def test_links_and_devices_are_left_in(told, kind, word):
    said = told(zipped(("a", b"/etc/passwd"), edit=lambda info: setattr(info, "external_attr", (kind | 0o777) << 16)))
    assert not said.children
    assert word in said.notes[0][1]


def test_names_that_stand_there_twice_are_flagged_and_kept(told):
    with pytest.warns(UserWarning, match="Duplicate name"):
        content = zipped(("a.txt", b"1"), ("a.txt", b"2"), ("A.TXT", b"3"))
    said = told(content)
    assert [child.file.read_bytes() for child in said.children] == [b"1", b"2", b"3"]
    assert "readers may differ" in said.notes[0][1]
    assert not said.incomplete


def test_a_bomb_is_stopped_while_it_is_copied(told, monkeypatch):
    monkeypatch.setattr(archive, "RATIO_FROM", 1 << 20)
    said = told(zipped(("bomb", bytes(3 << 20)), ("good.txt", b"good")))
    assert named(said) == {"good.txt": b"good"}
    assert "beyond measure" in said.notes[0][1]


def test_what_is_too_large_is_named(told, monkeypatch):
    monkeypatch.setattr(archive, "MOST_ENTRY_MB", 1)
    said = told(zipped(("large", bytes(range(256)) * 5000)))
    assert not said.children
    assert "upload it by itself" in said.notes[0][1]


def test_a_stated_size_that_is_too_small_is_damage(told):
    content = zipped(("a.txt", b"0123456789" * 50))
    said = told(content.replace(struct.pack("<I", 500), struct.pack("<I", 20)))
    assert not said.children
    assert "damaged" in said.notes[0][1]


def test_entries_that_share_bytes_are_left_in(told):
    content = zipped(("a", b"1"), ("b", b"2"), ("c", b"3"))
    place = content.index(b"PK\x01\x02", content.index(b"PK\x01\x02") + 1) + 42  # where the second entry of the directory says its bytes are
    said = told(content[:place] + struct.pack("<I", 0) + content[place + 4 :])
    assert named(said) == {"c": b"3"}
    assert "overlaps" in said.notes[0][1]


def test_an_unknown_compression_is_named(told):
    content = bytearray(zipped(("a", b"1"), ("b", b"2")))
    for mark, place in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):
        at = content.index(mark) + place
        content[at : at + 2] = struct.pack("<H", 98)
    said = told(bytes(content))
    assert named(said) == {"b": b"2"}
    assert "a [PPMd]" in said.notes[0][1]


def test_more_files_than_the_limit(told, monkeypatch):
    monkeypatch.setattr("casefiles.readers.reading.MOST_CHILDREN", 3)
    with pytest.raises(Refused, match="more than 3 files") as refused:
        told(zipped(*((str(n), b"x") for n in range(5))))
    assert refused.value.outcome == "partly"


@pytest.mark.parametrize(("name", "partly", "children", "word"), [
    pytest.param("zip/plain.zip", False, 9, "", id="9 files"),
    pytest.param("zip/gbk-names.zip", False, 1, "", id="GBK names"),
    pytest.param("zip/utf8-names.zip", False, 2, "", id="UTF-8 names"),
    pytest.param("zip/encrypted-partly.zip", True, 1, "encrypted.txt: encrypted", id="one is encrypted"),
    pytest.param("zip/zip-in-zip.zip", False, 1, "", id="a zip in a zip"),
    pytest.param("hostile/zip-slip.zip", True, 1, "/tmp/zip-slip-sample-abs.txt", id="paths that lead out"),
    pytest.param("hostile/zip-symlink.zip", True, 1, "symlink: a symbolic link", id="a link"),
    pytest.param("hostile/zip-size-lie.zip", True, 1, "stated size", id="says 4 GiB"),
    pytest.param("hostile/zip-quine.zip", False, 2, "", id="holds itself"),
])  # fmt: skip
def test_samples(sample, tmp_path, name, partly, children, word):
    path, said = sample(name), Told(into=tmp_path)
    assert reader_for(media_type(path, path.name)) == "zip"
    read_zip(path, said)
    assert (said.incomplete, len(said.children)) == (partly, children)
    assert word in " ".join(en for _, en in said.notes)
    listed = said.pages[0].text.splitlines()
    assert all(child.path in listed for child in said.children)
    if name == "zip/gbk-names.zip":
        assert said.children[0].path == "审计压缩包文件检索测试/集团邮件审计系统2021年自动巡检需求文档_V4.0.doc"
    if name == "zip/utf8-names.zip":
        assert [child.path for child in said.children] == ["表だよ/一覧表.txt", "表だよ/漢字.txt"]


def test_a_zip_of_encrypted_files_only(told):
    content = bytearray(zipped(("密.txt", b"1")))
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(mark) + place] |= 1
    with pytest.raises(Refused, match="every file in it is encrypted") as refused:
        told(bytes(content))
    assert refused.value.outcome == "encrypted"


@pytest.mark.parametrize(("kind", "name"), [("application/vnd.rar", "rar"), ("application/x-7z-compressed", "7z"), ("application/x-tar", "tar"), ("application/gzip", "gzip")])
def test_other_archives_are_kept_and_named(make_file, kind, name):
    reading = read(make_file("a", b"content"), kind)
    assert reading.outcome == "unsupported"
    assert reading.reason_en == f"A {name} archive is not unpacked here: unpack it and upload the files. The original is kept."
    assert name in reading.reason_zh


@pytest.mark.parametrize(("source", "text"), [
    pytest.param("<p>甲方<br>乙方</p>", "甲方\n乙方", id="lines"), pytest.param("<table><tr><td>单价<td>400</table>", "单价\t400", id="cells"),
    pytest.param("a<script>var x = '<b>no</b>'</script><style>p{}</style>b", "ab", id="no script, no style"), pytest.param("1&nbsp;&lt;2&#x4e2d;", "1 <2中", id="signs"),
    pytest.param("<title>对账</title><body>文", "对账\n文", id="its title"), pytest.param("<img src='http://x.test/a.png' alt='公章'>", "公章", id="a picture's words"),
    pytest.param("<style>never closed", "", id="a style without end"), pytest.param("<!-- <p>no</p> -->yes", "yes", id="a comment"),
])  # fmt: skip
def test_a_web_page_as_text(source, text):
    assert visible(source).replace("\n\n", "\n") == text


@pytest.mark.parametrize(("content", "text"), [
    pytest.param("<html><meta charset=gb2312><p>镕基</p></html>".encode("gbk"), "镕基", id="declared as gb2312"),
    pytest.param("<html><meta charset=big5><p>格式測試</p></html>".encode("big5"), "格式測試", id="declared as big5"),
    pytest.param("<html><p>对账单</p></html>".encode(), "对账单", id="UTF-8"),
])  # fmt: skip
def test_a_web_page_is_read(make_file, content, text):
    path, said = make_file("a.html", content), Told()
    assert reader_for(media_type(path, path.name)) == "html"
    read_html(path, said)
    assert [page.text for page in said.pages] == [text]


def test_the_encrypted_sample_opens_with_its_password(sample, tmp_path):
    """MANIFEST: the user password is asdfzxcv."""
    reading = unlock(sample("pdf/encrypted-user-aes256.pdf"), "application/pdf", "a.pdf", "asdfzxcv", into=tmp_path)
    assert [child.path for child in reading.children] == ["解密副本/a.pdf"]
    assert b"/Encrypt" not in reading.children[0].file.read_bytes()


@pytest.mark.parametrize(("password", "taken"), [pytest.param("密码", {"解密副本/a.txt": b"secret text"}, id="the right one"), pytest.param("falsch", {}, id="a wrong one")])
def test_encrypted_entries_open_with_their_password(make_file, tmp_path, password, taken):
    """ZipCrypto (APPNOTE 6.1), the password in GBK as Chinese Windows takes it."""
    content = bytearray(zipped(("a.txt", b"secret text"), ("plain.txt", b"plain")))
    info = zipfile.ZipFile(io.BytesIO(content)).infolist()[0]
    start = 30 + len("a.txt")
    packed = zip_crypto(bytes(11) + bytes([info.CRC >> 24]) + content[start : start + info.compress_size], "密码".encode("gbk"))
    (tmp_path / "inside").mkdir()
    path = make_file("a.zip", encrypted_zip("a.txt", info, packed))
    said = Told(into=tmp_path / "inside")
    if taken:
        locked.unlock(path, "application/zip", "a.zip", password.encode(), said)
    else:
        with pytest.raises(Refused, match="not right"):
            locked.unlock(path, "application/zip", "a.zip", password.encode(), said)
    assert named(said) == taken


def encrypted_zip(name: str, info: zipfile.ZipInfo, packed: bytes) -> bytes:
    """A zip of one encrypted entry, written by hand: the standard library only reads them."""
    common = struct.pack("<HHHHHIIIHH", 20, 1, 8, 0, 33, info.CRC, len(packed), info.file_size, len(name), 0)
    local = b"PK\x03\x04" + common + name.encode() + packed
    central = b"PK\x01\x02" + struct.pack("<H", 20) + common + struct.pack("<HHHII", 0, 0, 0, 0, 0) + name.encode()
    return local + central + b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, 1, 1, len(central), len(local), 0)


def zip_crypto(content: bytes, password: bytes) -> bytes:
    keys = [0x12345678, 0x23456789, 0x34567890]

    def crc(old: int, byte: int) -> int:
        return zlib.crc32(bytes([byte]), old ^ 0xFFFFFFFF) ^ 0xFFFFFFFF

    def update(byte: int) -> None:
        keys[0] = crc(keys[0], byte)
        keys[1] = ((keys[1] + (keys[0] & 0xFF)) * 134775813 + 1) & 0xFFFFFFFF
        keys[2] = crc(keys[2], keys[1] >> 24)

    for byte in password:
        update(byte)
    out = bytearray()
    for byte in content:
        mask = keys[2] | 2
        out.append(byte ^ (mask * (mask ^ 1) >> 8 & 0xFF))
        update(byte)
    return bytes(out)
