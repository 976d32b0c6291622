"""What stands beside a paper says nothing of papers this person may not know of; what is masked is masked in every corner of the page."""

import io
from datetime import UTC, datetime

import pytest
from PIL import Image

from casefiles.db import saving, session
from casefiles.models import Document, Job, JobState, Page, Proposal

PHONE, MASKED = "13912345678", "139****5678"


@pytest.mark.parametrize("role", ["external_lawyer", "collector"])
def test_the_same_bytes_as_a_hidden_paper_are_not_told(app, signed_in, make_case, make_document, make_grant, role):
    case, client = make_case("DC-1"), signed_in(role)
    make_grant(case, client.person)
    hidden = make_document(case, type="privileged_note", content=b"strategy", ref="SECRET-1")
    with saving():
        session.add(Job(name="recognise", document_id=hidden.id, state=JobState.FAILED, reason="SECRET-1 strategy.pdf", created_at=datetime.now(UTC)))
    shown = make_document(case, type="delivery_receipt", content=b"strategy", duplicate_of_id=hidden.id)
    assert "SECRET-1" not in client.get(f"/cases/DC-1/documents/{shown.id}").text
    assert "SECRET-1" not in client.get("/").text
    sent = client.post("/cases/DC-1/documents/upload/file?type=delivery_receipt&name=a.txt", data=b"strategy", content_type="application/octet-stream")
    assert (sent.status_code, "SECRET-1" in sent.text, "same bytes" in sent.text) == (201, False, False)
    manager = signed_in("legal_manager")
    assert "SECRET-1" in manager.get(f"/cases/DC-1/documents/{shown.id}").text


def test_a_recording_shows_an_auditor_no_whole_number_anywhere(app, signed_in, make_case, make_document):
    drawn = io.BytesIO()
    Image.new("RGB", (300, 300), "white").save(drawn, "PNG")
    case, auditor = make_case("DC-1", state="archived"), signed_in("auditor")
    paper = make_document(case, type="call_recording", content=drawn.getvalue(), media_type="image/png", name=f"{PHONE}.png", text_reason_zh=f"内含 {PHONE}", text_reason_en=f"with {PHONE}")
    with saving():
        document = session.get_one(Document, paper.id)
        document.pages = [Page(number=n, label=f"{PHONE}", text=f"来电 {PHONE} 通话") for n in (1, 2)]
        document.proposals = [Proposal(field="remark", value=PHONE, rule="number", score=90, page=1, quote=f"来电 {PHONE}", reason_zh=PHONE, reason_en=PHONE)]
    page = auditor.get(f"/cases/DC-1/documents/{paper.id}?reason=check").text
    assert (MASKED in page, PHONE in page) == (True, False)
    assert auditor.get(f"/cases/DC-1/documents/{paper.id}/pages/1.png?reason=check").status_code == 404
    manager = signed_in("legal_manager")
    assert PHONE in manager.get(f"/cases/DC-1/documents/{paper.id}").text
    assert manager.get(f"/cases/DC-1/documents/{paper.id}/pages/1.png").status_code == 200
