"""What is sent to the engine: the words as typed, and the values chosen beside them written as terms of the query language."""

from collections.abc import Iterable

from casefiles.search import parse

TERMS = {"type": "type:{}", "stage": "stage:{}", "year": "date:{}", "party": "party:{}", "uploader": "uploader:{}"}  # facet -> its term
QUOTED = frozenset({"party", "uploader"})  # names: with blanks and brackets
MARKS = (('"', '"', '"＂'), ("「", "」", "」"), ("『", "』", "』"))  # opening, closing, the signs that close it too


def quoted(text: str) -> str:
    """A text as a phrase of the query language, in marks it does not hold itself; one that holds all of them loses the last."""
    for opening, closing, ends in MARKS:
        if not any(sign in text for sign in ends):
            return f"{opening}{text}{closing}"
    return f"『{text.replace('』', ' ')}』"


def term(facet: str, value: str) -> str:
    """The term that finds what a facet counts under a value."""
    return TERMS[facet].format(quoted(value) if facet in QUOTED else value)


def narrowed(query: str, filters: Iterable[tuple[str, str]]) -> str:
    """The query with its filters: of one facet any value, of several facets all. QueryError speaks of the place in `query`."""
    chosen: dict[str, list[str]] = {}
    for facet, value in filters:
        chosen.setdefault(facet, []).append(term(facet, value))
    if not chosen:
        return query
    if query.strip():
        parse(query)  # before brackets are put around it
    parts = [f"({query})"] if query.strip() else []
    return " ".join([*parts, *(terms[0] if len(terms) == 1 else f"({' OR '.join(terms)})" for terms in chosen.values())])
