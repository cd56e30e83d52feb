"""Random short timelines: the desk and the simulator never disagree."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cases.engine.case_state import occurrence_of
from cases.engine.load import load, load_cases, lock_cases
from cases.models import Case, CaseMilestone
from entitlements.core.triggers import planned_for
from tests.engine.performance import Script
from tests.engine.setup_rows import promise, set_up
from tests.factory import make_user

pytestmark = pytest.mark.django_db

BIRTH = datetime(2026, 3, 2, 15, tzinfo=UTC)
RECURRENCES = {
    "First": "none",
    "Fix": "none",
    "Visit": "none",
    "Update": "sequential",
    "Callback": "independent",
}
LATE = {"violation": "0m", "actions": [{"escalate": {"level": 1}}]}
ROWS: list[dict[str, Any]] = [
    {
        "milestone": "First",
        "minutes": 60,
        "complete_on": "agent_reply",
        "triggers": [{"warning": "50%"}, LATE],
    },
    {"milestone": "First", "minutes": 20, "when": 'case.priority == "High"', "complete_on": "agent_reply"},
    {"milestone": "First", "minutes": 300, "start": "criteria", "when": 'case.stage != "B"'},
    {"milestone": "Fix", "formula": 'case.priority == "High" ? 30 : 120', "pause_when": 'case.stage == "B"'},
    {"milestone": "Fix", "minutes": 90, "complete_on": "case_closed", "triggers": [{"success": None}, LATE]},
    {
        "milestone": "Fix",
        "minutes": 45,
        "complete_on": {"when": 'case.stage == "B"'},
        "when": "case.is_escalated",
    },
    {"milestone": "Visit", "minutes": 30, "start": "custom.visit", "triggers": [{"violation": "15m"}]},
    {"milestone": "Update", "minutes": 40, "complete_on": "agent_reply", "triggers": [{"warning": "10m"}]},
    {"milestone": "Update", "minutes": 25, "start": "last_customer_message_at", "complete_on": "manual"},
    {"milestone": "Callback", "minutes": 50, "when": "case.awaiting_reply", "start": "criteria"},
    {"milestone": "Callback", "minutes": 35, "complete_on": {"when": 'case.priority == "High"'}},
]
WHATS: list[dict[str, Any]] = [
    *({"do": verb} for verb in ("agent_reply", "customer_message", "internal_note", "resume")),
    *({"do": verb} for verb in ("pause_milestones", "resume_milestones")),
    {"do": "stop", "reason": "A part", "until_customer_answers": True},
    *({"do": "complete", "milestone": name} for name in RECURRENCES),
    *({"set": {"status": name}} for name in ("Working", "Waiting on Customer", "Closed")),
    *({"set": {"priority": name}} for name in ("High", "Low")),
    *({"set": {"stage": name}} for name in ("A", "B")),
    {"set": {"custom.visit": "2026-03-02T16:20Z"}},
    {"set": {"custom.visit": "2026-03-03T10:00Z"}},
    {"set": {"custom.visit": None}},
]


@st.composite
def scenarios(draw: st.DrawFn) -> dict[str, Any]:
    steps = draw(st.lists(st.tuples(st.integers(1, 90), st.sampled_from(WHATS)), max_size=8))
    at, timeline = BIRTH, [{"at": BIRTH, "do": "create"}]
    for minutes, what in steps:
        at += timedelta(minutes=minutes)
        timeline.append({"at": at, **what})
    process = {
        "name": "P",
        "business_hours": draw(st.sampled_from(["Office", "24/7"])),
        "on_reentry": draw(st.sampled_from(["keep", "restart"])),
        "milestones": draw(st.lists(st.sampled_from(ROWS), min_size=1, max_size=4)),
    }
    return {
        "scenario": "Random",
        "config": {
            "settings": {
                "allow_pausing": draw(st.booleans()),
                "stages": ["A", "B"],
                "priorities": ["Low", "High"],
            },
            "business_hours": [{"name": "Office", "open": {"mon-fri": "09:00-17:00"}}],
            "milestones": [{"name": name, "recurrence": kind} for name, kind in RECURRENCES.items()],
            "entitlement_processes": [process],
        },
        "process": "P",
        "case": {"priority": "Low", "stage": "A", "custom": {"visit": "2026-03-02T15:30Z"}},
        "timeline": timeline,
        "until": at + timedelta(hours=2),
    }


@settings(max_examples=25, suppress_health_check=list(HealthCheck))
@given(scenario=scenarios())
def test_the_desk_does_what_the_simulator_says(scenario: dict[str, Any]) -> None:
    with transaction.atomic():
        script = Script(scenario)
        set_up(scenario, script.configuration, script.custom)
        assert script.performed(promise(scenario, "P"), make_user()) == script.simulated()
        assert_read_alike()
        transaction.set_rollback(True)


def assert_read_alike() -> None:
    """What a batch reads in sets is what one case reads with joins, and what instances of Django's give; and
    it is due when it would be if everything were planned anew.
    """
    keys = list(Case.objects.values_list("pk", flat=True))
    joined = load_cases(keys)
    for key, work in load(lock_cases(keys)).items():
        assert work.state == joined[key].state
        assert (work.definition, work.stops) == (joined[key].definition, joined[key].stops)
        for row, occurrence in zip(work.rows.values(), work.state.occurrences, strict=True):
            (values,) = CaseMilestone.objects.filter(pk=row.pk).values()
            usual = occurrence_of(CaseMilestone(**values), work.configuration.row(row.process_milestone_id))
            assert replace(occurrence, pauses=[]) == usual
            planned = planned_for(occurrence, work.state, work.definition)
            assert row.due_at == min((one.plan.at for one in planned), default=None)
