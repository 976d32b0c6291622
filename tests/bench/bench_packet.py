"""Time of a whole lawsuit packet of 30 documents against the bare work in it, in one run; prints a row of a Markdown table.

The packet: papers as PDF and Word, catalogue as workbook, bundle with index, dividers, stamps and links, internal cover, manifest, zip. The
bare work: setting the same papers in Typst, once each, and joining them with the evidence by qpdf.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from statistics import median

import yaml
from pikepdf import Dictionary, Name, Pdf

from casefiles import assemble, db, exchange, runtime, schema
from casefiles.assemble import papers
from casefiles.config import Config
from casefiles.db import saving, session
from casefiles.law import EXAMPLES, load_law
from casefiles.models import Case, Packet, Role
from casefiles.policy import Actor
from forms import pdf

DOCUMENTS, RUNS, GOAL = 30, 5, 3.0  # seconds
NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
ACTOR = Actor(person_id=None, name="bench", role=Role.LEGAL_MANAGER, department="", now=NOW, today=NOW.date())


def main() -> None:
    """Build once to read fonts and law, then in turns with the bare work."""
    if not shutil.which("qpdf"):
        sys.stdout.write("| packet | not measured: qpdf, the reference, is not installed |\n")
        return
    with tempfile.TemporaryDirectory(prefix="bench-packet-") as name:
        place = Path(name)
        runtime.start(Config.embedded(place / "data", "x" * 40))
        schema.upgrade(db.session.get_bind())
        order = _order(place)
        _packet(order, place / "first")
        pairs = [(_timed(lambda: _bare(order, place)), _timed(lambda n=n: _packet(order, place / f"run-{n}"))) for n in range(RUNS)]
        ratios = sorted(mine / bare for (bare, _), (mine, _) in pairs)
        sys.stdout.write(
            f"| packet, {len(order.sources)} documents with papers / typst and qpdf alone | {median(ratios):.2f}x ({ratios[0]:.2f}-{ratios[-1]:.2f}) | "
            f"goal {GOAL:.0f} s | {median(mine for _, (mine, _) in pairs):.2f} s / {median(bare for (bare, _), _ in pairs):.2f} s; "
            f"{median(busy for _, (_, busy) in pairs):.2f} s of the processor |\n"
        )
        session.remove()


def _order(place: Path) -> assemble.Order:
    """Example A with photographs up to the number of documents, each with a page."""
    case = yaml.safe_load((EXAMPLES / "case-a-complete-sale.yaml").read_text(encoding="utf-8"))
    known = 20 + len(case["identity_documents"])
    case["documents"] += [{"id": f"D{30 + n}", "type": "photos"} for n in range(DOCUMENTS - known)]
    written = place / "case.yaml"
    written.write_text(yaml.safe_dump(case, allow_unicode=True), encoding="utf-8")
    with saving():
        row = exchange.enter(ACTOR, exchange.read(written), {})
        for number, document in enumerate(row.documents):
            page = _page(place / f"source-{number}.pdf", number)
            store = runtime.store()
            with page.open("rb") as content:
                store.keep(store.stage(content))
            document.sha256, document.size = hashlib.sha256(page.read_bytes()).hexdigest(), page.stat().st_size
            document.media_type, document.name, document.page_count = "application/pdf", page.name, 1
        case_id = row.case_id
    with saving():
        packet_id = assemble.request(ACTOR, session.get_one(Case, case_id), "lawsuit", as_of=date(2026, 6, 15), queue=False).id
    with saving():
        return assemble.order_of(session.get_one(Packet, packet_id))


def _page(path: Path, number: int) -> Path:
    with Pdf.new() as made:
        page = made.add_blank_page(page_size=(595, 842))
        page.Resources = Dictionary(Font=Dictionary(F1=Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)))
        page.Contents = made.make_stream(f"BT /F1 18 Tf 72 700 Td (document {number}) Tj ET".encode())
        made.save(path, static_id=True)
    return path


def _packet(order: assemble.Order, folder: Path) -> None:
    folder.mkdir()
    made = assemble.produce(order, folder, runtime.fonts(), lambda *_told: None)
    if made.manifest["law_as_of"] != load_law().as_of.isoformat():
        raise SystemExit("the packet was made with another law")


def _bare(order: assemble.Order, place: Path) -> None:
    """The same papers in Typst, without the pages they cite, and one merge."""
    files = []
    for name, form in papers.written(order, {}).items():
        files.append(place / f"bare-{name}.pdf")
        files[-1].write_bytes(pdf.pdf(replace(form, numbered=False), runtime.fonts()))
    sources = [str(source.path) for source in order.sources.values()]
    subprocess.run(["qpdf", "--empty", "--pages", *map(str, files), *sources, "--", str(place / "bare.pdf")], check=True)


def _timed(work: Callable[[], None]) -> tuple[float, float]:
    """Seconds on the wall and seconds of the processor, children included."""
    began, before = time.perf_counter(), os.times()
    work()
    seconds, after = time.perf_counter() - began, os.times()
    return seconds, sum(after[:4]) - sum(before[:4])


if __name__ == "__main__":
    main()
