"""What a list is to show, as its address says it. What the address gets wrong is told and left out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.http import QueryDict

from cases.queries.address_reader import AddressReader
from cases.queries.chips import CHIPS
from cases.queries.coverage import REASONS
from cases.queries.worklist.around import Around
from cases.queries.worklist.order import SORTS

NOBODY = "-"
ME = "@me"
LONGEST_SEARCH = 100
LONGEST_LEFT = timedelta(days=366)
CLOCKS = {
    "running": "running",
    "stopped": "stopped",
    "pending": "upcoming",
    "completed": "completed",
    "cancelled": "cancelled",
}
ANSWERS = {"yes": True, "no": False}
RESULTS = {"met": "Met", "missed": "Missed"}
_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}
_LEFT = re.compile(r"(\d{1,5}) ?([mhd]?)")


@dataclass(frozen=True, slots=True)
class MilestoneRow:
    """What one row of a case's milestones must be, all of it at once; empty: whatever it is.

    `left` is less than this much of the milestone's own time; `result` is met or missed as of now, and
    `since` is the first day, in the viewer's zone, on which it may have ended.
    """

    milestones: tuple[str, ...] = ()
    clocks: tuple[str, ...] = ()
    left: timedelta | None = None
    breached: bool | None = None
    result: str = ""
    since: date | None = None

    def __bool__(self) -> bool:
        return self != ANY_ROW


ANY_ROW = MilestoneRow()


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list shows. `owners` are the keys of those that `filters` names: by them an index finds cases.

    `after` is where the page before it ended; `problems` is what was left out.
    """

    show: str = "open"
    words: str = ""
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    owners: tuple[int, ...] = ()
    row: MilestoneRow = ANY_ROW
    sort: str = "due"
    after: str = ""
    view: str = ""
    problems: tuple[str, ...] = ()

    @property
    def is_narrowed(self) -> bool:
        return bool(self.filters or self.words or self.row)


def read_wanted(query: QueryDict, around: Around) -> Wanted:
    """From an address."""
    reader = AddressReader(query)
    show = reader.one("show", CHIPS, "a list", default="open")
    known = _names(around)
    filters = {
        name: found for name, (what, names) in known.items() if (found := reader.several(name, names, what))
    }
    if account := reader.text("account"):
        filters["account"] = (account,)
    return Wanted(
        show=show,
        words=reader.text("q")[:LONGEST_SEARCH],
        filters=filters,
        owners=tuple(
            around.keys_of_people[name] for name in filters.get("owner", ()) if name not in (NOBODY, ME)
        ),
        row=_row(reader, around),
        sort=reader.one("sort", SORTS, "an order", default="-number" if show == "closed" else "due"),
        after=reader.text("after"),
        view=reader.one("view", {str(view.key) for view in around.views}, "a view of yours"),
        problems=tuple(reader.problems),
    )


def _names(around: Around) -> dict[str, tuple[str, set[str]]]:
    """Filters by name: what a value of each is called, and those that there are."""
    organisation = around.organisation
    return {
        "queue": ("a queue", {NOBODY, *(key for key, _ in around.queues)}),
        "owner": ("a person of the desk", {NOBODY, ME, *(key for key, _ in around.people)}),
        "priority": ("a priority", {NOBODY, *organisation.priorities}),
        "status": ("a status", set(organisation.status)),
        "stage": ("a stage", {NOBODY, *organisation.stages}),
        "process": ("an entitlement process", {NOBODY, *around.processes}),
        "why": ("a reason to have no milestones", set(REASONS)),
    }


def _row(reader: AddressReader, around: Around) -> MilestoneRow:
    breached = reader.one("breached", ANSWERS, "yes or no")
    return MilestoneRow(
        milestones=reader.several("milestone", set(around.milestones), "a milestone"),
        clocks=reader.several("clock", CLOCKS, "a state of a milestone"),
        left=reader.read("left", _span, "a time such as 30m, 2h or 1d"),
        breached=ANSWERS.get(breached),
        result=reader.one("result", RESULTS, "met or missed"),
        since=reader.read("since", date.fromisoformat, "a date such as 2026-03-04"),
    )


def _span(text: str) -> timedelta:
    found = _LEFT.fullmatch(text)
    span = int(found[1]) * _UNITS[found[2] or "m"] if found else timedelta(0)
    if not timedelta(0) < span <= LONGEST_LEFT:
        raise ValueError(text)
    return span
