"""Long lists in pages: which page, of how many, and the address of the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import request, url_for
from sqlalchemy import Select, func, select

from casefiles.db import session

PER_PAGE = 25


@dataclass(frozen=True)
class Page:
    """One page of a list: its rows, its number from 1, how many pages and rows there are."""

    rows: Sequence[Any]
    number: int
    pages: int
    total: int

    def url(self, number: int) -> str:
        """The address of another page, with the same filter and order."""
        return with_arguments(page=number)


def with_arguments(**changes: object) -> str:
    """The address of this page with other arguments; None takes one away."""
    kept = request.args.to_dict() | {key: str(value) for key, value in changes.items() if value is not None}
    kept = {key: value for key, value in kept.items() if value and not (key in changes and changes[key] is None)}
    return url_for(str(request.endpoint), **(request.view_args or {}), **{key: value for key, value in kept.items() if not key.startswith("_")})


def page_of(rows: Select[Any], per_page: int = PER_PAGE) -> Page:
    """The page that ?page= asks for; one beyond the end gives the last."""
    total = session.scalar(select(func.count()).select_from(rows.order_by(None).options().subquery())) or 0
    pages = max(1, -(-total // per_page))
    asked = request.args.get("page", 1, type=int)
    number = min(max(1, asked or 1), pages)
    return Page(session.scalars(rows.limit(per_page).offset((number - 1) * per_page)).unique().all(), number, pages, total)
