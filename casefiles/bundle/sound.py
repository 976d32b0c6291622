"""How long a recording is."""

from __future__ import annotations

from pathlib import Path

from tinytag import TinyTag, TinyTagException

UNREAD = "无法读取，请以播放为准 (cannot be read from the file)"
AMR = b"#!AMR\n"
_AMR_FRAME = (13, 14, 16, 18, 20, 21, 27, 32, 6, 1, 1, 1, 1, 1, 1, 1)  # bytes of a frame of 20 ms by its mode (RFC 4867, 3.6 and 5.3)
AMR_BYTES = 64 * 2**20
MOST_MORE = 1.1  # times the bytes of the file that its bit rate and length may come to


def seconds_of(path: Path) -> float | None:
    """The length of a recording in seconds; None where the file does not say it or cannot be read."""
    try:
        with path.open("rb") as recording:
            if recording.read(len(AMR)) == AMR:
                return _amr(recording.read(AMR_BYTES))
            recording.seek(0)
            told = TinyTag.get(str(path), file_obj=recording, tags=False)
    except (TinyTagException, OSError, ValueError, ArithmeticError, LookupError, TypeError):
        return None
    if not told.duration or told.duration < 0 or told.duration * (told.bitrate or 0) * 125 > MOST_MORE * path.stat().st_size:
        return None  # cut off: its head promises more sound than the file holds
    return float(told.duration)


def length_of(path: Path) -> str:
    """The length as minutes and seconds in both languages, or that it cannot be read."""
    seconds = seconds_of(path)
    if seconds is None:
        return UNREAD
    whole = round(seconds)
    hours, minutes, rest = whole // 3600, whole // 60 % 60, whole % 60
    if hours:
        return f"{hours} 小时 {minutes:02d} 分 {rest:02d} 秒 ({hours}:{minutes:02d}:{rest:02d})"
    return f"{f'{minutes} 分 {rest:02d}' if minutes else rest} 秒 ({minutes}:{rest:02d})"


def _amr(frames: bytes) -> float | None:
    at = count = 0
    while at < len(frames):
        at += _AMR_FRAME[frames[at] >> 3 & 15]
        count += 1
    return count * 0.02 or None
