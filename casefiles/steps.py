"""Named steps of an operation, so that a test can kill the process at each one. Outside of tests they cost a comparison."""

import os
import signal

NAMES = (
    "draft opened", "chunk written", "draft hashed", "draft synced", "linked", "folder synced", "row written", "audit appended", "committed", "queued",
    "answered",
)  # fmt: skip
_crash_at: list[str] = []


def crash_at(name: str | None) -> None:
    """Kill this process when the named step is reached; None: never."""
    if name is not None and name not in NAMES:
        raise ValueError(f"no step is called {name!r}; known: {', '.join(NAMES)}")
    _crash_at[:] = [name] if name else []


def reached(name: str) -> None:
    """Mark a step; SIGKILL to this process when a test asked for it."""
    if _crash_at and _crash_at[0] == name:
        os.kill(os.getpid(), signal.SIGKILL)
