"""A scenario performed at the desk: the operations at their times, a tick at every planned moment."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User

from cases.engine.due import tick
from cases.engine.load import load_cases
from cases.models import Case, CaseMilestone, FiredTrigger
from cases.operations import (
    Refused,
    add_note,
    change_case,
    complete_milestone,
    create_case,
    pause_milestones,
    receive_customer_message,
    reply_to_case,
    resume_case,
    resume_milestones,
    stop_case,
)
from entitlements.as_code.fields import instant_of
from entitlements.as_code.read import read_configuration
from entitlements.as_code.timeline import case_of, custom_fields_of, facts_of
from entitlements.core.facts import (
    AgentReplied,
    CompletedByHand,
    CustomerWrote,
    Fact,
    FieldsChanged,
    NoteAdded,
    PausedByInterface,
    ResumedByHand,
    ResumedByInterface,
    StoppedByHand,
)
from entitlements.core.simulation import (
    Simulated,
    as_utc,
    milestone_status,
    milestones_as_json,
    simulate,
    triggers_as_json,
)
from entitlements.core.state import CaseState
from entitlements.models import Entitlement
from tests.engine.setup_rows import Given


@dataclass
class Outcome:
    """What a scenario came to, in the words of `simulate --json`."""

    milestones: list[dict[str, Any]]
    triggers: list[dict[str, Any]]
    status: str
    fields: dict[str, str]
    refused: list[str]


FIELDS = ("status", "stage", "priority", "type", "queue")


@dataclass
class Script:
    """A scenario, read: the case to create, the facts in order, and when to look for the last time."""

    given: Given
    state: CaseState = field(init=False)
    facts: list[Fact] = field(init=False)
    until: datetime = field(init=False)

    def __post_init__(self) -> None:
        self.custom = custom_fields_of(self.given)
        self.configuration = read_configuration(self.given["config"], self.custom)
        self.facts = facts_of(self.given, self.custom)
        self.state = case_of(self.given, self.facts[0].at, self.configuration, self.custom)
        until = self.given.get("until")
        self.until = instant_of(until) if until else self.facts[-1].at

    def simulated(self) -> Outcome:
        process = self.configuration.processes[self.given["process"]]
        organisation = self.configuration.organisation
        done = simulate(process, organisation, self.state, self.facts, self.until)
        return Outcome(
            milestones_as_json(done),
            triggers_as_json(done),
            milestone_status(done.state.occurrences),
            {name: done.state.texts.get(name, "") for name in FIELDS},
            [refusal.why for refusal in done.refused],
        )

    def performed(self, entitlement: Entitlement, agent: User, also_at: Iterable[datetime] = ()) -> Outcome:
        """At the desk, with ticks at the planned moments and `also_at` others."""
        case, *facts = (fact for fact in self.facts if fact.at <= self.until)
        moments = sorted(also_at)
        key = self._create(entitlement, case.at)
        refused = []
        for fact in facts:
            tick_before(fact.at, moments)
            try:
                let_happen(key, fact, agent)
            except Refused as why:
                refused.append(str(why))
        tick_before(self.until, moments)
        while tick_at_planned(self.until):
            continue
        tick(self.until, 100)
        return _outcome(key, self.until, refused)

    def _create(self, entitlement: Entitlement, now: datetime) -> int:
        texts: dict[str, Any] = {
            name: self.state.texts[name] for name in FIELDS if self.state.texts.get(name)
        }
        return create_case(
            subject="Performed",
            account=entitlement.account,
            by=None,
            now=now,
            custom=self.state.custom,
            **texts,
        ).pk


def tick_before(moment: datetime, also_at: Sequence[datetime]) -> None:
    """Every planned look before the moment, and those of the others that come before it."""
    others = [one for one in also_at if one < moment]
    for other in others:
        while (planned := next_planned()) is not None and planned < other:
            tick(planned, 100)
        tick(other, 100)
    while (planned := next_planned()) is not None and planned < moment:
        tick(planned, 100)


def tick_at_planned(until: datetime) -> bool:
    planned = next_planned()
    if planned is None or planned > until:
        return False
    tick(planned, 100)
    return True


def next_planned() -> datetime | None:
    """What the due columns say."""
    dues = CaseMilestone.objects.filter(due_at__isnull=False).order_by("due_at")
    entries = Case.objects.filter(enters_at__isnull=False).order_by("enters_at")
    firsts = [
        *dues.values_list("due_at", flat=True)[:1],
        *entries.values_list("enters_at", flat=True)[:1],
    ]
    return min((one for one in firsts if one is not None), default=None)


def let_happen(case: int, fact: Fact, agent: User) -> None:
    """The operation that makes this fact."""
    now = fact.at
    match fact:
        case AgentReplied():
            reply_to_case(case, body="We are on it.", by=agent, now=now)
        case CustomerWrote():
            receive_customer_message(case, body="Any news?", now=now)
        case NoteAdded():
            add_note(case, body="Called the plumber.", by=agent, now=now)
        case FieldsChanged():
            change_case(case, fields=fact.fields, by=agent, now=now)
        case StoppedByHand():
            stop_case(
                case,
                reason=fact.reason,
                until_customer_answers=fact.until_customer_answers,
                by=agent,
                now=now,
            )
        case ResumedByHand():
            resume_case(case, by=agent, now=now)
        case PausedByInterface():
            pause_milestones(case, reason=fact.reason, by=agent, now=now)
        case ResumedByInterface():
            resume_milestones(case, by=agent, now=now)
        case CompletedByHand():
            complete_milestone(case, milestone=fact.milestone, occurrence=fact.occurrence, by=agent, now=now)
        case _:
            raise AssertionError(f"nothing at the desk makes {fact}")


def _outcome(case: int, ended_at: datetime, refused: list[str]) -> Outcome:
    work = load_cases([case])[case]
    seen = Simulated(work.definition, work.state, (), (), (), (), ended_at)
    return Outcome(
        milestones_as_json(seen),
        _triggers(case),
        work.case.milestone_status,
        {name: work.state.texts.get(name, "") for name in FIELDS},
        refused,
    )


def _triggers(case: int) -> list[dict[str, Any]]:
    rows = FiredTrigger.objects.filter(case_milestone__case=case).order_by("pk")
    return [
        {
            "milestone": row.case_milestone.milestone.name,
            "occurrence": row.case_milestone.number,
            "kind": row.kind,
            "offset": row.trigger.value().offset,
            "due": as_utc(row.due),
            "fired": as_utc(row.at) if row.outcome == "fired" else None,
            "outcome": row.outcome,
        }
        for row in rows.select_related("case_milestone__milestone", "trigger")
    ]
