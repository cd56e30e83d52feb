"""What happens depends on the facts and their times, not on when or how often the engine looked (§8.6)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from entitlements.as_code.read import read_configuration
from entitlements.core.changes import Changes, Firing
from entitlements.core.clock import hours_of, stopped_time
from entitlements.core.definition import OnReentry, Organisation, Process, Recurrence, TriggerKind
from entitlements.core.engine import evaluate, next_look
from entitlements.core.facts import (
    AgentReplied,
    CompletedByHand,
    Created,
    CustomerWrote,
    Fact,
    FieldsChanged,
    NoteAdded,
    PausedByInterface,
    ResumedByHand,
    ResumedByInterface,
    StoppedByHand,
)
from entitlements.core.state import CaseState, Occurrence, Promise, State
from tests.core.desk import EVER, OFFICE, t

BIRTH = t("15:00")
CUSTOM = (("due", "date"),)
CONDITIONS = st.sampled_from(
    [
        'case.priority == "High"',
        'case.type == "A"',
        "case.awaiting_reply",
        'case.stage != "B"',
        "case.is_escalated",
    ]
)
COMPLETIONS = st.sampled_from(
    [
        "agent_reply",
        "case_closed",
        "manual",
        {"when": 'case.stage == "B"'},
        {"when": 'case.type == "A" && milestone.occurrence < 4'},
        {"when": "case.last_agent_reply_at > milestone.start_date"},
    ]
)
TARGETS = st.sampled_from(
    [
        {"minutes": 20},
        {"minutes": 60},
        {"minutes": 300},
        {"formula": 'case.priority == "High" ? 30 : 120'},
        {"formula": "60 / (1 - case.escalation_level)"},
    ]
)
UPDATES = st.sampled_from(
    [
        {"set": {"priority": "High"}},
        {"set": {"stage": "B"}},
        {"set": {"type": "A"}},
        {"set": {"type": "C"}},
        {"set": {"status": "Waiting on Customer"}},
        {"set": {"status": "Closed"}},
        {"escalate": {"level": 1}},
        {"assign": {"queue": "Second"}},
    ]
)
ACTIONS = st.lists(UPDATES, max_size=2)


def triggers(warnings_act: bool) -> st.SearchStrategy[list[dict[str, Any]]]:
    nothing: st.SearchStrategy[list[Any]] = st.just([])
    warning = st.builds(
        lambda offset, actions: {"warning": offset, "actions": actions},
        st.sampled_from(["75%", "10m", "0m", "2h", "50%"]),
        ACTIONS if warnings_act else nothing,
    )
    violation = st.builds(
        lambda offset, actions: {"violation": offset, "actions": actions},
        st.sampled_from(["0m", "10m", "2h"]),
        ACTIONS,
    )
    success = st.builds(lambda actions: {"success": None, "actions": actions}, ACTIONS)
    return st.lists(st.one_of(warning, violation, success), max_size=3)


def row(name: str, warnings_act: bool) -> st.SearchStrategy[dict[str, Any]]:
    return st.builds(
        lambda target, complete_on, start, given, fired: (
            target
            | {"milestone": name, "complete_on": complete_on, "start": start, "triggers": fired}
            | given
        ),
        TARGETS,
        COMPLETIONS,
        st.sampled_from(["entry", "entry", "criteria", "custom.due", "last_customer_message_at"]),
        st.fixed_dictionaries(
            {},
            optional={
                "when": CONDITIONS,
                "pause_when": CONDITIONS,
                "cancel_when_criteria_end": st.booleans(),
                "business_hours": st.just("Office"),
            },
        ),
        triggers(warnings_act),
    )


@st.composite
def configurations(draw: st.DrawFn, warnings_act: bool) -> tuple[Process, Organisation]:
    names = "ABC"[: draw(st.integers(1, 3))]
    rows = [one for name in names for one in draw(st.lists(row(name, warnings_act), min_size=1, max_size=2))]
    own = {
        "exit_when": st.sampled_from(['case.stage == "X"', "false"]),
        "on_reentry": st.just("restart"),
        "enter_at": st.just("custom.due"),
    }
    process = draw(st.fixed_dictionaries({}, optional=own)) | {"name": "P", "milestones": rows}
    recurrence = st.sampled_from(list(Recurrence))
    configuration = read_configuration(
        {
            "settings": {"allow_pausing": draw(st.booleans())},
            "business_hours": [OFFICE],
            "milestones": [{"name": name, "recurrence": str(draw(recurrence))} for name in names],
            "entitlement_processes": [process],
        },
        CUSTOM,
    )
    return configuration.processes["P"], configuration.organisation


FIELDS = st.sampled_from(
    [
        {"priority": "High"},
        {"priority": "Low"},
        {"type": "A"},
        {"type": "C"},
        {"stage": "A"},
        {"stage": "B"},
        {"stage": "X"},
        {"status": "Working"},
        {"status": "Waiting on Customer"},
        {"status": "Closed"},
        {"status": "Nowhere"},
        {"escalation_level": 0},
        {"custom.due": None},
        {"custom.due": BIRTH},
        {"custom.due": BIRTH + timedelta(minutes=90)},
        {"custom.due": BIRTH + timedelta(days=1)},
        {"status": "Working", "type": "A", "stage": "A"},
    ]
)


@st.composite
def facts(draw: st.DrawFn) -> list[Fact]:
    """At whole minutes, each at its own."""
    found: list[Fact] = [Created(BIRTH)]
    gaps = draw(st.lists(st.sampled_from([1, 5, 10, 20, 60, 200, 1000]), max_size=12))
    for gap in gaps:
        at = found[-1].at + timedelta(minutes=gap)
        plain = st.sampled_from(
            [
                AgentReplied(at),
                CustomerWrote(at),
                NoteAdded(at),
                StoppedByHand(at, reason="a part"),
                StoppedByHand(at, until_customer_answers=True),
                ResumedByHand(at),
                PausedByInterface(at),
                ResumedByInterface(at),
                *(CompletedByHand(at, milestone=name) for name in "ABC"),
            ]
        )
        found.append(draw(st.one_of(plain, st.builds(FieldsChanged, st.just(at), fields=FIELDS))))
    return found


@dataclass
class Run:
    process: Process
    organisation: Organisation
    state: CaseState
    firings: list[Firing]

    def look(self, facts: list[Fact], now: datetime) -> Changes:
        before = repr(self.state)
        changes = evaluate(self.process, self.organisation, self.state, facts, now)
        assert repr(self.state) == before, "the state that was given has changed"
        self.state = changes.state
        self.firings += changes.firings
        return changes

    def look_at_every_planned_moment(self, before: datetime) -> None:
        while (planned := next_look(self.process, self.state)) is not None and planned < before:
            self.look([], planned)


def fresh(process: Process, organisation: Organisation) -> Run:
    texts = {"status": "New", "priority": "Low"}
    return Run(process, organisation, CaseState(BIRTH, texts=texts, promise=Promise(EVER)), [])


def in_time(configuration: tuple[Process, Organisation], facts: list[Fact], end: datetime) -> Run:
    """Looked at at every planned moment and every fact."""
    run = fresh(*configuration)
    for fact in facts:
        run.look_at_every_planned_moment(fact.at)
        run.look([fact], fact.at)
    run.look_at_every_planned_moment(end)
    run.look([], end)
    return run


def end_of(facts: list[Fact]) -> datetime:
    return facts[-1].at + timedelta(hours=30, seconds=1)


def what_fired(run: Run) -> list[tuple[object, ...]]:
    return [
        (one.occurrence.milestone, one.occurrence.number, one.trigger.key, one.due, one.at)
        for one in run.firings
    ]


MANY = settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))


@MANY
@given(configurations(warnings_act=True), facts(), st.lists(st.integers(0, 3000), max_size=15))
def test_ticks_in_between_change_nothing(
    configuration: tuple[Process, Organisation], facts: list[Fact], minutes: list[int]
) -> None:
    expected, run, end = in_time(configuration, facts, end_of(facts)), fresh(*configuration), end_of(facts)
    ticks = sorted(BIRTH + timedelta(minutes=minute, seconds=30) for minute in minutes)
    for at, fact in sorted(
        [(one.at, [one]) for one in facts] + [(at, []) for at in ticks if at < end], key=lambda one: one[0]
    ):
        run.look_at_every_planned_moment(at)
        run.look(fact, at)
    run.look_at_every_planned_moment(end)
    run.look([], end)
    assert run.state == expected.state
    assert run.firings == expected.firings


@MANY
@given(configurations(warnings_act=False), facts(), st.lists(st.integers(0, 3000), max_size=3))
def test_looking_late_skips_warnings_and_changes_nothing_else(
    configuration: tuple[Process, Organisation], facts: list[Fact], minutes: list[int]
) -> None:
    expected, run, end = in_time(configuration, facts, end_of(facts)), fresh(*configuration), end_of(facts)
    ticks = sorted(BIRTH + timedelta(minutes=minute, seconds=30) for minute in minutes)
    for at, fact in sorted(
        [(one.at, [one]) for one in facts] + [(at, []) for at in ticks if at < end], key=lambda one: one[0]
    ):
        run.look(fact, at)
    run.look([], end)
    assert run.state == expected.state
    assert what_fired(run) == what_fired(expected)
    others = [one.outcome for one in run.firings if one.trigger.kind is not TriggerKind.WARNING]
    assert set(others) <= {"fired"}


@MANY
@given(configurations(warnings_act=False), facts())
def test_all_facts_at_once_come_to_the_same(
    configuration: tuple[Process, Organisation], facts: list[Fact]
) -> None:
    expected, run = in_time(configuration, facts, end_of(facts)), fresh(*configuration)
    run.look(facts, end_of(facts))
    assert run.state == expected.state
    assert what_fired(run) == what_fired(expected)


@MANY
@given(configurations(warnings_act=True), facts())
def test_the_rules_hold_after_every_look(
    configuration: tuple[Process, Organisation], facts: list[Fact]
) -> None:
    run = fresh(*configuration)
    for fact in [*facts, None]:
        now = fact.at if fact else end_of(facts)
        run.look_at_every_planned_moment(now)
        run.look([fact] if fact else [], now)
        check_rules(run, now)
        again = evaluate(run.process, run.organisation, run.state, [], now)
        assert (again.state, again.firings, again.log) == (run.state, (), ())
    fired = [(one.occurrence.milestone, one.occurrence.number, one.trigger.key) for one in run.firings]
    assert len(fired) == len(set(fired))


def check_rules(run: Run, now: datetime) -> None:
    for name, rows in run.process.milestones.items():
        own = run.state.of(name)
        assert [one.number for one in own] == list(range(1, len(own) + 1))
        if rows[0].recurrence is not Recurrence.INDEPENDENT:
            assert sum(one.is_open for one in own) <= 1
        if rows[0].recurrence is Recurrence.NONE and run.process.on_reentry is OnReentry.KEEP:
            assert sum(one.state is State.COMPLETED for one in own) <= 1
    for occurrence in run.state.occurrences:
        check_occurrence(occurrence, run.state, now)


def check_occurrence(one: Occurrence, state: CaseState, now: datetime) -> None:
    if one.state is State.PENDING:
        assert one.held or one.start_date > now
        assert not one.is_violated
        return
    if one.state is State.STOPPED:
        assert one.target_date is None
        return
    end = one.completion_date or one.cancelled_at or now
    if one.minutes is None or one.held or end < one.start_date:
        return  # without a target, or ended before its clock ever ran
    whole = timedelta(minutes=one.minutes) + stopped_time(one, state, end)
    assert one.target_date == hours_of(one.row, state).add(one.start_date, whole)
    if not one.is_violated:
        assert end <= one.target_date
