"""The papers of a lawsuit packet (起诉), by the id of the item in its contents."""

from __future__ import annotations

from collections.abc import Mapping

from forms import complaint, complaint_narrative, integrity_commitment, preservation_application
from forms.of_every_kind import PAPERS as COMMON
from forms.papers import Paper

PAPERS: Mapping[str, Paper] = {
    **COMMON,
    "complaint": Paper(
        make=lambda s: complaint.complaint(s.case, s.check, s.exhibits, s.day, s.options),
        missing=lambda s: complaint.missing_fields(s.case, s.check),
    ),
    "complaint_narrative": Paper(complaint_narrative.complaint_narrative, complaint_narrative.missing_fields),
    "preservation_application": Paper(preservation_application.preservation_application, preservation_application.missing_fields),
    "integrity_commitment": Paper(integrity_commitment.integrity_commitment, integrity_commitment.missing_fields),
}
