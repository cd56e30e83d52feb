"""Every report, in the order in which they are listed. A new one is a file of its own and a line here."""

from __future__ import annotations

from collections.abc import Sequence

from cases.reports import compliance, estimates, hours_map, target_used, trend
from cases.reports.report import Report

REPORTS: Sequence[Report] = (
    compliance.REPORT,
    trend.REPORT,
    hours_map.REPORT,
    target_used.REPORT,
    estimates.REPORT,
)

BY_KEY = {report.key: report for report in REPORTS}
