"""Lengths of time in a report: hours in a file, two units at most on the page."""

from __future__ import annotations

from datetime import timedelta

from cases.queries.words import span
from cases.reports.table import NOTHING, Cell, Tone

HOUR = timedelta(hours=1)
ZERO = timedelta(0)


def hours(length: timedelta | None, opens: str = "", tone: Tone = "") -> Cell:
    """None is shown as nothing."""
    if length is None:
        return NOTHING
    return Cell(round(length / HOUR, 2), told_length(length), opens if length else "", tone)


def average(total: timedelta | None, count: int) -> Cell:
    return hours(total / count) if count and total is not None else NOTHING


def told_length(length: timedelta) -> str:
    """“0 h”, “45 m”, “12 h 30 m”, “4,210 h”."""
    if not length:
        return "0 h"
    if length >= 100 * HOUR:
        return f"{length / HOUR:,.0f} h"
    return span(length, days=False)


def in_hours(length: timedelta) -> float:
    """For a chart."""
    return round(length / HOUR, 2)
