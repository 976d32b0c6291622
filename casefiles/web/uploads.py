"""Taking files in: several at once by the form, or one by one as raw bodies by upload.js. Each file is processed on its own.

Bytes first, row second; rights are tested before a byte is kept and again where the row is written, because a grant may end in between.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import BinaryIO

from flask import Response, abort, after_this_request, g, jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.exc import OperationalError

from casefiles import audit, intake, policy, runtime, steps
from casefiles.db import saving, session
from casefiles.errors import Conflict, NotAllowed, NotUsable, StoreUnavailable, TooLarge
from casefiles.law import DocumentType, load_law
from casefiles.models import Case, Document
from casefiles.web.words import in_words
from storage import NoRoom, NotStored

log = logging.getLogger(__name__)
ROWS = 3  # of the form without script: three files, each with its own type
FEW_FIELDS = ("number", "document_date", "amount")


@dataclass(frozen=True)
class Wanted:
    """What the form says about a file: its type, or the record without file it belongs to; and a few fields."""

    type: str
    record: int | None = None
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Outcome:
    """What became of one file, in words. `outcome` is kept, duplicate or refused; `status` the HTTP number when it stands alone."""

    name: str
    outcome: str
    message: str
    status: int
    url: str = ""


def form(case_id: str) -> ResponseReturnValue:
    """The upload page."""
    case = policy.case_for(g.actor, policy.Action.READ_EVIDENCE, case_id)
    types = addable()
    if not types:
        raise NotAllowed(g.actor.role, "core_evidence.create")
    return render_template("documents/upload.html", **_page(case, types), outcomes=[])


def take_form(case_id: str) -> ResponseReturnValue:
    """Every file of the form, one after the other; the page says of each what happened."""
    policy.case_for(g.actor, policy.Action.READ_EVIDENCE, case_id)
    given = list(_given())
    outcomes = [take(case_id, wanted, name, stream) for wanted, name, stream in given]
    case = policy.case_for(g.actor, policy.Action.READ_EVIDENCE, case_id)
    refused = [o.status for o in outcomes if o.outcome == "refused"]
    status = refused[0] if len(refused) == len(outcomes) > 0 else 200
    return render_template("documents/upload.html", **_page(case, addable()), outcomes=outcomes, nothing_chosen=not given), status


def take_one(case_id: str) -> ResponseReturnValue:
    """One file as the raw body: name and type stand in the query, so that the bytes go straight to the store."""
    wanted = _wanted(request.args, "")
    outcome = take(case_id, wanted, request.args.get("name", ""), request.stream)  # type: ignore[arg-type]
    return jsonify(asdict(outcome)), outcome.status


def take(case_id: str, wanted: Wanted, name: str, stream: BinaryIO) -> Outcome:
    """One file: stream, inspect, keep, then row and audit entry in one commit."""
    after_this_request(_mark)
    try:
        return _kept(case_id, wanted, name, stream)
    except NotUsable as refused:
        with saving():
            audit.record(g.actor, "refused", name or "-", case_id=case_id, reason=refused.message)
        return Outcome(name, "refused", in_words(refused), 413 if isinstance(refused, TooLarge) else 422)
    except Conflict as refused:
        return Outcome(name, "refused", in_words(refused), 409)
    except (NoRoom, OperationalError) as error:
        if isinstance(error, OperationalError) and "full" not in str(error):
            raise
        log.exception("no room for an upload to %s", case_id)
        said = _("The disk is full: this file was not kept. Files listed as kept are safe. Tell the administrator, then send it again.")
        return Outcome(name, "refused", said, 507)


def _mark(response: Response) -> Response:
    """The last named step of an upload, when the answer is written."""
    response.call_on_close(lambda: steps.reached("answered"))
    return response


def _kept(case_id: str, wanted: Wanted, name: str, stream: BinaryIO) -> Outcome:
    case = policy.case_for(g.actor, policy.Action.READ_EVIDENCE, case_id)
    kind, ref = _kind_and_ref(case, wanted)
    policy.case_for(g.actor, policy.adding(kind), case_id)
    session.rollback()  # nothing stays open while the bytes are read
    staged = runtime.store().stage(stream)
    try:
        received = intake.inspect(staged, name, runtime.config().max_upload_mb * 2**20)
        runtime.store().keep(staged)  # bytes first, row second
    except NotStored as error:
        raise StoreUnavailable(
            "The store holds damaged bytes under the name of this file; nothing was changed. Tell the administrator.",
            "存储中同名内容已损坏，未作任何改动。请联系管理员。",
        ) from error
    finally:
        staged.draft.unlink(missing_ok=True)
    with saving():
        case = policy.case_for(g.actor, policy.adding(kind), case_id)
        document = intake.receive(g.actor, case, received, type=kind, fields=wanted.fields, ref=ref)
        return _told(document, name)


def _told(document: Document, name: str) -> Outcome:
    url = url_for("documents.show", case_id=document.case_id, document_id=document.id)
    first = document.duplicate_of
    if first is None or not policy.is_listed(g.actor, first):
        return Outcome(name, "kept", _("Kept as %(ref)s. It is being read now.", ref=document.ref), 201, url)
    same = first.ref if first.case_id == document.case_id else _("a document already in the archive")
    return Outcome(name, "duplicate", _("Kept as %(ref)s. The same bytes are here already: it is linked to %(same)s.", ref=document.ref, same=same), 201, url)


def _kind_and_ref(case: Case, wanted: Wanted) -> tuple[str, str | None]:
    if wanted.record is not None:
        record = policy.document_for(g.actor, "read", case.case_id, wanted.record)
        return record.type, record.ref
    if wanted.type not in {kind.id for kind in addable()}:
        if wanted.type in load_law().documents:
            policy.case_for(g.actor, policy.adding(wanted.type), case.case_id)  # says who may not
        raise NotUsable("Choose what kind of document this is; the file was not kept.", "请选择材料类型；该文件未保留。")
    return wanted.type, None


def _given() -> Iterator[tuple[Wanted, str, BinaryIO]]:
    """The files of the form with what their row says. A browser sends an unfilled input as a file without name and bytes."""
    rows = sorted({name.removeprefix("files-") for name in request.files if name.startswith("files-")})
    if not rows:
        abort(400)
    for row in rows:
        for file in request.files.getlist(f"files-{row}"):
            if file.filename:
                yield _wanted(request.form, f"-{row}"), file.filename, file.stream  # type: ignore[misc]


def _wanted(given: Mapping[str, str], row: str) -> Wanted:
    record = given.get(f"record{row}", "")
    return Wanted(
        type=given.get(f"type{row}", ""),
        record=int(record) if record.isascii() and record.isdecimal() and len(record) < 10 else None,
        fields={name: given[f"{name}{row}"].strip() for name in FEW_FIELDS if given.get(f"{name}{row}", "").strip()},
    )


def addable() -> list[DocumentType]:
    """The types this person may add. An event that is derived from another document has no file of its own."""
    return [kind for kind in load_law().documents.values() if kind.formats and policy.may(g.actor, policy.adding(kind.id))]


def _page(case: Case, types: list[DocumentType]) -> dict[str, object]:
    law = load_law()
    groups = [(words, [kind for kind in types if kind.group == group]) for group, words in law.groups.items()]
    missing = [d for d in policy.listed_documents(g.actor, case) if d.sha256 is None and not d.erased and policy.may(g.actor, policy.adding(d.type))]
    return {
        "case": case, "groups": [(words, kinds) for words, kinds in groups if kinds], "missing": missing, "law": law, "rows": range(ROWS),
        "chosen_type": request.args.get("type", ""), "chosen_record": request.args.get("record", ""), "largest_mb": runtime.config().max_upload_mb,
        "prefilled": {name: request.args.get(name, "")[:200] for name in FEW_FIELDS},
    }  # fmt: skip
