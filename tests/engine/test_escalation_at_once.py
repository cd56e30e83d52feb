"""Escalations under several hands at once: each step once, and one who acknowledges."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from cases.engine.due import tick
from cases.models import Case, CaseEvent, Delivery, Escalation, EscalationStep, Notification
from cases.operations.escalations import AlreadyEnded, acknowledge_by_link, acknowledge_escalation
from tests.engine.test_at_once import at_once
from tests.escalation_rows import escalating_case, make_ladder, make_rule
from tests.factory import NOON, make_case, make_desk, make_user

pytestmark = pytest.mark.django_db(transaction=True)
LATE = NOON + timedelta(hours=1, seconds=1)
SECOND_LEVEL = LATE + timedelta(minutes=30)


@pytest.fixture
def cases() -> list[Case]:
    make_desk()
    make_user("sue", "Supervisors", email="sue@example.com")
    make_ladder("On call", (0, ["supervisors"]), (30, ["supervisors"]))
    first = escalating_case(now=NOON)
    return [first, *(make_case(account=first.account, now=NOON) for _ in range(7))]


def steps() -> list[tuple[int, int]]:
    return list(EscalationStep.objects.order_by("case", "number").values_list("case_id", "level"))


def test_two_ticks_take_each_step_once(cases: list[Case]) -> None:
    at_once(lambda: tick(SECOND_LEVEL, 3), lambda: tick(SECOND_LEVEL, 3))
    while tick(SECOND_LEVEL, 3).cases:
        continue
    assert steps() == [(case.pk, level) for case in cases for level in (1, 2)]
    assert Notification.objects.count() == Delivery.objects.filter(kind="email").count() == 16


def test_two_ticks_let_the_rule_come_once(cases: list[Case]) -> None:
    make_rule({"actions": {30: {"notify": {"to": ["supervisors"]}}}})
    made = [make_case(account=cases[0].account, now=NOON) for _ in range(6)]
    at_once(lambda: tick(NOON + timedelta(minutes=40), 4), lambda: tick(NOON + timedelta(minutes=40), 4))
    while tick(NOON + timedelta(minutes=40), 4).cases:
        continue
    aged = EscalationStep.objects.filter(escalation=None)
    assert sorted(aged.values_list("case_id", flat=True)) == [case.pk for case in made]


def test_of_two_who_acknowledge_one_is_told_who_was_first(cases: list[Case]) -> None:
    tick(LATE, 10)
    ann, key = make_user("ann"), Escalation.objects.get(case=cases[0]).pk

    def refused(acknowledge: Callable[[], object]) -> bool:
        try:
            acknowledge()
        except AlreadyEnded:
            return True
        return False

    answers = at_once(
        lambda: refused(lambda: acknowledge_escalation(key, by=ann, now=LATE)),
        lambda: refused(lambda: acknowledge_by_link(key, name="duty@example.com", by=None, now=LATE)),
    )
    assert sorted(answers) == [False, True]
    assert CaseEvent.objects.filter(case=cases[0], kind="escalation_acknowledged").count() == 1


def test_a_step_and_an_acknowledgement_at_one_instant_leave_no_half(cases: list[Case]) -> None:
    """Whoever comes first: the step was taken and then acknowledged, or it never was."""
    while tick(LATE, 10).cases:
        continue
    ann, case = make_user("ann"), cases[0]
    row = Escalation.objects.get(case=case)
    assert row.due_at is not None
    due = row.due_at
    at_once(lambda: tick(due, 10), lambda: acknowledge_escalation(row.pk, by=ann, now=due))
    ended = Escalation.objects.get(pk=row.pk)
    outcomes = EscalationStep.objects.filter(escalation=row, level=2).values_list("outcome", flat=True)
    assert (ended.ended_as, ended.due_at) == ("acknowledged", None)
    assert list(outcomes) in ([], ["fired"])
    told = Notification.objects.filter(case=case).count()
    assert told == 1 + len(outcomes)
