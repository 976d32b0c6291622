"""What is done with a finished packet: freezing, late insertion, filing, the sealed scans that come back, and the archive bag."""

from __future__ import annotations

from flask import Response, abort, flash, g, redirect, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from casefiles import assemble, audit, intake, policy, runtime
from casefiles.db import saving, session
from casefiles.errors import NotUsable, StoreUnavailable
from casefiles.law.days import day_of
from casefiles.models import FiledCopy, Packet, PacketState
from casefiles.policy import Action
from casefiles.web import originals
from storage import NotStored


def changing(word: str, case_id: str, packet_id: int) -> Packet:
    """A packet this person may `word` (create, edit, approve), in a case that is not sealed."""
    policy.case_for(g.actor, Action(f"packet.{word}"), case_id)
    return policy.packet_for(g.actor, word, case_id, packet_id)


def cancel(case_id: str, packet_id: int) -> ResponseReturnValue:
    """Stop the work on a packet."""
    with saving():
        packet = changing("create", case_id, packet_id)
        assemble.cancel(g.actor, packet)
    if packet.state is PacketState.READY:  # a new one says so on its own page
        flash(_("The work was stopped; the packet stays a draft."), "ok")
    return _back(case_id, packet_id)


def freeze(case_id: str, packet_id: int) -> ResponseReturnValue:
    """Ask for the version that never changes; refused with every obstacle named."""
    with saving():
        assemble.ask_freeze(g.actor, changing("approve", case_id, packet_id))
    return _back(case_id, packet_id)


def insert(case_id: str, packet_id: int) -> ResponseReturnValue:
    """Build a packet in which papers that came late stand between the numbers of the frozen one."""
    with saving():
        packet = changing("create", case_id, packet_id)
        reason = request.form.get("override", "")[:2000]
        made = assemble.request(g.actor, packet.case, packet.kind, as_of=packet.as_of, override_reason=reason, insert_into=packet)
    return _back(case_id, made.id)


def file(case_id: str, packet_id: int) -> ResponseReturnValue:
    """Write down the day on which the packet was filed."""
    day = request.form.get("day", "")
    with saving():
        packet = changing("edit", case_id, packet_id)
        try:
            filed_on = day_of(day)
        except ValueError:
            raise NotUsable(
                f"{day[:20]!r} is no date; nothing was changed. Write it like 2026-12-31.", f"“{day[:20]}”不是日期，未作改动。格式如 2026-12-31。"
            ) from None
        assemble.mark_filed(g.actor, packet, filed_on)
    flash(_("The day of filing is written down."), "ok")
    return _back(case_id, packet_id, "filed")


def add_copy(case_id: str, packet_id: int) -> ResponseReturnValue:
    """Keep a scan of a paper as it went out or came back: sealed, signed, received."""
    given = request.files.get("file")
    changing("edit", case_id, packet_id)
    if given is None or not given.filename:
        raise NotUsable("No file was chosen; nothing was changed. Choose the scan and send it again.", "未选择文件，未作改动。请选择扫描件后重新上传。")
    session.rollback()  # nothing stays open while the bytes are read
    staged = runtime.store().stage(given.stream)  # type: ignore[arg-type]  # as Werkzeug calls a binary stream
    try:
        received = intake.inspect(staged, given.filename, runtime.config().max_upload_mb << 20)
        runtime.store().keep(staged)  # bytes first, row second
        with saving():
            packet = changing("edit", case_id, packet_id)
            assemble.add_copy(g.actor, packet, request.form.get("paper", ""), received.name, staged, received.media_type)
    finally:
        staged.draft.unlink(missing_ok=True)
    flash(_("The filed copy is kept."), "ok")
    return _back(case_id, packet_id, "filed")


def copy(case_id: str, packet_id: int, copy_id: int) -> ResponseReturnValue:
    """One filed copy, as an attachment."""
    with saving():
        packet = policy.packet_for(g.actor, "export", case_id, packet_id)
        kept = session.get(FiledCopy, copy_id)
        if kept is None or kept.packet_id != packet.id:
            abort(404)
        audit.record(g.actor, "download", packet.label, case_id=case_id, part=kept.name, sha256=kept.sha256)
        name, sha256 = kept.name, kept.sha256
    try:
        path = runtime.store().path(sha256)
    except NotStored as error:
        raise StoreUnavailable(f"The scan {name} cannot be read. Tell the administrator.", f"扫描件 {name} 无法读取，请联系管理员。") from error
    return originals.attached(send_file(path, mimetype="application/octet-stream", etag=sha256, conditional=True), name)


def bag(case_id: str, packet_id: int) -> ResponseReturnValue:
    """The whole packet as a zip in BagIt order, made while it is sent."""
    with saving():
        packet = policy.packet_for(g.actor, "export", case_id, packet_id)
        audit.record(g.actor, "download", packet.label, case_id=case_id, part="bagit")
        name, sent = f"{case_id}-{packet.kind}-{packet.number}-bagit.zip", assemble.bag_of(packet, g.actor.today)
    return originals.attached(Response(sent, mimetype="application/zip"), name)


def _back(case_id: str, packet_id: int, anchor: str | None = None) -> ResponseReturnValue:
    return redirect(url_for("packets.show", case_id=case_id, packet_id=packet_id, _anchor=anchor))
