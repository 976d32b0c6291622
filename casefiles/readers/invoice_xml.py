"""XML files: an invoice as its fields and a page that can be read, everything else as its text. No document type, nothing fetched."""

from __future__ import annotations

import io
import re
from pathlib import Path
from xml.etree import ElementTree as ET

from casefiles.readers import invoices
from casefiles.readers.ofd_package import child_text
from casefiles.readers.ooxml import local, scan
from casefiles.readers.reading import LONGEST, Refused, Told
from casefiles.readers.text import decoded, read_text

# Element names of the fully digital invoice (EInvoice) and of the older one (eInvoice, http://www.edrm.org.cn/schema/e-invoice/2019), in small letters.
_NAMES = {
    "invoicenumber": "invoice_no", "invoiceno": "invoice_no", "invoicecode": "invoice_code", "issuetime": "issued_on", "issuedate": "issued_on",
    "buyername": "buyer", "buyeridnum": "buyer_uscc", "buyertaxid": "buyer_uscc", "sellername": "seller", "selleridnum": "seller_uscc",
    "sellertaxid": "seller_uscc", "totalamwithouttax": "amount_excl_tax", "totaltaxam": "tax", "totaltax-includedamount": "amount",
    "taxexclusivetotalamount": "amount_excl_tax", "taxtotalamount": "tax", "taxinclusivetotalamount": "amount",
}  # fmt: skip
SHOWN = {
    "kind": "发票种类", "invoice_no": "发票号码", "invoice_code": "发票代码", "issued_on": "开票日期", "buyer": "购买方名称",
    "buyer_uscc": "购买方统一社会信用代码", "seller": "销售方名称",
    "seller_uscc": "销售方统一社会信用代码", "amount_excl_tax": "合计金额", "tax": "合计税额", "amount": "价税合计",
}  # fmt: skip
_DECLARATION = re.compile(r"\A\s*<\?xml[^>]{0,300}\?>")


def read_xml(path: Path, told: Told) -> None:
    root = _parsed(path)
    if root is None:
        told.note("XML 不完整或声明了文档类型：按纯文本读取，未解析任何实体。",
                  "the XML is not sound or declares a document type: read as plain text, no entity was followed.")  # fmt: skip
        read_text(path, told)
        return
    lines = visible_lines(root)
    if is_invoice(root) and (found := invoices.agreed(fields_of_xml(root))):
        told.detail("invoice", found)
        lines = [*(f"{label}：{found[name]}" for name, label in SHOWN.items() if name in found), "", *lines]
    told.count(1)
    told.page("全文", "\n".join(lines))


def _parsed(path: Path) -> ET.Element | None:
    """The root element; None for XML that is damaged, too large or declares a document type."""
    with path.open("rb") as file:
        content = file.read(LONGEST * 4 + 1)
    text = decoded(content) if len(content) <= LONGEST * 4 else None
    if text is None:
        return None
    whole = _DECLARATION.sub("", text.lstrip("\ufeff")).encode("utf-8", "replace")
    try:
        scan(io.BytesIO(whole), path.name)
        return ET.fromstring(whole)  # noqa: S314
    except (Refused, ET.ParseError):
        return None


def visible_lines(root: ET.Element) -> list[str]:
    """The text of the elements and what their attributes say, in the order of the file."""
    lines = []
    for element in root.iter():
        name = local(element)
        lines += [f"{key.rpartition('}')[2]}：{value.strip()}" for key, value in element.attrib.items() if value.strip()]
        lines += [f"{name}：{text}"] if (text := (element.text or "").strip()) else []
        lines += [tail] if (tail := (element.tail or "").strip()) else []
    return lines


def is_invoice(root: ET.Element) -> bool:
    return local(root).lower() == "einvoice"


def fields_of_xml(root: ET.Element) -> dict[str, str]:
    """The fields of an invoice; a field of which the file says two things is left out."""
    said: dict[str, set[str]] = {}
    for element in root.iter():
        name, value = _NAMES.get(local(element).lower()), (element.text or "").strip()
        if name is not None and value:
            said.setdefault(name, set()).add(value)
    raw = {name: values.pop() for name, values in said.items() if len(values) == 1}
    if kind := _kind(root):
        raw["kind"] = kind
    fields = invoices.checked(raw)
    words = child_text(root, "TotalTax-includedAmountInChinese")
    amount = invoices.decimal_of(fields.get("amount", ""))
    if words and amount is not None and not invoices.in_words_agree(amount, words):
        return {name: value for name, value in fields.items() if name not in invoices.AMOUNTS}
    return fields


def _kind(root: ET.Element) -> str:
    """普通发票 or 增值税专用发票: the label of the fully digital invoice."""
    for element in root.iter():
        if local(element) == "GeneralOrSpecialVAT" and (label := child_text(element, "LabelName")):
            return label
    return ""
