"""What stands over the list of reports: how much was kept lately."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from django.http import QueryDict

from cases.reports.catalogue import compliance
from cases.reports.contract import promised_percent
from cases.reports.page import asked_of
from cases.reports.period import Period
from cases.reports.registry import REPORTS
from cases.reports.report import SECTIONS, Report
from cases.reports.table import Figure
from cases.reports.tally import read_tallies


@dataclass(frozen=True, slots=True)
class Front:
    """`figures` are those of compliance, as it answers unasked; reports stand in sections."""

    period: Period
    figures: Sequence[Figure]
    sections: Sequence[tuple[str, Sequence[Report]]]


def read_front(now: datetime, zone: tzinfo) -> Front:
    asked = asked_of(compliance.REPORT, QueryDict(), now, zone)
    figures = compliance.headline(asked, read_tallies(asked, now), promised_percent(asked, now))
    sections = [(title, [one for one in REPORTS if one.section == title]) for title in SECTIONS]
    return Front(asked.period, figures, [(title, found) for title, found in sections if found])
