"""Everything that the supervisor's board shows, in a number of queries that does not grow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.contrib.auth.models import User

from cases.models import Case
from cases.models.case import CaseQuerySet
from cases.queries.board.duty import read_duty
from cases.queries.board.escalated import Escalated, escalated
from cases.queries.board.lanes import LANES, Lane, lanes_of
from cases.queries.board.load import Load, load_of
from cases.queries.board.standing import Standing, standing
from cases.queries.board.watched import Coverage, coverage
from cases.queries.chips import CHIPS, Chip, count_cases, count_found
from cases.queries.engine import backlog
from cases.queries.moment import Moment
from cases.queries.worklist.around import Around
from cases.queries.worklist.filters import narrowed
from cases.queries.worklist.wanted import ANY_ROW, MilestoneRow, Wanted

TILES = {
    "late": "Late now",
    "soon": "Late in 30 min",
    "next": "Late in 2 h",
    "today": "Late today",
    "risk-unassigned": "At risk, unassigned",
    "stopped-long": "Stopped too long",
    "answered": "Stopped, but answered",
    "unwatched": "Without milestones",
}


@dataclass(frozen=True, slots=True)
class Backlog:
    """How many milestones wait for the engine, and since when the longest."""

    count: int
    since: datetime | None


@dataclass(frozen=True, slots=True)
class Board:
    """`wanted` is what narrows it; the lists that its numbers open are narrowed by the same."""

    wanted: Wanted
    tiles: Sequence[Chip]
    lanes: Sequence[Lane]
    load: Load
    stopped_long: Sequence[Standing]
    answered: Sequence[Standing]
    coverage: Coverage
    escalated: Escalated
    backlog: Backlog
    at_risk_percent: int

    @property
    def count(self) -> dict[str, Chip]:
        """The tiles by key."""
        return {tile.key.replace("-", "_"): tile for tile in self.tiles}

    @property
    def changes_at(self) -> datetime | None:
        """When the first of the cards moves to another lane by itself: when its target passes."""
        shown = [card.face for lane in self.lanes[1:] for card in lane.cards if card.face]
        return min((at for face in shown if (at := face.occurrence.target_date)), default=None)


def _narrowed(wanted: Wanted, user: User, moment: Moment) -> CaseQuerySet:
    """The milestones that are named say by which targets a case is late or due, and no more."""
    named_alone = wanted.row == MilestoneRow(milestones=wanted.row.milestones)
    asked = replace(wanted, row=ANY_ROW) if named_alone else wanted
    return narrowed(Case.objects.visible_to(user), asked, moment)


def _counts(cases: CaseQuerySet, wanted: Wanted, moment: Moment) -> dict[str, int]:
    """Of all cases each number has an index to count from. A part of them is looked at once for all numbers;
    a process is no such part: most cases have the same.
    """
    is_part = wanted.words or wanted.filters.keys() - {"process"}
    return (count_found if is_part else count_cases)(cases, moment, dict.fromkeys((*TILES, *LANES)))


def read_board(wanted: Wanted, around: Around, user: User, now: datetime) -> Board:
    moment = Moment.at(now, user).of(wanted.row.milestones)
    cases = _narrowed(wanted, user, moment)
    counts = _counts(cases, wanted, moment)
    duty = read_duty(now)
    return Board(
        wanted=wanted,
        tiles=[Chip(key, label, CHIPS[key][1], counts[key], False) for key, label in TILES.items()],
        lanes=lanes_of(cases, moment, duty, counts),
        load=load_of(cases, moment, duty, around),
        stopped_long=standing(cases, "stopped-long", moment) if counts["stopped-long"] else [],
        answered=standing(cases, "answered", moment) if counts["answered"] else [],
        coverage=coverage(cases, moment),
        escalated=escalated(cases, wanted.is_narrowed),
        backlog=Backlog(*backlog(now)),
        at_risk_percent=around.organisation.at_risk_percent,
    )
