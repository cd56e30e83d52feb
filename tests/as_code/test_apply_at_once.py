"""Two who apply at once, and cases that are worked on meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from threading import Barrier, Thread
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection

from cases.models import Case, CaseMilestone, ConfigurationApply
from cases.operations import reply_to_case
from cases.operations.apply_file import DeskHasChanged, turn
from cases.operations.one_apply import LEASE, AnotherApplies, begin_apply, end_apply, still_applying
from cases.queries.plan import Plan
from entitlements.as_code.normal import normal
from entitlements.models import Account, ProcessVersion, Queue
from tests.as_code.command import Write, sla
from tests.as_code.desks import FIRST, RESOLUTION, process
from tests.factory import NOON, make_case, make_customer, make_desk, make_process, make_user

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(minutes=30)


def test_one_at_a_time(account: Account, write: Write) -> None:
    path = write(process(FIRST))
    token = begin_apply(make_user("ada"), LATER - timedelta(seconds=10))
    status, _, err = sla("apply", path, "--yes")
    assert (status, err) == (
        2,
        "Another apply by ada is at work since 2026-03-04 12:29. If it has died, its turn ends by itself in "
        "110 s. Nothing has been changed.\n",
    )
    end_apply(token)
    assert sla("apply", path, "--yes")[0] == 0


def test_one_that_died_loses_its_turn(account: Account, write: Write) -> None:
    dead = begin_apply(None, LATER - LEASE)
    assert sla("apply", write(process(FIRST)), "--yes")[0] == 0
    with pytest.raises(AnotherApplies):
        still_applying(dead, LATER)


def test_the_turn_ends_whatever_happens(account: Account) -> None:
    with pytest.raises(ZeroDivisionError), turn(None, lambda: LATER):
        raise ZeroDivisionError
    assert ConfigurationApply.objects.get().token is None


def test_setup_was_changed_after_the_plan(account: Account) -> None:
    document = normal(process(FIRST))
    planned = Plan(document).changes
    Queue.objects.create(name="Motor")
    document = normal({**process(FIRST), "queues": [{"name": "Motor"}, {"name": "Boats"}]})
    with pytest.raises(DeskHasChanged), turn(None, lambda: LATER) as ours:
        ours.objects(document, planned)
    assert [one.state for one in ProcessVersion.objects.all()] == ["published"]


def side_by_side(*doings: Callable[[], Any]) -> list[Any]:
    """All at once, each with its own connection; what each came to."""
    barrier, results = Barrier(len(doings)), {}

    def do(place: int, doing: Callable[[], Any]) -> None:
        barrier.wait()
        try:
            results[place] = doing()
        except Exception as fault:
            results[place] = fault
        finally:
            connection.close()

    threads = [Thread(target=do, args=pair) for pair in enumerate(doings)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return [results.get(place) for place in range(len(doings))]


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_two_begin_at_once() -> None:
    found = side_by_side(*[lambda: begin_apply(None, LATER)] * 4)
    assert sum(isinstance(one, AnotherApplies) for one in found) == 3


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_cases_are_worked_on_meanwhile(write: Write) -> None:
    make_desk()
    account = make_customer(make_process("P"))
    keys = [make_case(account=account, now=NOON).pk for _ in range(20)]
    agent = make_user()
    path = write(process(FIRST | {"minutes": 120}, RESOLUTION))

    def reply() -> None:
        for key in keys:
            reply_to_case(key, body="Yes.", by=agent, now=NOON + timedelta(minutes=20))

    def apply() -> None:
        call_command("sla", "apply", path, "--yes", "--open-cases", stdout=StringIO(), stderr=StringIO())

    assert side_by_side(reply, apply) == [None, None]
    assert set(Case.objects.values_list("process_version__number", flat=True)) == {2}
    firsts = CaseMilestone.objects.filter(milestone__name="First Response")
    assert set(firsts.values_list("state", "completion_date")) == {
        ("completed", NOON + timedelta(minutes=20))
    }
