"""casefiles search: one query, or a list of terms with its result as a table."""

import sys
from pathlib import Path
from typing import Any, get_args

import click

from casefiles import audit, find, find_batch
from casefiles.commands import acting, as_json, as_person, guarded, say, tell
from casefiles.db import saving
from casefiles.policy import Actor
from casefiles.search import Order, QueryError


@click.command("search")
@click.argument("query", required=False)
@click.option("--case", "case_id", help="Only in this case.")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 1000))
@click.option("--order", default="relevance", show_default=True, type=click.Choice(get_args(Order)), help="By date or by amount; what has none comes last.")
@click.option("--batch", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="A list of terms (csv, txt, xlsx: first column), no query.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Where the table of --batch is written (.xlsx).")
@click.option("--query-language", is_flag=True, help="With --batch: each term is a query; without it an exact phrase.")
@as_person
@as_json
@guarded
def search(person: str | None, as_json: bool, batch: Path | None, out: Path | None, query: str | None, query_language: bool, **options: Any) -> None:
    """Find words, "phrases", AND OR NOT, field:value, date:2024, amount:10万..50万 in everything you may read."""
    if (query is None) == (batch is None) or (batch is None) != (out is None):
        raise click.UsageError("Give a query, or --batch FILE with --out FILE.xlsx.")
    actor = acting(person)
    if batch is not None and out is not None:
        _batch(actor, batch, out, language=query_language, as_json=as_json)
    else:
        _search(actor, query or "", as_json=as_json, **options)


def _search(actor: Actor, query: str, *, case_id: str | None, limit: int, order: Order, as_json: bool) -> None:
    try:
        found = find.search(actor, query, case_id=case_id, limit=limit, order=order)
    except QueryError as error:
        tell(f"{error.message_en} (at character {error.position + 1}) {error.message_zh}")
        sys.exit(2)
    with saving():
        audit.record(actor, "search", query, case_id=case_id, found=found.total)
    hits = [
        {"case": g.case_id, "document": d.ref or None, "page": h.page, "title": d.title, "snippet": _marked(h.segments), "score": h.score}
        for g in found.groups for d in g.documents for h in d.hits
    ]  # fmt: skip
    if order == "relevance":
        hits.sort(key=lambda hit: -hit["score"])
    if as_json:
        say({"total": found.total, "took_ms": found.took_ms, "hits": hits, "facets": found.facets})
        return
    for hit in hits:
        click.echo(f"{hit['case']} {hit['document'] or '-'} p.{hit['page'] or '-'}  {hit['snippet']}")
    tell(f"{found.total} found in {found.took_ms:.1f} ms")


def _batch(actor: Actor, file: Path, out: Path, *, language: bool, as_json: bool) -> None:
    with file.open("rb") as opened:
        terms = find_batch.terms_in(file.name, opened.read(find_batch.LARGEST + 1))
    found = find_batch.run(actor, terms, language=language)
    with saving():
        find_batch.record(actor, terms, found)
    out.write_bytes(found.content)
    if as_json:
        say({"terms": found.terms, "places": found.places, "out": str(out)})
    tell(f"{found.terms} terms, {found.places} places: {out}")


def _marked(segments: Any) -> str:
    return "".join(f"[{s.text}]" if s.marked else s.text for s in segments)
