"""How good the estimates of being late have been: predicted against happened."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from cases.estimates.backtest import MOMENTS, WEEKS
from cases.estimates.outcomes import (
    KNOWN,
    UNKNOWN,
    Outcome,
    comparable,
    lies_in,
    outcomes,
    tested_since,
    that_came_as_far,
    undecided,
    with_chance,
)
from cases.estimates.survivors import wilson
from cases.models import CaseMilestone
from cases.reports.asked import Asked, Option
from cases.reports.chart import Chart, Kind, Role, Series
from cases.reports.report import WORK, Findings, Report
from cases.reports.results import Result
from cases.reports.rows import narrowed
from cases.reports.table import NOTHING, Cell, Column, Figure, Table, count, percent, text

LATE = (Result.MISSED, Result.OPEN_LATE)
WORDS = [f"{tenth * 10} to {tenth * 10 + 10} %" for tenth in range(10)]
_CHANCES = {"some": KNOWN, "none": UNKNOWN, **{str(tenth): lies_in(tenth) for tenth in range(10)}}


@dataclass(slots=True)
class Score:
    """Milestones with an estimate: how many, the sum of their chances, how many became late.

    `squared` is the sum of (chance − outcome)²: Brier's score, over how many.
    """

    many: int = 0
    chances: float = 0.0
    late: int = 0
    squared: float = 0.0

    def add(self, one: Outcome) -> None:
        chance = one.chance or 0.0
        self.many += one.many
        self.late += one.late
        self.chances += one.many * chance
        self.squared += one.many * chance * chance + one.late * (1 - 2 * chance)

    @property
    def mean(self) -> float | None:
        return 100 * self.chances / self.many if self.many else None

    @property
    def happened(self) -> float | None:
        return 100 * self.late / self.many if self.many else None

    @property
    def error(self) -> float | None:
        return self.squared / self.many if self.many else None

    @property
    def error_of_the_average(self) -> float | None:
        """Of always saying the share that did become late: nobody knew it, so it is a hard measure."""
        if not self.many:
            return None
        share = self.late / self.many
        return share * (1 - share)

    @property
    def interval(self) -> tuple[float, float] | None:
        if not self.many:
            return None
        low, high = wilson(self.late, self.many)
        return 100 * low, 100 * high


def find(asked: Asked, now: datetime) -> Findings:
    since = tested_since()
    if since is None:
        return Findings(tables=[_by_tenth(asked, {})], notes=["The first test is made within a day."])
    rows = comparable(narrowed(asked, now), since, now)
    found = list(outcomes(rows, since))
    moment = int(asked.options["used"])
    at_moment = [one for one in found if one.moment == moment]
    known = [one for one in at_moment if one.chance is not None]
    tenths = _scores(known, lambda one: one.tenth)
    return Findings(
        figures=_figures(asked, at_moment, known),
        charts=[_chart(tenths, moment)],
        tables=[
            _by_tenth(asked, tenths),
            _by_milestone(asked, _scores(known, lambda one: one.milestone)),
            _by_moment(asked, _scores((one for one in found if one.chance is not None), _moment)),
        ],
        notes=[
            *NOTES,
            f"{undecided(narrowed(asked, now), since, now):,} began then and are open in time: left out.",
        ],
    )


def opens(asked: Asked, now: datetime) -> QuerySet[CaseMilestone]:
    """The milestones behind a number."""
    since = tested_since()
    if since is None:
        return narrowed(asked, now).none()
    moment = int(asked.options["used"])
    rows = that_came_as_far(comparable(narrowed(asked, now), since, now), moment)
    tenth = asked.options["tenth"]
    return with_chance(rows, since, moment, _CHANCES[tenth]) if tenth else rows


def _moment(one: Outcome) -> int:
    return one.moment


def _scores(found: Iterable[Outcome], key: Callable[[Outcome], Any]) -> dict[Any, Score]:
    scores: dict[Any, Score] = defaultdict(Score)
    for one in found:
        scores[key(one)].add(one)
    return scores


def _figures(asked: Asked, at_moment: Sequence[Outcome], known: Sequence[Outcome]) -> list[Figure]:
    total = _scores(known, _moment).get(int(asked.options["used"]), Score())
    without = sum(one.many for one in at_moment) - total.many
    all_of_them = asked.address(tenth="some") if total.many else ""
    late_ones = asked.address(tenth="some", result=LATE) if total.late else ""
    return [
        Figure("Estimated on average", _told(total.mean), all_of_them, [f"of {total.many:,} milestones"]),
        Figure("Became late", _told(total.happened), late_ones, [f"{total.late:,} of them"]),
        Figure(
            "Squared error",
            _decimal(total.error),
            "",
            [f"always the average: {_decimal(total.error_of_the_average)}"],
        ),
        Figure(
            "Not enough history",
            f"{without:,}",
            asked.address(tenth="none") if without else "",
            ["no figure was shown"],
        ),
    ]


def _chart(tenths: dict[Any, Score], moment: int) -> Chart:
    shown = [tenth for tenth in range(10) if tenth in tenths]
    return Chart(
        "calibration",
        f"Estimated at {moment} % of the target’s time, and what happened, in percent that became late",
        Kind.LINES,
        [WORDS[tenth] for tenth in shown],
        [
            Series("Estimated", [_rounded(tenths[tenth].mean) for tenth in shown], Role.BEFORE),
            Series("Happened", [_rounded(tenths[tenth].happened) for tenth in shown], Role.NOW),
        ],
        unit="%",
        least=0,
        most=100,
    )


def _by_tenth(asked: Asked, tenths: dict[Any, Score]) -> Table:
    rows = []
    for tenth in range(10):
        if tenth in tenths:
            rows.append([text(WORDS[tenth]), *_cells(asked, tenths[tenth], {"tenth": str(tenth)})])
    return Table(
        "tenths",
        "Estimated against happened",
        [Column("Estimated", is_number=False), *COLUMNS],
        rows,
        note="The range is where the true share lies in nineteen of twenty cases, as so many can tell.",
        when_empty="There is no estimate to compare yet: that takes some weeks of history.",
    )


def _by_milestone(asked: Asked, scores: dict[Any, Score]) -> Table:
    rows = []
    for name in asked.known.of("milestone"):
        if score := scores.get(int(name.key)):
            opens = {"milestone": name.value}
            rows.append(
                [text(name.label, asked.address(**opens)), *_cells(asked, score, opens), *_errors(score)]
            )
    return Table(
        "milestones",
        "By milestone",
        [Column("Milestone", is_number=False), *COLUMNS, *ERROR_COLUMNS],
        rows,
        when_empty="There is no estimate to compare yet.",
    )


def _by_moment(asked: Asked, scores: dict[Any, Score]) -> Table:
    rows = [
        [
            text(f"{moment} % of the time used"),
            *_cells(asked, scores[moment], {"used": str(moment), "tenth": "some"}),
            *_errors(scores[moment]),
        ]
        for moment in MOMENTS
        if moment in scores
    ]
    return Table(
        "moments",
        "By the moment of the estimate",
        [Column("Estimated at", is_number=False), *COLUMNS, *ERROR_COLUMNS],
        rows,
        when_empty="There is no estimate to compare yet.",
    )


COLUMNS = (
    Column("Milestones"),
    Column("Estimated", help="The average of the estimates"),
    Column("Became late"),
    Column("Happened", help="Became late, of all of them"),
    Column("Range"),
    Column("Fits", is_number=False),
)
ERROR_COLUMNS = (
    Column("Squared error", help="0 is perfect, 0.25 says 50 % always"),
    Column("Of the average", help="Of always saying the share that became late, had one known it"),
)
NOTES = (
    f"Milestones that began in the {WEEKS} weeks before the last test, which is made daily. Each is "
    "estimated from what was known before the week in which it began: nothing looks ahead.",
    "They are compared by priority and queue at the start. Extended and waived ones are left out: there a "
    "person decided.",
)


def _cells(asked: Asked, score: Score, opens: dict[str, str]) -> list[Cell]:
    low, high = score.interval or (0.0, 100.0)
    mean = score.mean or 0.0
    fits = "yes" if low <= mean <= high else "too low" if mean < low else "too high"
    return [
        count(score.many, asked.address(**opens)),
        percent(score.mean),
        count(score.late, asked.address(**opens, result=LATE)),
        percent(score.happened),
        Cell(f"{low:.1f}-{high:.1f}", f"{low:.0f} to {high:.0f} %"),
        Cell(fits, fits, tone="met" if fits == "yes" else "late"),
    ]


def _errors(score: Score) -> list[Cell]:
    pair = (score.error, score.error_of_the_average)
    return [NOTHING if value is None else Cell(round(value, 5), f"{value:.3f}") for value in pair]


def _told(value: float | None) -> str:
    return "–" if value is None else f"{value:.1f} %"


def _decimal(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 2)


REPORT = Report(
    key="estimates",
    title="Estimates of being late",
    about="How good the desk’s estimates have been: predicted against happened.",
    section=WORK,
    find=find,
    options=[
        Option("used", "Estimated at", [(str(one), f"{one} % of the time") for one in (40, 0, 20, 60, 80)]),
        Option(
            "tenth",
            "Estimated",
            [
                *((str(one), WORDS[one]) for one in range(10)),
                ("some", "with an estimate"),
                ("none", "not enough history"),
            ],
            is_hidden=True,
        ),
    ],
    opens=opens,
    is_of_now=True,
    has_basis=False,
    compares=False,
)
