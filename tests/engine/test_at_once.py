"""Several at once: ticks, operations, new cases. Nothing is lost and nothing happens twice."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connection, connections, transaction

from cases.engine.due import due_cases, tick
from cases.engine.load import lock_case
from cases.models import Case, CaseEvent, CaseNumber, FiredTrigger, Message
from cases.operations import create_case, open_case, reply_to_case
from entitlements.models import Account, AutoApplyRule, EntitlementTemplate
from tests.factory import (
    NOON,
    first_response,
    make_account,
    make_case,
    make_customer,
    make_desk,
    make_process,
    make_user,
    violation,
    warning,
)

pytestmark = pytest.mark.django_db(transaction=True)
DUE = NOON + timedelta(minutes=45)
LATE = NOON + timedelta(hours=2)


@pytest.fixture
def account() -> Account:
    make_desk()
    note = {"kind": "notify", "to": ["ann"]}
    return make_customer(
        make_process("", first_response(60, triggers=[warning(75, 0, note), violation(0, note)]))
    )


def wait_no_longer_than_ten_seconds() -> None:
    """For a lock: a test that is wrong is to fail and not to hang."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '10s'")


def at_once(*doings: Callable[[], Any]) -> list[Any]:
    """Each in a thread with a connection of its own; they start together."""
    gate = Barrier(len(doings))

    def run(doing: Callable[[], Any]) -> Any:
        gate.wait(10)
        try:
            wait_no_longer_than_ten_seconds()
            return doing()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(doings)) as threads:
        return [one.result(60) for one in [threads.submit(run, doing) for doing in doings]]


def test_ticks_at_once_fire_nothing_twice(account: Account) -> None:
    for _ in range(12):
        make_case(account=account, now=NOON)

    def ticks() -> int:
        return sum(tick(DUE, 5).fired for _ in range(6))

    at_once(*[ticks] * 4)
    while tick(DUE, 5).cases:
        continue
    assert FiredTrigger.objects.count() == 12


def test_cases_created_at_once_get_different_numbers(account: Account) -> None:
    def create() -> str:
        return create_case(subject="Leak", account=account, by=None, now=NOON).number

    assert sorted(at_once(*[create] * 6)) == [f"C-{number:06d}" for number in range(1, 7)]
    assert CaseNumber.objects.get().last == 6


def test_cases_created_at_once_make_one_entitlement_from_a_template(account: Account) -> None:
    template = EntitlementTemplate.objects.create(name="Gold", process=make_process("Gold"))
    AutoApplyRule.objects.create(name="Gold", takes="template", template=template)
    newcomer = make_account("Newcomer")

    def create() -> int | None:
        return create_case(subject="Leak", account=newcomer, by=None, now=NOON).entitlement_id

    assert len(set(at_once(*[create] * 4))) == 1
    assert newcomer.entitlements.count() == 1


def test_a_form_posted_twice_at_once_is_one_message(account: Account) -> None:
    case, agent, key = make_case(account=account, now=NOON), make_user(), uuid.uuid4()

    def reply() -> int:
        return reply_to_case(case.pk, body="Hello.", by=agent, now=DUE, form_key=key).pk

    assert len(set(at_once(reply, reply, reply))) == 1
    assert (Message.objects.count(), CaseEvent.objects.filter(kind="agent_reply").count()) == (1, 1)


def test_a_form_posted_twice_at_once_opens_one_case(account: Account) -> None:
    ann, key = make_user("ann"), uuid.uuid4()

    def opened() -> int:
        return open_case(by=ann, now=NOON, subject="Leak", account=account, form_key=key).pk

    assert len(set(at_once(opened, opened, opened))) == 1
    assert Case.objects.count() == 1
    assert CaseEvent.objects.filter(kind="case_created").count() == 1


def test_a_tick_and_a_reply_at_once_agree(account: Account) -> None:
    """Whichever comes first: the reply was sent before the target, so there is no violation."""
    agent = make_user()
    for _ in range(5):
        case = make_case(account=account, now=NOON)

        def reply(case: Case = case) -> None:
            reply_to_case(case.pk, body="Hello.", by=agent, now=DUE)

        at_once(reply, lambda: tick(LATE, 10))
        milestone = case.milestones.get()
        assert (milestone.state, milestone.is_violated) == ("completed", False)


@pytest.mark.postgresql
def test_a_case_that_somebody_holds_is_left_to_the_next_tick(account: Account) -> None:
    held, free = make_case(account=account, now=NOON), make_case(account=account, now=NOON)
    with transaction.atomic():
        lock_case(held.pk)
        (looked,) = at_once(lambda: tick(DUE, 10))
    assert list(FiredTrigger.objects.values_list("case_milestone__case", flat=True)) == [free.pk]
    assert (looked.cases, tick(DUE, 10).fired) == (1, 1)


@pytest.mark.postgresql
def test_a_tick_goes_on_with_what_another_one_leaves(account: Account) -> None:
    first, second = make_case(account=account, now=NOON), make_case(account=account, now=NOON)
    with transaction.atomic():
        mine = due_cases(DUE, 1)
        (looked,) = at_once(lambda: tick(DUE, 1))
    assert mine is not None and mine.cases == [first.pk]
    assert list(FiredTrigger.objects.values_list("case_milestone__case", flat=True)) == [second.pk]
    assert looked.cases == 1


@pytest.mark.postgresql
def test_a_tick_that_finds_only_held_cases_does_not_spin(account: Account) -> None:
    held = [make_case(account=account, now=NOON).pk for _ in range(2)]
    with transaction.atomic():
        Case.objects.select_for_update().filter(pk__in=held).count()
        for key in held:
            lock_case(key)
        (looked,) = at_once(lambda: tick(DUE, 2))
    assert not looked.more


def test_the_test_really_uses_several_connections(account: Account) -> None:
    mine = connection.connection
    (other,) = at_once(lambda: Case.objects.count() or connection.connection)
    assert other is not mine
