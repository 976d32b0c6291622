"""The password of an encrypted document: used once, for a decrypted copy beside it, and forgotten."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from flask import flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from casefiles import audit, policy, readers, runtime, unlock, unpack
from casefiles.case_rows import KeptChild
from casefiles.db import saving, session
from casefiles.errors import NotUsable
from casefiles.models import Document
from casefiles.web.words import in_words


def open_with_password(case_id: str, document_id: int) -> ResponseReturnValue:
    """Make a decrypted copy; what stands in the way is said on the document's page."""
    document = _document(case_id, document_id)
    try:
        copies = _copies(document, request.form.get("password", ""))
        with saving():
            made = unlock.enter(g.actor, _document(case_id, document_id), copies)
            said = _("Decrypted: the copy is %(ref)s and is being read now. The original stays as it is.", ref=made[0].ref)
        flash(said, "ok")
    except NotUsable as refused:
        with saving():
            audit.record(g.actor, "refused", document.ref, case_id=case_id, reason=refused.message)
        flash(in_words(refused), "bad")
    return redirect(url_for(".show", case_id=case_id, document_id=document_id))


def _document(case_id: str, document_id: int) -> Document:
    """The document, for those who may read it and add one of its kind."""
    document = policy.document_for(g.actor, "read", case_id, document_id)
    policy.case_for(g.actor, policy.adding(document.type), case_id)
    return document


def _copies(document: Document, password: str) -> list[KeptChild]:
    """The decrypted files, kept in the store. NotUsable says why there are none; no word of it holds the password."""
    unlock.expect_locked(document, password)
    name, kind, sha256 = document.name or "", document.media_type or "", document.sha256 or ""
    session.rollback()  # nothing stays open while the child works
    with TemporaryDirectory(prefix="unlock-") as folder:
        reading = readers.unlock(runtime.store().path(sha256), kind, name, password, into=Path(folder))
        if not reading.children:
            raise NotUsable(reading.reason_en[:1].upper() + reading.reason_en[1:], reading.reason_zh)
        return [unpack.keep(child, runtime.store()) for child in reading.children]
