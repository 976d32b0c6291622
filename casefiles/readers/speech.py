"""What is said in a recording, by faster-whisper with a model that lies on this machine; in the limited child, without network.

The package and the model are no part of the product: without them recordings say so, and transcripts are uploaded.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from casefiles.readers.limits import Ended, run
from casefiles.readers.reading import Page, Recognised, Refused, Told
from casefiles.readers.subtitles import CUES_A_PAGE, clock

PACKAGE = "faster_whisper"
NEEDED = ("model.bin", "config.json")  # of a model that CTranslate2 loads
THREADS = 2
NO_PACKAGE = Recognised((), "已设置语音模型，但未安装 faster-whisper，未转写；文字稿可以上传。",
                        "a speech model is set, but faster-whisper is not installed: nothing was transcribed. A transcript can be uploaded.")  # fmt: skip


def transcribe(path: Path, model: Path, *, seconds: int = 7_200, memory_mb: int = 8_192) -> Recognised:
    """The lines that are said, [00:01:12] before each, a page about every hundred, of source "speech"; and why there are none, or not all.

    `model` is the folder of a model; nothing is ever downloaded. `seconds` limits wall time and processor time alike.
    """
    if (lacking := _lacking(model)) is not None:
        return lacking
    asked = {"path": str(path.resolve()), "model": str(model.resolve())}
    return _recognised(run("transcribe", asked, seconds=seconds, memory_mb=memory_mb))


def _lacking(model: Path) -> Recognised | None:
    if find_spec(PACKAGE) is None:
        return NO_PACKAGE
    if not model.is_dir():
        return Recognised((), "语音模型文件夹不存在（CASEFILES_ASR_MODEL），未转写；文字稿可以上传。",
                          "the folder of the speech model (CASEFILES_ASR_MODEL) is not there: "
                          "nothing was transcribed. A transcript can be uploaded.")  # fmt: skip
    for name in NEEDED:
        if not (model / name).is_file():
            return Recognised((), f"语音模型文件夹中没有 {name}，未转写；文字稿可以上传。",
                              f"the folder of the speech model holds no {name}: nothing was transcribed. A transcript can be uploaded.")  # fmt: skip
    return None


def _recognised(ended: Ended) -> Recognised:
    """Put together what the child wrote; a line cut by its death is left out."""
    pages: list[Page] = []
    zh, en = ended.reason_zh, ended.reason_en
    for line in ended.output.split(b"\n"):
        try:
            told = json.loads(line)
        except ValueError:
            continue
        match told:
            case {"page": [int(number), str(label), str(text), "speech", list()]}:
                pages.append(Page(number, label, text, "speech"))
            case {"refused": [str(), str(zh), str(en)]}:
                pass
    return Recognised(tuple(pages), zh, en)


def hear(path: Path, model: Path, told: Told) -> None:
    """In the child: tell the pages of what is said as they are heard."""
    try:
        engine: Any = import_module(PACKAGE).WhisperModel(str(model), device="cpu", compute_type="int8", cpu_threads=THREADS, local_files_only=True)
    except MemoryError:
        raise
    except Exception as error:  # a broken model raises whatever its broken part makes it meet
        raise Refused("failed", f"语音模型无法载入（{_short(error)}），未转写；文字稿可以上传。",
                      f"the speech model cannot be loaded ({_short(error)}): nothing was transcribed. A transcript can be uploaded.") from error  # fmt: skip
    try:
        _tell(engine.transcribe(str(path), vad_filter=True)[0], told)
    except MemoryError:
        raise
    except Exception as error:  # as above, of the recording
        raise Refused("failed", f"转写中止（{_short(error)}）；已转写的部分已保留。",
                      f"transcribing stopped ({_short(error)}); what was written before is kept.") from error  # fmt: skip
    if not told.pages:
        raise Refused("empty", "录音中没有识别出话语。", "no words were recognised in the recording.")


def _tell(segments: Iterable[Any], told: Told) -> None:
    """A page about every hundred lines; the lines before a failure are told too."""
    lines: list[str] = []
    first = last = 0.0
    try:
        for segment in segments:
            if not str(segment.text).strip():
                continue
            first, last = (first if lines else segment.start), segment.start
            lines.append(f"[{clock(segment.start)}] {str(segment.text).strip()}")
            if len(lines) == CUES_A_PAGE:
                told.page(f"{clock(first)}–{clock(last)}", "\n".join(lines), source="speech")
                lines = []
    finally:
        if lines:
            told.page(f"{clock(first)}–{clock(last)}", "\n".join(lines), source="speech")


def _short(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:200]
