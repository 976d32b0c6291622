"""Files inside Office files: embedded documents become documents of their own; pictures do where they hold what the file says."""

from __future__ import annotations

import io
import re
import shutil
import struct
import zipfile
from contextlib import suppress
from pathlib import PurePosixPath

import olefile
from PIL import Image

from casefiles.readers.reading import Told

_OBJECT = re.compile(r"(?:word|xl|ppt)/(?:embeddings|afchunks?)/[^/]+\Z|word/afchunk[^/]*\Z", re.IGNORECASE)
_PICTURE = re.compile(r"(?:(?:word|xl|ppt)/media|Pictures)/[^/]+\.(?:jpe?g|png|tiff?|bmp|gif|webp|heic)\Z", re.IGNORECASE)
LARGEST = 200 * 2**20  # bytes of one embedded file, unpacked
SCAN = 400, 200  # pixels: a smaller picture is a logo or a rule
FEW = 100  # characters: what a cover page says, where the rest was pasted as pictures
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_WHOLE = {"WordDocument": "doc", "Workbook": "xls", "Book": "xls", "PowerPoint Document": "ppt", "__properties_version1.0": "msg"}
_PACKED = ("Package", "CONTENTS", "EmbeddedOdf")  # streams that hold a whole file: a new Office file, a PDF, an OpenDocument file
_TOO_LARGE = ("嵌入的文件过大，未取出。", "an embedded file is too large and was left in.")


def take_out(opened: zipfile.ZipFile, told: Told) -> None:
    """Embedded documents of a package, as children under the names they have; told only, where nobody takes them."""
    parts = [part for part in opened.infolist() if _OBJECT.match(part.filename) and not part.is_dir()]
    if parts and told.into is None:
        told.note(f"内嵌 {len(parts)} 个文件，未取出。", f"{len(parts)} embedded files were not taken out.")
        return
    for part in parts:
        if part.file_size > LARGEST:
            told.missing(*_TOO_LARGE)
            continue
        name, content = unpacked(PurePosixPath(part.filename).name, opened.read(part))
        with told.child(name) as out:
            out.write(content)


def unpacked(name: str, content: bytes) -> tuple[str, bytes]:
    """The file that an OLE object wraps, under its own name where it has one; the object itself where it wraps none that we know."""
    if not content.startswith(_OLE):
        return name, content
    with suppress(OSError, ValueError, IndexError, struct.error, TypeError, AttributeError, KeyError), olefile.OleFileIO(io.BytesIO(content)) as ole:
        if ole.exists("\x01Ole10Native"):
            return _native(ole.openstream("\x01Ole10Native").read(), name)
        for stream in _PACKED:
            if ole.exists(stream):
                return name, ole.openstream(stream).read()
        for stream, ending in _WHOLE.items():
            if ole.exists(stream):
                return f"{PurePosixPath(name).stem}.{ending}", content
    return name, content


def _native(stream: bytes, name: str) -> tuple[str, bytes]:
    """A packaged file: size, 2 bytes, label, path, 4 bytes, length, path, size, bytes; texts end with 0 and are in the writer's code page."""
    label, _, rest = stream[6:].partition(b"\0")
    _, _, rest = rest.partition(b"\0")
    (length,) = struct.unpack("<I", rest[4:8])
    rest = rest[8 + length :]
    (size,) = struct.unpack("<I", rest[:4])
    if not 0 < size <= len(rest) - 4:
        raise ValueError("no packaged file")
    return re.split(r"[\\/]", label.decode("gb18030", "replace"))[-1] or name, rest[4 : 4 + size]


def pictures(opened: zipfile.ZipFile, told: Told, written: int) -> None:
    """Pictures large enough to hold writing: children of a file in which next to nothing is written (characters), counted in every other."""
    found = [part for part in opened.infolist() if _PICTURE.match(part.filename) and part.file_size <= LARGEST and _large(opened, part)]
    if not found:
        return
    if told.into is None or written >= FEW:
        told.note(f"内有 {len(found)} 张图片，图片中的文字未读取。", f"it holds {len(found)} pictures; writing inside them was not read.")
        return
    for part in found:
        with told.child(PurePosixPath(part.filename).name) as out, opened.open(part) as picture:
            shutil.copyfileobj(picture, out)
    told.note(f"文字很少，{len(found)} 张图片已作为单独的文件取出识别。", f"it holds little text: {len(found)} pictures were taken out to be read.")


def _large(opened: zipfile.ZipFile, part: zipfile.ZipInfo) -> bool:
    broken = (OSError, ValueError, SyntaxError, struct.error, Image.DecompressionBombError, zipfile.BadZipFile)
    with suppress(*broken), opened.open(part) as content, Image.open(content) as picture:
        return picture.width >= SCAN[0] and picture.height >= SCAN[1]
    return part.filename.lower().endswith(".heic")
