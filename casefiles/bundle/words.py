"""The sentences about an exhibit, in both languages, as data: what happened, what was kept, what to do."""

from __future__ import annotations

import wave
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from casefiles.bundle.plan import Exhibit, Source


class Word(NamedTuple):
    """One sentence in Chinese and in English; `{detail}` is filled in."""

    zh: str
    en: str


PROBLEMS = {
    "not_given": Word(
        "案卷记载了这份材料，但尚未上传文件；本页占一页页码。",
        "The paper is recorded in the case but no file was given; this sheet takes its page.",
    ),
    "file_missing": Word(
        "登记的文件已找不到或无法读取；案卷记录保留。",
        "The recorded file is gone or cannot be read; the record is kept.",
    ),
    "hash_differs": Word(
        "文件内容与登记的 SHA-256 不一致（现为 {detail}），未予装订。",
        "The file is not the one that was recorded (its SHA-256 is now {detail}); it was not bound in.",
    ),
    "encrypted": Word("PDF 已加密，须输入密码才能打开。", "The PDF is encrypted and opens with a password only."),
    "encrypted_certificate": Word(
        "PDF 以数字证书加密，须持有该证书才能打开。",
        "The PDF is encrypted to a certificate and opens with that certificate only.",
    ),
    "broken": Word("文件已损坏，无法读出页面（{detail}）。", "The file is damaged, its pages cannot be read ({detail})."),
    "zero_pages": Word("PDF 文件有效，但没有任何页面。", "The PDF is valid but has no page."),
    "encrypted_office": Word("文件已加密，须输入密码才能打开。", "The file is encrypted and opens with a password only."),
    "unsupported": Word("此类文件（{detail}）不能转为书页。", "A file of this kind ({detail}) cannot be made into pages."),
    "recording": Word("录音、录像不能印成书页，原始文件随附。", "A recording cannot be printed; the original file goes along."),
    "converter_missing": Word(
        "转换程序 {detail} 未安装，不能转为书页。",
        "The converter {detail} is not installed, so no pages could be made.",
    ),
    "converter_failed": Word("转为书页时失败（{detail}）。", "Making pages of it failed ({detail})."),
    "too_long": Word("文件过长（{detail}），印成书页无法阅读。", "The file is too long to be printed ({detail})."),
    "signed": Word(
        "文件含 {detail} 处电子签名；装订副本上的签名不再可验证，签名原件随附。",
        "The file carries {detail} digital signature(s); they cannot be verified on the stamped copy, the signed original goes along.",
    ),
    "form_fields": Word(
        "文件含 {detail} 个表单域，已按所见内容固定在页面上；原件未改动。",
        "{detail} form field(s) were fixed on the page as shown; the original is unchanged.",
    ),
    "permissions": Word(
        "文件设有权限限制，但无需密码即可打开，已装订。",
        "The file sets permission limits but opens without a password; it was bound in.",
    ),
    "repaired": Word(
        "文件结构有误，已按可读内容修复后装订；原件未改动。",
        "The structure of the file was mended for the bundle; the original is unchanged.",
    ),
    "damaged": Word(
        "文件内有数据损坏（{detail}），请核对装订页面；原件随附。",
        "Some data in the file are damaged ({detail}): compare the bound pages; the original goes along.",
    ),
    "no_text_layer": Word(
        "第 {detail} 页是图像，没有文字层，不能检索；可先做文字识别。",
        "Page(s) {detail} are pictures without text and cannot be searched; read them by OCR first.",
    ),
    "too_large_page": Word(
        "第 {detail} 页大于 A3，打印时将缩小。",
        "Page(s) {detail} are larger than A3 and will be printed reduced.",
    ),
}
NO_ORIGINAL = frozenset({"not_given", "file_missing", "hash_differs"})  # nothing goes along: there is no file, or not the one recorded
ORIGINAL_GOES_ALONG = frozenset({"signed", "damaged"})
OF_ORIGINALS = frozenset({"no_text_layer", "permissions", "repaired"})  # not said of a PDF that we made ourselves
MISSING = Word("请补交原始文件后重新生成本卷。", "Hand in the original file and build the bundle again.")
OTHER = Word("请以登记的原始文件替换后重新生成本卷。", "Put back the recorded file and build the bundle again.")
LOCKED = Word(
    "原始文件为 media/{name}；凭密码打开后另存为无密码文件，可重新装订。",
    "The original is media/{name}; open it with its password, save it without one, and build again.",
)
HELD = Word(
    "原始文件为 media/{name}，可用相应程序打开，并以上列 SHA-256 核对。",
    "The original is media/{name}; open it with the program for its kind and compare the SHA-256 above.",
)
OPENING = {"not_given": MISSING, "file_missing": MISSING, "hash_differs": OTHER, "encrypted": LOCKED, "encrypted_office": LOCKED}


def sheet(exhibit: Exhibit, code: str, detail: str, naming: Callable[[Exhibit, Source], str]) -> dict[str, Any]:
    """The content of one slip sheet, for slip.typ."""
    source = exhibit.source
    rows: list[dict[str, Any]] = []
    if source:
        rows = [
            _row("文件名", "File name", source.name),
            _row("类型 / 大小", "Type / size", f"{source.media_type} · {source.size:,} bytes"),
            _row("SHA-256", "of the original", f"{source.sha256[:32]} {source.sha256[32:]}", mono=True),
        ]
        length = length_of(source.path) if code == "recording" else ""
        if length:
            rows.append(_row("时长", "Length", length))
    if exhibit.note:
        rows.append(_row("附注", "Note", exhibit.note))
    reason = PROBLEMS[code]
    opening = OPENING.get(code, HELD)
    name = naming(exhibit, source) if source else ""
    return {
        "title": exhibit.title,
        "rows": rows,
        "reasons": [{"zh": reason.zh.format(detail=detail), "en": reason.en.format(detail=detail)}],
        "open": {"zh": opening.zh.format(name=name), "en": opening.en.format(name=name)},
    }


def length_of(path: Path) -> str:
    """The length of a wav recording as minutes and seconds; empty for other kinds, whose length nobody here can read."""
    try:
        with wave.open(str(path), "rb") as recording:
            seconds = round(recording.getnframes() / recording.getframerate())
    except (wave.Error, EOFError, OSError, ZeroDivisionError):
        return ""
    return f"{seconds // 60} 分 {seconds % 60:02d} 秒 ({seconds // 60}:{seconds % 60:02d})"


def _row(zh: str, en: str, text: str, *, mono: bool = False) -> dict[str, Any]:
    return {"zh": zh, "en": en, "text": text, "mono": mono}
