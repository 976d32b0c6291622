"""Text, attachments and seals of OFD files (GB/T 33190-2016): a page each, its writing from the top down."""

from __future__ import annotations

import shutil
from pathlib import Path
from xml.etree.ElementTree import Element

from casefiles.readers import invoices
from casefiles.readers.invoice_xml import SHOWN, fields_of_xml, is_invoice
from casefiles.readers.ofd_package import Document, Parts, child_text, children, open_document, page_objects, pages_of
from casefiles.readers.ofd_seals import Seal, seals
from casefiles.readers.ofd_text import lines, pieces
from casefiles.readers.ooxml import local, package
from casefiles.readers.reading import Refused, Told

MOST_PAGES = 5_000
LARGEST_ATTACHMENT = 200 * 2**20  # bytes, unpacked


def read_ofd(path: Path, told: Told) -> None:
    with package(path, "OFD", told) as opened:
        parts = Parts(opened)
        start = parts.needed("", "OFD.xml")
        bodies = children(parts.root(start), "DocBody")
        documents = [open_document(parts, parts.needed(start, child_text(body, "DocRoot"))) for body in bodies]
        told.count(sum(len(pages_of(document)) for document in documents))
        if not told.page_count:
            raise Refused("failed", "文件没有页面。", "the file has no pages.")
        sources: list[dict[str, str]] = []
        for body, document in zip(bodies, documents, strict=True):
            _tell(parts, start, body, document, told, sources)
        if found := invoices.agreed(*sources):
            told.detail("invoice", found)
        if differing := invoices.differing(*sources):
            zh, en = "、".join(SHOWN[name] for name in differing), ", ".join(differing)
            told.note(f"发票的页面与文件数据不一致：{zh}。", f"the page of the invoice and its data say different things: {en}.")


def _tell(parts: Parts, start: str, body: Element, document: Document, told: Told, sources: list[dict[str, str]]) -> None:
    first = len(told.pages) + 1
    pages = pages_of(document)[:MOST_PAGES]
    number_of = {page.get("ID", ""): number for number, page in enumerate(pages, first)}
    listed = parts.path(start, child_text(body, "Signatures"))
    borne = list(seals(parts, listed, number_of)) if listed is not None else []
    data = {entry.get("Name", ""): (entry.text or "").strip() for entry in body.iter() if local(entry) == "CustomData"}
    written = []
    for number, page in enumerate(pages, first):
        shown = _page_lines(parts, document, page, told, number)
        written += shown
        shown += [f"［电子印章］{seal.name}" for seal in borne if seal.name and number in seal.pages]
        if number == first:
            shown += [f"［文件数据］{name}：{value}" for name, value in data.items() if value and any(sign > "\u2fff" for sign in name)]
        told.page(str(number), "\n".join(shown), number)
    if len(pages_of(document)) > len(pages):
        told.missing(f"只读取了前 {MOST_PAGES} 页。", f"only the first {MOST_PAGES} pages were read.")
    _tell_seals(borne, told)
    sources += [invoices.of_labels(data), _tagged(parts, document), invoices.fields_of("\n".join(written))]
    sources += _attachments(parts, document, told)


def _page_lines(parts: Parts, document: Document, page: Element, told: Told, number: int) -> list[str]:
    """The lines of a page, those of its templates and annotations among them where they stand, then what people remarked."""
    layers = page_objects(parts, document, page)
    found = [piece for layer in layers for piece in pieces(layer, document.units)]
    document.objects |= {piece.object_id: document.objects.get(piece.object_id, "") + piece.text for piece in found if piece.object_id}
    if not found and any(local(drawn) == "ImageObject" for layer in layers for drawn in layer.iter()):
        told.missing(f"第 {number} 页只有图像，其中的文字未读取。", f"page {number} is only a picture, whose writing was not read.")
    remarks = [text for layer in layers if local(layer) == "Annot" and (text := child_text(layer, "Remark"))]
    return lines(found) + [f"［批注］{text}" for text in remarks]


def _tell_seals(borne: list[Seal], told: Told) -> None:
    shown = [seal for seal in borne if seal.pages]
    if shown:
        told.detail("seals", [
            {"name": seal.name, "page": seal.pages[0], "pages": list(seal.pages), "signed_at": seal.signed_at, "provider": seal.provider} for seal in shown
        ])  # fmt: skip
        told.note(f"带有 {len(shown)} 枚电子印章（此处不验证）。", f"bears {len(shown)} electronic seal{'s' * (len(shown) > 1)} (not verified here).")
    if signed := len(borne) - len(shown):
        told.note(f"带有 {signed} 个电子签名（此处不验证）。", f"bears {signed} electronic signature{'s' * (signed > 1)} without a seal (not verified here).")


def _tagged(parts: Parts, document: Document) -> dict[str, str]:
    """The fields of an invoice whose tags point at the text objects of the page."""
    place = parts.path(document.place, child_text(document.root, "CustomTags"))
    files = [parts.path(place, child_text(tag, "FileLoc")) for tag in children(parts.root(place), "CustomTag")] if place else []
    for where in files:
        if where is None or not is_invoice(root := parts.root(where)):
            continue
        for element in list(root.iter()):
            element.text = "".join(document.objects.get((ref.text or "").strip(), "") for ref in children(element, "ObjectRef")) or element.text
        return fields_of_xml(root)
    return {}


def _attachments(parts: Parts, document: Document, told: Told) -> list[dict[str, str]]:
    """Each attached file becomes a document of its own; gives the fields of an attached invoice."""
    place, found = parts.path(document.place, child_text(document.root, "Attachments")), []
    for attached in children(parts.root(place), "Attachment") if place is not None else ():
        held = parts.path(str(place), child_text(attached, "FileLoc"))
        name = attached.get("Name") or "attachment"
        if held is None or parts.size(held) > LARGEST_ATTACHMENT:
            why = ("不在文件内", "is not in the file") if held is None else ("过大，未取出", "is too large and was left in")
            told.missing(f"附件“{name}”{why[0]}。", f"the attachment “{name}” {why[1]}.")
            continue
        ending = held.rpartition("/")[2].rpartition(".")[2]
        if told.into is not None:
            with told.child(name if name.lower().endswith(f".{ending.lower()}") else f"{name}.{ending}") as out, parts.opened.open(held) as content:
                shutil.copyfileobj(content, out)
        if ending.lower() == "xml" and is_invoice(root := parts.root(held)):
            found.append(fields_of_xml(root))
    return found
