"""A desk that was set up from a file performs as the simulator says, and moves as the plan said."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cases.models import CaseMilestone
from cases.operations.move_to_version import move_batch
from cases.queries.plan import Plan
from cases.queries.plan_cases import looks
from cases.queries.plan_effects import What
from entitlements.as_code.normal import normal
from tests.as_code.desks import put
from tests.engine.performance import Script
from tests.engine.setup_rows import promise
from tests.engine.test_random_timelines import ROWS, scenarios
from tests.factory import make_user

pytestmark = pytest.mark.django_db
VISIT = {"custom_fields": [{"key": "visit", "type": "date"}]}


def performed(scenario: dict[str, Any]) -> Script:
    """At a desk made from the scenario's own configuration."""
    put(VISIT | scenario["config"])
    script = Script(scenario)
    assert script.performed(promise(scenario, "P"), make_user()) == script.simulated()
    return script


@settings(max_examples=8, suppress_health_check=list(HealthCheck))
@given(scenario=scenarios(), rows=st.lists(st.sampled_from(ROWS), min_size=1, max_size=4))
def test_random_scenarios_and_moves(scenario: dict[str, Any], rows: list[dict[str, Any]]) -> None:
    with transaction.atomic():
        now = performed(scenario).until + timedelta(minutes=5)
        (process,) = scenario["config"]["entitlement_processes"]
        document = VISIT | scenario["config"] | {"entitlement_processes": [process | {"milestones": rows}]}
        expected = targets_after(normal(document), now)
        put(document)
        move_batch(None, after=0, batch_size=10, by=None, now=now)
        assert told(expected) == open_targets()
        transaction.set_rollback(True)


Targets = dict[tuple[str, int], Any]


def open_targets() -> Targets:
    """Of what is open; nothing while it is stopped."""
    rows = CaseMilestone.objects.open().values_list("milestone__name", "number", "target_date")
    return {(name, number): target for name, number, target in rows}


def told(expected: Targets) -> Targets:
    """The plan tells of stopped ones as if they went on."""
    stopped = CaseMilestone.objects.filter(state="stopped").values_list("milestone__name", "number")
    return expected | dict.fromkeys(expected.keys() & set(stopped))


def targets_after(document: dict[str, Any], now: datetime) -> Targets:
    """Those that there are, with what the plan says of them."""
    targets = open_targets()
    for effect in [effect for look in looks(Plan(document), now) for effect in look.by_version]:
        key = effect.milestone, effect.number
        if effect.what in (What.CANCELLED, What.COMPLETED) or (effect.what is What.NEW and effect.reason):
            targets.pop(key, None)
        else:
            targets[key] = effect.new
    return targets
