"""The page of one document: fields and flags typed and confirmed by people, bytes handed out as attachments only, sound in ranges."""

from __future__ import annotations

import io
import re
import wave
from types import SimpleNamespace

import pytest
from PIL import Image, ImageDraw
from sqlalchemy import select

from casefiles.db import saving, session
from casefiles.models import AuditEntry, Document, Flag, Page, TextStatus


@pytest.fixture
def clerk(signed_in):
    return signed_in("legal_staff")


def sound(seconds: int = 2) -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as call:
        call.setparams((1, 2, 8000, 0, "NONE", ""))
        call.writeframes(bytes(16000 * seconds))
    return out.getvalue()


def picture() -> bytes:
    out = io.BytesIO()
    paper = Image.new("RGB", (600, 800), "white")
    ImageDraw.Draw(paper).rectangle((100, 100, 300, 200), fill="black")
    paper.save(out, "PNG")
    return out.getvalue()


@pytest.fixture
def make_paper(make_case, make_document):
    """A document with one page of text, as plain values that outlive the database session."""

    def make(text: str = "第一条 价款", case=None, **columns):
        document = make_document(case or make_case(), **({"content": b"bytes", "name": "合同.txt", "text_status": TextStatus.READ} | columns))
        with saving():
            row = session.get_one(Document, document.id)
            row.pages = [Page(number=1, label="1", text=text)]
        return SimpleNamespace(id=row.id, case_id=row.case_id, ref=row.ref, sha256=row.sha256, version=row.version)

    return make


def at(document, tail: str = "") -> str:
    return f"/cases/{document.case_id}/documents/{document.id}{tail}"


def fresh(document) -> Document:
    session.remove()
    return session.get_one(Document, document.id)


def test_the_page_shows_text_integrity_and_records_the_view(app, clerk, make_paper, log_of):
    document = make_paper("交货地点：合肥市 <b>不是标签</b>")
    page = clerk.get(at(document)).text
    assert document.sha256 in page
    assert "交货地点：合肥市 &lt;b&gt;不是标签&lt;/b&gt;" in page
    assert ("open", document.ref) in log_of()


def test_searched_words_are_marked_after_escaping(app, clerk, make_paper):
    page = clerk.get(at(make_paper("<i>违约金</i>按日万分之五"), "?q=违约金")).text
    assert "&lt;i&gt;<mark>违约金</mark>&lt;/i&gt;按日万分之五" in page


def test_a_query_that_cannot_be_understood_marks_nothing_and_breaks_nothing(app, clerk, make_paper):
    assert clerk.get(at(make_paper(), '?q="offen')).status_code == 200


def test_fields_are_saved_typed_and_flags_with_who_confirmed_them(app, clerk, make_paper, log_of):
    document = make_paper(type="reconciliation_statement")
    form = {
        "version": document.version, "type": "reconciliation_statement", "field-as_at": "2024-01-15", "field-amount": "330,000", "field-seal_kind": "财务章",
        "flag-debtor_seal_or_signature": "1", "original-exists": "true", "original-held_by": "creditor", "original-location": "档案室 3 柜",
    }  # fmt: skip
    assert clerk.post(at(document), data=form).status_code == 302
    saved = fresh(document)
    assert saved.fields == {"as_at": "2024-01-15", "amount": "330000.00", "seal_kind": "财务章"}
    assert [(f.name, f.value, f.confirmed_by_id) for f in saved.flags] == [("debtor_seal_or_signature", True, clerk.person.id)]
    assert saved.original == {"exists": True, "held_by": "creditor", "location": "档案室 3 柜"}
    assert ("edit", document.ref) in log_of()
    page = clerk.get(at(document)).text
    assert clerk.person.name in page
    assert 'value="330,000.00"' in page


def test_the_log_of_an_edit_names_the_fields_and_holds_none_of_their_values(app, clerk, make_paper):
    document = make_paper(type="privileged_note")
    clerk.post(at(document), data={"version": document.version, "type": "privileged_note", "field-title_zh": "底线八十万"})
    assert fresh(document).fields == {"title_zh": "底线八十万"}
    (entry,) = session.scalars(select(AuditEntry).where(AuditEntry.event == "edit"))
    assert entry.detail["fields"] == ["title_zh"]
    assert "底线" not in str(entry.detail)


def test_a_flag_is_taken_back_by_unticking(app, clerk, make_paper, signed_in):
    document = make_paper(type="reconciliation_statement")
    other = signed_in("legal_manager").person
    with saving():
        row = session.get_one(Document, document.id)
        row.flags = [Flag(name="states_amount", value=True, confirmed_by_id=other.id, confirmed_at=row.received_at)]
    clerk.post(at(document), data={"version": fresh(document).version, "type": "reconciliation_statement"})
    assert [(f.name, f.value, f.confirmed_by_id) for f in fresh(document).flags] == [("states_amount", False, clerk.person.id)]


def test_a_value_that_cannot_be_read_comes_back_with_the_reason_and_what_was_typed(app, clerk, make_paper):
    document = make_paper(type="reconciliation_statement")
    answer = clerk.post(at(document), data={"version": document.version, "type": "reconciliation_statement", "field-amount": "viel", "field-signed_by": "壬九"})
    assert answer.status_code == 422
    assert "cannot be taken over" in answer.text
    assert 'value="壬九"' in answer.text
    assert fresh(document).fields == {}


def test_the_second_of_two_people_gets_a_conflict(app, clerk, signed_in, make_paper):
    document, other = make_paper(), signed_in("legal_manager")
    form = {"version": document.version, "type": "contract", "field-contract_no": "A"}
    assert clerk.post(at(document), data=form).status_code == 302
    assert other.post(at(document), data=form | {"field-contract_no": "B"}).status_code == 409
    assert fresh(document).fields == {"contract_no": "A"}


def test_a_new_kind_takes_the_fields_it_knows_only(app, clerk, make_paper):
    document = make_paper()
    clerk.post(at(document), data={"version": document.version, "type": "bank_payment", "field-contract_no": "CG-1", "field-amount": "5"})
    assert (fresh(document).type, fresh(document).fields) == ("bank_payment", {"amount": "5.00"})


@pytest.mark.parametrize(
    ("name", "plain", "whole"),
    [
        pytest.param("合同.pdf", "__.pdf", "%E5%90%88%E5%90%8C.pdf", id="chinese"),
        pytest.param("a\r\nSet-Cookie: x=1.txt", "a__Set-Cookie_ x=1.txt", "a__Set-Cookie_%20x%3D1.txt", id="line break"),
        pytest.param('a"; filename="evil.exe', "a__ filename=_evil.exe", "a_%3B%20filename%3D_evil.exe", id="quotes"),
        pytest.param("../../etc/passwd", "_.._etc_passwd", "_.._etc_passwd", id="path"),
        pytest.param("gnp.\u202eexe.txt", "gnp._exe.txt", "gnp._exe.txt", id="turned writing direction"),
    ],
)
def test_a_download_is_an_attachment_with_one_safe_header(app, clerk, make_paper, name, plain, whole):
    answer = clerk.get(at(make_paper(name=name), "/original"))
    assert answer.data == b"bytes"
    assert answer.headers.getlist("Content-Disposition") == [f"attachment; filename=\"{plain}\"; filename*=UTF-8''{whole}"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_very_long_name_makes_a_short_header(app, clerk, make_paper):
    answer = clerk.get(at(make_paper(name="合" * 900 + ".pdf"), "/original"))
    assert answer.headers["Content-Disposition"].endswith(".pdf")
    assert len(answer.headers["Content-Disposition"]) < 1600


@pytest.mark.parametrize("media_type", ["text/html", "image/svg+xml", "application/xml", "text/javascript"])
def test_what_could_act_in_a_browser_is_never_shown_by_it(app, clerk, make_paper, media_type):
    document = make_paper(media_type=media_type, content=b"<svg onload=alert(1)>", name="x.html")
    assert clerk.get(at(document, "/original")).content_type == "application/octet-stream"
    assert clerk.get(at(document, "/pages/1.png")).status_code == 404
    assert clerk.get(at(document, "/sound")).status_code == 404


def test_sound_comes_in_ranges_and_is_recorded_once_for_one_listening(app, clerk, make_paper, log_of):
    content = sound()
    call = make_paper(type="call_recording", content=content, media_type="audio/x-wav", name="call.wav")
    part = clerk.get(at(call, "/sound"), headers={"Range": "bytes=100-199"})
    assert (part.status_code, part.data, part.headers["Content-Range"]) == (206, content[100:200], f"bytes 100-199/{len(content)}")
    assert clerk.get(at(call, "/sound"), headers={"Range": "bytes=-5"}).data == content[-5:]
    assert clerk.get(at(call, "/sound"), headers={"Range": f"bytes={len(content)}-"}).status_code == 416
    assert [event for event, _ in log_of()].count("play") == 1


def test_a_clerk_takes_a_recording_out_with_a_reason_only(app, clerk, signed_in, make_paper):
    call = make_paper(type="call_recording", content=sound(), media_type="audio/x-wav")
    asked = clerk.get(at(call, "/original"))
    assert asked.status_code == 403
    assert "Why do you take this recording out?" in asked.text
    assert clerk.get(at(call, "/original?reason=%20")).status_code == 403
    assert clerk.get(at(call, "/original?reason=court%20hearing")).status_code == 200
    session.remove()
    entry = session.scalars(select(AuditEntry).where(AuditEntry.event == "download")).one()
    assert entry.detail["reason"] == "court hearing"
    assert signed_in("legal_manager").get(at(call, "/original")).status_code == 200


def test_an_auditor_says_first_why_a_recording_is_listened_to(app, signed_in, make_case, make_paper):
    call = make_paper(case=make_case(state="written_off"), type="call_recording", content=sound(), media_type="audio/x-wav")
    auditor = signed_in("auditor")
    asked = auditor.get(at(call))
    assert asked.status_code == 403
    assert "Why do you listen to this recording?" in asked.text
    assert auditor.get(at(call, "/sound")).status_code == 403
    page = auditor.get(at(call, "?reason=sample%20of%20the%20year"))
    assert page.status_code == 200
    assert "/sound?reason=sample+of+the+year" in page.text
    assert auditor.get(at(call, "/sound?reason=sample")).status_code == 200
    assert auditor.get(at(call, "/original?reason=sample")).status_code == 403
    session.remove()
    assert [e.detail["reason"] for e in session.scalars(select(AuditEntry).where(AuditEntry.event == "open"))] == ["sample of the year"]
    assert auditor.get(at(call, "/sound?reason=sample")).status_code == 200
    assert auditor.get(at(call, "/sound?reason=complaint")).status_code == 200
    session.remove()
    played = [e.detail["reason"] for e in session.scalars(select(AuditEntry).where(AuditEntry.event == "play").order_by(AuditEntry.id))]
    assert played == ["sample", "complaint"]  # one entry for one listening, another for another reason


def test_who_reads_recordings_masked_sees_no_picture_of_their_papers_even_with_a_reason(app, signed_in, make_case, make_paper):
    disc = make_paper(case=make_case(state="written_off"), type="audio_disc", content=picture(), media_type="image/png", name="disc.png")
    auditor = signed_in("auditor")
    assert auditor.get(at(disc, "/pages/1.png")).status_code == 403
    assert "/pages/1.png" not in auditor.get(at(disc, "?reason=yearly%20sample")).text
    assert auditor.get(at(disc, "/pages/1.png?reason=yearly%20sample")).status_code == 404  # a telephone number in a picture cannot be masked
    session.remove()
    assert session.scalars(select(AuditEntry).where(AuditEntry.event == "preview")).one().detail == {"page": 1, "reason": "yearly sample"}


def test_an_auditor_sees_no_telephone_number_of_a_recording(app, signed_in, make_case, make_paper):
    case = make_case(state="written_off")
    call = make_paper(
        "致电 13812345678", case=case, type="call_recording", content=sound(), media_type="audio/x-wav", name="20260301_13812345678.wav",
        fields={"caller": "壬九 13812345678", "callee": "0551-61234567", "recorded_on": "2026-03-01"},
    )  # fmt: skip
    auditor, manager = signed_in("auditor"), signed_in("legal_manager")
    for address in (at(call, "?reason=sample&view=text"), at(call, "?reason=sample"), f"/cases/{case.case_id}/documents", "/"):
        assert not re.search("13812345678|61234567", auditor.get(address).text), address
    page = auditor.get(at(call, "?reason=sample")).text
    assert "壬九 138****5678" in page
    assert "2026-03-01" in page
    assert "13812345678" in manager.get(at(call)).text


def test_a_page_is_shown_as_a_picture_and_outsiders_see_a_watermark_on_it(app, clerk, signed_in, make_paper, make_grant, log_of):
    scan = make_paper(media_type="image/png", content=picture(), name="scan.png")
    lawyer = signed_in("external_lawyer", name="赵律师")
    make_grant(scan, lawyer.person)
    ours, theirs = clerk.get(at(scan, "/pages/1.png?width=600")), lawyer.get(at(scan, "/pages/1.png?width=600"))
    assert (ours.status_code, ours.content_type) == (200, "image/png")
    plain, marked = Image.open(io.BytesIO(ours.data)).convert("L"), Image.open(io.BytesIO(theirs.data)).convert("L")
    assert plain.size == marked.size == (600, 800)
    assert {shade for _count, shade in plain.getcolors()} == {0, 255}
    assert len(marked.getcolors()) > 2  # the paper carries grey writing now
    assert ("preview", scan.ref) in log_of()
    assert clerk.get(at(scan, "/pages/2.png")).status_code == 404
    assert 'width="600" height="800"' in clerk.get(at(scan)).text  # known beforehand, so that nothing jumps; never larger than the picture is


def test_a_lawyer_without_the_right_reads_but_does_not_take_away(app, signed_in, make_paper, make_grant):
    document, lawyer = make_paper(), signed_in("external_lawyer")
    assert lawyer.get(at(document)).status_code == 404
    make_grant(document, lawyer.person)
    page = lawyer.get(at(document))
    assert page.status_code == 200
    assert "/original" not in page.text
    assert lawyer.get(at(document, "/original")).status_code == 403
    other = signed_in("external_lawyer")
    make_grant(document, other.person, download=True)
    assert other.get(at(document, "/original")).status_code == 200


def test_a_failed_reading_says_why_and_is_tried_again(app, clerk, make_paper):
    document = make_paper(text_status=TextStatus.FAILED, text_reason_en="the file is cut off", text_reason_zh="文件不完整")
    page = clerk.get(at(document)).text
    assert "the file is cut off" in page
    assert "Read again" in page
    assert clerk.post(at(document, "/retry")).status_code == 302
    assert fresh(document).text_status is TextStatus.WAITING


def test_a_record_without_file_offers_the_upload(app, clerk, make_case, make_document):
    row = make_document(make_case())
    document = SimpleNamespace(id=row.id, case_id=row.case_id)
    page = clerk.get(at(document)).text
    assert f"/documents/upload?record={document.id}" in page
    assert clerk.get(at(document, "/original")).status_code == 404


def test_a_document_is_found_under_its_own_case_only(app, clerk, make_case, make_paper):
    document, other = make_paper(), make_case().case_id
    for tail in ("", "/original", "/pages/1.png", "/sound"):
        assert clerk.get(f"/cases/{other}/documents/{document.id}{tail}").status_code == 404


def test_every_field_of_the_law_has_a_label():
    from casefiles.law import load_law
    from casefiles.web.field_words import FIELD_WORDS

    assert {field.name for kind in load_law().documents.values() for field in kind.fields} <= set(FIELD_WORDS)
