"""How much of the target's time was used: half, nine of ten and nineteen of twenty stayed below what."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import (
    Case,
    Count,
    ExpressionWrapper,
    F,
    IntegerField,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Least

from cases.models import CaseMilestone, MilestoneState
from cases.reports.asked import Asked, Option
from cases.reports.chart import Chart, Kind, Role, Series
from cases.reports.grouping import BY, GROUPINGS, Grouping, names_of
from cases.reports.known import Name
from cases.reports.report import KEPT, Findings, Report
from cases.reports.rows import in_both_periods, in_period, is_in_period
from cases.reports.table import NOTHING, Cell, Column, Figure, Table, count, percent, text

WITHIN = {50: "Half stayed within", 90: "9 of 10 stayed within", 95: "19 of 20 stayed within"}
WHOLE, WIDTH, LAST = 100, 10, 200
MOST = 1000
"""Percent. What used more is counted as having used more than this."""


@dataclass(frozen=True, slots=True)
class Used:
    """How many used which whole percentage of the target's time, rounded up; `unknown` is unrecorded."""

    counts: Counter[int] = field(default_factory=Counter)
    unknown: int = 0

    @property
    def all(self) -> int:
        return self.counts.total()

    def share(self, of: int) -> int | None:
        """The least percentage that so many percent of them stayed within."""
        needed, passed = math.ceil(of * self.all / 100), 0
        for used in sorted(self.counts):
            passed += self.counts[used]
            if passed >= needed:
                return used
        return None

    def between(self, first: int, last: int) -> int:
        return sum(number for used, number in self.counts.items() if first <= used <= last)

    def __add__(self, other: Used) -> Used:
        return Used(self.counts + other.counts, self.unknown + other.unknown)


Sides = tuple[Mapping[Any, Used], Mapping[Any, Used]]


def find(asked: Asked, now: datetime) -> Findings:
    grouping = GROUPINGS[asked.options["by"]]
    used, before = _read(asked, now, grouping)
    names = names_of(grouping, used.keys(), asked.known)
    total, was = sum(used.values(), Used()), sum(before.values(), Used())
    unknown = f"{total.unknown:,} have no record of what they took." if total.unknown else ""
    return Findings(
        figures=_figures(asked, total, was),
        charts=[_chart(total)] if total.all else [],
        tables=[_by_group(asked, grouping, used, before, names), _by_share(asked, total)],
        notes=[
            "Of what was completed: its open time from start to end without what it stood still, as a share "
            "of the target's time with its extensions. Up to 100 % is in time.",
            *([unknown] if unknown else []),
        ],
    )


def opens(asked: Asked, now: datetime) -> QuerySet:
    rows = in_period(asked, now).filter(**COMPLETED).annotate(used=used_percent()).filter(used__isnull=False)
    if asked.options["used"]:
        rows = rows.filter(used__range=read_range(asked.options["used"]))
    return rows


COMPLETED: Mapping[str, Any] = {"state": MilestoneState.COMPLETED, "waived_at__isnull": True}


def used_percent() -> Any:
    """Whole percent of the target's time, rounded up: so that 100 is still in time. Empty where unknown."""
    promised = (F("minutes") + F("extension")) * 60
    actual = F("elapsed_seconds") - Coalesce(F("stopped_seconds"), 0)
    share = ExpressionWrapper((actual * 100 + promised - 1) / promised, output_field=IntegerField())
    # The least of a number and of nothing is the number, in PostgreSQL.
    is_known = Q(elapsed_seconds__isnull=False, minutes__isnull=False)
    return Case(When(is_known, then=Least(share, Value(MOST + 1))), output_field=IntegerField())


def read_range(written: str) -> tuple[int, int]:
    """“81-90”. Raises ValueError."""
    found = re.fullmatch(r"(\d{1,4})-(\d{1,4})", written)
    if not found:
        raise ValueError(written)
    return int(found[1]), int(found[2])


def _read(asked: Asked, now: datetime, grouping: Grouping) -> Sides:
    """In the period and in the one before, by group. In one query."""
    rows: QuerySet[CaseMilestone] = in_both_periods(asked, now).filter(**COMPLETED)
    counted = (
        rows.annotate(is_now=is_in_period(asked), group=F(grouping.path), used=used_percent())
        .values_list("is_now", "group", "used")
        .annotate(number=Count("pk"))
    )
    counts: dict[tuple[bool, Any], Counter[int | None]] = defaultdict(Counter)
    for is_in_it, group, used, number in counted:
        counts[bool(is_in_it), group][used] += number
    return _of(counts, True), _of(counts, False)


def _of(counts: Mapping[tuple[bool, Any], Counter[int | None]], side: bool) -> dict[Any, Used]:
    """Those of one of the two periods."""
    return {
        group: Used(Counter({used: n for used, n in found.items() if used is not None}), found[None])
        for (is_in_it, group), found in counts.items()
        if is_in_it is side
    }


def _figures(asked: Asked, total: Used, before: Used) -> list[Figure]:
    return [
        Figure(
            label,
            _told(total.share(share)),
            notes=[f"before: {_told(before.share(share))}"] if asked.compares else [],
            tone="late" if (total.share(share) or 0) > WHOLE else "",
        )
        for share, label in WITHIN.items()
    ]


def _chart(total: Used) -> Chart:
    bins = list(_bins())
    counts = [total.between(first, last) for first, last, _ in bins]
    in_time = sum(first <= WHOLE for first, _, _ in bins)
    return Chart(
        "used",
        "Completed milestones, by the share of their target’s time that they used",
        Kind.COLUMNS,
        [told for _, _, told in bins],
        [
            Series("In time", [*counts[:in_time], *[None] * (len(bins) - in_time)], Role.MET),
            Series("Late", [*[None] * in_time, *counts[in_time:]], Role.MISSED),
        ],
        line_at=in_time - 0.5,
        line_label="target",
    )


def _bins() -> Iterator[tuple[int, int, str]]:
    """First and last percentage of each column, and its name; the first has those that took no time, too."""
    for last in range(WIDTH, LAST + 1, WIDTH):
        yield (last - WIDTH + 1 if last > WIDTH else 0), last, f"≤ {last} %"
    yield LAST + 1, MOST + 1, f"> {LAST} %"


def _by_group(
    asked: Asked,
    grouping: Grouping,
    used: Mapping[Any, Used],
    before: Mapping[Any, Used],
    names: Mapping[Any, Name],
) -> Table:
    lines = sorted(used, key=lambda key: (-used[key].all, names[key].label.casefold()))
    rows = [
        _line(
            asked, names[key].label, {grouping.filter: names[key].value}, used[key], before.get(key, Used())
        )
        for key in lines
        if used[key].all
    ]
    total, was = sum(used.values(), Used()), sum(before.values(), Used())
    return Table(
        "used",
        f"Share of the target’s time used, by {grouping.label.lower()}",
        [
            Column(grouping.label, is_number=False),
            Column("Completed"),
            *(Column(f"p{share}", help=f"{label} this share") for share, label in WITHIN.items()),
            *([Column("p90 before")] if asked.compares else []),
            Column("Over 100 %"),
        ],
        rows,
        _line(asked, "All", {}, total, was) if rows else (),
        note="p50, p90, p95: half, nine of ten, nineteen of twenty used at most this share of the target.",
    )


def _line(asked: Asked, label: str, opens: Mapping[str, Any], used: Used, before: Used) -> list[Cell]:
    late = f"{WHOLE + 1}-{MOST + 1}"
    return [
        text(label, asked.address(**opens)),
        count(used.all, asked.address(**opens)),
        *(_share(used.share(share)) for share in WITHIN),
        *([_share(before.share(90))] if asked.compares else []),
        count(used.between(WHOLE + 1, MOST + 1), asked.address(**opens, used=late), "late"),
    ]


def _by_share(asked: Asked, total: Used) -> Table:
    rows, passed = [], 0
    for first, last, told in _bins() if total.all else ():
        number = total.between(first, last)
        passed += number
        rows.append(
            [
                text(told),
                count(number, asked.address(used=f"{first}-{last}")),
                percent(100 * number / total.all),
                percent(100 * passed / total.all),
            ]
        )
    heads = ("Milestones", "Share", "So far")
    columns = [Column("Used of the target’s time", is_number=False), *(Column(head) for head in heads)]
    return Table("shares", "How many used how much", columns, rows)


def _share(used: int | None) -> Cell:
    return NOTHING if used is None else Cell(used, _told(used), tone="late" if used > WHOLE else "")


def _told(used: int | None) -> str:
    if used is None:
        return "–"
    return f"over {MOST:,} %" if used > MOST else f"{used} %"


REPORT = Report(
    key="target-used",
    title="Share of the target used",
    about="How close to the target work is done: what half, nine of ten and nineteen of twenty stay within.",
    section=KEPT,
    find=find,
    options=[
        Option("by", "By", BY),
        Option(
            "used", "Used", what="a range of percentages such as 81-90", reading=read_range, is_hidden=True
        ),
    ],
    opens=opens,
)
