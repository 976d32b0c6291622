"""Files with a password: a copy without it, made inside the limited child process. The password comes through a pipe and is kept nowhere."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import BinaryIO

from casefiles.readers.archive import Left, entries_of, take
from casefiles.readers.media_type import media_class
from casefiles.readers.reading import Refused, Told

COPIES = "解密副本"  # the folder under which the copies stand in their document
OFFICE = frozenset({"word", "sheet", "slides"})
WRONG = ("密码不正确，未解密。", "the password is not right; nothing was decrypted.")
BROKEN = ("文件已损坏或加密方式不受支持，未解密。", "the file is damaged or encrypted in an unknown way; nothing was decrypted.")
LONGEST = 256 * 2**20  # bytes of a file: what the child process may write


def unlock(path: Path, kind: str, name: str, password: bytes, told: Told) -> None:
    """Write decrypted copies of a PDF, an Office file or the encrypted entries of a zip; Refused says why there are none."""
    family = media_class(kind)
    if kind == "application/zip":
        _unlock_zip(path, password, told)
    elif path.stat().st_size > LONGEST:
        raise Refused("unsupported", "文件过大，请在本机解密后上传。", "the file is too large: decrypt it on your computer and upload it.")
    elif family == "pdf" or family in OFFICE or kind == "application/x-ole-storage":
        with told.child(f"{COPIES}/{name}") as out:
            (_unlock_pdf if family == "pdf" else _unlock_office)(path, password.decode("utf-8", "replace"), out)
    else:
        raise Refused("unsupported", "此类文件不能在此解密，请在本机解密后上传。",
                      "files of this kind are not decrypted here: decrypt it on your computer and upload it.")  # fmt: skip


def _unlock_pdf(path: Path, password: str, out: BinaryIO) -> None:
    import pikepdf

    try:
        with pikepdf.open(path, password=password) as opened:
            opened.save(out)
    except pikepdf.PasswordError as error:
        raise Refused("encrypted", *WRONG) from error
    except pikepdf.PdfError as error:
        raise Refused("failed", *BROKEN) from error


def _unlock_office(path: Path, password: str, out: BinaryIO) -> None:
    import msoffcrypto
    from msoffcrypto.exceptions import DecryptionError, FileFormatError, InvalidKeyError, ParseError

    try:
        with path.open("rb") as file:
            held = msoffcrypto.OfficeFile(file)
            held.load_key(password=password)
            held.decrypt(out)
    except (InvalidKeyError, DecryptionError) as error:
        raise Refused("encrypted", *WRONG) from error
    except (FileFormatError, ParseError, ValueError, KeyError, OSError, AttributeError, IndexError) as error:
        raise Refused("failed", *BROKEN) from error


def _unlock_zip(path: Path, password: bytes, told: Told) -> None:
    """Each encrypted entry. Chinese Windows takes the bytes of a password as GBK, everybody else as UTF-8."""
    text = password.decode("utf-8", "replace")
    try:
        with zipfile.ZipFile(path) as opened:
            files = [entry for entry in entries_of(opened) if entry.locked and not entry.folder]
            for coded in dict.fromkeys((password, text.encode("gb18030", "replace"))):
                left = Left()
                take(opened, files, told, left, password=coded, below=f"{COPIES}/")
                if told.children:
                    break
            left.tell(told)
    except zipfile.BadZipFile as error:
        raise Refused("failed", "压缩包已损坏，未解密。", "the archive is damaged; nothing was decrypted.") from error
    if not told.children and set(left.names) <= {"encrypted", "damaged"}:
        raise Refused("encrypted", *WRONG)
