"""Word documents and plain texts: a contract as docx, transcripts of calls as docx and txt."""

from __future__ import annotations

import io
from collections.abc import Sequence

from docx import Document
from docx.document import Document as DocumentType
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt
from docx.text.paragraph import Paragraph

from casefiles.demo.desk import MARK, Block, Desk
from casefiles.demo.figures import zh_date
from casefiles.demo.ink import round_seal
from casefiles.demo.tables import still
from casefiles.demo.trade import contract_data

FACE = "宋体"


def _blank(title: str) -> DocumentType:
    paper = Document()
    section = paper.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.8)
    section.top_margin = section.bottom_margin = Cm(2.5)
    style = paper.styles["Normal"]
    style.font.name, style.font.size = FACE, Pt(11)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), FACE)
    style.paragraph_format.line_spacing, style.paragraph_format.space_after = 1.3, Pt(3)
    section.footer.paragraphs[0].text = MARK
    section.footer.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT
    paper.core_properties.title, paper.core_properties.author = title, MARK
    head = paper.add_paragraph()
    head.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _run(head, title, size=18, bold=True)
    return paper


def _run(paragraph: Paragraph, words: str, *, size: float = 11, bold: bool = False) -> None:
    run = paragraph.add_run(words)
    run.bold, run.font.size, run.font.name = bold, Pt(size), FACE
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), FACE)  # noqa: SLF001 - python-docx has no public name for the East Asian face


def _saved(paper: DocumentType) -> bytes:
    made = io.BytesIO()
    paper.save(made)
    return still(made.getvalue())


def contract(desk: Desk) -> bytes:
    """The contract as docx, with the same wording as the PDF would have."""
    data = contract_data(desk)
    paper = _blank(data["title"])
    for words in (f"合同编号：{data['number']}", f"签订地点：{data['place']}　　签订日期：{data['signed']}"):
        paper.add_paragraph(words)
    for party in data["parties"]:
        _run(paper.add_paragraph(), f"{party['role']}：{party['name']}", bold=True)
        for line in party["lines"]:
            paper.add_paragraph(line)
    paper.add_paragraph(data["preamble"]).paragraph_format.first_line_indent = Cm(0.85)
    for article in data["articles"]:
        head = paper.add_paragraph()
        head.paragraph_format.keep_with_next = True
        head.paragraph_format.space_before = Pt(8)
        _run(head, article["heading"], bold=True)
        for number, words in article["clauses"]:
            clause = paper.add_paragraph(f"{number}\t{words}")
            clause.paragraph_format.left_indent, clause.paragraph_format.first_line_indent = Cm(1.2), Cm(-1.2)
            clause.paragraph_format.tab_stops.add_tab_stop(Cm(1.2))
        if "table" in article:
            _table(paper, article["table"])
    _signatures(paper, desk, data)
    paper.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
    for annex in data["annexes"]:
        _run(paper.add_paragraph(), annex["title"], size=14, bold=True)
        for line in annex["lines"]:
            paper.add_paragraph(line)
    return _saved(paper)


def _table(paper: DocumentType, content: Block) -> None:
    table = paper.add_table(rows=1, cols=len(content["header"]), style="Table Grid")
    table.autofit = False
    room = 15.4 / sum(content["widths"])  # the text is 15.4 cm wide
    for column, share in zip(table.columns, content["widths"], strict=True):
        column.width = Cm(room * share)
    for row in [content["header"], *content["rows"]]:
        cells = table.rows[0].cells if row is content["header"] else table.add_row().cells
        for at, words in enumerate(row):
            cells[at].width = Cm(room * content["widths"][at])
            cell = cells[at].paragraphs[0]
            cell.paragraph_format.line_spacing = 1.0
            cell.paragraph_format.keep_with_next = row is not content["rows"][-1]
            _run(cell, words, size=9.5, bold=row is content["header"])
            cell.alignment = WD_ALIGN_PARAGRAPH.RIGHT if at in content["right"] and row is not content["header"] else WD_ALIGN_PARAGRAPH.LEFT


def _signatures(paper: DocumentType, desk: Desk, data: Block) -> None:
    centre = paper.add_paragraph(f"（以下无正文，为《{data['title']}》签署页）")
    centre.alignment = WD_ALIGN_PARAGRAPH.CENTER
    centre.paragraph_format.keep_with_next = True
    table = paper.add_table(rows=1, cols=2)
    table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))  # noqa: SLF001 - python-docx has no public name for a row kept on one page
    for cell, role, (party, _) in zip(table.rows[0].cells, ("出卖人", "买受人"), desk.sides, strict=True):
        cell.paragraphs[0].text = f"{role}（盖章）："
        cell.add_paragraph(party["name"])
        cell.add_paragraph().add_run().add_picture(io.BytesIO(round_seal(desk.fonts, party["name"], "合同专用章")), width=Cm(3.9))
        cell.add_paragraph(f"法定代表人：{party['legal_representative']}")
        cell.add_paragraph(f"日期：{data['signed']}")


def _mark(second: int) -> str:
    return f"{second // 60:02d}:{second % 60:02d}"


def transcript_txt(desk: Desk, call: Block) -> bytes:
    """The transcript of one call, UTF-8, each sentence with its minute and second."""
    head = [
        "通话录音文字整理稿",
        f"通话日期：{zh_date(call['date'])}",
        f"主叫：{call['caller']}",
        f"被叫：{call['callee']}（身份依据：{call.get('callee_identified_by', '未注明')}）",
        f"债权人：{desk.creditor['name']}　债务人：{desk.debtor['name']}　合同编号：{desk.contract['no']}",
        "说明：时间标记为分:秒，自录音开始计算。本稿及录音均为虚构的示例数据。",
        "",
    ]
    lines = [f"[{_mark(turn.second)}] {turn.speaker}：{turn.text}" for turn in desk.story.calls[0]]
    foot = ["", f"摘要：{call['summary']}" if call.get("summary") else "", "整理人：法务部　　核对人：清收部"]
    return "\n".join([*head, *lines, *foot, ""]).encode()


def transcript_docx(desk: Desk, calls: Sequence[Block]) -> bytes:
    """The transcripts of several calls of one recording file as docx."""
    paper = _blank("通话录音文字整理稿")
    paper.add_paragraph(f"债权人：{desk.creditor['name']}　债务人：{desk.debtor['name']}")
    for number, (call, turns) in enumerate(zip(calls, desk.story.calls, strict=True), start=1):
        _run(paper.add_paragraph(), f"第{number}次通话　{zh_date(call['date'])}", bold=True)
        table = [[f"[{_mark(turn.second)}]", turn.speaker, turn.text] for turn in turns]
        _table(paper, {"header": ["时间", "说话人", "内容"], "rows": table, "right": [], "widths": [1.2, 1.5, 6]})
        paper.add_paragraph("")
    paper.add_paragraph("说明：时间标记为分:秒，自录音文件开始计算。本稿及录音均为虚构的示例数据。整理人：法务部。")
    return _saved(paper)
