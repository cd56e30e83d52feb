"""What the core decided → rows. Works in sets: a batch of cases costs as many statements as one case."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cases.engine.case_row import CASE_FIELDS, put_state
from cases.engine.case_state import OF_OCCURRENCE
from cases.engine.load import Loaded
from cases.engine.outbox import Fired, write_outbox
from cases.engine.rows import update_rows
from cases.models import CaseEvent, CaseMilestone, FiredTrigger, Stop
from entitlements.core.changes import Change, Changes, Firing
from entitlements.core.engine import due_at
from entitlements.core.state import CaseState, Occurrence
from entitlements.core.state import Stop as StopValue

MILESTONE_FIELDS = [*OF_OCCURRENCE[2:], "state", "settled", "due_at"]


@dataclass
class Decided:
    """A loaded case and what the core decided about it."""

    work: Loaded
    changes: Changes


def write(decided: Sequence[Decided], now: datetime) -> None:
    """Write everything that was decided. Call it inside the transaction that locked the cases."""
    _write_milestones(decided)
    _write_stops(decided)
    _write_events(decided, now)
    fired = _write_firings(decided, now)
    for one in decided:
        put_state(one.work, one.changes.state)
    update_rows([one.work.case for one in decided], CASE_FIELDS)
    write_outbox(fired, now)


def _write_milestones(decided: Sequence[Decided]) -> None:
    new: list[CaseMilestone] = []
    changed: list[CaseMilestone] = []
    for one in decided:
        before = {occurrence.key: occurrence for occurrence in one.work.state.occurrences}
        state = one.changes.state
        for occurrence in state.occurrences:
            name = occurrence.milestone, occurrence.number
            if occurrence.key is None:
                row = one.work.rows[name] = _new_row(occurrence, one.work)
                new.append(row)
            elif occurrence != before[occurrence.key]:
                row = one.work.rows[name]
                changed.append(row)
            else:
                continue
            _put(occurrence, row, one.work, state)
    CaseMilestone.objects.bulk_create(new)
    update_rows(changed, MILESTONE_FIELDS)


def _new_row(occurrence: Occurrence, work: Loaded) -> CaseMilestone:
    return CaseMilestone(
        case=work.case,
        milestone_id=work.configuration.milestone_ids[occurrence.milestone],
        process_milestone_id=int(occurrence.row.key),
        recurrence=str(occurrence.row.recurrence),
        number=occurrence.number,
        run=occurrence.run,
    )


def _put(occurrence: Occurrence, row: CaseMilestone, work: Loaded, state: CaseState) -> None:
    for name in OF_OCCURRENCE:
        setattr(row, name, getattr(occurrence, name))
    row.reason = occurrence.reason[:300]
    row.state = str(occurrence.state)
    row.settled = sorted(occurrence.settled)
    row.due_at = due_at(work.definition, state, occurrence)


def _write_stops(decided: Sequence[Decided]) -> None:
    new: list[Stop] = []
    ended: list[Stop] = []
    for one in decided:
        for stop, milestone in _stops_of(one):
            if stop.key is None:
                new.append(_new_stop(stop, one.work, milestone))
            elif one.work.stops[stop.key].until != stop.until:
                row = one.work.stops[stop.key]
                row.until = stop.until
                ended.append(row)
    update_rows(ended, ["until"])
    Stop.objects.bulk_create(new)


def _stops_of(one: Decided) -> list[tuple[StopValue, CaseMilestone | None]]:
    of_case: list[tuple[StopValue, CaseMilestone | None]] = [(stop, None) for stop in one.changes.state.stops]
    return of_case + [
        (pause, one.work.rows[occurrence.milestone, occurrence.number])
        for occurrence in one.changes.state.occurrences
        for pause in occurrence.pauses
    ]


def _new_stop(stop: StopValue, work: Loaded, milestone: CaseMilestone | None) -> Stop:
    return Stop(
        case=work.case,
        case_milestone=milestone,
        kind=str(stop.kind),
        since=stop.since,
        until=stop.until,
        reason=stop.reason[:300],
        by=stop.by,
        until_customer_answers=stop.until_customer_answers,
    )


def _write_events(decided: Sequence[Decided], now: datetime) -> None:
    CaseEvent.objects.bulk_create(
        CaseEvent(
            case=one.work.case,
            case_milestone=_row_of(change, one.work),
            kind=str(change.kind),
            at=change.at,
            recorded_at=now,
            by=change.by,
            details={name: _plain(value) for name, value in change.details.items()},
        )
        for one in decided
        for change in one.changes.log
    )


def _row_of(change: Change, work: Loaded) -> CaseMilestone | None:
    if change.occurrence is None:
        return None
    return work.rows[change.occurrence.milestone, change.occurrence.number]


def _plain(value: Any) -> Any:
    """Fit for JSON; instants keep their microseconds."""
    return value.isoformat() if isinstance(value, datetime) else value


def _write_firings(decided: Sequence[Decided], now: datetime) -> list[Fired]:
    fired = [
        Fired(one.work, firing, _fired_row(firing, one.work, now))
        for one in decided
        for firing in one.changes.firings
    ]
    FiredTrigger.objects.bulk_create(one.row for one in fired)
    return fired


def _fired_row(firing: Firing, work: Loaded, now: datetime) -> FiredTrigger:
    return FiredTrigger(
        case_milestone=work.rows[firing.occurrence.milestone, firing.occurrence.number],
        trigger_id=int(firing.trigger.key),
        kind=str(firing.trigger.kind),
        outcome=str(firing.outcome),
        due=firing.due,
        at=firing.at,
        fired_at=now,
        late=str(firing.late),
    )
