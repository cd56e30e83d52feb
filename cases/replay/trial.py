"""One case, tried on one version of a process: what becomes of each milestone, and when what happens."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from cases.models import Case
from cases.replay.desk import pasts
from cases.replay.draft import Draft
from cases.replay.outcome import Outcome, Result, outcomes_of
from cases.replay.promises import EVER
from entitlements.core.changes import Firing
from entitlements.core.changes import Outcome as Fired
from entitlements.core.clock import end_of, remaining_time
from entitlements.core.definition import Process, Trigger
from entitlements.core.facts import EntitlementChanged, Fact
from entitlements.core.simulation import Simulated, simulate
from entitlements.core.state import CaseState, Occurrence, Promise, State
from entitlements.core.triggers import due_date

PLANNED = "planned"


@dataclass(frozen=True, slots=True)
class Moment:
    """A trigger's: `standing` is fired, skipped, or planned as things stand."""

    kind: str
    offset: str
    at: datetime
    standing: str
    actions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Tried:
    """One occurrence. `left` is the time to spare or, negative, by how much it is late.

    `recorded` is what the desk recorded of the occurrence of that number, where the case is a real one.
    """

    milestone: str
    number: int
    tier: int
    state: State
    result: Result
    start: datetime
    end: datetime
    target: datetime | None
    left: timedelta | None
    reason: str
    moments: Sequence[Moment]
    recorded: Outcome | None = None


@dataclass(frozen=True)
class Trial:
    """`begins` is when the case was created, `until` the moment at which it is looked at."""

    begins: datetime
    until: datetime
    milestones: Sequence[Tried]
    errors: Sequence[str]
    is_of_a_real_case: bool = False


def try_sample(draft: Draft, state: CaseState, facts: Sequence[Fact], until: datetime) -> Trial:
    """A case that was made up; it is promised the draft's process from the beginning."""
    promised = replace(state, promise=Promise(EVER))
    done = simulate(_only_process(draft), draft.organisation, promised, facts, until)
    return _trial(done, {})


def try_case(draft: Draft, case: Case, now: datetime) -> Trial:
    """A case of the desk, as if it had followed the draft's process since it was created."""
    past = next(pasts(Case.objects.filter(pk=case.pk), draft, now))
    happened = [fact for chapter in past.chapters for fact in chapter.facts]
    facts = [fact for fact in happened if not isinstance(fact, EntitlementChanged)]
    state = replace(past.state, promise=Promise(EVER))
    done = simulate(_only_process(draft), draft.organisation, state, facts, now)
    recorded = {(one.milestone, one.number): one for one in past.recorded or ()}
    return replace(_trial(done, recorded), is_of_a_real_case=True)


def _only_process(draft: Draft) -> Process:
    (process,) = draft.processes.values()
    return process


def _trial(done: Simulated, recorded: dict[tuple[str, int], Outcome]) -> Trial:
    state, now = done.state, done.ended_at
    ordered = sorted(state.occurrences, key=lambda one: (done.process.place[one.milestone], one.number))
    results = outcomes_of(ordered, now)
    return Trial(
        state.created_at,
        now,
        [
            _tried(one, outcome.result, done, recorded.get((one.milestone, one.number)))
            for one, outcome in zip(ordered, results, strict=True)
        ],
        done.errors,
    )


def _tried(one: Occurrence, result: Result, done: Simulated, recorded: Outcome | None) -> Tried:
    now = done.ended_at
    return Tried(
        one.milestone,
        one.number,
        one.row.tier,
        one.state,
        result,
        start=one.start_date,
        end=max(one.start_date, end_of(one, now)),
        target=one.target_date,
        left=_left(one, done),
        reason=one.reason,
        moments=sorted(_moments(one, done), key=lambda moment: moment.at),
        recorded=recorded,
    )


def _left(one: Occurrence, done: Simulated) -> timedelta | None:
    """In the milestone's own time while it is open, by the calendar once it has ended."""
    if one.is_open:
        return remaining_time(one, done.state, done.ended_at)
    if one.target_date is None or one.completion_date is None:
        return None
    return one.target_date - one.completion_date


def _moments(one: Occurrence, done: Simulated) -> Iterable[Moment]:
    fired = {_key(firing): firing for firing in done.firings}
    for trigger in one.row.triggers:
        firing = fired.get((one.milestone, one.number, trigger.key))
        if firing is not None:
            standing = "fired" if firing.outcome is Fired.FIRED else "skipped"
            yield _moment(trigger, firing.at, standing)
        elif trigger.key not in one.settled:
            due = due_date(trigger, one, done.state)
            if due is not None and due >= done.ended_at:
                yield _moment(trigger, due, PLANNED)


def _key(firing: Firing) -> tuple[str, int, str]:
    return firing.occurrence.milestone, firing.occurrence.number, firing.trigger.key


def _moment(trigger: Trigger, at: datetime, standing: str) -> Moment:
    kinds = tuple(dict.fromkeys(action.kind for action in trigger.actions))
    return Moment(str(trigger.kind), trigger.offset or "", at, standing, kinds)
