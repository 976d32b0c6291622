"""Find the fonts that our papers are set in: a named folder, else the system, else the font wheel.

No statute fixes the typeface of a party's papers; the model forms are set in 仿宋 with headings in 黑体 or 宋体. Where none of these is at hand
`Fonts.substitute` is true and whoever uses the paper says so.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import typst
from fontTools.ttLib import TTFont
from fontTools.ttLib.ttFont import TTLibError

# Best first. The family names are those inside the font files (name 1 or 16), English where a font carries both.
COURT_SERIF = (
    "FangSong", "FangSong_GB2312", "仿宋", "仿宋_GB2312", "STFangsong", "FZFangSong-Z02", "FZFangSong-Z02S",
    "SimSun", "NSimSun", "宋体", "STSong", "Songti SC", "FZShuSong-Z01", "FZShuSong-Z01S",
)  # fmt: skip
COURT_SANS = ("SimHei", "黑体", "STHeiti", "Heiti SC", "FZHei-B01", "FZHei-B01S", "Microsoft YaHei", "微软雅黑", "PingFang SC")
OTHER_SERIF = ("Noto Serif CJK SC", "Source Han Serif SC", "Source Han Serif CN", "Noto Serif SC", "AR PL UMing CN")
OTHER_SANS = (
    "Noto Sans CJK SC", "Source Han Sans SC", "Source Han Sans CN", "Noto Sans SC", "WenQuanYi Zen Hei", "WenQuanYi Micro Hei", "Droid Sans Fallback",
)  # fmt: skip
SERIF_WORDS = ("serif", "song", "ming", "fang", "宋", "明", "仿")
PROBE = "诉债贰叁陆"  # simplified characters of our papers: a font without them is of no use
FIRST_CJK = 0x2E80
WHEEL = "pylopdf_fonts_zh_cn"


class NoFonts(Exception):
    """No font with simplified Chinese characters is at hand, so no paper can be set."""


@dataclass(frozen=True)
class Fonts:
    """Where the fonts lie and which families to use; `substitute` when no real 仿宋 or 宋体 is among them."""

    folders: tuple[Path, ...]
    serif: str
    sans: str
    substitute: bool


def find_fonts(setting: str | None = None) -> Fonts:
    """Choose the fonts of our papers: the folder `setting`, else the system's, else the wheel's.

    Raises NoFonts, with what to do, when the named folder holds no Chinese font or none is found at all. A named folder is not
    silently replaced by another place.
    """
    if setting:
        folder = Path(setting).expanduser()
        found = _chosen((folder,)) if folder.is_dir() else None
        if found is None:
            raise NoFonts(
                f"The font folder {folder} {'holds no font with simplified Chinese characters' if folder.is_dir() else 'does not exist'}. "
                "Nothing was made. Put a Chinese font (.ttf, .otf, .ttc) there, or leave CASEFILES_FONTS empty to use the system's fonts."
            )
        return found
    for folders in (_system_folders(), _wheel_folders()):
        found = _chosen(folders)
        if found is not None:
            return found
    raise NoFonts(
        "No font with simplified Chinese characters was found on this machine. Nothing was made. Install one (Debian: fonts-noto-cjk), "
        "install the package pylopdf-fonts-zh-cn, or name a folder with fonts in CASEFILES_FONTS."
    )


@cache
def loaded(folders: tuple[Path, ...]) -> typst.Fonts:
    """The fonts of these folders, read once a process; Typst's own fonts stay in for signs such as ☑ that Chinese fonts lack."""
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[str(folder) for folder in folders])


def lacking(fonts: Fonts, text: str) -> frozenset[str]:
    """The signs of `text` that no font here can draw: rare characters of names, emoji. Signs below the CJK blocks come with Typst."""
    signs = frozenset(sign for sign in text if ord(sign) >= FIRST_CJK)
    files = sorted((font.family not in (fonts.serif, fonts.sans), font.path, font.index) for font in loaded(fonts.folders).fonts() if font.path)
    for _, path, index in files:  # our own two families first: nearly always they have everything
        if not signs:
            break
        signs -= _signs(path, index)
    return signs


def _system_folders() -> tuple[Path, ...]:
    home = Path.home()
    places = [
        Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), home / ".local/share/fonts", home / ".fonts",
        Path("/System/Library/Fonts"), Path("/Library/Fonts"), home / "Library/Fonts", Path(os.path.expandvars("%WINDIR%")) / "Fonts",
    ]  # fmt: skip
    return tuple(place for place in places if place.is_dir())


def _wheel_folders() -> tuple[Path, ...]:
    spec = find_spec(WHEEL)
    return (Path(spec.origin).parent,) if spec and spec.origin else ()


@cache
def _chosen(folders: tuple[Path, ...]) -> Fonts | None:
    """The best families in these folders; None when no file there covers simplified Chinese."""
    if not folders:
        return None
    files = {font.family: (font.path, font.index) for font in loaded(folders).fonts() if font.path and font.style == "normal"}
    named = [*COURT_SERIF, *COURT_SANS, *OTHER_SERIF, *OTHER_SANS]
    known = [family for family in named if family in files and _covers(*files[family])]
    unknown = sorted(family for family in files if family not in named and not family.startswith(".") and _covers(*files[family]))
    if not known and not unknown:
        return None
    serifs = [family for family in known if family in COURT_SERIF + OTHER_SERIF] + [family for family in unknown if _looks_serif(family)]
    sans = [family for family in known if family in COURT_SANS + OTHER_SANS] + [family for family in unknown if not _looks_serif(family)]
    serif = (serifs or sans)[0]
    return Fonts(folders, serif, (sans or serifs)[0], substitute=serif not in COURT_SERIF)


def _looks_serif(family: str) -> bool:
    return any(word in family.lower() for word in SERIF_WORDS) and "sans" not in family.lower()


def _covers(path: str, index: int) -> bool:
    return _signs(path, index).issuperset(PROBE)


@cache
def _signs(path: str, index: int) -> frozenset[str]:
    """What a font file can draw; a broken file draws nothing: the next one is tried, and none at all is an error."""
    try:
        with TTFont(path, fontNumber=index, lazy=True) as font:
            return frozenset(map(chr, font.getBestCmap() or {}))
    except (TTLibError, OSError, KeyError, AssertionError):
        return frozenset()
