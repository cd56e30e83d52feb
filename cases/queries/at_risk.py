"""What a supervisor must see: how many cases are late or will be, and which come next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import User
from django.db.models import Q

from cases.engine.load import READABLE, load, organisation
from cases.models import Case
from cases.queries.chips import (
    CHIPS,
    NEXT,
    SOON,
    Chip,
    Moment,
    at_risk_and_unassigned,
    chip_filter,
    count_cases,
)
from cases.queries.tracker import next_face
from cases.queries.worklist.line import Line

IN_A_LANE = 15
TILES = ("late", "soon", "next", "today", "stopped-long", "risk-unassigned", "unwatched")


@dataclass(frozen=True, slots=True)
class Lane:
    """A horizon with its cases, next due first; `key` opens all of them in the case list."""

    key: str
    label: str
    lines: list[Line]


@dataclass(frozen=True, slots=True)
class AtRisk:
    tiles: list[Chip]
    lanes: list[Lane]
    at_risk_percent: int


def read_at_risk(user: User, now: datetime) -> AtRisk:
    moment = Moment.at(now, user)
    horizons = _horizons(moment)
    found = [list(_cases(which)) for _, _, which in horizons]
    loaded = load([case for cases in found for case in cases])
    lanes = [
        Lane(key, label, [Line(case, next_face(loaded[case.pk], now)) for case in cases])
        for (key, label, _), cases in zip(horizons, found, strict=True)
    ]
    return AtRisk(_tiles(user, moment), lanes, organisation().at_risk_percent)


def _tiles(user: User, moment: Moment) -> list[Chip]:
    counts = count_cases(
        Case.objects.visible_to(user), moment, [key for key in TILES if key != "risk-unassigned"]
    )
    counts["risk-unassigned"] = len(at_risk_and_unassigned(moment.now))
    return [Chip(key, *CHIPS[key], counts[key], False) for key in TILES]


def _horizons(moment: Moment) -> list[tuple[str, str, Q]]:
    """Each case stands in one lane."""
    now = moment.now
    soon, later = now + SOON, now + NEXT
    return [
        ("late", "Late now", chip_filter("late", moment)),
        ("soon", "In 30 minutes", Q(next_target__gte=now, next_target__lt=soon)),
        ("next", "In 2 hours", Q(next_target__gte=soon, next_target__lt=later)),
        ("today", "Later today", Q(next_target__gte=later, next_target__lt=moment.midnight)),
    ]


def _cases(which: Q) -> list[Case]:
    cases = READABLE.filter(which, is_closed=False)
    return list(cases.next_due_first()[:IN_A_LANE])
