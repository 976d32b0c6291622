"""A task run in a child process that can hurt nobody: CPU, memory, output and wall time limited, no secrets, no network."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
MOST_OUTPUT = 256 * 2**20  # bytes
# Nothing of our own environment goes to the child: it may hold keys and passwords.
_ENVIRONMENT = {"PATH": os.defpath, "LANG": "C.UTF-8", "PYTHONIOENCODING": "utf-8", "PYTHONPATH": str(TOP)}


@dataclass(frozen=True)
class Ended:
    """What a child left: its output, and why it ended before it was done (in both languages; empty when it was done)."""

    output: bytes
    reason_zh: str
    reason_en: str


def run(task: str, arguments: Mapping[str, object], *, seconds: int, memory_mb: int, secret: bytes = b"") -> Ended:
    """Run one task of child.py and give what it wrote, also when it died. A `secret` goes through a pipe: arguments can be read by everybody."""
    with tempfile.TemporaryDirectory(prefix="casefiles-reader-") as folder:
        output = Path(folder) / "output"
        asked = {"task": task, **arguments, "output": str(output), "seconds": seconds, "memory_mb": memory_mb, "output_bytes": MOST_OUTPUT}
        process = subprocess.Popen(
            [sys.executable, "-P", "-s", "-m", "casefiles.readers.child", json.dumps(asked)],
            cwd=folder, env={**_ENVIRONMENT, "HOME": folder, "TMPDIR": folder}, start_new_session=True,
            stdin=subprocess.PIPE if secret else subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        late = False
        if process.stdin is not None:
            with suppress(BrokenPipeError), process.stdin as pipe:
                pipe.write(secret)
        try:
            process.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            late = True
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        content = output.read_bytes() if output.is_file() else b""
    return Ended(content, *(("", "") if process.returncode == 0 else _why(process.returncode, late=late, seconds=seconds, memory_mb=memory_mb)))


def _why(code: int, *, late: bool, seconds: int, memory_mb: int) -> tuple[str, str]:
    if late or -code == signal.SIGXCPU:
        return f"读取超过 {seconds} 秒，已停止。", f"reading took more than {seconds} s and was stopped."
    if -code == signal.SIGXFSZ:
        return "读出的文字过多，已停止。", "it gave too much text and was stopped."
    if code == OUT_OF_MEMORY or -code == signal.SIGKILL:
        return f"读取需要超过 {memory_mb} MB 内存，已停止。", f"reading needs more than {memory_mb} MB of memory and was stopped."
    if code == NO_ROOM:
        return "磁盘空间不足，读取未完成；请清理后重新读取。", "there was no room on the disk to read it: free some room and read again."
    return "读取程序因此文件而中止。", "the reader broke down over this file."


OUT_OF_MEMORY, NO_ROOM = 87, 88  # exit codes of child.py
