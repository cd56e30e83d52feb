"""The rows behind a number: a page of them, and all of them for a file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from cases.models import Case, CaseMilestone
from cases.queries.csv_text import Cell
from cases.queries.words import span
from cases.reports.page import Behind
from cases.reports.results import WORDS, Result, result

PAGE = 100
LEVELS = {
    Result.MET: "met",
    Result.MISSED: "missed",
    Result.OPEN_LATE: "late",
    Result.OPEN: "calm",
    Result.CANCELLED: "cancelled",
    Result.WAIVED: "waived",
}
BATCH = 1000
CASE_HEAD = ("Case", "Subject", "Account", "Priority", "Queue", "Owner", "Status", "Created", "Closed")
MILESTONE_HEAD = (
    *("Case", "Subject", "Account", "Priority", "Queue", "Owner", "Process", "Milestone", "Result"),
    *("Started", "Target", "Ended", "Minutes promised", "Minutes taken", "Reason"),
)


@dataclass(frozen=True, slots=True)
class Line:
    """A case, or one milestone of it with its result."""

    case: Case
    milestone: CaseMilestone | None = None
    result: Result | None = None

    @property
    def title(self) -> str:
        one = self.milestone
        if one is None:
            return ""
        return one.milestone.name if one.number == 1 else f"{one.milestone.name} {one.number}"

    @property
    def word(self) -> str:
        return WORDS[self.result] if self.result else ""

    @property
    def level(self) -> str:
        """As the tracker calls it, for its colour and icon."""
        return LEVELS[self.result] if self.result else ""

    @property
    def ended(self) -> datetime | None:
        one = self.milestone
        return (one.completion_date or one.cancelled_at) if one else None

    @property
    def taken(self) -> timedelta | None:
        """Of its own open time, without what it stood still; recorded when it ended."""
        one = self.milestone
        if one is None or one.elapsed_seconds is None:
            return None
        return timedelta(seconds=one.elapsed_seconds - (one.stopped_seconds or 0))

    @property
    def told(self) -> str:
        """“40 m of 1 h”."""
        one = self.milestone
        if one is None or self.taken is None or one.minutes is None:
            return ""
        promised = timedelta(minutes=one.minutes + one.extension)
        return f"{span(self.taken, days=False)} of {span(promised, days=False)}"


@dataclass(frozen=True, slots=True)
class Page:
    """Some of the rows, the newest first; `count` is how many there are in all."""

    lines: Sequence[Line]
    count: int
    more_after: str
    is_of_milestones: bool


def page_of_rows(behind: Behind, after: str, now: datetime) -> Page:
    """The page that begins after this key."""
    rows = behind.rows.order_by("-pk")
    key = int(after) if after.isascii() and after.isdecimal() and len(after) < 19 else None
    found = list(_readable(rows.filter(pk__lt=key) if key else rows, now)[: PAGE + 1])
    lines = [_line(row) for row in found[:PAGE]]
    more = str(found[PAGE - 1].pk) if len(found) > PAGE else ""
    return Page(lines, behind.rows.count(), more, behind.rows.model is CaseMilestone)


def rows_for_file(behind: Behind, now: datetime) -> Iterator[Sequence[Cell]]:
    """The head, then all of them. Instants are UTC."""
    is_of_milestones = behind.rows.model is CaseMilestone
    yield MILESTONE_HEAD if is_of_milestones else CASE_HEAD
    for row in _readable(behind.rows.order_by("-pk"), now).iterator(BATCH):
        line = _line(row)
        yield _milestone_cells(line) if is_of_milestones else _case_cells(line)


def _readable(rows: QuerySet, now: datetime) -> QuerySet:
    if rows.model is Case:
        return rows.select_related("account", "owner")
    return rows.select_related(
        "case__account", "case__owner", "milestone", "process_milestone__version__process"
    ).annotate(result=result(now))


def _line(row: Any) -> Line:
    if isinstance(row, Case):
        return Line(row)
    return Line(row.case, row, Result(row.result) if row.result else None)


def _case_cells(line: Line) -> list[Cell]:
    case = line.case
    return [*_of_case(case), case.status_id, _instant(case.created_at), _instant(case.closed_at)]


def _milestone_cells(line: Line) -> list[Cell]:
    one = line.milestone
    assert one is not None
    promised = None if one.minutes is None else one.minutes + one.extension
    taken = None if line.taken is None else round(line.taken.total_seconds() / 60, 2)
    return [
        *_of_case(line.case),
        *(str(one.process_milestone.version), line.title, line.word),
        *(_instant(one.start_date), _instant(one.target_date), _instant(line.ended)),
        *(promised, taken, one.reason),
    ]


def _of_case(case: Case) -> list[Cell]:
    owner = case.owner.get_username() if case.owner else ""
    return [
        *(case.number, case.subject, case.account.name if case.account else ""),
        *(case.priority_id or "", case.queue_id or "", owner),
    ]


def _instant(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S}" if at else ""
