"""The papers of a lawsuit packet (起诉), by the id of the item in its contents."""

from __future__ import annotations

from collections.abc import Mapping

from forms import complaint
from forms.of_every_kind import PAPERS as COMMON
from forms.papers import Paper

PAPERS: Mapping[str, Paper] = {
    **COMMON,
    "complaint": Paper(
        make=lambda s: complaint.complaint(s.case, s.check, s.exhibits, s.day),
        missing=lambda s: complaint.missing_fields(s.case, s.check),
    ),
}
