"""A recording and its transcript: lines lead to their seconds, an address opens the recording at one, and each page links to the other."""

from __future__ import annotations

import io
import wave
from types import SimpleNamespace

import pytest

from casefiles.db import saving, session
from casefiles.models import Document, Page, TextStatus

SAID = "通话录音文字整理稿\n[00:01] 王律师：您好\n[01:12] 张经理：货款下周付 <b>三万</b>\n（00:02:05）王律师：好的"


def sound() -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as call:
        call.setparams((1, 2, 8000, 0, "NONE", ""))
        call.writeframes(bytes(32000))
    return out.getvalue()


@pytest.fixture
def make_read(make_document):
    """A document with pages (text, source) and what its reader told, as plain values."""

    def make(case, *pages: tuple[str, str], told=None, **columns):
        document = make_document(case, **({"content": b"bytes", "text_status": TextStatus.READ} | columns))
        with saving():
            row = session.get_one(Document, document.id)
            row.pages = [Page(number=number, label=str(number), text=text, source=source) for number, (text, source) in enumerate(pages, 1)]
            row.told = {"outcome": "read", "details": told or {}}
        return SimpleNamespace(id=row.id, case_id=row.case_id, ref=row.ref)

    return make


@pytest.fixture
def call(make_case, make_read):
    """A recording with its transcript: (recording, transcript)."""
    case = make_case()
    facts = {"sound": {"duration_s": 125.2, "codec": "pcm", "sample_rate": 8000, "tags": {"title": "与<张>经理"}}}
    recording = make_read(case, type="call_recording", content=sound(), media_type="audio/x-wav", name="call.wav", told=facts)
    transcript = make_read(case, (SAID, "text"), type="recording_transcript", name="call.docx", fields={"recording_id": recording.ref})
    return recording, transcript


def at(document, tail: str = "") -> str:
    return f"/cases/{document.case_id}/documents/{document.id}{tail}"


def test_the_lines_of_the_transcript_stand_beside_the_recording(app, signed_in, call):
    page = signed_in("legal_staff").get(at(call[0], "?q=货款")).text
    assert '<li data-second="1">[00:01] 王律师：您好</li>' in page
    assert '<li data-second="72">[01:12] 张经理：<mark>货款</mark>下周付 &lt;b&gt;三万&lt;/b&gt;</li>' in page
    assert '<li data-second="125">' in page
    assert "<li>通话录音文字整理稿</li>" in page
    assert at(call[1]) in page


@pytest.mark.parametrize(("asked", "start"), [
    pytest.param("?second=72", ' data-start="72"', id="a second"),
    pytest.param("", None, id="none"),
    pytest.param("?second=abc", None, id="no number"),
    pytest.param("?second=-5", None, id="before it begins"),
    pytest.param("?second=99999999999999999999", ' data-start="604800"', id="beyond every recording"),
])  # fmt: skip
def test_an_address_opens_the_recording_at_its_second(app, signed_in, call, asked, start):
    page = signed_in("legal_staff").get(at(call[0], asked)).text
    assert start in page if start else "data-start" not in page


def test_length_and_tags_are_shown(app, signed_in, call):
    page = signed_in("legal_staff").get(at(call[0])).text
    assert "2:05" in page  # 125.2 s
    assert "pcm · 8 kHz" in page
    assert "与&lt;张&gt;经理" in page


def test_a_line_of_the_transcript_leads_to_the_recording(app, signed_in, call):
    page = signed_in("legal_staff").get(at(call[1], "?q=货款&second=72")).text
    assert f'src="{at(call[0], "/sound")}" data-sound data-start="72"' in page  # a hit opens the transcript, which plays from there
    assert at(call[0], "?second=72&amp;q=%E8%B4%A7%E6%AC%BE") in page
    assert "<mark>货款</mark>" in page
    assert page.count('class="play-from"') == 3


def test_a_transcript_without_marks_or_recording_is_a_text(app, signed_in, make_case, make_read):
    case = make_case()
    alone = make_read(case, (SAID, "text"), type="recording_transcript")
    page = signed_in("legal_staff").get(at(alone)).text
    assert "play-from" not in page
    assert '<pre class="text panel">' in page


@pytest.mark.parametrize(("media_type", "player"), [
    pytest.param("audio/x-wav", "<audio", id="sound"),
    pytest.param("audio/x-m4a", "<audio", id="phone memo"),
    pytest.param("video/mp4", "<video", id="film"),
    pytest.param("audio/amr", "A browser cannot play this kind of recording (audio/amr)", id="AMR"),
    pytest.param("video/quicktime", "A browser cannot play this kind of recording", id="QuickTime"),
])  # fmt: skip
def test_what_a_browser_cannot_play_is_said(app, signed_in, make_case, make_read, media_type, player):
    page = signed_in("legal_manager").get(at(make_read(make_case(), type="call_recording", media_type=media_type, name="call"))).text
    assert player in page
    assert ("<audio" in page or "<video" in page) is player.startswith("<")
    assert "Download the original" in page


def test_what_a_machine_wrote_down_is_marked_as_such_and_stands_once(app, signed_in, make_case, make_read):
    heard = make_read(make_case(), ("[00:00:03] 货到了", "speech"), type="call_recording", content=sound(), media_type="audio/x-wav", name="call.wav")
    page = signed_in("legal_staff").get(at(heard)).text
    assert "Written down by a machine" in page
    assert page.count("货到了") == 1
