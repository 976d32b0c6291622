"""Old Office files (doc, ppt) and rtf: only LibreOffice reads them. Said here: what they are, and whether anyone could open them."""

from __future__ import annotations

import struct
from contextlib import suppress
from pathlib import Path

import olefile

from casefiles.readers.reading import Refused, Told

_ENCRYPTED = Refused("encrypted", "文件已加密，需要打开密码。", "encrypted, a password is needed to open it.")
_NEEDED = Refused(
    "unsupported", "此格式（doc、ppt、rtf）由 LibreOffice 转换后读取，而本机没有可用的转换。请安装 LibreOffice，或另存为 docx、pptx 或 pdf 后再上传。",
    "this format (doc, ppt, rtf) is read through LibreOffice, which did not do so here. Install it, or save this as docx, pptx or pdf and upload that too.",
)  # fmt: skip


def read_office(path: Path, told: Told) -> None:
    """Never gives text: `encrypted`, or `unsupported` for the caller to convert (readers.read_converted)."""
    with suppress(OSError, ValueError, IndexError, struct.error, TypeError, AttributeError, KeyError):
        if olefile.isOleFile(str(path)):
            with olefile.OleFileIO(str(path)) as ole:
                if ole.exists("Macros") or ole.exists("_VBA_PROJECT_CUR"):
                    told.note("含有宏；从不运行。", "it holds a macro, which is never run.")
                if _encrypted(ole):
                    raise _ENCRYPTED
    raise _NEEDED


def _encrypted(ole: olefile.OleFileIO) -> bool:
    """A Word file says so in a bit of its first block, a PowerPoint file by a stream, a new one inside a container by another."""
    if ole.exists("EncryptedPackage") or ole.exists("EncryptedSummary"):
        return True
    if not ole.exists("WordDocument"):
        return False
    (flags,) = struct.unpack_from("<H", ole.openstream("WordDocument").read(12), 10)
    return bool(flags & 0x0100)
