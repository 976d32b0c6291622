"""The sentences about an exhibit, in both languages, as data: what is the matter, how grave it is, what to do."""

from __future__ import annotations

from typing import NamedTuple

INFO, WARNING, BLOCKING = "info", "warning", "blocking"


class Word(NamedTuple):
    """One sentence in Chinese and in English; `{detail}` is filled in."""

    zh: str
    en: str


class Matter(NamedTuple):
    """A problem: the sentence, its severity, and the remedy in both languages (empty where nothing needs doing).

    info: nothing to do; warning: look at it before filing; blocking: the pages are not in the bundle until somebody mends it.
    """

    zh: str
    en: str
    severity: str
    remedy_zh: str = ""
    remedy_en: str = ""


_WITHOUT = ("打开后另存为无密码的 PDF，重新上传。", "Open it, save it without a password and upload that.")
_AGAIN = ("请提供方重新导出或重新扫描，再上传完好的文件。", "Ask for a new export or scan of the paper and upload it.")
_AS_PDF = ("在其程序中另存为 PDF 后上传。", "Save it as PDF in its own program and upload that.")
_RESCAN = ("核对该页；如不当，请更正后重新上传。", "Look at the page; mend the file and upload it again if it is wrong.")

PROBLEMS = {
    # --- becomes a slip sheet
    "not_given": Matter(
        "案卷记载了这份材料，但尚未上传文件；本页占一页页码。", "The paper is recorded in the case but no file was given; this sheet takes its page.",
        BLOCKING, "上传原始文件。", "Upload the file.",
    ),
    "file_missing": Matter(
        "登记的文件已找不到或无法读取；案卷记录保留。", "The recorded file is gone or cannot be read; the record is kept.",
        BLOCKING, "请管理员从备份恢复该文件，或重新上传。", "Have the file restored from a backup, or upload it again.",
    ),
    "hash_differs": Matter(
        "文件内容与登记的 SHA-256 不一致（现为 {detail}），未予装订。",
        "The file is not the one that was recorded (its SHA-256 is now {detail}); it was not bound in.",
        BLOCKING, "请管理员从备份恢复登记的文件。", "Have the recorded file restored from a backup.",
    ),
    "encrypted": Matter("PDF 已加密，须输入密码才能打开。", "The PDF is encrypted and opens with a password only.", BLOCKING, *_WITHOUT),
    "encrypted_certificate": Matter(
        "PDF 以数字证书加密，须持有该证书才能打开。", "The PDF is encrypted to a certificate and opens with that certificate only.",
        BLOCKING, "由证书持有人打开并另存为未加密的 PDF，重新上传。", "Let the holder of the certificate open it, save it unencrypted and upload that.",
    ),
    "broken": Matter("文件已损坏，无法读出页面（{detail}）。", "The file is damaged, its pages cannot be read ({detail}).", BLOCKING, *_AGAIN),
    "not_a_pdf": Matter(
        "文件名或登记类型为 PDF，内容却不是 PDF。", "The file is called a PDF but its content is none.",
        BLOCKING, "核对来源，上传真正的 PDF 或以正确的扩展名上传。", "Check where it came from; upload the true PDF, or the file under its right name.",
    ),
    "zero_pages": Matter("PDF 文件有效，但没有任何页面。", "The PDF is valid but has no page.", BLOCKING, *_AGAIN),
    "encrypted_office": Matter("文件已加密，须输入密码才能打开。", "The file is encrypted and opens with a password only.", BLOCKING, *_WITHOUT),
    "unsupported": Matter("此类文件（{detail}）不能转为书页。", "A file of this kind ({detail}) cannot be made into pages.", WARNING, *_AS_PDF),
    "ofd": Matter(
        "OFD 版式文件不能在此转为书页；原件及其中的电子印章随附。", "OFD files cannot be made into pages here; the original goes along with its seals.",
        WARNING, "可在 OFD 阅读软件中打印为 PDF 后一并上传。", "Print it to PDF in an OFD reader and upload that too.",
    ),
    "archive": Matter(
        "压缩包不能装订，包内文件未拆出。", "An archive cannot be bound; the files in it were not taken out.",
        WARNING, "解压后将其中的文件逐一上传。", "Unpack it and upload its files one by one.",
    ),
    "outlook": Matter(
        "Outlook 邮件（.msg）或邮箱文件不能转为书页。", "Outlook messages (.msg) and mailboxes cannot be made into pages.",
        WARNING, "在邮件程序中另存为 .eml 或 PDF 后上传。", "Save the mail as .eml or PDF in the mail program and upload that.",
    ),
    "recording": Matter("录音、录像不能印成书页，原始文件随附。", "A recording cannot be printed; the original file goes along.", INFO),
    "converter_missing": Matter(
        "转换程序 {detail} 未安装，不能转为书页。", "The converter {detail} is not installed, so no pages could be made.",
        BLOCKING, "请管理员安装该程序，或另存为 PDF 后上传。", "Have it installed, or save the file as PDF and upload that.",
    ),
    "converter_failed": Matter("转为书页时失败（{detail}）。", "Making pages of it failed ({detail}).", BLOCKING, *_AS_PDF),
    "too_long": Matter(
        "文件过长（{detail}），印成书页无法阅读。", "The file is too long to be printed ({detail}).",
        WARNING, "摘出相关部分另行上传，原件随附。", "Upload the part that matters; the original goes along.",
    ),
    # --- bound in, but worth a word
    "not_converted": Matter("尚未转为书页，生成时将转换。", "Not yet made into pages; it will be when the packet is built.", INFO),
    "signed": Matter(
        "文件含 {detail} 处电子签名；装订副本上的签名不再可验证，签名原件随附。",
        "The file carries {detail} digital signature(s); they cannot be verified on the stamped copy, the signed original goes along.", INFO,
    ),
    "signed_earlier": Matter(
        "电子签名（{detail}）仅覆盖文件的较早状态，其后文件有改动或再次签署，不能据此称为有效签名；原件随附。",
        "Of the signatures, {detail} covers an earlier state: the file was changed or signed again after it, and it must not be called valid. "
        "The original goes along.",
        WARNING, "在签名验证程序中查看签署后的改动；必要时取得签署时的文件。",
        "See in a signature checker what was changed since; get the file as it was signed.",
    ),
    "signed_broken": Matter(
        "电子签名（{detail}）与其覆盖的内容不符，签署后内容被改动；原件随附。",
        "Of the signatures, {detail} does not match the bytes it covers: they were changed after signing. The original goes along.",
        WARNING, "取得未经改动的签名文件。", "Get the unchanged signed file.",
    ),
    "form_fields": Matter(
        "文件含 {detail} 个表单域，已按所见内容固定在页面上；原件未改动。",
        "{detail} form field(s) were fixed on the page as shown; the original is unchanged.", INFO,
    ),
    "hidden_text": Matter(
        "第 {detail} 页的黑色遮盖之下仍有文字，可被复制、检索。", "Page(s) {detail} have text under black boxes: the words stay readable in the file.",
        WARNING, "如意在隐去，请打印遮盖后的页面并重新扫描，以扫描件替换。",
        "If it is meant to be hidden, print and scan the blackened page and upload the scan.",
    ),
    "invisible_text": Matter(
        "第 {detail} 页有看不见的文字（与底色相同或设为不显示），可被复制、检索。",
        "Page(s) {detail} have text that cannot be seen (same colour as its ground, or not drawn): the words stay readable in the file.",
        WARNING, "全选并复制该页文字，看清其内容后再决定是否提交。", "Select and copy the text of the page to see what it says before filing.",
    ),
    "not_followed": Matter(
        "第 {detail} 页内容过多或有误，未能全部检查有无隐藏文字。", "Page(s) {detail} are too full or faulty: not all of it was searched for hidden text.",
        INFO, "如该页有遮盖，请打印后重新扫描。", "If something on it is blackened, print and scan the page.",
    ),
    "wrong_rotation": Matter(
        "第 {detail} 页的文字横置或倒置。", "The text of page(s) {detail} does not stand upright.",
        WARNING, "在 PDF 程序中旋转该页并保存，重新上传；横排表格可不处理。",
        "Turn the page in a PDF program and upload the file again; leave it if it is a wide table.",
    ),
    "layers": Matter(
        "文件有图层，其中原设为隐藏的（{detail}）在装订副本中会显示。", "The file has layers; those that were switched off ({detail}) are shown in the bundle.",
        WARNING, "在其程序中按应有的样子打印为 PDF，重新上传。", "Print it to PDF as it should look and upload that.",
    ),
    "attachments": Matter(
        "文件内嵌有附件（{detail}），不随页面装订；原件随附。",
        "Files are attached inside the PDF ({detail}); they are not bound with its pages, the original goes along.",
        WARNING, "需要作为证据的附件，请另存后单独上传。", "Save what is needed as evidence and upload it by itself.",
    ),
    "active": Matter(
        "文件含脚本或启动动作（{detail}），装订副本中已去除，从未运行。",
        "The file has scripts or launch actions ({detail}); they were left out of the bundle and never run.",
        INFO,
    ),
    "fonts": Matter(
        "字体未嵌入（{detail}），各阅读器可能以他种字体代替。", "Fonts are not embedded ({detail}): readers may show others in their place.",
        INFO, "如版式有要求，请提供方嵌入字体后重新导出。", "If the look matters, have it exported again with its fonts.",
    ),
    "permissions": Matter(
        "文件设有权限限制（{detail}），但无需密码即可打开，已装订。",
        "The file sets permission limits ({detail}) but opens without a password; it was bound in.", INFO,
    ),
    "opens_freely": Matter("文件已加密，但无需密码即可打开，已装订。", "The file is encrypted but opens without a password; it was bound in.", INFO),
    "repaired": Matter(
        "文件结构有误，已按可读内容修复后装订，共 {detail} 页；原件未改动。",
        "The structure of the file was mended for the bundle, which found {detail} page(s); the original is unchanged.",
        WARNING, "对照纸质原件核对页数；缺页的，请重新扫描后上传。",
        "Compare the number of pages with the paper; where pages are missing, scan it again and upload that.",
    ),
    "xfa": Matter(
        "文件是 XFA 动态表单，填写内容不在书页中；原件随附。",
        "The file is a dynamic XFA form: what was filled in is not on its pages; the original goes along.",
        WARNING, "用能打开该表单的软件打印为 PDF 后重新上传。", "Print it to PDF in a program that opens such forms and upload that.",
    ),
    "damaged": Matter(
        "文件内有数据损坏（{detail}），请核对装订页面；原件随附。",
        "Some data in the file are damaged ({detail}): compare the bound pages; the original goes along.",
        WARNING, *_AGAIN,
    ),
    "no_text_layer": Matter(
        "第 {detail} 页是图像，没有文字层，不能检索；可先做文字识别。",
        "Page(s) {detail} are pictures without text and cannot be searched; read them by OCR first.",
        INFO, "先做文字识别（OCR），或保留原样。", "Read it by OCR, or leave it.",
    ),
    "too_large_page": Matter(
        "第 {detail} 页大于 A3，打印时将缩小。", "Page(s) {detail} are larger than A3 and will be printed reduced.", INFO, *_RESCAN,
    ),
    "too_large_file": Matter(
        "文件大小 {detail}，超过限额。", "The file has {detail}, more than allowed.",
        WARNING, "降低扫描分辨率后重新上传，或拆分为几份。", "Scan it at a lower resolution, or split it.",
    ),
    "from_mail": Matter(
        "电子邮件已转为书页，原始邮件文件随附。", "The mail was made into pages; the original mail goes along.", INFO,
    ),
    "mail_left_out": Matter(
        "邮件附件未能附后：{detail}；见原始邮件文件。", "Attachments of the mail that could not be shown: {detail}; see the original mail.",
        WARNING, "将附件另存后单独上传。", "Save the attachments and upload them by themselves.",
    ),
    "first_picture": Matter(
        "文件内有 {detail} 幅画面（动图或多幅图像），书页上只有第一幅；原件随附。",
        "The file holds {detail} pictures (a moving picture or several); the page shows the first, the original goes along.",
        WARNING, "需要其他画面的，请另存为单独的图片上传。", "Save the pictures that matter as files of their own and upload them.",
    ),
    "macros": Matter("文件含宏，转换时未运行。", "The file has macros; they were not run.", INFO),
}  # fmt: skip
NO_ORIGINAL = frozenset({"not_given", "file_missing", "hash_differs"})  # nothing goes along: there is no file, or not the one recorded
ORIGINAL_GOES_ALONG = frozenset({"signed", "damaged", "xfa", "attachments", "from_mail", "first_picture"})
OF_ORIGINALS = frozenset({"no_text_layer", "permissions", "opens_freely", "repaired", "fonts", "attachments"})  # not said of a PDF that we made
DETAILS = {  # single words in a detail that have a Chinese form
    "print": "打印", "copy": "复制", "modify": "修改", "annotate": "批注", "password": "有密码", "damaged": "已损坏", "script": "脚本", "launch": "启动程序",
    "kind": "此类文件", "too many": "过多",
}  # fmt: skip

# --- how to open, on the slip sheet; {name} is the file under media/
_HASH = Word("并以上列 SHA-256 核对。", " and compare the SHA-256 above.")
MISSING = Word("请补交原始文件后重新生成本卷。", "Hand in the original file and build the bundle again.")
OTHER = Word("请以登记的原始文件替换后重新生成本卷。", "Put back the recorded file and build the bundle again.")
LOCKED = Word(
    "原始文件为 media/{name}；凭密码打开后另存为无密码文件，可重新装订。",
    "The original is media/{name}; open it with its password, save it without one, and build again.",
)
HELD = Word("原始文件为 media/{name}，可用相应程序打开，" + _HASH.zh, "The original is media/{name}; open it with the program for its kind" + _HASH.en)
OPENING = {
    "not_given": MISSING, "file_missing": MISSING, "hash_differs": OTHER, "encrypted": LOCKED, "encrypted_office": LOCKED,
    "encrypted_certificate": Word(
        "原始文件为 media/{name}，由证书持有人打开，" + _HASH.zh,
        "The original is media/{name}; the holder of the certificate can open it" + _HASH.en,
    ),
    "ofd": Word(
        "原始文件为 media/{name}，用支持 OFD（GB/T 33190）的阅读软件打开，可查验其中的电子印章，" + _HASH.zh,
        "The original is media/{name}; open it with a reader for OFD (GB/T 33190), which also checks its seals," + _HASH.en,
    ),
    "recording": Word("原始文件为 media/{name}，用一般播放程序播放，" + _HASH.zh, "The original is media/{name}; play it with any player" + _HASH.en),
    "archive": Word("原始文件为 media/{name}，解压后查阅，" + _HASH.zh, "The original is media/{name}; unpack it to read" + _HASH.en),
    "outlook": Word("原始文件为 media/{name}，用 Outlook 等邮件程序打开，" + _HASH.zh, "The original is media/{name}; open it in a mail program" + _HASH.en),
}  # fmt: skip
BY_KIND = {  # media types that have no pages of their own, and why
    "application/ofd": "ofd", "application/vnd.ms-outlook": "outlook", "application/mbox": "outlook",
    "application/zip": "archive", "application/x-7z-compressed": "archive", "application/vnd.rar": "archive", "application/x-rar": "archive",
    "application/gzip": "archive", "application/x-tar": "archive", "application/x-bzip2": "archive", "application/x-xz": "archive",
}  # fmt: skip


def filled(zh: str, en: str, detail: str) -> tuple[str, str]:
    """A sentence in both languages with its detail, whose single words stand in the language of the sentence."""
    parts = detail.split(", ")
    chinese = "、".join(DETAILS.get(part, part) for part in parts) if any(part in DETAILS for part in parts) else detail
    return zh.format(detail=chinese), en.format(detail=detail)
