"""kill -9 in the midst of a look at escalations: every step is taken once, with all that it does."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from cases.engine.due import tick
from cases.models import Case, CaseEvent, Delivery, Escalation, EscalationStep, Notification
from tests import processes
from tests.chaos.crowd import LATE, database_url
from tests.chaos.test_killed import killed_by_itself
from tests.chaos.worker import OF_ESCALATION
from tests.escalation_rows import escalating_case, make_ladder, make_rule
from tests.factory import NOON, make_case, make_desk, make_user

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.servers]
CASES = 40


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    return processes.environment(tmp_path / "var", DATABASE_URL=database_url(), DATABASE_POOL_SIZE="0")


@pytest.fixture
def crowd() -> None:
    make_desk()
    make_user("sue", "Supervisors", email="sue@example.com")
    make_ladder("On call", (0, ["supervisors"]), (30, ["supervisors"]))
    make_rule({"actions": {90: {"notify": {"to": ["supervisors"]}}}})
    first = escalating_case(now=NOON)
    for second in range(1, CASES):
        make_case(account=first.account, now=NOON + timedelta(seconds=second))


@pytest.mark.parametrize("step", sorted(OF_ESCALATION))
def test_a_worker_killed_in_the_midst_loses_and_repeats_nothing(
    env: dict[str, str], crowd: None, step: str
) -> None:
    killed_by_itself(env, "tick", step)
    while tick(LATE, 50).cases:
        continue
    ladder = EscalationStep.objects.filter(escalation__isnull=False)
    assert [ladder.filter(level=level, outcome="fired").count() for level in (1, 2)] == [CASES, CASES]
    assert EscalationStep.objects.filter(escalation=None).count() == CASES
    assert Escalation.objects.filter(done=2, due_at=None).count() == CASES
    assert Notification.objects.count() == 3 * CASES
    assert Delivery.objects.filter(event="case.escalated", kind="email").count() == 2 * CASES
    assert CaseEvent.objects.filter(kind="escalation_step").count() == 2 * CASES
    assert Case.objects.filter(escalation_level=2).count() == CASES
