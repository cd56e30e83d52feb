"""kill -9 at any moment: no trigger is lost, none fires twice, and the next one catches up in order."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Any

import pytest
from django.db.models import Count

from cases.delivery.deliver import deliver
from cases.engine.due import tick
from cases.models import Case, CaseEvent, CaseMilestone, Delivery, FiredTrigger, Notification, Rollout, Task
from cases.operations.publish import publish
from entitlements.models import EntitlementProcess
from entitlements.operations.versions import new_draft
from tests import processes
from tests.chaos.crowd import ACTIONS, LATE, database_url, late_cases
from tests.chaos.worker import PLACES
from tests.delivery.post_office import open_post_office
from tests.factory import make_user

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.servers]
OF_TICKS = [step for step, (module, _) in PLACES.items() if module.__name__.startswith("cases.engine")]


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    return processes.environment(tmp_path / "var", DATABASE_URL=database_url(), DATABASE_POOL_SIZE="0")


@contextmanager
def worker(env: dict[str, str], *arguments: str) -> Iterator[subprocess.Popen]:
    """One that is ready and waits for the word."""
    command = [sys.executable, "-m", "tests.chaos.worker", arguments[0], LATE.isoformat(), *arguments[1:]]
    pipe = subprocess.PIPE
    with subprocess.Popen(
        command, cwd=processes.ROOT, env=env, stdin=pipe, stdout=pipe, text=True
    ) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            yield process
        finally:
            process.kill()


def begin(process: subprocess.Popen) -> None:
    assert process.stdin is not None
    process.stdin.write("go\n")
    process.stdin.flush()


def to_its_end(env: dict[str, str], *arguments: str) -> int:
    """The exit status of one that nobody else kills."""
    with worker(env, *arguments) as process:
        begin(process)
        return process.wait(60)


def killed_by_itself(env: dict[str, str], *arguments: str) -> None:
    assert to_its_end(env, *arguments) == -signal.SIGKILL


def finish() -> None:
    while tick(LATE, 50).cases:
        continue


def dues() -> list[Any]:
    return list(FiredTrigger.objects.order_by("pk").values_list("due", flat=True))


def assert_all_happened_once(cases: int) -> None:
    assert FiredTrigger.objects.filter(outcome="fired").count() == cases * 2
    assert CaseEvent.objects.filter(kind="trigger_fired").count() == cases * 2
    assert CaseEvent.objects.filter(kind="milestone_violated").count() == cases
    assert CaseEvent.objects.filter(kind="case_escalated").count() == cases
    per_kind = Delivery.objects.order_by("kind").values_list("kind").annotate(Count("pk"))
    assert dict(per_kind) == {action["kind"]: cases for action in ACTIONS}
    assert (Task.objects.count(), Notification.objects.count()) == (cases, cases)
    assert Case.objects.filter(escalation_level=1, milestone_status="open_violation").count() == cases
    assert not CaseMilestone.objects.exclude(due_at=None).exists()


@pytest.mark.parametrize("step", OF_TICKS)
def test_a_tick_killed_in_its_midst_is_made_up_for(env: dict[str, str], step: str) -> None:
    late_cases(40)
    killed_by_itself(env, "tick", step)
    assert 0 < FiredTrigger.objects.count() < 80
    finish()
    assert_all_happened_once(40)


def test_the_order_is_kept_over_a_kill(env: dict[str, str]) -> None:
    late_cases(40)
    killed_by_itself(env, "tick", "before the outbox")
    finish()
    at_the_target = [due for due in dues() if due < LATE.replace(hour=13, minute=30)]
    assert (len(at_the_target), at_the_target) == (40, sorted(at_the_target))


def test_workers_killed_at_random_lose_nothing_and_repeat_nothing(env: dict[str, str]) -> None:
    """Two at a time, three times; then one that may finish."""
    late_cases(500)
    chance = Random(20260304)
    for _ in range(3):
        with worker(env, "tick") as one, worker(env, "tick") as other:
            fired = FiredTrigger.objects.count()
            begin(one)
            begin(other)
            while FiredTrigger.objects.count() == fired:
                assert one.poll() is None or other.poll() is None
            for process in (one, other):
                time.sleep(chance.uniform(0, 0.04))
                process.kill()
    assert 0 < FiredTrigger.objects.count() < 1000
    assert to_its_end(env, "tick") == 0
    assert_all_happened_once(500)


def test_a_mail_whose_sender_was_killed_arrives_under_the_same_id(env: dict[str, str], settings: Any) -> None:
    """It has leased four when it dies: those of them that it had sent are sent once more."""
    late_cases(16)
    finish()
    with open_post_office(settings) as office:
        mail_env = {**env, "EMAIL_URL": f"smtp://127.0.0.1:{office.port}", "DELIVERY_THREADS": "1"}
        killed_by_itself(mail_env, "deliver", "between sending and marking")
        sent = office.ids[:]
        while deliver(LATE):
            continue
        while deliver(LATE.replace(hour=LATE.hour + 1)):
            continue
    names = [name.partition("@")[0] for name in office.ids]
    twice = {name for name in names if names.count(name) > 1}
    assert (len(set(names)), max(names.count(name) for name in names)) == (16, 2)
    assert 0 < len(twice) <= 4 and twice <= {name.partition("@")[0] for name in sent}
    assert set(Delivery.objects.values_list("state", flat=True)) == {"done"}


def test_a_mail_whose_worker_was_killed_before_sending_arrives_once(
    env: dict[str, str], settings: Any
) -> None:
    late_cases(4)
    finish()
    with open_post_office(settings) as office:
        mail_env = {**env, "EMAIL_URL": f"smtp://127.0.0.1:{office.port}", "DELIVERY_THREADS": "1"}
        killed_by_itself(mail_env, "deliver", "before sending")
        assert office.ids == []
        while deliver(LATE.replace(hour=LATE.hour + 1)):
            continue
    assert len(office.ids) == len(set(office.ids)) == 4


def test_a_rollout_whose_worker_was_killed_goes_on_where_it_was(env: dict[str, str]) -> None:
    """At the third batch of ten: two are done whole, of the third nothing."""
    late_cases(40)
    draft = new_draft(EntitlementProcess.objects.get())
    draft.rows.update(minutes=240)
    by = make_user("ada", "Administrators")
    publish(draft, open_cases=True, reason="Four hours", by=by, now=LATE)
    killed_by_itself(env, "roll_out", "in a rollout")
    assert Case.objects.filter(process_version=draft).count() == 20
    assert Rollout.objects.values_list("looked_at", "cases", "state").get() == (20, 20, "under_way")
    assert to_its_end(env, "roll_out") == 0
    assert Rollout.objects.values_list("looked_at", "cases", "state").get() == (40, 40, "done")
    assert CaseEvent.objects.filter(kind="version_applied").count() == 40
    assert Case.objects.filter(process_version=draft).count() == 40
