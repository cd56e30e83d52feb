"""One report, asked by an address and answered: for its page, its file, and whoever else sends it on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo

from django.db.models import QuerySet
from django.http import QueryDict

from cases.reports.asked import RESULT, Asked, read_asked
from cases.reports.basis import MEANT
from cases.reports.known import read_known
from cases.reports.memory import room_for_a_report
from cases.reports.report import Findings, Report


@dataclass(frozen=True, slots=True)
class Answer:
    """A report with what it was asked and what it found."""

    report: Report
    asked: Asked
    findings: Findings

    @property
    def notes(self) -> Sequence[str]:
        """What is to be known of the numbers."""
        basis = [MEANT[self.asked.basis]] if self.report.has_basis else []
        return [*self.findings.notes, *basis]


@dataclass(frozen=True, slots=True)
class Behind:
    """The rows behind a number: case milestones or cases, and what was asked of the report to get them."""

    report: Report
    asked: Asked
    rows: QuerySet


def answer(report: Report, query: QueryDict, now: datetime, zone: tzinfo) -> Answer:
    """`zone` is the one whose days and hours count."""
    plain = query.copy()
    for name in (RESULT.name, *(option.name for option in report.options if option.is_hidden)):
        plain.pop(name, None)
    asked = asked_of(report, plain, now, zone)
    with room_for_a_report():
        return Answer(report, asked, report.find(asked, now))


def behind(report: Report, query: QueryDict, now: datetime, zone: tzinfo) -> Behind:
    """What a number of the report opens."""
    asked = asked_of(report, query, now, zone)
    return Behind(report, asked, report.opens(asked, now))


def asked_of(report: Report, query: QueryDict, now: datetime, zone: tzinfo) -> Asked:
    known = read_known(name.replace("\x00", "") for name in query.getlist("account"))
    today = now.astimezone(zone).date()
    asked = read_asked(query, report.options, report.default_period, known, today, zone)
    return asked if report.compares else replace(asked, compares=False)
