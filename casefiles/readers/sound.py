"""Length, codec and tags of recordings: sound of phones and programs, and the sound of films. What is said in them comes with a transcript."""

from __future__ import annotations

import mmap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tinytag import TinyTag, TinyTagException

from casefiles.readers.reading import Refused, Told

AMR, AMR_WIDE = b"#!AMR\n", b"#!AMR-WB\n"
# Bytes of a frame of 20 ms by its mode (RFC 4867, 3.6 and 5.3): narrow band, wide band. A mode without a length is a frame of one byte.
_NARROW = (13, 14, 16, 18, 20, 21, 27, 32, 6)
_WIDE = (18, 24, 33, 37, 41, 47, 51, 59, 61, 6)
AMR_BYTES = 64 * 2**20
MOST_MORE = 1.1  # times the bytes of the file that its bit rate and length may come to
MOST_BOXES = 10_000
_BOXES_AROUND = frozenset({b"moov", b"trak", b"mdia", b"minf", b"stbl"})
_CODECS = {
    "mp4a": "aac", "samr": "amr-nb", "sawb": "amr-wb", "avc1": "h264", "hvc1": "h265", "hev1": "h265", "sowt": "pcm", "twos": "pcm", "lpcm": "pcm",
    "1": "pcm", "6": "g711-alaw", "7": "g711-ulaw", "mp4a.40.2": "aac", "mp4a.40.5": "aac", "mp3": "mp3",
}  # fmt: skip
_BY_TYPE = {"audio/mpeg": "mp3", "audio/flac": "flac", "audio/aiff": "pcm", "audio/x-ms-wma": "wma"}
_TAGS = ("title", "artist", "album", "albumartist", "composer", "comment", "genre", "year")
LONGEST_TAG = 2_000
NO_TRANSCRIPT = ("尚无文字稿：请上传文字稿，或由管理员设置语音模型。", "no transcript yet: upload one, or have a speech model set.")
EMPTY = ("录音是空的（没有声音数据）。", "an empty recording: there is no sound in it.")
UNKNOWN = ("无法读取此录音格式的长度和编码，请以播放为准。", "neither length nor codec of this kind of recording can be read; playing it decides.")
CUT_OFF = ("录音被截断：文件头所称长度超过实际内容。", "the recording is cut off: its head promises more sound than the file holds.")


def read_sound(path: Path, told: Told) -> None:
    """The detail `sound`: duration_s, codec, sample_rate, channels, tags, each where the file says it. The text of the page are the tags."""
    facts, tags = _facts(path, told)
    if facts.get("duration_s") == 0:
        raise Refused("failed", *EMPTY)
    told.detail("sound", {**facts, "tags": tags})
    if tags:
        told.page("标签", "\n".join(f"{name}：{value}" for name, value in tags.items()))
    if "duration_s" not in facts:
        told.note(*UNKNOWN if "codec" not in facts else CUT_OFF)
    raise Refused("empty", *NO_TRANSCRIPT)


def _facts(path: Path, told: Told) -> tuple[dict[str, Any], dict[str, str]]:
    with path.open("rb") as recording:
        head = recording.read(16)
        for magic, frames, codec, rate in ((AMR_WIDE, _WIDE, "amr-wb", 16_000), (AMR, _NARROW, "amr-nb", 8_000)):
            if head.startswith(magic):
                recording.seek(len(magic))
                return {"duration_s": amr_seconds(recording.read(AMR_BYTES), frames), "codec": codec, "sample_rate": rate, "channels": 1}, {}
    facts, tags = _by_tinytag(path)
    if head[4:8] in {b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip"}:
        facts |= film_facts(path)
    if head.startswith(b"OggS") and not facts.get("duration_s") and (seconds := ogg_seconds(path, facts.get("sample_rate", 0))):
        facts["duration_s"] = seconds
    if facts.pop("bit_rate", 0) * facts.get("duration_s", 0) / 8 > MOST_MORE * path.stat().st_size:
        told.note(*CUT_OFF)
        del facts["duration_s"]
    return facts, tags


def _by_tinytag(path: Path) -> tuple[dict[str, Any], dict[str, str]]:
    try:
        with path.open("rb") as recording:
            said = TinyTag.get(str(path), file_obj=recording)
    except (TinyTagException, OSError, ValueError, ArithmeticError, LookupError, TypeError):
        return {}, {}
    kind, _, codec = (said.mime_type or "").partition("; codecs=")
    known = codec.strip('"') or _BY_TYPE.get(kind, "")
    facts: dict[str, Any] = {"codec": _CODECS.get(known, known), "sample_rate": said.samplerate, "channels": said.channels}
    facts["bit_rate"] = (said.bitrate or 0) * 1000
    if said.duration is not None and said.duration >= 0:
        facts["duration_s"] = round(said.duration, 2)
    tags = {name: text for name in _TAGS if (text := str(getattr(said, name, None) or "").replace("\x00", " ").strip()[:LONGEST_TAG])}
    return {name: value for name, value in facts.items() if value or name == "duration_s"}, tags


def amr_seconds(frames: bytes, sizes: tuple[int, ...]) -> float:
    """The length of AMR frames of 20 ms."""
    at = count = 0
    while at < len(frames):
        mode = frames[at] >> 3 & 15
        at += sizes[mode] if mode < len(sizes) else 1
        count += 1
    return round(count * 0.02, 2)


def ogg_seconds(path: Path, rate: int) -> float | None:
    """The length by the position that the last page of an Ogg file ends at (RFC 3533, 6), in samples."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - 2**17))
        end = file.read()
    last = end.rfind(b"OggS")
    position = int.from_bytes(end[last + 6 : last + 14], "little", signed=True) if last >= 0 else 0
    return round(position / rate, 2) if position > 0 and rate else None


def film_facts(path: Path) -> dict[str, Any]:
    """Length and codecs of an MP4 or QuickTime file, of the sound first (ISO/IEC 14496-12, 8.2.2 and 8.5.2)."""
    facts: dict[str, Any] = {}
    codecs: list[str] = []
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        for kind, start, end in _boxes(content):
            if kind == b"mvhd" and end - start >= 32:
                wide = content[start] == 1
                scale = int.from_bytes(content[start + 20 : start + 24] if wide else content[start + 12 : start + 16], "big")
                length = int.from_bytes(content[start + 24 : start + 32] if wide else content[start + 16 : start + 20], "big")
                facts |= {"duration_s": round(length / scale, 2)} if scale else {}
            elif kind == b"stsd" and end - start >= 16:
                name = content[start + 12 : start + 16].decode("ascii", "replace").strip()
                codecs.append(_CODECS.get(name, name))
    if codecs:
        facts["codec"] = "+".join(sorted(dict.fromkeys(codecs), key=lambda codec: codec.startswith("h26")))
    return facts


def _boxes(content: mmap.mmap) -> Iterator[tuple[bytes, int, int]]:
    """Kind, start and end of the boxes, those inside the ones around included."""
    waiting, seen = [(0, len(content))], 0
    while waiting:
        at, stop = waiting.pop()
        while at + 8 <= stop and seen < MOST_BOXES:
            seen += 1
            size, kind, head = int.from_bytes(content[at : at + 4], "big"), content[at + 4 : at + 8], 8
            if size == 1:
                size, head = int.from_bytes(content[at + 8 : at + 16], "big"), 16
            end = stop if size == 0 else at + size
            if (size not in (0, 1) and size < head) or end > stop:
                break
            yield kind, at + head, end
            if kind in _BOXES_AROUND:
                waiting.append((at + head, end))
            at = end
