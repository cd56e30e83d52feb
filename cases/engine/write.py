"""What the core decided → rows. Works in sets: a batch of cases costs as many statements as one case."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cases.engine.actions import Fired, write_actions
from cases.engine.case_row import put_state
from cases.engine.case_state import fit_for_json
from cases.engine.escalation_upkeep import follow_escalations
from cases.engine.load import Loaded
from cases.engine.milestone_row import new_row, put_occurrence
from cases.engine.recipients import Directory
from cases.engine.rows import ahead, insert_rows, take_keys, update_rows
from cases.engine.rule_clock import keep_clocks
from cases.engine.subscriptions import tell_subscribers
from cases.engine.withdraw import withdraw
from cases.models import Case, CaseEvent, CaseMilestone, FiredTrigger, Stop
from entitlements.core.changes import Change, Changes
from entitlements.core.state import Stop as StopValue

EVENT_FIELDS = ("case", "case_milestone", "kind", "at", "recorded_at", "by", "details")
TRIGGER_FIELDS = ("id", "case_milestone", "trigger", "kind", "outcome", "due", "at", "fired_at", "late")
STOP_FIELDS = ("case", "case_milestone", "kind", "since", "until", "reason", "by", "until_customer_answers")


@dataclass
class Decided:
    """A loaded case and what the core decided about it."""

    work: Loaded
    changes: Changes


def write(decided: Sequence[Decided], now: datetime) -> None:
    """Write everything that was decided. Call it inside the transaction that locked the cases."""
    fired = _fired(decided)
    directory = Directory(now)
    with ahead() if len(decided) > 1 else nullcontext():
        _write_milestones(decided)
        _write_stops(decided)
        _write_events(decided, now)
        _write_firings(fired, now)
        _write_cases(decided, directory)
        tell_subscribers([(change, one.work) for one in decided for change in one.changes.log], now)
        write_actions(fired, directory, now)
    withdraw(decided)
    follow_escalations(decided, fired, now)
    keep_clocks(decided, now)


class Updates:
    """Rows to update, kept together by which fields of theirs differ."""

    def __init__(self, model: type[Case] | type[CaseMilestone]) -> None:
        self.model = model
        self._rows: dict[tuple[str, ...], list[list[Any]]] = defaultdict(list)

    def add(self, row: Case | CaseMilestone, names: tuple[str, ...]) -> None:
        if names:
            self._rows[names].append([row.pk, *(getattr(row, name) for name in names)])

    def write(self) -> None:
        for names, rows in self._rows.items():
            update_rows(self.model, names, rows)


def _write_cases(decided: Sequence[Decided], directory: Directory) -> None:
    updates = Updates(Case)
    for one in decided:
        updates.add(one.work.case, put_state(one.work, one.changes.state, directory))
    updates.write()


def _write_milestones(decided: Sequence[Decided]) -> None:
    """Ended ones before new ones: no two may be open in between.

    An open one may be due at another moment without having changed itself: its hours were edited.
    """
    new: list[CaseMilestone] = []
    updates = Updates(CaseMilestone)
    for one in decided:
        before = {occurrence.key: occurrence for occurrence in one.work.state.occurrences}
        for occurrence in one.changes.state.occurrences:
            name = occurrence.milestone, occurrence.number
            if occurrence.key is None:
                row = one.work.rows[name] = new_row(occurrence, one.work)
                put_occurrence(occurrence, row, one.changes)
                new.append(row)
            elif occurrence.is_open or occurrence != before[occurrence.key]:
                row = one.work.rows[name]
                updates.add(row, put_occurrence(occurrence, row, one.changes))
    updates.write()
    CaseMilestone.objects.bulk_create(new)


def _write_stops(decided: Sequence[Decided]) -> None:
    ended: list[list[Any]] = []
    new: list[list[Any]] = []
    for one in decided:
        for stop, milestone in _stops_of(one):
            if stop.key is None:
                new.append(_stop_values(stop, one.work.case.pk, milestone))
            elif one.work.stops[stop.key].until != stop.until:
                ended.append([stop.key, stop.until])
    update_rows(Stop, ["until"], ended)
    insert_rows(Stop, STOP_FIELDS, new)


def _stops_of(one: Decided) -> list[tuple[StopValue, int | None]]:
    """The case's stops and its milestones' own, with the milestone's key."""
    of_case: list[tuple[StopValue, int | None]] = [(stop, None) for stop in one.changes.state.stops]
    return of_case + [
        (pause, one.work.rows[occurrence.milestone, occurrence.number].pk)
        for occurrence in one.changes.state.occurrences
        for pause in occurrence.pauses
    ]


def _stop_values(stop: StopValue, case: int, milestone: int | None) -> list[Any]:
    kind, reason = str(stop.kind), stop.reason[:300]
    return [case, milestone, kind, stop.since, stop.until, reason, stop.by, stop.until_customer_answers]


def _write_events(decided: Sequence[Decided], now: datetime) -> None:
    rows = [_event_values(change, one.work, now) for one in decided for change in one.changes.log]
    insert_rows(CaseEvent, EVENT_FIELDS, rows)


def _event_values(change: Change, work: Loaded, now: datetime) -> list[Any]:
    return [
        work.case.pk,
        _row_key(change, work),
        str(change.kind),
        change.at,
        now,
        change.by,
        fit_for_json(change.details),
    ]


def _row_key(change: Change, work: Loaded) -> int | None:
    if change.occurrence is None:
        return None
    return work.rows[change.occurrence.milestone, change.occurrence.number].pk


def _fired(decided: Sequence[Decided]) -> list[Fired]:
    """In the order in which they fired, whichever case they belong to: the outbox keeps it (§8.4)."""
    firings = [(one.work, firing) for one in decided for firing in one.changes.firings]
    firings.sort(key=lambda pair: pair[1].at)
    keys = take_keys(FiredTrigger, len(firings))
    return [Fired(work, firing, key) for key, (work, firing) in zip(keys, firings, strict=True)]


def _write_firings(fired: Sequence[Fired], now: datetime) -> None:
    insert_rows(FiredTrigger, TRIGGER_FIELDS, [_trigger_values(one, now) for one in fired])


def _trigger_values(one: Fired, now: datetime) -> list[Any]:
    firing, occurrence = one.firing, one.firing.occurrence
    return [
        one.key,
        one.work.rows[occurrence.milestone, occurrence.number].pk,
        int(firing.trigger.key),
        str(firing.trigger.kind),
        str(firing.outcome),
        firing.due,
        firing.at,
        now,
        str(firing.late),
    ]
