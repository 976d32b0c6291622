"""What does not agree between a packet and its manifest, and the sentences that say so."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Difference:
    """One thing that does not agree: where, what kind (a fixed code), what should stand there, what stands there."""

    where: str
    code: str
    expected: str = ""
    found: str = ""

    @property
    def en(self) -> str:
        """The sentence for a person, English."""
        return SENTENCES[self.code][1].format(where=self.where, expected=self.expected, found=self.found)

    @property
    def zh(self) -> str:
        """The sentence for a person, Chinese."""
        return SENTENCES[self.code][0].format(where=self.where, expected=self.expected, found=self.found)

    def __str__(self) -> str:
        return self.en


SENTENCES = {
    "unreadable": ("{where} 无法读取：{found}", "{where} cannot be read: {found}"),
    "pages": ("{where} 应为 {expected} 页，实为 {found} 页", "{where} should have {expected} pages and has {found}"),
    "label": ("第 {where} 张的页签应为 {expected}，实为 {found}", "Sheet {where} should be labelled {expected} and is labelled {found}"),
    "printed": ("第 {where} 张应印页码 {expected}，实印 {found}", "Sheet {where} should show the printed number {expected} and shows {found}"),
    "not_upright": ("第 {where} 张的页码没有正立", "The number on sheet {where} does not stand upright"),
    "outside": ("第 {where} 张的页码不在可见页面右下角", "The number on sheet {where} is not in the bottom right corner of the visible page"),
    "mark_moved": ("第 {where} 张的证据编号不在可见页面右上角", "The mark on sheet {where} is not in the top right corner of the visible page"),
    "covered": ("第 {where} 张的{found}被批注或图章遮住", "On sheet {where} a note or stamp of the page hides the {found}"),
    "range": ("{where} 的页码范围应为 {expected}，实为 {found}", "{where} should have the pages {expected} and has {found}"),
    "catalogue": ("证据目录中没有 {where} 的页码 {expected}", "The evidence catalogue does not cite {where} with its pages {expected}"),
    "outline": ("书签“{where}”应指向第 {expected} 张，实指 {found}", "The bookmark “{where}” should lead to sheet {expected} and leads to {found}"),
    "index_link": ("目录“{where}”应链接到第 {expected} 张，实为 {found}", "The index row “{where}” should lead to sheet {expected} and leads to {found}"),
    "mark": ("第 {where} 张应印证据编号 {expected}，实印 {found}", "Sheet {where} should show the mark {expected} and shows {found}"),
    "beyond": ("第 {where} 张的{found}超出可见页面", "On sheet {where} the {found} reaches beyond the visible page"),
    "blank": ("第 {where} 张应为空白页，实有“{found}”", "Sheet {where} should be blank and shows “{found}”"),
    "place": ("{where} 应自第 {expected} 张起，清单记为第 {found} 张", "{where} should begin on sheet {expected}; the manifest says sheet {found}"),
    "side": ("{where} 应自单数张（正面）起，实起于第 {found} 张", "{where} should begin on a right-hand sheet and begins on sheet {found}"),
    "catalogue_link": ("证据目录中 {where} 应链接到第 {expected} 张，实为 {found}",
                       "The catalogue row of {where} should lead to sheet {expected} and leads to {found}"),
    "back_link": ("{where} 的编号应链接回第 {expected} 张，实为 {found}", "The mark of {where} should lead back to sheet {expected} and leads to {found}"),
    "font": ("第 {where} 张使用了未嵌入的字体 {found}", "Sheet {where} uses the font {found}, which is not embedded"),
    "placeholder": ("第 {where} 张印有占位文字“{found}”", "Sheet {where} prints the placeholder “{found}”"),
    "numbers": ("证据页码 {where} 在各册中出现 {found} 次，应为 1 次", "The evidence number {where} stands {found} times in all volumes and should stand once"),
    "total": ("{where} 记为共 {expected} 页，各册合计 {found} 页", "{where} says {expected} pages; the volumes have {found} together"),
    "cross_link": ("{where} 的目录应链接到另一册的 {expected}，实为 {found}",
                   "The index in {where} should lead to {expected} in another volume and leads to {found}"),
    "stamp": ("时间戳 {where} 不成立：{found}", "The time stamp {where} does not hold: {found}"),
    "missing": ("缺少文件 {where}", "The file {where} is missing"),
    "extra": ("清单之外的文件 {where}", "The file {where} is not in the manifest"),
    "hash": ("文件 {where} 的内容已改变（SHA-256 应为 {expected}，实为 {found}）", "The file {where} was changed: SHA-256 {found}, not {expected}"),
    "zip": ("压缩包中的 {where} 与文件夹不一致", "{where} in the zip is not the same as in the folder"),
    "manifest": ("清单 {where} 不可用：{found}", "The manifest {where} cannot be used: {found}"),
}  # fmt: skip
