"""The files in a zip under their decoded names. Names that lead out of it, links and devices are named and left in; bombs stop at limits."""

from __future__ import annotations

import errno
import re
import stat
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from casefiles.readers.reading import Refused, Told, damaged

MOST_LISTED = 20_000
MOST_ENTRY_MB = 250  # of one file: what the child process may write into one
RATIO, RATIO_FROM = 200, 64 * 2**20  # times its packed size, from so many bytes on
LONGEST_NAME = 1000
NAMED = 12  # names told of each kind of trouble
CHUNK = 1 << 18
PACKED = {  # archives that are kept and named, not unpacked
    "application/vnd.rar": "rar", "application/x-rar": "rar", "application/x-rar-compressed": "rar", "application/x-7z-compressed": "7z",
    "application/x-tar": "tar", "application/gzip": "gzip", "application/x-bzip2": "bzip2", "application/x-xz": "xz",
}  # fmt: skip
_METHODS = {1: "Shrink", 6: "Implode", 9: "Deflate64", 93: "Zstandard", 95: "XZ", 96: "JPEG", 97: "WavPack", 98: "PPMd", 99: "AES"}
_UNICODE_PATH = 0x7075
_WORDS = {  # why an entry was left in: Chinese, English
    "leads out": ("路径指向压缩包之外，未取出", "its path leads out of the archive; left in"),
    "link": ("符号链接，未取出", "a symbolic link; left in"),
    "device": ("设备或特殊文件，未取出", "a device or special file; left in"),
    "encrypted": ("已加密，请输入密码解密，或另行上传未加密的文件", "encrypted: give its password, or upload the file without one"),
    "method": ("压缩方式不受支持，请解压后上传", "its compression is not supported: unpack it and upload the files"),
    "damaged": ("已损坏，未取出", "damaged; left in"),
    "size": ("声明的大小与实际不符，已按实际内容取出", "its stated size is not its real one; what is really there was taken out"),
    "bomb": ("解压后异常膨胀，已停止", "swells far beyond measure; stopped"),
    "overlapping": ("与其他条目重叠（疑似压缩炸弹），未取出", "overlaps another entry, as in a zip bomb; left in"),
    "large": (f"超过 {MOST_ENTRY_MB} MB，请解压后单独上传", f"larger than {MOST_ENTRY_MB} MB: unpack it and upload it by itself"),
    "room": ("磁盘空间不足，未取出；请清理后重新读取", "no room on the disk, left in: free some room and read again"),
    "long": (f"路径超过 {LONGEST_NAME} 字，未取出", f"its path is longer than {LONGEST_NAME} characters; left in"),
}
_UNREADABLE = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, IndexError, struct.error)


@dataclass(frozen=True)
class Entry:
    """One entry: its decoded path with forward slashes, and why it may not be taken out (a key of _WORDS, or empty)."""

    path: str
    info: zipfile.ZipInfo
    trouble: str = ""

    @property
    def folder(self) -> bool:
        return self.path.endswith("/")

    @property
    def locked(self) -> bool:
        return bool(self.info.flag_bits & 1)


@dataclass
class Left:
    """Entries that were left in, or that something has to be said of, by why."""

    names: dict[str, list[str]] = field(default_factory=dict)

    def add(self, why: str, path: str) -> None:
        self.names.setdefault(why, []).append(path)

    def tell(self, told: Told) -> None:
        for why, paths in self.names.items():
            key, _, more = why.partition(" ") if why.startswith("method") else (why, "", "")
            zh, en = _WORDS[key]
            named = [_shown(path) for path in paths[:NAMED]] + (["…"] if len(paths) > NAMED else [])
            extra = f" [{more}]" if more else ""
            told.missing(f"{'、'.join(named)}{extra}：{zh}。", f"In the archive: {', '.join(named)}{extra}: {en}.")


def read_zip(path: Path, told: Told) -> None:
    """One page that lists what is in it, then every file that may be taken out."""
    try:
        with zipfile.ZipFile(path) as opened:
            entries = list(entries_of(opened))
            files = [entry for entry in entries if not entry.folder]
            told.count(1)
            told.page("压缩包目录", "\n".join(entry.path for entry in entries[:MOST_LISTED]))
            if len(entries) > MOST_LISTED:
                told.missing(f"条目超过 {MOST_LISTED} 个，目录未列全。", f"it has more than {MOST_LISTED} entries; the list is cut.")
            _twice(files, told)
            locked = [entry for entry in files if entry.locked and not entry.trouble]
            told.detail("archive", {"entries": len(files), "locked": [entry.path for entry in locked][:NAMED]})
            if locked and len(locked) == len(files):
                raise Refused("encrypted", "压缩包内的文件均已加密；请输入密码解密，或上传未加密的文件。",
                              "every file in it is encrypted: give its password, or upload the files without one.")  # fmt: skip
            left = Left()
            try:
                take(opened, files, told, left)
            finally:
                left.tell(told)
    except (*_UNREADABLE, NotImplementedError) as error:
        raise damaged("zip", error) from error


def take(opened: zipfile.ZipFile, files: Sequence[Entry], told: Told, left: Left, *, password: bytes | None = None, below: str = "") -> None:
    """Take the files out, one after the other; what goes wrong with one is told of that one. With `password` encrypted ones too, `below` a folder."""
    for entry in files:
        why = entry.trouble or ("encrypted" if entry.locked and password is None else "")
        if not why and entry.info.compress_type not in {0, 8, 12, 14}:
            why = f"method {_METHODS.get(entry.info.compress_type, entry.info.compress_type)}"
        if why:
            left.add(why, entry.path)
        elif told.into is not None:
            why = _copied(opened, entry, told, password, below)
            if why:
                left.add(why, entry.path)


class _Stopped(Exception):
    """An entry that grows beyond a limit."""


def _copied(opened: zipfile.ZipFile, entry: Entry, told: Told, password: bytes | None, below: str) -> str:
    """Copy one entry, counting the bytes that come and not those it states; why it failed, or nothing."""
    try:
        with opened.open(entry.info, pwd=password) as source, told.child(f"{below}{entry.path}") as out:
            size = _copy(source, out, entry.info.compress_size)  # type: ignore[arg-type]
    except _Stopped as stopped:
        return str(stopped)
    except RuntimeError:  # a wrong password
        return "encrypted"
    except NotImplementedError:
        return "method ?"
    except OSError as error:
        return "room" if error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG} else "damaged"
    except _UNREADABLE:
        return "damaged"
    return "size" if size != entry.info.file_size else ""


def _copy(source: BinaryIO, out: BinaryIO, packed: int) -> int:
    size = 0
    while chunk := source.read(CHUNK):
        size += len(chunk)
        if size > MOST_ENTRY_MB << 20:
            raise _Stopped("large")
        if size > RATIO_FROM and size > packed * RATIO:
            raise _Stopped("bomb")
        out.write(chunk)
    return size


def entries_of(opened: zipfile.ZipFile) -> Iterator[Entry]:
    """Every entry in the order of the archive, with its decoded path and why it may not be taken out."""
    infos = opened.infolist()
    overlapping = _overlapping(infos)
    for info in infos:
        path = name_of(info).replace("\\", "/")
        yield Entry(path, info, _trouble(path, info) or ("overlapping" if id(info) in overlapping else ""))


def name_of(info: zipfile.ZipInfo) -> str:
    """The name as its maker wrote it: marked as UTF-8, told by Info-ZIP's Unicode path, else bytes without mark: UTF-8, GBK or code page 437."""
    if info.flag_bits & 0x800:
        return info.orig_filename
    raw = info.orig_filename.encode("cp437", "replace")
    if (told := _unicode_path(info.extra, raw)) is not None:
        return told
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return info.orig_filename


def _unicode_path(extra: bytes, raw: bytes) -> str | None:
    """The name in the extra field 0x7075, where its checksum says that it belongs to this name (APPNOTE 4.6.9)."""
    at = 0
    while at + 4 <= len(extra):
        kind, length = struct.unpack_from("<HH", extra, at)
        content = extra[at + 4 : at + 4 + length]
        at += 4 + length
        if kind == _UNICODE_PATH and len(content) > 5 and content[0] == 1 and struct.unpack_from("<I", content, 1)[0] == zlib.crc32(raw):
            try:
                return content[5:].decode("utf-8")
            except UnicodeDecodeError:
                return None
    return None


def _trouble(path: str, info: zipfile.ZipInfo) -> str:
    kind = stat.S_IFMT(info.external_attr >> 16)
    if path.startswith("/") or ".." in path.split("/") or re.match(r"[A-Za-z]:", path) or "\0" in path or not path.strip("/ "):
        return "leads out"
    if len(path) > LONGEST_NAME:
        return "long"
    if kind == stat.S_IFLNK:
        return "link"
    return "" if kind in {0, stat.S_IFREG, stat.S_IFDIR} else "device"


def _overlapping(infos: Sequence[zipfile.ZipInfo]) -> set[int]:
    """The entries whose bytes another entry uses too: a few kilobytes that unpack to petabytes."""
    found: set[int] = set()
    ordered = sorted(infos, key=lambda info: info.header_offset)
    end, last = -1, None
    for info in ordered:
        if last is not None and info.header_offset < end:
            found |= {id(info), id(last)}
        reach = info.header_offset + 30 + len(info.orig_filename) + info.compress_size
        if reach >= end:
            end, last = reach, info
    return found


def _twice(files: Sequence[Entry], told: Told) -> None:
    """Paths that stand there twice, or differ in case or the writing of accents only: programs show one or the other."""
    seen: dict[str, str] = {}
    same: list[str] = []
    for entry in files:
        key = unicodedata.normalize("NFC", entry.path).casefold()
        if key in seen:
            same.append(entry.path)
        seen.setdefault(key, entry.path)
    if same:
        named = [_shown(path) for path in same[:NAMED]] + (["…"] if len(same) > NAMED else [])
        told.note(f"同名条目（各程序显示可能不同，均已取出）：{'、'.join(named)}。",
                  f"names that stand there twice or differ in case only (readers may differ; all were taken out): {', '.join(named)}.")  # fmt: skip


def _shown(path: str) -> str:
    """A name inside a sentence: no control or direction signs, and not too long."""
    plain = "".join(sign if sign.isprintable() else "\ufffd" for sign in path)
    return plain if len(plain) <= 80 else f"{plain[:40]}…{plain[-39:]}"


def unsupported(kind: str) -> tuple[str, str] | None:
    """What is said of an archive that is kept and not unpacked, by its format's name; None for what is none."""
    name = PACKED.get(kind)
    if name is None:
        return None
    return f"{name} 压缩包不在此解压：请解压后上传其中的文件。", f"a {name} archive is not unpacked here: unpack it and upload the files."
