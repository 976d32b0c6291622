"""Recordings: their length, codec and tags, and what is said where there is no sound in them."""

from __future__ import annotations

import io
import struct
import wave

import pytest

from casefiles.readers import INLINE, media_type, read
from casefiles.readers.reading import Refused, Told
from casefiles.readers.sound import amr_seconds, film_facts, read_sound


def told_of(path) -> Told:
    told = Told()
    with pytest.raises(Refused) as refused:
        read_sound(path, told)
    assert refused.value.outcome == "empty"
    return told


def box(kind: bytes, *content: bytes) -> bytes:
    body = b"".join(content)
    return struct.pack(">I", 8 + len(body)) + kind + body


def film(seconds: int, *codecs: bytes, wide: bool = False) -> bytes:
    """A film of this length, 600 parts a second, with a track for each codec (ISO/IEC 14496-12)."""
    times = struct.pack(">QQIQ", 0, 0, 600, seconds * 600) if wide else struct.pack(">IIII", 0, 0, 600, seconds * 600)
    tracks = [box(b"trak", box(b"mdia", box(b"minf", box(b"stbl", box(b"stsd", bytes(8), box(codec, bytes(20))))))) for codec in codecs]
    return box(b"ftyp", b"isom", bytes(8)) + box(b"moov", box(b"mvhd", bytes([int(wide), 0, 0, 0]), times, bytes(80)), *tracks) + box(b"mdat", bytes(64))


def tagged(**frames: str) -> bytes:
    """An ID3v2.3 head with text frames, as programs that record calls write it, before two silent frames of MPEG layer 3 at 128 kbit/s."""
    content = b"".join(
        name.encode() + struct.pack(">IH", len(text.encode("utf-16")) + 1, 0) + b"\x01" + text.encode("utf-16") for name, text in frames.items()
    )
    size = bytes(len(content) >> shift & 0x7F for shift in (21, 14, 7, 0))
    return b"ID3\x03\x00\x00" + size + content + (b"\xff\xfb\x90\x00" + bytes(413)) * 40


@pytest.mark.parametrize(("name", "seconds", "codec"), [
    pytest.param("flac-in-ogg.ogg", 3.06, "flac", id="FLAC in Ogg, by its last page"),  # MANIFEST: 3 s
    pytest.param("mandarin.mp3", 5.65, "mp3", id="mp3"),  # 5.7 s
    pytest.param("mandarin.wav", 5.55, "pcm", id="wav"),  # 177,528 bytes of 16 bit at 16 kHz: 5.548 s
    pytest.param("phone.amr", 5.56, "amr-nb", id="AMR of a phone"),  # 3,614 bytes after the head, 13 a frame: 278 frames of 20 ms
    pytest.param("voice.m4a", 9.66, "aac", id="AAC in m4a"),  # 9.7 s
    pytest.param("普通话录音.wav", 4.28, "pcm", id="Chinese name"),  # 4.3 s
])  # fmt: skip
def test_the_samples_say_how_long_they_are(sample, name, seconds, codec):
    sound = told_of(sample(f"audio/{name}")).details["sound"]
    assert sound["duration_s"] == pytest.approx(seconds, abs=0.011)
    assert sound["codec"] == codec


def test_a_recording_waits_for_its_transcript(sample):
    reading = read(sample("audio/mandarin.wav"), "audio/x-wav")
    assert (reading.outcome, reading.page_count, reading.details["sound"]["sample_rate"]) == ("empty", 0, 16_000)
    assert "No transcript yet: upload one" in reading.reason_en
    assert "尚无文字稿" in reading.reason_zh


def test_an_empty_recording_is_kept_and_said(sample):
    reading = read(sample("audio/truncated.wav"), "audio/x-wav")
    assert reading.outcome == "failed"
    assert reading.reason_en == "An empty recording: there is no sound in it. The original is kept."


def test_a_recording_that_is_cut_off_has_no_length(make_file):
    whole = io.BytesIO()
    with wave.open(whole, "wb") as out:
        out.setparams((1, 2, 8_000, 0, "NONE", ""))
        out.writeframes(bytes(160_000))  # ten seconds
    told = told_of(make_file("a.wav", whole.getvalue()[:40_000]))
    assert "duration_s" not in told.details["sound"]
    assert "cut off" in told.notes[0][1]


def test_tags_are_text_that_can_be_found(make_file):
    told = told_of(make_file("a.mp3", tagged(TIT2="与张经理通话", TPE1="清收部")))
    assert told.details["sound"]["tags"] == {"title": "与张经理通话", "artist": "清收部"}
    assert told.pages[0].text == "title：与张经理通话\nartist：清收部"


@pytest.mark.parametrize(("content", "facts"), [
    pytest.param(film(75, b"avc1", b"mp4a"), {"duration_s": 75.0, "codec": "aac+h264"}, id="film, its sound first"),
    pytest.param(film(75, b"samr"), {"duration_s": 75.0, "codec": "amr-nb"}, id="3gp of a phone"),
    pytest.param(film(7_200, b"mp4a", wide=True), {"duration_s": 7200.0, "codec": "aac"}, id="long times"),
    pytest.param(film(75, b"mp4a")[:60], {}, id="cut off"),
    pytest.param(box(b"ftyp", b"isom") + b"\x00\x00\x00\x02moov", {}, id="a box shorter than its head"),
    pytest.param(b"\x00\x00\x00\x00", {}, id="hardly anything"),
])  # fmt: skip
def test_film(make_file, content, facts):
    assert film_facts(make_file("a.mp4", content)) == facts


def test_a_film_is_a_recording(make_file):
    path = make_file("现场.mp4", film(75, b"avc1", b"mp4a"))
    reading = read(path, media_type(path, path.name))
    assert (reading.outcome, reading.details["sound"]["duration_s"]) == ("empty", 75.0)


@pytest.mark.parametrize(("frames", "sizes", "seconds"), [
    pytest.param(b"\x3c" + bytes(31), (0,) * 7 + (32,), 0.02, id="one frame of mode 7"),
    pytest.param(b"\x7c" * 50, (13,), 1.0, id="frames without sound"),  # mode 15: one byte, 20 ms
    pytest.param(b"", (13,), 0.0, id="none"),
])  # fmt: skip
def test_frames_of_amr(frames, sizes, seconds):
    assert amr_seconds(frames, sizes) == seconds


def test_an_unknown_kind_is_said(make_file):
    told = told_of(make_file("a.amrx", b"\x00\x01\x02\x03" * 500))
    assert "neither length nor codec" in told.notes[0][1]


@pytest.mark.parametrize(("kind", "plays"), [("audio/mpeg", True), ("audio/x-m4a", True), ("video/mp4", True), ("audio/amr", False), ("video/quicktime", False)])
def test_what_a_browser_plays(kind, plays):
    assert (kind in INLINE) is plays
