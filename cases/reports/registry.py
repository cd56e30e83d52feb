"""Every report, in the order in which they are listed. A new one is a file of its own and a line here."""

from __future__ import annotations

from collections.abc import Sequence

from cases.reports.catalogue import (
    backlog,
    compliance,
    coverage,
    escalations,
    estimates,
    hours_map,
    in_hands,
    stops,
    target_used,
    time_spent,
    trend,
    warnings,
)
from cases.reports.report import Report

REPORTS: Sequence[Report] = (
    compliance.REPORT,
    trend.REPORT,
    hours_map.REPORT,
    target_used.REPORT,
    estimates.REPORT,
    time_spent.REPORT,
    in_hands.REPORT,
    stops.REPORT,
    warnings.REPORT,
    escalations.REPORT,
    coverage.REPORT,
    backlog.REPORT,
)

BY_KEY = {report.key: report for report in REPORTS}
