"""The one error of the calculators: an input they refuse, by a code of calculators.yaml."""

from __future__ import annotations


class Refused(ValueError):
    """An input is refused; `code` is one of `errors.codes` of calculators.yaml and nothing was computed."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.detail = detail
