"""Set a page: Typst source and data in, PDF bytes out, the same bytes for the same input."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import typst

from forms.fonts import Fonts, loaded

EPOCH = 0  # seconds; what Typst takes for today, so that no clock reaches the page


class NotTypeset(Exception):
    """Typst refused the source or the data; the message says where."""


def typeset(
    source: str,
    fonts: Fonts,
    data: Mapping[str, Any] | None = None,
    images: Mapping[str, bytes] | None = None,
) -> bytes:
    """Compile Typst `source` to PDF bytes with embedded fonts and no date, byte-identical for identical input.

    The source reads `data` with `json("data.json")` and its `images` by their names; texts never stand in the source itself. The family names
    to use are in `sys.inputs.serif` and `sys.inputs.sans`. No structure tree is written: a bundle takes pages, and a tree would be cut off.
    Raises NotTypeset.
    """
    files: dict[str, bytes] = {"main.typ": f"#set document(date: none)\n{source}".encode()}
    files["data.json"] = json.dumps(data if data is not None else {}, ensure_ascii=False).encode()
    for name, content in (images or {}).items():
        if name != Path(name).name or name in files:
            raise NotTypeset(f"The picture name {name!r} is not a plain file name of its own. Nothing was made.")
        files[name] = content
    with tempfile.TemporaryDirectory(prefix="typeset-") as folder:  # Typst takes pictures from files only
        root = Path(folder)
        for name, content in files.items():
            (root / name).write_bytes(content)
        try:
            made = typst.compile(
                root / "main.typ",
                root=root,
                font_paths=loaded(fonts.folders),
                sys_inputs={"serif": fonts.serif, "sans": fonts.sans},
                timestamp=EPOCH,
                pdf_tags=False,
            )
        except RuntimeError as error:  # TypstError is one
            raise NotTypeset(f"The page could not be set: {error}. Nothing was made.") from error
    if not isinstance(made, bytes):
        raise NotTypeset("Typst gave no single PDF. Nothing was made.")
    return made
