"""What a report is: a name, what it may be asked, and the function that answers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from cases.reports.asked import Asked, Option
from cases.reports.chart import Chart
from cases.reports.rows import in_period
from cases.reports.table import Figure, Table


@dataclass(frozen=True, slots=True)
class Findings:
    """What a report shows: figures, charts, tables that say the same and more, and notes on both."""

    tables: Sequence[Table]
    charts: Sequence[Chart] = ()
    figures: Sequence[Figure] = ()
    notes: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """`find` answers what was asked, as of a moment. It is one or two queries, whatever the desk's size.

    `opens` gives the rows behind a number, case milestones or cases: what it is asked is the number's
    address, read like the report's own. `is_of_now` is true of what has no period. `entries` are further
    lines of the list of reports: a name and the options that make it.
    """

    key: str
    title: str
    about: str
    section: str
    find: Callable[[Asked, datetime], Findings]
    options: Sequence[Option] = ()
    opens: Callable[[Asked, datetime], QuerySet] = in_period
    default_period: str = "30d"
    is_of_now: bool = False
    has_basis: bool = True
    compares: bool = True
    entries: Sequence[tuple[str, str]] = ()


KEPT = "What was kept"
TIME = "Where the time went"
WORK = "How the desk works"
SECTIONS = (KEPT, TIME, WORK)
