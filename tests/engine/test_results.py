"""What a milestone took is recorded when it ends; and each one has one result at each moment."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import User

from cases.models import Case, CaseMilestone
from cases.operations import change_case, reply_to_case, resume_case, stop_case, waive_milestone
from cases.reports.results import Result, condition
from tests.factory import NOON, first_response, make_case, make_customer, make_desk, make_process, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def agent() -> User:
    make_desk()
    return make_user()


@pytest.fixture
def case(agent: User) -> Case:
    return make_case(account=make_customer(make_process("", first_response(60))), now=NOON)


def after(minutes: float) -> timedelta:
    return timedelta(minutes=minutes)


def one() -> CaseMilestone:
    return CaseMilestone.objects.get()


def results(minutes: float) -> list[str]:
    now = NOON + after(minutes)
    return [result for result in Result if CaseMilestone.objects.filter(condition(result, now)).exists()]


def test_nothing_is_recorded_while_it_runs(case: Case) -> None:
    assert (one().elapsed_seconds, one().stopped_seconds) == (None, None)


def test_what_it_took_is_recorded_at_its_end(case: Case, agent: User) -> None:
    reply_to_case(case.pk, body="Yes", by=agent, now=NOON + after(40.5))
    assert (one().elapsed_seconds, one().stopped_seconds) == (2430, 0)


def test_stopped_time_is_a_part_of_it(case: Case, agent: User) -> None:
    stop_case(case.pk, reason="A part", by=agent, now=NOON + after(10))
    resume_case(case.pk, by=agent, now=NOON + after(25))
    reply_to_case(case.pk, body="Yes", by=agent, now=NOON + after(40))
    assert (one().elapsed_seconds, one().stopped_seconds) == (2400, 900)


def test_running_in_time_is_open_and_afterwards_open_and_late(case: Case) -> None:
    assert results(59) == ["open"]
    assert results(61) == ["open_late"]


def test_stopped_without_a_target_is_open(case: Case, agent: User) -> None:
    stop_case(case.pk, reason="A part", by=agent, now=NOON + after(10))
    assert results(300) == ["open"]


def test_met(case: Case, agent: User) -> None:
    reply_to_case(case.pk, body="Yes", by=agent, now=NOON + after(60))
    assert results(300) == ["met"]


def test_missed(case: Case, agent: User) -> None:
    reply_to_case(case.pk, body="Yes", by=agent, now=NOON + after(61))
    assert results(300) == ["missed"]


def test_cancelled_in_time_counts_apart_and_too_late_as_missed(case: Case, agent: User) -> None:
    change_case(case.pk, fields={"status": "Closed"}, by=agent, now=NOON + after(30))
    assert results(300) == ["cancelled"]
    late = make_case(account=case.account, now=NOON)
    change_case(late.pk, fields={"status": "Closed"}, by=agent, now=NOON + after(61))
    assert results(300) == ["missed", "cancelled"]


def test_waived_counts_apart_however_late(case: Case, agent: User) -> None:
    waive_milestone(case.pk, milestone="First Response", reason="Agreed", by=agent, now=NOON + after(90))
    assert results(300) == ["waived"]
