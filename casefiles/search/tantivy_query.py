"""What tantivy holds of an entry, and a parsed query inside a scope in tantivy's terms.

Tokens are ours (analysis.py): the engine only splits at blanks and keeps positions. The scope is a part of the query, so a hidden
entry is in no hit, no total and no facet.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache
from typing import Any

import tantivy

from casefiles.search import FACETS, Entry, Scope, analysis, fingerprint
from casefiles.search.content import ORDERS, TOKENS, cents, content
from casefiles.search.query import WIDEST, All, Between, Either, Node, Not, Word, prefixes, too_wide

SHORT = 500  # up to here a list of values is a union of postings (0.1 ms), beyond it a set looked up in the dictionary (0.5 ms and more)
IN_A_PATTERN = 2_500  # cases in one compiled pattern: the engine allows it a thousand states
MEANT_IN_PATTERN = frozenset("\\.+*?()|[]{}^$#&-~")
Q = tantivy.Query


def _schema() -> Any:
    fields = tantivy.SchemaBuilder()
    for name in ("key", "case_id", "document_id", "group", "object", "own", "tag"):
        fields.add_text_field(name, stored=name in {"key", "case_id", "document_id"}, tokenizer_name="raw", index_option="basic")
    for name in TOKENS:
        fields.add_text_field(name, tokenizer_name="tokens", index_option="position")
    fields.add_text_field("runs", tokenizer_name="tokens", index_option="basic")
    for name in FACETS:
        fields.add_text_field(f"facet_{name}", fast=True, tokenizer_name="raw", index_option="basic")
    for name in ORDERS:
        fields.add_text_field(f"order_{name}", fast=True, tokenizer_name="raw", index_option="basic")
    fields.add_bytes_field("print", stored=True)
    fields.add_integer_field("page", stored=True)
    for name in ("date", "amount"):  # days as ordinals, whole cents
        fields.add_integer_field(name, indexed=True, fast=True)
    return fields.build()


SCHEMA = _schema()


def document(entry: Entry) -> Any:
    """The entry as tantivy keeps it: of its text the tokens only."""
    held = content(entry)
    made = tantivy.Document()
    made.add_text("key", entry.key)
    made.add_text("case_id", entry.case_id)
    made.add_bytes("print", bytes.fromhex(fingerprint(entry)))
    made.add_text("object", entry.object)
    made.add_text("runs", held.runs)
    if entry.document_id is not None:
        made.add_text("document_id", entry.document_id)
    if entry.owner is not None:
        made.add_text("own", f"{entry.object}={entry.owner}")
    for name, tokens in held.tokens.items():
        made.add_text(name, tokens)
    for name, values in (("group", held.groups), ("tag", held.tags), *((f"facet_{name}", values) for name, values in held.facets.items())):
        for value in values:
            made.add_text(name, value)
    for name, value in held.orders.items():
        made.add_text(f"order_{name}", value)
    for name, number in (("page", entry.page), ("date", entry.date.toordinal() if entry.date else None), ("amount", cents(entry))):
        if number is not None:
            made.add_integer(name, number)
    return made


def query(asked: Node, scope: Scope) -> Any:
    """What is asked for, inside the scope: clauses that must all hold."""
    must = [(tantivy.Occur.Must, clause) for clause in (_of(asked), *_inside(scope))]
    gone = [(tantivy.Occur.MustNot, _one_of("group", sorted(scope.hidden)))] if scope.hidden else []
    return Q.boolean_query([*must, *gone])


def check_width(searcher: Any, asked: Node) -> None:
    """QueryError where a prefix of the query stands for more words of the index than may be looked up."""
    for word in prefixes(asked):
        if len(searcher.terms_with_prefix(*word.place, limit=WIDEST + 1)) > WIDEST:
            raise too_wide(word)


def _of(node: Node) -> Any:
    match node:
        case Word():
            return _of_word(node)
        case Between(field, first, last):
            return Q.const_score_query(Q.range_query(SCHEMA, field, tantivy.FieldType.Integer, first, last), 1.0)
        case Either(parts):
            return _any([_of(part) for part in parts])
        case Not(part):
            return Q.boolean_query([(tantivy.Occur.Must, Q.all_query()), (tantivy.Occur.MustNot, _of(part))])
        case All(parts):
            clauses = [(tantivy.Occur.MustNot, _of(part.part)) if isinstance(part, Not) else (tantivy.Occur.Must, _of(part)) for part in parts]
            if all(isinstance(part, Not) for part in parts):
                clauses.append((tantivy.Occur.Must, Q.all_query()))
            return Q.boolean_query(clauses)


def _of_word(word: Word) -> Any:
    if word.expands:
        return Q.const_score_query(_begins(*word.place), 1.0)
    if word.whole:
        return Q.const_score_query(Q.term_query(SCHEMA, *word.place, "basic"), 1.0)
    field = word.field or "text"
    same = _any([_same_characters(field, way) for way in word.ways])
    if field == "text" and not word.exact and analysis.is_run(word.folded):  # art: pages with the word itself stand before those with party
        whole = Q.boost_query(Q.term_query(SCHEMA, "runs", word.folded), 2.0)
        return Q.boolean_query([(tantivy.Occur.Must, same), (tantivy.Occur.Should, whole)])
    return same


def _same_characters(field: str, folded: str) -> Any:
    asked: list[Any] = [*analysis.chain(folded)]
    if len(asked) == 1:
        return Q.term_query(SCHEMA, field, asked[0][1])
    return Q.phrase_query(SCHEMA, field, asked)


def _begins(field: str, start: str) -> Any:
    return Q.regex_query(SCHEMA, field, f"{''.join(map(_meant_as_itself, start))}.*")


def _meant_as_itself(sign: str) -> str:
    return f"\\{sign}" if sign in MEANT_IN_PATTERN else sign


def _any(queries: list[Any]) -> Any:
    return queries[0] if len(queries) == 1 else Q.boolean_query([(tantivy.Occur.Should, each) for each in queries])


def _one_of(field: str, values: list[str]) -> Any:
    """Entries that have one of the values; does not count for the score."""
    if not values:
        return Q.empty_query()
    if len(values) > SHORT:
        return Q.const_score_query(Q.term_set_query(SCHEMA, field, values), 0.0)
    return Q.const_score_query(_any([Q.term_query(SCHEMA, field, value, "basic") for value in values]), 0.0)


def _inside(scope: Scope) -> list[Any]:
    """The scope as clauses that must all hold."""
    own = [f"{name}={person}" for name, person in sorted(scope.own.items())]
    clauses = [_any([_one_of("object", sorted(scope.objects)), *([_one_of("own", own)] if own else [])])]
    if scope.cases is not None:
        clauses.append(_of_cases(scope.cases))
    return clauses


@lru_cache(32)
def _of_cases(cases: frozenset[str]) -> Any:
    """Kept, as handing 2,500 cases over takes longer than searching; it names cases only and so is never out of date.

    Many cases are a pattern, which is compiled once: a set is sorted and built anew in each search (2 ms more for 2,500 cases).
    """
    named = sorted(cases)
    if len(named) <= SHORT:
        return _one_of("case_id", named)
    parts = [part for first in range(0, len(named), IN_A_PATTERN) for part in _patterns("case_id", named[first : first + IN_A_PATTERN])]
    return Q.const_score_query(_any(parts), 0.0)


def _patterns(field: str, values: list[str]) -> list[Any]:
    """Queries that together find what has one of the values, as few as the engine's limit allows; where no pattern will do, a set."""
    try:
        return [Q.regex_query(SCHEMA, field, pattern(values))]
    except ValueError:  # too many states
        half = len(values) // 2
        if half < SHORT // 2:
            return [Q.term_set_query(SCHEMA, field, values)]
        return _patterns(field, values[:half]) + _patterns(field, values[half:])


def pattern(values: Iterable[str]) -> str:
    """A regular expression that the values match and nothing else does: what they begin with alike stands in it once."""
    rests: dict[str, list[str]] = {}
    for value in values:
        rests.setdefault(value[:1], []).append(value[1:])
    ends = rests.pop("", None) is not None
    ways = {_meant_as_itself(sign): pattern(rest) for sign, rest in rests.items()}
    last = "".join(sign for sign, rest in ways.items() if not rest)
    parts = [f"{sign}{rest}" for sign, rest in ways.items() if rest] + ([f"[{last}]"] if last else [])
    return "".join(parts) if len(parts) < 2 and not ends else f"({'|'.join(parts)}){'?' if ends else ''}" if parts else ""


def counted_again(asked: Node, scope: Scope, facet: str, values: list[str]) -> Any:
    """As query(), only what has one of a facet's values: few entries, even where the query finds very many."""
    if facet == "case":  # they were counted inside the scope
        return query(asked, replace(scope, cases=frozenset(values)))
    return Q.boolean_query([(tantivy.Occur.Must, query(asked, scope)), (tantivy.Occur.Must, _one_of(f"facet_{facet}", values))])
