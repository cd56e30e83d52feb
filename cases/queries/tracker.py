"""The milestone tracker of one case: everything that it shows, from the core's own facts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import User

from cases.engine.load import JOINED, WITH_REVISION, Loaded, load
from cases.models import Case, seen_by
from cases.queries.face import Face, face_of
from cases.queries.tracker_tag import tag_of
from cases.queries.trigger_words import (
    Fired,
    completion_words,
    fired_on,
    planned_action_words,
    trigger_words,
)
from cases.queries.why_none import why_no_milestones
from entitlements.core.state import Occurrence, State, Stop, StopKind
from entitlements.core.triggers import Planned, planned_for

CASES = WITH_REVISION.select_related(*JOINED)
"""A case alone: its product is read when something asks for it, by few."""


@dataclass(frozen=True, slots=True)
class NextTrigger:
    trigger: str
    at: datetime
    actions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One occurrence in the tracker."""

    face: Face
    completes: str
    next_trigger: NextTrigger | None
    fired: list[Fired]
    pause: str

    @property
    def may_have_relief(self) -> bool:
        """Whether a supervisor could extend or waive it (§11)."""
        one = self.face.occurrence
        return one.is_open or (one.is_violated and not one.is_waived)

    @property
    def planned(self) -> Iterator[datetime]:
        """The moments at which it is to start, to fire, or to become late."""
        one = self.face.occurrence
        if self.next_trigger is not None:
            yield self.next_trigger.at
        if one.state is State.PENDING and not one.held:
            yield one.start_date
        if self.face.runs and one.target_date is not None and not one.is_violated:
            yield one.target_date


@dataclass(frozen=True, slots=True)
class Standstill:
    """A stop that lasts."""

    why: str
    since: datetime
    by: str
    by_hand: bool


@dataclass(frozen=True, slots=True)
class Tracker:
    """`first` is the next milestone; `open` the other open ones; `upcoming` and `past` the rest."""

    case: Case
    now: datetime
    tag: str
    first: Row | None
    open: list[Row]
    upcoming: list[Row]
    past: list[Row]
    stops: list[Standstill]
    faults: list[str]
    why_none: str
    at_risk_percent: int
    may_stop: bool

    @property
    def runs(self) -> bool:
        """Whether anything in it can change by itself, so that it is worth looking again."""
        rows = [self.first, *self.open, *self.upcoming]
        return any(row is not None and row.face.occurrence.state is not State.STOPPED for row in rows)

    @property
    def changes_at(self) -> datetime | None:
        """When the engine will next have something to do here, as far as it is planned."""
        rows = [row for row in (self.first, *self.open, *self.upcoming) if row is not None]
        return min((at for row in rows for at in row.planned), default=None)

    @property
    def stopped_by_hand(self) -> bool:
        return any(stop.by_hand for stop in self.stops)


def read_case(number: str, user: User) -> Case:
    """A case for its page, in one query. Raises Case.DoesNotExist, also where the user may not see it."""
    return CASES.get(seen_by(user), number=number)


def load_one(case: Case) -> Loaded:
    return load([case])[case.pk]


def tracker_of(work: Loaded, now: datetime) -> Tracker:
    fired = _fired(work)
    rows = [_row(occurrence, work, fired, now) for occurrence in work.state.occurrences]
    ahead = sorted((row for row in rows if row.face.occurrence.is_open), key=lambda row: row.face.order)
    past = [row for row in rows if not row.face.occurrence.is_open]
    past.sort(key=_ended, reverse=True)
    rest = ahead[1:]
    return Tracker(
        case=work.case,
        now=now,
        tag=tag_of(work.case, _delivery_states(fired), now),
        first=ahead[0] if ahead else None,
        open=[row for row in rest if row.face.occurrence.has_started],
        upcoming=[row for row in rest if not row.face.occurrence.has_started],
        past=past,
        stops=[_standstill(stop, work) for stop in work.state.stops if stop.until is None],
        faults=sorted(work.state.faults.values()),
        why_none="" if rows else why_no_milestones(work, now),
        at_risk_percent=work.organisation.at_risk_percent,
        may_stop=work.organisation.allow_pausing,
    )


def next_face(work: Loaded, now: datetime) -> Face | None:
    """The next milestone of a case, for lists."""
    faces = [face_of(one, work, now) for one in work.state.occurrences if one.is_open]
    return min(faces, key=lambda face: face.order, default=None)


def _fired(work: Loaded) -> dict[int, list[Fired]]:
    if not any(occurrence.settled for occurrence in work.state.occurrences):
        return {}
    rows = {occurrence.row.key: occurrence.row for occurrence in work.state.occurrences}
    return fired_on(work.case.pk, [trigger for row in rows.values() for trigger in row.triggers])


def _delivery_states(fired: dict[int, list[Fired]]) -> Iterator[str]:
    return (outcome.state for each in fired.values() for one in each for outcome in one.outcomes)


def _row(occurrence: Occurrence, work: Loaded, fired: dict[int, list[Fired]], now: datetime) -> Row:
    own_pause = next((pause for pause in occurrence.pauses if pause.until is None), None)
    return Row(
        face=face_of(occurrence, work, now),
        completes=completion_words(occurrence.row, work.definition.custom),
        next_trigger=_next_trigger(occurrence, work),
        fired=fired.get(occurrence.key or 0, []),
        pause=own_pause.reason if own_pause else "",
    )


def _next_trigger(occurrence: Occurrence, work: Loaded) -> NextTrigger | None:
    planned = [
        (one, one.trigger)
        for one in planned_for(occurrence, work.state, work.definition)
        if one.trigger is not None
    ]
    if not planned:
        return None
    coming, trigger = min(planned, key=lambda pair: _when(pair[0]))
    actions = tuple(planned_action_words(action, work.case) for action in trigger.actions)
    return NextTrigger(trigger_words(trigger), coming.plan.due, actions)


def _when(planned: Planned) -> tuple[datetime, int]:
    return planned.plan.at, planned.plan.position


def _ended(row: Row) -> datetime:
    one = row.face.occurrence
    return one.completion_date or one.cancelled_at or one.start_date


def _standstill(stop: Stop, work: Loaded) -> Standstill:
    match stop.kind:
        case StopKind.STATUS:
            why = f"status “{stop.reason or work.case.status_id}”"
        case StopKind.INTERFACE:
            why = stop.reason or "paused through the programming interface"
        case _:
            why = (
                f"{stop.reason} — until the customer answers" if stop.until_customer_answers else stop.reason
            )
    return Standstill(why, stop.since, stop.by, stop.kind is StopKind.HAND)
