"""The papers of an arbitration packet (仲裁), by the id of the item in its contents; its pleading has the id of the complaint."""

from __future__ import annotations

from collections.abc import Mapping

from forms import arbitration_application, preservation_application
from forms.of_every_kind import PAPERS as COMMON
from forms.papers import Paper

PAPERS: Mapping[str, Paper] = {
    **COMMON,
    "complaint": Paper(arbitration_application.arbitration_application, arbitration_application.missing_fields),
    "preservation_application": Paper(preservation_application.preservation_application, preservation_application.missing_fields),
}
