"""The child process of a reader: limits itself, does one task, writes what it finds to a file.

Started by limits.run as `python -m casefiles.readers.child JSON`; never imported by the product.
"""

from __future__ import annotations

import json
import os
import resource
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from casefiles.readers.limits import OUT_OF_MEMORY
from casefiles.readers.reading import Refused, Told

_FORBIDDEN = ("socket.", "subprocess.", "os.system", "os.exec", "os.posix_spawn", "os.spawn", "os.fork", "urllib.", "ftplib.", "smtplib.", "webbrowser.")
FILES_OPEN = 64


def limit(asked: Mapping[str, Any]) -> None:
    """From here on this process cannot use more, nor reach the network or start a program from Python."""
    memory = asked["memory_mb"] * 2**20
    for name, most in (
        (resource.RLIMIT_CPU, asked["seconds"]),
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
            read(path, asked["reader"], output)
        else:
            from casefiles.readers import pictures

            output.write_bytes(pictures.TASKS[asked["task"]](path, asked))
    except Refused as refused:
        with output.open("a", encoding="utf-8") as out:
            out.write(json.dumps({"refused": [refused.outcome, refused.reason_zh, refused.reason_en]}) + "\n")
    except MemoryError:
        return OUT_OF_MEMORY
    return 0


def read(path: Path, reader: str, output: Path) -> None:
    from casefiles.readers import READERS

    with output.open("w", encoding="utf-8") as out:
        told = Told(out)
        READERS[reader].load()(path, told)
        out.write('{"done": true}\n')


if __name__ == "__main__":
    given = json.loads(sys.argv[1])
    limit(given)
    code = main(given)
    sys.stdout.flush()
    os._exit(code)  # pdfium's clean-up at exit may crash after a damaged file; everything is written
