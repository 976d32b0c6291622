"""Transcripts: time marks of every form, srt and vtt files, and what is said where no speech model can be used."""

from __future__ import annotations

import sys
from types import SimpleNamespace

import pytest

from casefiles.readers import media_type, read, speech
from casefiles.readers.reading import Refused, Told
from casefiles.readers.subtitles import Spoken, clock, lines_of, read_subtitles, second_at

SRT = """1
00:00:01,500 --> 00:00:03,000
您好，请问是张经理吗？

2
00:01:12,000 --> 00:01:15,000
<i>是的，</i>
货款下周付。

"""
VTT = """WEBVTT 通话
Kind: captions

NOTE 由法务部整理

00:01.500 --> 00:03.000 align:start
<v 王律师>您好，请问是张经理吗？

a-2
00:01:12.000 --> 00:01:15.000
是的，货款下周付。
"""


@pytest.mark.parametrize(("text", "expected"), [
    pytest.param("[00:01:12] 您好", [(72, "[00:01:12] 您好")], id="hours, minutes, seconds in brackets"),
    pytest.param("[01:15] 甲：好", [(75, "[01:15] 甲：好")], id="minutes and seconds"),
    pytest.param("[75:03] 好", [(4503, "[75:03] 好")], id="more than an hour of minutes"),
    pytest.param("(1:02:03) 好\n（00:12）乙", [(3723, "(1:02:03) 好"), (12, "（00:12）乙")], id="round brackets of both widths"),
    pytest.param("【00:12】好\n甲 [00:13]：在", [(12, "【00:12】好"), (13, "甲 [00:13]：在")], id="other brackets, the speaker first"),
    pytest.param("00:12 好\nA 00:15 在\n说话人1 01:02\n货到了", [(12, "00:12 好"), (15, "A 00:15 在"), (62, "说话人1 01:02"), (None, "货到了")], id="without brackets, rising"),
    pytest.param("会议 10:30 开始\n随后 09:15 离开", [(None, "会议 10:30 开始"), (None, "随后 09:15 离开")], id="times of day do not rise"),
    pytest.param("10:30 开始", [(None, "10:30 开始")], id="one time alone is a time of day"),
    pytest.param("[00:72] 好", [(None, "[00:72] 好")], id="no such second"),
    pytest.param("2026-03-09 10:00:05 张三", [(None, "2026-03-09 10:00:05 张三")], id="a date before it"),
    pytest.param("标题\n\n  正文  ", [(None, "标题"), (None, "正文")], id="no marks, blank lines left out"),
    pytest.param(SRT, [(1.5, "您好，请问是张经理吗？"), (72, "是的， 货款下周付。")], id="srt"),
    pytest.param(SRT.replace("\n", "\r\n"), [(1.5, "您好，请问是张经理吗？"), (72, "是的， 货款下周付。")], id="srt of Windows"),
    pytest.param(VTT, [(1.5, "王律师：您好，请问是张经理吗？"), (72, "是的，货款下周付。")], id="vtt"),
    pytest.param("", [], id="nothing"),
])  # fmt: skip
def test_lines_and_their_seconds(text, expected):
    assert lines_of(text) == tuple(Spoken(second, line) for second, line in expected)


@pytest.mark.parametrize(("text", "word", "second"), [
    pytest.param("[00:01] 甲\n[00:09] 乙\n续乙\n[01:00] 丙", "续乙", 9, id="the line before it"),
    pytest.param("[00:01] 甲\n[00:09] 乙", "乙", 9, id="its own line"),
    pytest.param("[00:01] 甲\n[00:09] 乙", "[00:09]", 9, id="the mark itself"),
    pytest.param("前言\n[00:09] 乙", "前言", None, id="before the first mark"),
    pytest.param(SRT, "货款", 72, id="srt as it came"),
    pytest.param("没有时间", "时间", None, id="no marks"),
])  # fmt: skip
def test_the_second_of_a_place_in_a_text(text, word, second):
    assert second_at(text, text.index(word)) == second


def test_a_clock():
    assert [clock(second) for second in (0, 72.9, 3_723, 360_000)] == ["00:00:00", "00:01:12", "01:02:03", "100:00:00"]


@pytest.mark.parametrize(("name", "content"), [("a.srt", SRT.encode("gb18030")), ("a.vtt", VTT.encode()), ("b.srt", b"\xef\xbb\xbf" + SRT.encode())])
def test_subtitle_files_are_read_line_by_line(make_file, name, content):
    path = make_file(name, content)
    reading = read(path, media_type(path, name))
    assert (reading.outcome, reading.reader, reading.page_count) == ("read", "subtitles", 1)
    assert reading.pages[0].label == "00:00:01–00:01:12"
    assert "您好，请问是张经理吗？\n[00:01:12] 是的，" in reading.pages[0].text


def test_a_long_one_has_a_page_every_hundred_lines(make_file):
    cues = "\n".join(f"{at}\n00:{at // 60:02d}:{at % 60:02d},000 --> 00:59:00,000\n第{at}句\n" for at in range(1, 251))
    path = make_file("a.srt", cues.encode())
    told = Told()
    read_subtitles(path, told)
    assert [page.text.count("\n") + 1 for page in told.pages] == [100, 100, 50]
    assert told.pages[2].text.startswith("[00:03:21] 第201句")


def test_a_file_without_marks_is_a_text(make_file):
    path = make_file("a.srt", "只有文字".encode())
    reading = read(path, "application/x-subrip")
    assert (reading.outcome, reading.pages[0].text) == ("read", "只有文字")
    assert "No time marks" in reading.reason_en


@pytest.fixture
def model(tmp_path):
    folder = tmp_path / "model"
    folder.mkdir()
    for name in speech.NEEDED:
        (folder / name).write_bytes(b"not a model")
    return folder


def test_without_the_package_the_recording_says_so(make_file, model, monkeypatch):
    monkeypatch.setattr(speech, "find_spec", lambda name: None)
    told = speech.transcribe(make_file("a.wav", b"RIFF"), model)
    assert told.pages == ()
    assert "faster-whisper is not installed" in told.reason_en
    assert "未安装" in told.reason_zh


@pytest.mark.parametrize(("lacking", "word"), [
    pytest.param("", "is not there", id="the folder"),
    pytest.param("model.bin", "holds no model.bin", id="the model"),
    pytest.param("config.json", "holds no config.json", id="its settings"),
])  # fmt: skip
def test_without_a_model_the_recording_says_so(make_file, model, monkeypatch, lacking, word):
    monkeypatch.setattr(speech, "find_spec", lambda name: object())
    if lacking:
        (model / lacking).unlink()
    told = speech.transcribe(make_file("a.wav", b"RIFF"), model if lacking else model / "no")
    assert word in told.reason_en
    assert told.reason_zh
    assert told.pages == ()


def test_a_model_that_cannot_be_loaded_is_said_by_the_child(make_file, model, monkeypatch):
    """The child has no such package, so loading fails there as it does over a broken model: the sentence comes back, nothing else happens."""
    monkeypatch.setattr(speech, "find_spec", lambda name: object())
    told = speech.transcribe(make_file("a.wav", b"RIFF"), model, seconds=30, memory_mb=2048)
    assert told.pages == ()
    assert told.reason_en.startswith("the speech model cannot be loaded (")
    assert told.reason_zh.startswith("语音模型无法载入")


def stub(segments, error: Exception | None = None):
    """faster_whisper with a model that says these (second, text), or breaks when loaded."""

    class WhisperModel:
        def __init__(self, folder, **settings):
            assert settings["local_files_only"]
            if error is not None:
                raise error

        def transcribe(self, path, **settings):
            return (SimpleNamespace(start=second, text=text) for second, text in segments), None

    return SimpleNamespace(WhisperModel=WhisperModel)


def test_a_broken_model(make_file, model, monkeypatch):
    monkeypatch.setitem(sys.modules, speech.PACKAGE, stub([], RuntimeError("Unsupported model binary version\nmore")))
    with pytest.raises(Refused, match=r"cannot be loaded \(Unsupported model binary version\)"):
        speech.hear(make_file("a.wav", b"RIFF"), model, Told())


def test_what_is_heard_is_written_with_its_seconds(make_file, model, monkeypatch):
    monkeypatch.setitem(sys.modules, speech.PACKAGE, stub([(0.4, " 您好"), (1.0, " "), *((72.0 + at, "货款") for at in range(100))]))
    told = Told()
    speech.hear(make_file("a.wav", b"RIFF"), model, told)
    assert [(page.source, page.text.count("\n") + 1) for page in told.pages] == [("speech", 100), ("speech", 1)]
    assert told.pages[0].text.startswith("[00:00:00] 您好\n[00:01:12] 货款")


def test_what_was_heard_before_it_broke_is_kept(make_file, model, monkeypatch):
    def broken():
        yield 1.0, "您好"
        raise RuntimeError("bad frame")

    monkeypatch.setitem(sys.modules, speech.PACKAGE, stub(broken()))
    told = Told()
    with pytest.raises(Refused, match="transcribing stopped"):
        speech.hear(make_file("a.wav", b"RIFF"), model, told)
    assert told.pages[0].text == "[00:00:01] 您好"


def test_silence_is_said(make_file, model, monkeypatch):
    monkeypatch.setitem(sys.modules, speech.PACKAGE, stub([]))
    with pytest.raises(Refused, match="no words were recognised"):
        speech.hear(make_file("a.wav", b"RIFF"), model, Told())
