"""The only place where an error gets an HTTP number and a page. What is refused is written into the audit log.

A hidden thing and a thing that does not exist answer with the same page, word for word.
"""

from __future__ import annotations

import errno
import logging
import secrets
from typing import TYPE_CHECKING

from flask import g, jsonify, render_template, request
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException
from werkzeug.routing import IntegerConverter, Map

from casefiles import audit
from casefiles.db import saving, session
from casefiles.errors import CasefilesError, ChainBroken, Conflict, NotAllowed, NotVisible, Refused, StoreUnavailable
from casefiles.web.words import in_words
from storage import NoRoom, NotStored

if TYPE_CHECKING:
    from flask import Flask
    from flask.typing import ResponseReturnValue

    from casefiles.config import Config

log = logging.getLogger(__name__)

LARGEST_ID = 2**31 - 1  # what an integer column of PostgreSQL holds

PAGES: dict[type[CasefilesError], tuple[int, str]] = {  # the nearest class up the tree counts
    NotVisible: (404, "errors/not_found.html"),
    NotAllowed: (403, "errors/not_allowed.html"),
    ChainBroken: (409, "errors/chain_broken.html"),
    Refused: (409, "errors/refused.html"),
    Conflict: (409, "errors/conflict.html"),
    StoreUnavailable: (503, "errors/store.html"),
    CasefilesError: (500, "errors/failed.html"),
}
REFUSALS = (NotVisible, NotAllowed, Refused)


class Number(IntegerConverter):
    """A number in an address that a column can hold; any other names nothing and is answered as such."""

    def __init__(self, map: Map) -> None:  # noqa: A002 - the name werkzeug gives it
        super().__init__(map, max=LARGEST_ID)


def page_of(error: CasefilesError) -> tuple[int, str]:
    """HTTP number and page of an error."""
    return next(PAGES[kind] for kind in type(error).__mro__ if kind in PAGES)


def answer(status: int, page: str, words: str, **more: object) -> ResponseReturnValue:
    """The page, or the same words as JSON where the caller asked for JSON."""
    if request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json":
        return jsonify(error=words, **{key: value for key, value in more.items() if isinstance(value, str)}), status
    return render_template(page, words=words, **more), status


def record_refusal(status: int, what: str) -> None:
    """Into the audit log, in a transaction of its own; a log that cannot be written stops nothing that is refused anyway."""
    actor = g.get("actor")
    if actor is None:
        return
    try:
        with saving():
            audit.record(actor, "refused", f"{request.method} {request.path}", status=status, why=what[:500])
    except SQLAlchemyError:
        log.exception("a refusal could not be written into the audit log")


def on_ours(error: CasefilesError) -> ResponseReturnValue:
    """An error of the product, in its own words."""
    session.rollback()
    status, page = page_of(error)
    if status == 500:
        return on_anything(error)
    if isinstance(error, REFUSALS):
        record_refusal(status, error.message)
    if status == 404:
        return not_found()
    if status == 503:
        log.error("store: %s", error.message)
    return answer(status, page, in_words(error), error=error)


def not_found() -> ResponseReturnValue:
    """Names nothing, so that hidden and absent look alike."""
    return answer(404, "errors/not_found.html", _("There is no such page, or it is not yours to see."))


def on_csrf(error: CSRFError) -> ResponseReturnValue:
    """A form that is not ours, or that was open across a sign-out."""
    record_refusal(403, f"form check: {error.description}")
    return answer(403, "errors/form.html", _("This form is no longer valid. Nothing was changed. Go back, reload the page and send it again."))


def on_http(error: HTTPException) -> ResponseReturnValue:
    """What Flask and its parts raise."""
    session.rollback()
    code = error.code or 500
    if error.response is not None or code < 400:
        return error.get_response()
    if code == 404:
        record_refusal(404, "no such address")
        return not_found()
    if code in {401, 403, 405, 413, 429}:
        record_refusal(code, error.name)
    texts = {
        403: _("You may not do this. Nothing was changed. Ask the legal manager."),
        405: _("This address does not take this kind of request. Nothing was changed."),
        413: _("The file is larger than this instance takes. Nothing was kept. Ask the administrator about the limit, or split the file."),
        415: _("This address does not take this kind of content. Nothing was changed."),
        429: _("Too many tries. Wait a few minutes, then try again."),
    }
    misread, away = _("The request could not be understood. Nothing was changed."), _("The server cannot answer now. Try again in a moment.")
    words = texts.get(code) or (misread if code < 500 else away)
    response = answer(code, "errors/plain.html", words, code=code)
    if code == 429:
        return *response, {"Retry-After": "60"}  # type: ignore[misc]
    return response


def on_no_room(error: Exception) -> ResponseReturnValue:
    """The disk is full: nothing partial was left."""
    if isinstance(error, OSError) and error.errno not in {errno.ENOSPC, errno.EDQUOT}:
        return on_anything(error)
    session.rollback()
    log.error("the disk is full: %s", error)
    words = _("The server's disk is full. What was being saved was not kept; everything saved before is safe. Tell the administrator.")
    return answer(507, "errors/plain.html", words, code=507)


def on_not_stored(error: NotStored) -> ResponseReturnValue:
    """Bytes that are gone or damaged are never served."""
    session.rollback()
    log.error("not stored: %s", error)
    words = _("The bytes of this file cannot be read or are damaged, so they are not shown. Tell the administrator; the record is kept.")
    return answer(503, "errors/store.html", words)


def on_database(error: OperationalError) -> ResponseReturnValue:
    """The database is busy or away."""
    session.rollback()
    log.error("database: %s", error)
    words = _("The database is busy or cannot be reached. What you sent was not kept. Try again in a moment.")
    return *answer(503, "errors/plain.html", words, code=503), {"Retry-After": "5"}  # type: ignore[misc]


def on_stale(_error: StaleDataError) -> ResponseReturnValue:
    """The version column stopped the second of two writers."""
    return on_ours(Conflict(_("this record")))


def on_anything(error: Exception) -> ResponseReturnValue:
    """A fault of ours: the log has the story under a number, the page has the number."""
    session.rollback()
    number = secrets.token_hex(4)
    log.error("fault %s at %s %s", number, request.method, request.path, exc_info=error)
    words = _(
        "Something went wrong on our side. What you sent was not kept; everything saved before is safe. Tell the administrator this number: %(number)s",
        number=number,
    )
    return answer(500, "errors/failed.html", words, number=number)


def init_app(app: Flask, _config: Config) -> None:
    """Every error passes here, and a number no row can have is nobody's address."""
    app.url_map.converters["int"] = Number
    app.register_error_handler(CasefilesError, on_ours)
    app.register_error_handler(CSRFError, on_csrf)
    app.register_error_handler(HTTPException, on_http)
    app.register_error_handler(NoRoom, on_no_room)
    app.register_error_handler(OSError, on_no_room)
    app.register_error_handler(NotStored, on_not_stored)
    app.register_error_handler(OperationalError, on_database)
    app.register_error_handler(StaleDataError, on_stale)
    app.register_error_handler(Exception, on_anything)
