"""A list of terms searched one after the other, and the result as a table: for auditors and the law department."""

import csv
import io
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from casefiles import audit, readers
from casefiles.errors import NotAllowed, NotUsable
from casefiles.find import Found, quoted, search
from casefiles.policy import A, Actor, may
from casefiles.readers.media_type import media_class, media_type
from casefiles.readers.text import decoded
from casefiles.search import QueryError
from forms.form import Row, cleaned

RIGHTS = (A.SEARCH_OWN_DEPARTMENT, A.SEARCH_ALL, A.SEARCH_ALL_ARCHIVED)  # law department and auditors
LARGEST = 1_000_000  # bytes of a list
MOST_TERMS = 1_000
LONGEST_TERM = 200
PLACES = 200  # of one term: read, counted by case and document, and listed; of a long list fewer
MOST_ROWS = 10_000  # of the list of places, shared out among the terms: a row takes about a millisecond, and somebody waits for the answer
LOGGED = 100  # terms in one entry of the audit log
HEADERS = frozenset({"term", "terms", "word", "words", "query", "search term", "keyword", "keywords", "检索词", "关键词", "词", "检索式", "名称", "词语"})
SUMMARY = ("检索词 Term", "案件数 Cases", "材料数 Documents", "命中处 Places", "说明 Remark")
HITS = ("检索词 Term", "案件 Case", "债务人 Debtor", "材料编号 Ref", "材料 Document", "页 Page", "摘录 Snippet", "页面地址 Address")
WIDTHS = {"summary": (40, 10, 12, 12, 60), "hits": (30, 20, 34, 12, 34, 8, 80, 44)}
BOLD = Font(bold=True)
Cell = str | int
MEDIA = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class Batch:
    """What a batch gave: the xlsx, the number of terms and of places found in all."""

    content: bytes
    terms: int
    places: int


def allowed(actor: Actor) -> bool:
    """Whether this person may search in batches; shows a link."""
    return any(may(actor, right) for right in RIGHTS)


def require_batch(actor: Actor) -> None:
    """NotAllowed for everybody else."""
    if not allowed(actor):
        raise NotAllowed(actor.role, RIGHTS[0])


def terms_in(name: str, content: bytes) -> list[str]:
    """The terms of a list: the first column of a csv or Excel file, the lines of a text, each once, without a heading. NotUsable says why not."""
    if not content:
        raise NotUsable("Choose the file with the terms; nothing was searched.", "请选择检索词清单，未检索。")
    if len(content) > LARGEST:
        raise NotUsable("The list is larger than 1 MB; nothing was searched. Split it.", "清单超过 1 MB，未检索。请拆分后再传。")
    column = [" ".join(cell.split()) for cell in _column(name, content)]
    terms = list(dict.fromkeys(filter(None, column)))
    if terms and terms[0].casefold() in HEADERS:
        terms = terms[1:]
    if not terms:
        raise NotUsable("There is no term in the first column; nothing was searched.", "第一列没有检索词，未检索。")
    if len(terms) > MOST_TERMS:
        raise NotUsable(
            f"The list has {len(terms)} terms; {MOST_TERMS} at most. Nothing was searched. Split it.",
            f"清单有 {len(terms)} 个检索词，最多 {MOST_TERMS} 个，未检索。请拆分。",
        )
    return terms


def _column(name: str, content: bytes) -> list[str]:
    """The first cell of every row. An Excel file is read by its reader, in the child process with its limits."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "list"
        path.write_bytes(content)
        kind = media_type(path, name)
        if media_class(kind) == "sheet":
            reading = readers.read(path, kind)
            if not reading.pages:
                raise NotUsable(f"The list could not be read: {reading.reason_en} Nothing was searched.", f"清单无法读取：{reading.reason_zh}未检索。")
            return [line.partition("\t")[0] for line in reading.pages[0].text.split("\n")]
    text = decoded(content)
    if text is None:
        raise NotUsable("The list is neither text, csv nor an Excel file; nothing was searched.", "清单不是文本、csv 或 Excel 文件，未检索。")
    if not name.lower().endswith((".csv", ".tsv")):
        return text.splitlines()
    between = max(",;\t", key=text.partition("\n")[0].count)
    try:
        return [row[0] for row in csv.reader(io.StringIO(text.replace("\0", ""), newline=""), delimiter=between, strict=True) if row]
    except csv.Error as error:  # not read as one long term to the end of the file
        raise NotUsable(
            "The csv file could not be read: its quotation marks do not pair, or a cell is too long; nothing was searched. "
            "Write a quotation mark inside a cell twice, or send the terms as txt, one a line.",
            "csv 文件无法读取：引号没有配对，或单元格过长；未检索。单元格内的引号请写两遍，或改用 txt 文件，每行一词。",
        ) from error


def run(actor: Actor, terms: Sequence[str], *, language: bool) -> Batch:
    """Search every term as the actor: as an exact phrase, or with `language` in the query language; what cannot be understood says so in its row."""
    require_batch(actor)
    summary: list[tuple[Cell, ...]] = []
    places: list[tuple[Cell, ...]] = []
    found_in_all, most = 0, min(PLACES, MOST_ROWS // max(len(terms), 1))
    for term in terms:
        try:
            found = search(actor, term if language else quoted(term), limit=most, facets=False) if len(term) <= LONGEST_TERM else None
        except QueryError as error:
            summary.append((term, "", "", "", f"{error.message_zh} {error.message_en}"))
            continue
        if found is None:
            summary.append((term[:LONGEST_TERM], "", "", "", f"超过 {LONGEST_TERM} 字，未检索。 Longer than {LONGEST_TERM} characters: not searched."))
            continue
        rows = list(_rows(term, found))
        places += rows
        found_in_all += found.total
        summary.append((term, *_counts(found, most), _remark(found.total, len(rows))))
    return Batch(_workbook(summary, places), len(terms), found_in_all)


def record(actor: Actor, terms: Sequence[str], batch: Batch) -> None:
    """Enter into the audit log what was searched for, every term: a batch is as many searches. In the caller's saving()."""
    for first in range(0, len(terms), LOGGED):
        words = [term[:LONGEST_TERM] for term in terms[first : first + LOGGED]]
        audit.record(actor, "search", "batch", terms=batch.terms, found=batch.places, words=words)


def _counts(found: Found, most: int) -> tuple[Cell, Cell, int]:
    """Cases, documents, places; of more places than are read at least so many cases and documents."""
    cases, documents = len(found.groups), sum(paper.document_id is not None for group in found.groups for paper in group.documents)
    return (cases, documents, found.total) if found.total <= most else (f"≥ {cases}", f"≥ {documents}", found.total)


def _remark(total: int, listed: int) -> str:
    return "" if listed >= total else f"仅列出 {listed} 处。 Only {listed} places are listed."


def _rows(term: str, found: Found) -> Iterator[tuple[Cell, ...]]:
    for group in found.groups:
        for paper in group.documents:
            for hit in paper.hits:
                at = f"/cases/{group.case_id}" + (f"/documents/{paper.document_id}" if paper.document_id is not None else "")
                at += f"?page={hit.page}" if hit.page else ""
                title = " › ".join(paper.path) or paper.title
                place = hit.cell or hit.page or ""
                snippet = "".join(f"【{piece.text}】" if piece.marked else piece.text for piece in hit.segments)
                yield term, group.case_id, group.title, paper.ref, title, place, snippet, at


def _workbook(summary: Sequence[tuple[Cell, ...]], places: Sequence[tuple[Cell, ...]]) -> bytes:
    """Two sheets in which every cell is text: nothing that stands in a file becomes a formula or a link."""
    book = Workbook(write_only=True)
    for name, title, head, rows in (("summary", "汇总 Summary", SUMMARY, summary), ("hits", "命中 Hits", HITS, places)):
        sheet: WriteOnlyWorksheet = book.create_sheet(title)
        sheet.freeze_panes = "A2"
        for place, width in enumerate(WIDTHS[name]):
            sheet.column_dimensions["ABCDEFGH"[place]].width = width
        for number, row in enumerate([head, *rows]):
            sheet.append([_cell(sheet, value, bold=number == 0) for value in row])
    draft = io.BytesIO()
    book.save(draft)
    return draft.getvalue()


def _cell(sheet: WriteOnlyWorksheet, value: Cell, *, bold: bool) -> WriteOnlyCell:
    if isinstance(value, str):
        value = cleaned(Row((value,))).cells[0]
    cell = WriteOnlyCell(sheet, value)
    if isinstance(value, str):
        cell.data_type = "s"  # what begins with = is no formula here
    if bold:
        cell.font = BOLD
    return cell
