"""Why a file could not be made into pages."""

from __future__ import annotations


class NotConverted(Exception):
    """The file could not be made into pages. `code` is a problem code of the preflight, `detail` a short reason; `lasting`: trying again
    with the same bytes gives the same answer, so it is kept."""

    def __init__(self, code: str, detail: str = "", *, lasting: bool = True) -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code, self.detail, self.lasting = code, detail, lasting
