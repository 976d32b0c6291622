"""The bytes of a document: pictures of its pages, the original as an attachment, and sound. Nothing here is ever shown inline as a page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

from flask import Response, abort, g, render_template, request, send_file
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import undefer

from casefiles import audit, policy, runtime
from casefiles.db import saving, session
from casefiles.errors import NotAllowed, StoreUnavailable
from casefiles.models import AuditEntry, Document, Page
from casefiles.readers import media_class
from casefiles.readers.ocr_lines import places
from casefiles.search import marks
from casefiles.web import pictures
from casefiles.web.words import instant
from storage import NotStored

LONGEST_NAME = 120  # characters of a file name in a header; the name itself is kept in full
QUIET = timedelta(minutes=10)  # one entry of playing for the many ranges a player asks for


def page_image(case_id: str, document_id: int, number: int) -> ResponseReturnValue:
    """One page as a PNG, with the words of `q` marked and, for people from outside, a watermark."""
    with saving():
        document = policy.document_for(g.actor, "read", case_id, document_id, reason=asked_reason())
        audit.record(g.actor, "preview", document.ref, case_id=case_id, page=number, **_with_reason())
    if not policy.may_see_pictures(g.actor, document):
        abort(404)
    words = request.args.get("q", "")
    return picture(path_of(document), document.media_type or "", number, words=words, marked=_recognised(document, number, words))


def _recognised(document: Document, number: int, words: str) -> list[pictures.Box] | None:
    """Where the words stand on a page that OCR read; None where the file itself has text."""
    found = select(Page).where(Page.document_id == document.id, Page.number == number, Page.source == "ocr").options(undefer(Page.boxes))
    page = session.scalar(found) if words else None
    return places(page.text, page.boxes or (), marks(page.text, pictures.terms(words))) if page else None


def picture(path: Path, media_type: str, number: int, *, words: str = "", marked: Sequence[pictures.Box] | None = None) -> ResponseReturnValue:
    """The answer with one page's picture, as wide as ?width= asks; 404 where there is none."""
    case_id = (request.view_args or {})["case_id"]
    try:
        png = pictures.page(path, media_type, number, request.args.get("width", 900, type=int), words=words, marked=marked, watermark=watermark(case_id))
    except pictures.NoPicture:
        abort(404)
    return Response(png, mimetype="image/png")


def download(case_id: str, document_id: int) -> ResponseReturnValue:
    """The original bytes, always as an attachment. A recording asks a legal clerk for a reason, which is kept in the audit log."""
    reason = asked_reason()
    try:
        with saving():
            document = policy.document_for(g.actor, "export", case_id, document_id, reason=reason)
            audit.record(g.actor, "download", document.ref, case_id=case_id, sha256=document.sha256, reason=reason)
    except NotAllowed:
        if reason or not needs_reason(policy.document_for(g.actor, "read", case_id, document_id)):
            raise
        return render_template("documents/reason.html", document=policy.document_for(g.actor, "read", case_id, document_id), taking=True), 403
    response = send_file(path_of(document), mimetype="application/octet-stream", etag=document.sha256 or False, conditional=True)
    return attached(response, document.name or document.ref)


def play(case_id: str, document_id: int) -> ResponseReturnValue:
    """Sound for the player, in ranges (206)."""
    with saving():
        document = policy.document_for(g.actor, "read", case_id, document_id, reason=asked_reason())
        if not _played_lately(document):
            audit.record(g.actor, "play", document.ref, case_id=case_id, **_with_reason())
    if not is_sound(document):
        abort(404)
    return send_file(path_of(document), mimetype=document.media_type, etag=document.sha256 or False, conditional=True)


def asked_reason() -> str:
    """The reason this request gives, as it goes into the audit log."""
    return request.args.get("reason", "").strip()[:500]


def _with_reason() -> dict[str, str]:
    return {"reason": asked_reason()} if asked_reason() else {}


def is_sound(document: Document) -> bool:
    """Whether a player is shown."""
    return media_class(document.media_type or "") in {"audio", "video"}


def needs_reason(document: Document) -> bool:
    """Whether this person may have the file with a reason only."""
    return not policy.may_document(g.actor, "export", document) and policy.may_document(g.actor, "export", document, reason="-")


def watermark(case_id: str) -> str:
    """What stands across every picture shown to people from outside: name, time, case."""
    if g.actor.role not in {policy.Role.EXTERNAL_LAWYER, policy.Role.AUDITOR}:
        return ""
    return f"{g.actor.name}  {instant(g.actor.now)}  {case_id}"


def path_of(document: Document) -> Path:
    """The local file with the bytes; 404 for a record without file, StoreUnavailable where they are lost."""
    if document.sha256 is None:
        abort(404)
    try:
        return runtime.store().path(document.sha256)
    except NotStored as error:
        raise StoreUnavailable(
            f"The bytes of {document.ref} cannot be read. The record and its text are kept. Tell the administrator.",
            f"{document.ref} 的原件无法读取。记录和文字仍在。请联系管理员。",
        ) from error


def attached(response: Response, name: str) -> Response:
    """Make a response an attachment with this name: one header, an ASCII name for old programs, the whole name for others (RFC 6266)."""
    shown = "".join(sign if sign.isprintable() and sign not in '\\/:*?"<>|' else "_" for sign in name).strip(". ") or "document"
    stem, dot, ending = shown.rpartition(".")
    if len(shown) > LONGEST_NAME:
        shown = f"{(stem if dot else ending)[: LONGEST_NAME - 12]}{dot}{ending[:10] if dot else ''}"
    plain = "".join(sign if sign.isascii() and sign not in "%;'," else "_" for sign in shown)
    whole = quote(shown.encode("utf-8", "replace"), safe="")
    response.headers["Content-Disposition"] = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{whole}"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _played_lately(document: Document) -> bool:
    """Whether this person's playing for this reason is in the log already: a player asks for many ranges of one file."""
    entries = select(AuditEntry).where(
        AuditEntry.event == "play",
        AuditEntry.person_id == g.actor.person_id,
        AuditEntry.case_id == document.case_id,
        AuditEntry.object == document.ref,
        AuditEntry.at > g.actor.now - QUIET,
    )
    return any(entry.detail.get("reason", "") == asked_reason() for entry in session.scalars(entries))
