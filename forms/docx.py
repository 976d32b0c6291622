"""Render a form as a Word file: real styles and tables, East Asian fonts named, the same bytes for the same form."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

import docx as word
from docx.enum.section import WD_ORIENT
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

from forms.form import Choice, Column, Form, GroupRow, Line, Notice, Paragraphs, Row, Section, Signature, Strong, SumRow, Table, cleaned

BODY, HEAD, TITLE, LATIN = "仿宋", "黑体", "宋体", "Times New Roman"
BAND, LABEL = "E6E6E6", "F6F6F6"
SIDE, TOP, BOTTOM = 2.4, 2.5, 2.3  # cm
WIDE, LONG = 21.0, 29.7
SHORT = 4  # flush lines fewer than these are a heading or an address: they stay with what follows, as in paper.typ
EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
ALIGN = {"left": WD_ALIGN_PARAGRAPH.LEFT, "center": WD_ALIGN_PARAGRAPH.CENTER, "right": WD_ALIGN_PARAGRAPH.RIGHT}


def docx(form: Form) -> bytes:
    """The paper as .docx, to be edited in Word or WPS; every date inside is fixed, so that bytes repeat."""
    form = cleaned(form)
    document = word.Document()
    _prepare(document, form)
    document.add_paragraph(form.title, style="Title")
    if form.subtitle:
        document.add_paragraph(form.subtitle, style="Subtitle")
    if any(form.byline):
        _byline(document, form)
    width = (LONG if form.landscape else WIDE) - 2 * SIDE
    table: Any = None
    for part in form.parts:
        joins = isinstance(part, Section) and table is not None and not part.whole
        if isinstance(part, Section | Table | Notice) and not joins and document.element.body[-2].tag == qn("w:tbl"):
            _thin(document.add_paragraph()).paragraph_format.space_after = Pt(9)  # Word would join the two tables
        if isinstance(part, Section):
            table = _section(document, table if joins else None, part, width)
            continue
        table = None
        _part(document, part, width)
    draft = io.BytesIO()
    document.save(draft)
    return repeatable(draft.getvalue())


def repeatable(archive: bytes, stamps: Mapping[str, re.Pattern[bytes]] | None = None) -> bytes:
    """The same zip with every time stamp fixed, so that equal content gives equal bytes; `stamps` finds a time inside a part by its name."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as source, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as target:
        for entry in source.infolist():
            fixed = zipfile.ZipInfo(entry.filename, (1980, 1, 1, 0, 0, 0))
            fixed.compress_type, fixed.external_attr, fixed.create_system = zipfile.ZIP_DEFLATED, 0o600 << 16, 3
            content = source.read(entry)
            stamp = (stamps or {}).get(entry.filename)
            target.writestr(fixed, stamp.sub(b"2000-01-01T00:00:00Z", content) if stamp else content)
    return made.getvalue()


def _part(document: Any, part: Paragraphs | Table | Notice | Signature, width: float) -> None:
    if isinstance(part, Paragraphs):
        for each in part.lines:
            paragraph = document.add_paragraph(style="Form Text")
            paragraph.paragraph_format.first_line_indent = Pt(0 if part.flush or each.indent else 2 * part.size)
            paragraph.paragraph_format.left_indent = Pt(part.size * each.indent)
            _write(paragraph, each)
            paragraph.paragraph_format.line_spacing = Pt(part.size * 1.9)
            paragraph.paragraph_format.keep_with_next = part.flush and len(part.lines) <= 2  # a heading, or 此致 with the court
            paragraph.paragraph_format.keep_with_next = part.flush and len(part.lines) < SHORT
            for run in paragraph.runs:
                run.font.size = Pt(part.size)
        paragraph.paragraph_format.space_after = Pt(part.size)
    elif isinstance(part, Table):
        _grid(document.add_table(0, len(part.columns)), part, width)
    elif isinstance(part, Notice):
        box = _table(document.add_table(1, 1), [width])
        _fill(box.cell(0, 0), ([Line((Strong(part.title),))] if part.title else []) + list(part.lines))
    else:
        _signature(document, part)


def _prepare(document: Any, form: Form) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = (Cm(LONG), Cm(WIDE)) if form.landscape else (Cm(WIDE), Cm(LONG))
    section.orientation = WD_ORIENT.LANDSCAPE if form.landscape else WD_ORIENT.PORTRAIT
    section.left_margin = section.right_margin = Cm(SIDE)
    section.top_margin, section.bottom_margin = Cm(TOP), Cm(BOTTOM)
    styles = document.styles
    for spoken in styles.element.iter(qn("w:lang")):
        spoken.set(qn("w:eastAsia"), "zh-CN")  # Chinese rules for line breaks
    _style(styles["Normal"], BODY, 10.5, after=0)
    _style(styles["Title"], TITLE, 22, after=8, align="center", bold=True, tracking=4)
    _style(styles["Subtitle"], BODY, 13, after=12, align="center")
    _style(styles["Heading 2"], HEAD, 11.5, align="center", bold=True)
    for name, family, size, align in (
        ("Form Label", HEAD, 10.5, "left"), ("Form Cell", BODY, 10.5, "left"), ("Form Small", BODY, 9, "left"), ("Form Column", HEAD, 10, "center"),
        ("Form Small Column", HEAD, 9, "center"), ("Form Text", BODY, 12, "left"), ("Form Byline", BODY, 10, "left"),
    ):  # fmt: skip
        _style(styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH), family, size, align=align, spacing=23 if name == "Form Text" else 0)
    styles["Form Byline"].paragraph_format.space_after = Pt(5)
    styles["Form Text"].paragraph_format.space_before = Pt(4)
    for name in ("Form Small", "Form Small Column"):
        spread = OxmlElement("w:autoSpaceDN")  # no gaps between characters and digits: a date fits its column
        spread.set(qn("w:val"), "0")
        styles[name].element.get_or_add_pPr().insert_element_before(spread, "w:spacing", "w:ind", "w:contextualSpacing", "w:jc")
    strong = styles.add_style("Form Strong", WD_STYLE_TYPE.CHARACTER)
    _faces(strong, HEAD)
    strong.font.bold = True
    properties = document.core_properties
    properties.title, properties.author, properties.last_modified_by, properties.comments = form.title, "", "", ""
    properties.created = properties.modified = EPOCH
    properties.revision, properties.language = 1, "zh-CN"
    if form.numbered:
        _page_numbers(section.footer.paragraphs[0])


def _style(style: Any, family: str, size: float, *, after: float = 0, spacing: float = 0, align: str = "left", bold: bool = False, tracking: float = 0) -> None:
    style.base_style = None if style.name == "Normal" else style.base_style
    _faces(style, family)
    style.font.size, style.font.bold, style.font.italic = Pt(size), bold, False
    style.font.color.rgb = word.shared.RGBColor(0, 0, 0)
    style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(0), Pt(after)
    style.paragraph_format.line_spacing = Pt(spacing or round(size * 1.5))  # exact, so that pages fall alike with every face
    style.paragraph_format.alignment = ALIGN[align]
    properties = style.element.get_or_add_rPr()
    for name in ("w:spacing", "w:kern"):
        for old in properties.findall(qn(name)):
            properties.remove(old)
    if tracking:
        spaced = OxmlElement("w:spacing")
        spaced.set(qn("w:val"), str(int(tracking * 20)))
        properties.insert_element_before(spaced, "w:w", "w:kern", "w:position", "w:sz", "w:szCs", "w:lang")
    borders = style.element.get_or_add_pPr().find(qn("w:pBdr"))
    if borders is not None:  # the stock Title style underlines itself
        borders.getparent().remove(borders)


def _faces(style: Any, family: str) -> None:
    """Name the Chinese and the Latin face; theme faces of the stock file would win otherwise."""
    faces = style.element.get_or_add_rPr().get_or_add_rFonts()
    for name in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        faces.attrib.pop(qn(f"w:{name}"), None)
    for name, face in (("ascii", LATIN), ("hAnsi", LATIN), ("eastAsia", family), ("cs", LATIN)):
        faces.set(qn(f"w:{name}"), face)


def _byline(document: Any, form: Form) -> None:
    left, right = form.byline
    paragraph = document.add_paragraph(style="Form Byline")
    stop = Cm((LONG if form.landscape else WIDE) - 2 * SIDE)
    paragraph.paragraph_format.tab_stops.add_tab_stop(stop, WD_TAB_ALIGNMENT.RIGHT)
    paragraph.add_run(f"{left}\t{right}" if right else left)


def _section(document: Any, table: Any, part: Section, width: float) -> Any:
    """Add a section's rows, to the table of the section before it if there is one."""
    widths = [part.label_width, width - part.label_width]
    table = table if table is not None else _table(document.add_table(0, 2), widths)
    band = table.add_row()
    _keep(band)
    merged = band.cells[0].merge(band.cells[1])
    _shade(merged, BAND)
    title = merged.paragraphs[0]
    title.style = "Heading 2"
    title.paragraph_format.keep_with_next = True  # no heading alone at the foot of a page
    title.add_run(part.title)
    for field in part.fields:
        row = table.add_row()
        if sum(len(_text(item)) for item in field.value) < 600:
            _keep(row)
        for cell, each in zip(row.cells, widths, strict=True):
            cell.width = Cm(each)
        _shade(row.cells[0], LABEL)
        _fill(row.cells[0], [Line((field.label,))], "Form Label")
        _fill(row.cells[1], field.value, width=widths[1] - 0.5)
        for paragraph in row.cells[1].paragraphs:
            paragraph.paragraph_format.keep_with_next = part.whole and field is not part.fields[-1]
    return table


def _fill(cell: Any, value: Iterable[Line | Table], style: str = "Form Cell", width: float = 0) -> None:
    cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
    for item in value:
        if isinstance(item, Table):
            _grid(cell.add_table(0, len(item.columns)), item, width)
            continue
        paragraph = _styled(cell.add_paragraph(), style)
        paragraph.paragraph_format.left_indent = Pt(10.5 * item.indent)
        _write(paragraph, item)
    born = cell.paragraphs[0]._p  # noqa: SLF001 - a cell is born with one empty paragraph
    if len(cell.paragraphs) > 1:
        born.getparent().remove(born)
    if cell.paragraphs and cell._tc[-1].tag != qn("w:tbl") and not cell.paragraphs[-1].text and cell._tc[-2].tag == qn("w:tbl"):  # noqa: SLF001
        _thin(cell.paragraphs[-1])  # Word wants a paragraph behind the last table


def _styled(paragraph: Any, name: str) -> Any:
    """Set a style by its id: by its name python-docx searches all styles twice, seconds for a long catalogue."""
    paragraph._p.style = name.replace(" ", "")  # noqa: SLF001
    return paragraph


def _text(item: Line | Table) -> str:
    if isinstance(item, Table):
        return "".join("".join(row.cells) for row in item.rows if isinstance(row, Row))
    return "".join(part if isinstance(part, str) else part.text if isinstance(part, Strong) else part.label for part in item.parts)


def _write(paragraph: Any, item: Line) -> None:
    for part in item.parts:
        if isinstance(part, Strong):
            paragraph.add_run(part.text)._r.style = "FormStrong"  # noqa: SLF001 - as in _styled
        elif isinstance(part, Choice):
            paragraph.add_run(f"{part.label}\u00a0{'☑' if part.chosen else '□'}")
        else:
            paragraph.add_run(part)


def _grid(table: Any, part: Table, width: float) -> None:
    title_style = "Form Small Column" if part.small else "Form Column"
    free = width - sum(column.width for column in part.columns)
    open_columns = [column for column in part.columns if not column.width]
    widths = [column.width or free / len(open_columns) for column in part.columns]
    _table(table, widths, tight=part.small)
    head = table.add_row()
    _keep(head)
    mark = OxmlElement("w:tblHeader")  # repeats at the top of every page
    head._tr.get_or_add_trPr().append(mark)  # noqa: SLF001
    for cell, column in zip(head.cells, part.columns, strict=True):
        _cell(cell, column.title, title_style, "center", BAND)
    style = "Form Small" if part.small else "Form Cell"
    for each in part.rows:
        row = table.add_row()
        _keep(row)
        if isinstance(each, GroupRow):
            _group_row(row, each)
        elif isinstance(each, SumRow):
            _sum_row(row, each, part.columns, title_style)
        else:
            for cell, column, text in zip(row.cells, part.columns, each.cells, strict=True):
                _cell(cell, text, style, column.align)
    for each in table._tbl.tr_lst:  # noqa: SLF001
        if len(each.tc_lst) == len(widths):  # merged cells got their sum already
            for cell, each_width in zip(each.tc_lst, widths, strict=True):
                cell.width = Cm(each_width)


def _group_row(row: Any, group: GroupRow) -> None:
    merged = row.cells[0].merge(row.cells[-1])
    _shade(merged, LABEL)
    parts: tuple[str | Strong, ...] = (Strong(group.label), f"　{group.text}") if group.text else (Strong(group.label),)
    _fill(merged, [Line(parts)])
    merged.paragraphs[0].paragraph_format.keep_with_next = True


def _sum_row(row: Any, total: SumRow, columns: tuple[Column, ...], style: str) -> None:
    first = len(columns) - len(total.cells)
    cells = list(row.cells)
    merged = cells[0].merge(cells[first - 1]) if first > 1 else cells[0]
    fill = BAND if total.final else LABEL
    _cell(merged, total.label, style, "right", fill)
    for cell, column, text in zip(cells[first:], columns[first:], total.cells, strict=True):
        _cell(cell, text, style, column.align, fill)


def _cell(cell: Any, text: str, style: str, align: str, fill: str = "") -> None:
    cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
    paragraph = _styled(cell.paragraphs[0], style)
    paragraph.alignment = ALIGN[align]
    paragraph.add_run(text)  # python-docx writes a line feed as a line break
    if fill:
        _shade(cell, fill)


def _table(table: Any, widths: list[float], *, tight: bool = False) -> Any:
    table.style = "Table Grid"
    table.autofit = False
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Cm(width)
    margins = OxmlElement("w:tblCellMar")
    high, wide = (30, 70) if tight else (70, 100)
    for side, twips in (("top", high), ("left", wide), ("bottom", high), ("right", wide)):
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), str(twips))
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    properties = table._tbl.tblPr  # noqa: SLF001
    properties.insert_element_before(margins, "w:tblLook", "w:tblCaption", "w:tblDescription")
    return table


def _keep(row: Any) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))  # noqa: SLF001


def _shade(cell: Any, fill: str) -> None:
    properties = cell._tc.get_or_add_tcPr()  # noqa: SLF001
    shade = OxmlElement("w:shd")
    for name, value in (("val", "clear"), ("color", "auto"), ("fill", fill)):
        shade.set(qn(f"w:{name}"), value)
    properties.insert_element_before(shade, "w:noWrap", "w:tcMar", "w:textDirection", "w:tcFitText", "w:vAlign", "w:hideMark")


def _signature(document: Any, part: Signature) -> None:
    if not part.boxed:
        _signed_right(document, part)
        return
    width = 8.6
    if document.tables:
        for cell in document.tables[-1].rows[-1].cells:
            for above in cell.paragraphs:
                above.paragraph_format.keep_with_next = True  # a signature alone on a page invites questions
    lead = _thin(document.add_paragraph())
    lead.paragraph_format.space_after = Pt(16)
    lead.paragraph_format.keep_with_next = True
    table = _table(document.add_table(1, 1), [width])
    table.alignment = WD_TABLE_ALIGNMENT.RIGHT
    _keep(table.rows[0])
    _fill(table.cell(0, 0), [Line((Strong(f"{part.label}："),)), Line((part.name,)), *([Line((part.note,))] if part.note else []), Line((part.date,))])
    paragraphs = table.cell(0, 0).paragraphs
    paragraphs[1].paragraph_format.space_after = Cm(2.2)  # room for the seal
    paragraphs[-1].alignment = WD_ALIGN_PARAGRAPH.RIGHT


def _signed_right(document: Any, part: Signature) -> None:
    lines = (f"{part.label}：{part.name}", *([part.note] if part.note else []), part.date)
    for number, text in enumerate(lines):
        paragraph = document.add_paragraph(text, style="Form Text")
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        paragraph.paragraph_format.keep_with_next = number + 1 < len(lines)
        paragraph.paragraph_format.space_before = Pt(22) if not number else Cm(1.2) if number + 1 == len(lines) else Pt(4)
        paragraph.runs[0].font.size = Pt(14)


def _thin(paragraph: Any) -> Any:
    """A paragraph that Word's format demands between or behind tables, made as low as Word allows."""
    paragraph.paragraph_format.line_spacing = Pt(1)
    paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(0)
    return paragraph


def _page_numbers(paragraph: Any) -> None:
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for text, field in (("第 ", "PAGE"), (" 页　共 ", "NUMPAGES"), (" 页", "")):
        paragraph.add_run(text)
        if field:
            simple = OxmlElement("w:fldSimple")
            simple.set(qn("w:instr"), field)
            paragraph._p.append(simple)  # noqa: SLF001
