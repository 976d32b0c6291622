"""The message catalogues: written as .po in casefiles/translations, compiled into the data folder when the application starts."""

from __future__ import annotations

import os
from pathlib import Path
from tempfile import NamedTemporaryFile

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po


def compiled(sources: Path, folder: Path) -> Path:
    """`folder` with a .mo for every .po below `sources`, made anew where the .po is newer. Safe with several processes starting at once."""
    for source in sources.glob("*/LC_MESSAGES/*.po"):
        target = folder / source.relative_to(sources).with_suffix(".mo")
        if target.exists() and target.stat().st_mtime_ns == source.stat().st_mtime_ns:
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        with source.open("rb") as text, NamedTemporaryFile(dir=target.parent, delete=False) as draft:
            write_mo(draft, read_po(text, locale=source.parts[-3]))
        os.utime(draft.name, ns=(source.stat().st_atime_ns, source.stat().st_mtime_ns))
        Path(draft.name).replace(target)
    return folder
