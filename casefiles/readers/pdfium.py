"""Opening PDF files with pdfium, and telling it where fonts are."""

from __future__ import annotations

import ctypes
import io
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

import pypdfium2
import pypdfium2.raw as pdfium_c

from casefiles.readers.reading import Refused, damaged

SYSTEM_FONTS = ("/usr/share/fonts", "/usr/local/share/fonts")
FONT_WHEEL = "pylopdf_fonts_zh_cn"  # a machine without Chinese fonts has this package instead
NO_PAGES = Refused("failed", "PDF 中没有页面。", "no pages in this PDF.")
ENCRYPTED = Refused("encrypted", "文件已加密，需要打开密码。", "encrypted, a password is needed to open it.")
CERTIFICATE = Refused("encrypted", "文件按证书加密，无法打开。", "encrypted to a certificate, it cannot be opened.")


def open_pdf(path: Path) -> pypdfium2.PdfDocument:
    """The document; Refused with the reason where it cannot be opened. What pdfium cannot open, qpdf may repair (in memory)."""
    try:
        return pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            raise ENCRYPTED from error
        if "security" in str(error).lower():
            raise CERTIFICATE from error
        with path.open("rb") as file:
            if b"%PDF-" not in file.read(1024):
                raise Refused("failed", "不是 PDF 文件。", "not a PDF.") from error
    import pikepdf  # only now: most files do not need it

    repaired = io.BytesIO()
    try:
        with pikepdf.open(path) as pdf:
            if len(pdf.pages) == 0:
                raise NO_PAGES
            pdf.save(repaired)
        return pypdfium2.PdfDocument(repaired)
    except pikepdf.PasswordError as error:
        raise ENCRYPTED from error
    except (pikepdf.PdfError, pypdfium2.PdfiumError, OSError, ValueError, RuntimeError) as error:
        raise damaged("PDF") from error


def use_fonts(folders: Sequence[str]) -> None:
    """Start pdfium anew with these font folders, then the system's, then the wheel's: a Chinese font that is not embedded is drawn with them.

    Only in a process of its own, before any file is open. Without a Chinese font pdfium draws nothing at all, silently.
    """
    wheel = find_spec(FONT_WHEEL)
    paths = [*folders, *SYSTEM_FONTS, *(wheel.submodule_search_locations or [] if wheel else [])]
    listed = (ctypes.c_char_p * (len(paths) + 1))(*(path.encode() for path in paths), None)
    config = pdfium_c.FPDF_LIBRARY_CONFIG(version=2, m_pIsolate=None, m_v8EmbedderSlot=0)
    config.m_pUserFontPaths = ctypes.cast(listed, type(config.m_pUserFontPaths))
    _held.append(listed)  # pdfium keeps the pointer
    pdfium_c.FPDF_DestroyLibrary()
    pdfium_c.FPDF_InitLibraryWithConfig(ctypes.byref(config))


_held: list[object] = []
