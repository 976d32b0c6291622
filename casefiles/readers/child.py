"""The child process of a reader: limits itself, does one task, writes what it finds to a file.

Started by limits.run as `python -m casefiles.readers.child JSON`; never imported by the product.
"""

from __future__ import annotations

import ctypes
import errno
import json
import os
import resource
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from casefiles.readers.limits import NO_ROOM, OUT_OF_MEMORY
from casefiles.readers.reading import Refused, Told

_FORBIDDEN = ("socket.", "subprocess.", "os.system", "os.exec", "os.posix_spawn", "os.spawn", "os.fork", "urllib.", "ftplib.", "smtplib.", "webbrowser.")
FILES_OPEN = 64
TOO_DEEP = Refused("failed", "内容嵌套过深，无法读取。", "its parts lie within one another too deeply to be read.")
BESIDE = frozenset({"recognise", "transcribe"})
_NEW_USER, _NEW_NET = 0x10000000, 0x40000000  # CLONE_NEWUSER, CLONE_NEWNET of Linux


def leave_network() -> bool:
    """Go into a network namespace with nothing in it, as far as the kernel lets us; also native code then reaches nobody. True when done."""
    try:
        unshare = ctypes.CDLL(None, use_errno=True).unshare
    except (OSError, AttributeError):
        return False
    return any(unshare(flags) == 0 for flags in (_NEW_NET, _NEW_USER | _NEW_NET))


def limit(asked: Mapping[str, Any]) -> None:
    """From here on this process cannot use more, nor reach the network or start a program from Python."""
    leave_network()
    if asked.get("task") in BESIDE:
        os.nice(10)  # minutes of work: pages and packets go first
    sys.dont_write_bytecode = True  # cut short by the limit on file sizes, it would break the next process that loads it
    memory = asked["memory_mb"] * 2**20
    for name, most in (
        (resource.RLIMIT_CPU, asked["seconds"] * asked.get("threads", 1)),
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_FSIZE, asked["output_bytes"]),
        (resource.RLIMIT_NOFILE, FILES_OPEN),
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(name)
        allowed = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(name, (allowed, allowed))

    def refuse(event: str, _: tuple[object, ...]) -> None:
        if event.startswith(_FORBIDDEN):
            raise PermissionError(event)

    sys.addaudithook(refuse)


def main(asked: Mapping[str, Any]) -> int:
    path, output = Path(asked["path"]), Path(asked["output"])
    try:
        if asked["task"] == "read":
            read(path, asked["reader"], output, Path(asked["into"]) if asked.get("into") else None)
        elif asked["task"] == "recognise":
            from casefiles.readers import ocr

            with output.open("w", encoding="utf-8") as out:
                ocr.recognise(path, asked["media_type"], asked["pages"], Told(out))
                out.write('{"done": true}\n')
        elif asked["task"] == "unlock":
            from casefiles.readers import locked

            with output.open("w", encoding="utf-8") as out:
                locked.unlock(path, asked["kind"], asked["name"], sys.stdin.buffer.read(), Told(out, Path(asked["into"])))
                out.write('{"done": true}\n')
        elif asked["task"] == "transcribe":
            from casefiles.readers import speech

            with output.open("w", encoding="utf-8") as out:
                speech.hear(path, Path(asked["model"]), Told(out))
        else:
            from casefiles.readers import pictures

            output.write_bytes(pictures.TASKS[asked["task"]](path, asked))
    except (Refused, RecursionError) as error:
        refused = error if isinstance(error, Refused) else TOO_DEEP
        with output.open("a", encoding="utf-8") as out:
            out.write(json.dumps({"refused": [refused.outcome, refused.reason_zh, refused.reason_en]}) + "\n")
    except MemoryError:
        return OUT_OF_MEMORY
    except OSError as error:
        if error.errno not in {errno.ENOSPC, errno.EDQUOT}:
            raise
        return NO_ROOM
    return 0


def read(path: Path, reader: str, output: Path, into: Path | None) -> None:
    from casefiles.readers import READERS

    with output.open("w", encoding="utf-8") as out:
        told = Told(out, into)
        READERS[reader].load()(path, told)
        out.write('{"done": true}\n')


if __name__ == "__main__":
    given = json.loads(sys.argv[1])
    limit(given)
    code = main(given)
    sys.stdout.flush()
    os._exit(code)  # pdfium's clean-up at exit may crash after a damaged file; everything is written
