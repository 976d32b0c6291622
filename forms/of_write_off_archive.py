"""The papers of a write-off archive (坏账核销档案), by the id of the item in its contents."""

from __future__ import annotations

from collections.abc import Mapping

from forms import archive_cover, archive_index, later_recoveries, recourse_statement, special_report
from forms.papers import Paper, nothing_missing

PAPERS: Mapping[str, Paper] = {
    "archive_index": Paper(archive_index.archive_index, nothing_missing),
    "cover_sheet": Paper(archive_cover.archive_cover, archive_cover.missing),
    "special_report": Paper(special_report.special_report, special_report.missing),
    "recourse_statement": Paper(recourse_statement.recourse_statement, recourse_statement.missing),
    "later_recovery_register": Paper(later_recoveries.later_recoveries, nothing_missing),
}
