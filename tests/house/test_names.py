"""What no file may be called, how long it may grow, and what may stand in none."""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath

BANNED_NAMES = {"utils", "util", "helpers", "helper", "common", "misc", "services"}  # if a function has no home, its concept has no name yet
LONGEST = 400  # lines
# Written in two parts, so that this file is not its own first finding.
REGISTRIES = [
    host + tail
    for host, tail in [
        ("pypi", ".org"), ("python", "hosted.org"), ("registry.", "npmjs"), ("deb.", "debian.org"), ("security.", "debian.org"),
        ("archive.", "ubuntu.com"), ("crates", ".io"), ("proxy.", "golang.org"), ("conda.", "anaconda.org"), ("tuna.", "tsinghua"), ("mirrors.", "aliyun"),
    ]
]  # fmt: skip
CONTENT_NETWORKS = ["jsdelivr" + ".net", "unpkg" + ".com", "cdnjs." + "cloudflare", "fonts." + "googleapis", "bootcdn" + ".net"]
LEFT_OVER = re.compile(r"(?:#|//|/\*|<!--)\s*(?:TO" + r"DO|FIX" + r"ME)\b|\b(?:TO" + r"DO|FIX" + r"ME)[:(]")  # as a note, not as a word one searches for


def banned_names(paths: list[str]) -> list[str]:
    """Paths of which a part, without its ending, is no name."""
    return [path for path in paths if any(part.split(".")[0].lower() in BANNED_NAMES for part in PurePosixPath(path).parts)]


def naming(texts: dict[str, str], words: list[str]) -> list[str]:
    """file:line of every text line that holds one of the words."""
    found = []
    for path, text in texts.items():
        lower = text.lower()
        if any(word in lower for word in words):
            found += [f"{path}:{number}" for number, line in enumerate(lower.splitlines(), 1) if any(word in line for word in words)]
    return found


def test_the_ban_sees_files_and_folders() -> None:
    assert banned_names(["casefiles/utils.py", "tests/helpers/x.py", "static/common.css", "casefiles/service.py", "casefiles/commonplace.py"]) == [
        "casefiles/utils.py", "tests/helpers/x.py", "static/common.css",
    ]  # fmt: skip


def test_every_file_has_a_name(checkout: dict[str, Path]) -> None:
    assert banned_names(list(checkout)) == []


def test_no_python_file_grows_beyond_its_subject(texts: dict[str, str]) -> None:
    lengths = {path: text.count("\n") for path, text in texts.items() if path.endswith(".py") and "/migrations/versions/" not in path}
    assert lengths, "no Python file was seen"
    assert {path: lines for path, lines in lengths.items() if lines > LONGEST} == {}


def test_no_file_names_a_registry(texts: dict[str, str]) -> None:
    assert naming({"x": f"a\nsee https://{REGISTRIES[0].upper()}/simple\n"}, REGISTRIES) == ["x:2"]  # it can find one
    assert naming(texts, REGISTRIES) == []


def test_no_file_takes_parts_of_pages_from_elsewhere(texts: dict[str, str]) -> None:
    assert naming(texts, CONTENT_NETWORKS) == []


def test_nothing_is_left_for_later(texts: dict[str, str]) -> None:
    found = [f"{path}:{number}" for path, text in texts.items() for number, line in enumerate(text.splitlines(), 1) if LEFT_OVER.search(line)]
    assert found == []
