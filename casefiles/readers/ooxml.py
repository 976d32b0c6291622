"""The zip packages of docx, xlsx, pptx and OpenDocument, guarded: no document type, no lies about sizes, nothing fetched, nothing run."""

from __future__ import annotations

import errno
import lzma
import mmap
import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from xml.etree import ElementTree as ET

from casefiles.readers.media_type import holds_entry
from casefiles.readers.reading import Refused, Told, damaged

MOST_PARTS = 10_000
LARGEST = 256 * 2**20  # bytes of all XML parts together, unpacked
_XML = (".xml", ".rels", ".vml")
_FORBIDDEN = re.compile(rb"<!(?:DOCTYPE|ENTITY|ATTLIST|ELEMENT|NOTATION)", re.IGNORECASE)
_ENCODING = re.compile(rb"""\A(?:\xef\xbb\xbf)?\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._-]+)""")
_PLAIN = frozenset({b"utf-8", b"utf8", b"us-ascii", b"ascii", b"iso-8859-1", b"utf-16", b"windows-1252"})
CHUNK = 1 << 20
_PROPERTIES = {
    "title": "title", "subject": "subject", "creator": "author", "initial-creator": "author", "lastModifiedBy": "last_author", "keywords": "keywords",
    "keyword": "keywords", "description": "description", "created": "created", "creation-date": "created", "modified": "modified", "date": "modified",
    "Company": "company", "Application": "program", "generator": "program",
}  # fmt: skip


@contextmanager
def package(path: Path, what: str, told: Told) -> Iterator[zipfile.ZipFile]:
    """The opened package after the guard has passed over every XML part; Refused with the reason else."""
    with path.open("rb") as file:
        if file.read(4) == b"\xd0\xcf\x11\xe0":
            file.seek(0)
            with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
                if holds_entry(content, "EncryptedPackage"):
                    raise Refused("encrypted", "文件已加密，需要打开密码。", "encrypted, a password is needed to open it.")
            raise Refused("unsupported", "旧版 Office 格式，请另存为 docx、xlsx 或 pptx。", "an old Office format: save it as docx, xlsx or pptx.")
    try:
        with zipfile.ZipFile(path) as opened:
            _guard(opened, what)
            _mark(opened, told)
            yield opened
    except (zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, lzma.LZMAError, NotImplementedError, EOFError, ET.ParseError, UnicodeDecodeError) as error:
        raise damaged(what, error) from error
    except OSError as error:
        if error.errno != errno.EINVAL:  # a place before the beginning, which its list of entries names
            raise
        raise damaged(what) from error


def _guard(opened: zipfile.ZipFile, what: str) -> None:
    parts = opened.infolist()
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts if part.filename.lower().endswith(_XML)) > LARGEST:
        raise Refused("failed", f"解压后过大，已停止读取 {what}。", f"too large when unpacked: the {what} file was not read.")
    if any(part.flag_bits & 1 for part in parts):
        raise Refused("encrypted", "压缩包内容已加密。", "its content is encrypted.")
    if len({part.filename for part in parts}) < len(parts):
        raise Refused("failed", "包内有重名的部分，不同程序会看到不同内容，未读取。",
                      "parts with the same name: programs would show different contents, so it was not read.")  # fmt: skip
    for part in parts:
        if part.filename.lower().endswith(_XML):
            with opened.open(part) as file:
                scan(file, part.filename)


def scan(file: IO[bytes], name: str) -> None:
    """Refuse a part that declares a document type, in whatever encoding: entities come from there, and nothing else needs it."""
    refused = Refused("failed", f"内部文件 {name} 声明了文档类型（可能引入外部文件或实体炸弹），未读取。",
                      f"its part {name} declares a document type, which may pull in other files or blow up; it was not read.")  # fmt: skip
    chunk = file.read(CHUNK)
    wide = chunk[:2] in {b"\xff\xfe", b"\xfe\xff"} or 0 in chunk[:4]
    if not wide and (said := _ENCODING.match(chunk)) is not None and said[1].lower() not in _PLAIN:
        raise refused
    kept = b""
    while chunk:
        seen = kept + (chunk.replace(b"\x00", b"") if wide else chunk)
        if _FORBIDDEN.search(seen):
            raise refused
        kept = seen[-16:]
        chunk = file.read(CHUNK)


def _mark(opened: zipfile.ZipFile, told: Told) -> None:
    names = [name.lower() for name in opened.namelist()]
    if any(name.endswith("vbaproject.bin") for name in names):
        told.note("含有宏；从不运行。", "it holds a macro, which is never run.")
    for name in opened.namelist():
        if name.endswith(".rels") and re.search(rb"""TargetMode\s*=\s*["']External["']""", content := opened.read(name)):
            kinds = re.findall(rb"""Type\s*=\s*["'][^"']*/([A-Za-z]+)["']""", content)
            if set(kinds) - {b"hyperlink"} and _external_beyond_links(content):
                told.note("引用了外部文件；从不读取。", "it refers to a file outside, which is never fetched.")


def _external_beyond_links(content: bytes) -> bool:
    relations = re.findall(rb"<(?:\w+:)?Relationship\b[^>]*>", content)
    return any(b"External" in relation and b"/hyperlink" not in relation for relation in relations)


def tree(opened: zipfile.ZipFile, name: str) -> ET.Element:
    """The parsed part. Only after package() has scanned it."""
    return ET.fromstring(opened.read(name))  # noqa: S314


def local(element: ET.Element) -> str:
    """The name of an element without its namespace."""
    return str(element.tag).rpartition("}")[2]


def attribute(element: ET.Element, name: str) -> str:
    """An attribute by its name, in whatever namespace it stands."""
    return next((value for key, value in element.attrib.items() if key.rpartition("}")[2] == name), "")


@dataclass(frozen=True)
class Relation:
    """What one part says of another: the last word of the relation's type (`slide`), and the other part's name inside the package."""

    id: str
    kind: str
    part: str


def relations(opened: zipfile.ZipFile, part: str) -> list[Relation]:
    """The parts that a part refers to, as far as they are there; what lies outside the package is left out."""
    folder, name = posixpath.split(part)
    listed = posixpath.join(folder, "_rels", f"{name}.rels")
    names = set(opened.namelist())
    if listed not in names:
        return []
    found = []
    for relation in tree(opened, listed):
        target = relation.get("Target", "")
        to = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
        if relation.get("TargetMode") != "External" and to in names:
            found.append(Relation(relation.get("Id", ""), relation.get("Type", "").rpartition("/")[2], to))
    return found


def tell_properties(opened: zipfile.ZipFile, told: Told, *parts: str) -> None:
    """What the file says of itself: title, author, dates. Anyone can write anything there, so it is told beside the text, not in it."""
    said: dict[str, str] = {}
    for part in set(parts) & set(opened.namelist()):
        for element in tree(opened, part).iter():
            name, value = _PROPERTIES.get(local(element)), (element.text or "").strip()
            if name and value:
                said.setdefault(name, value[:500])
    if said:
        told.detail("properties", said)
