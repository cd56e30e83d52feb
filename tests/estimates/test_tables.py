"""What the desk's past is counted into: which milestones count, and as what."""

from __future__ import annotations

from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.contrib.auth.models import User

from cases.engine.due import tick
from cases.estimates.history import WINDOW, counted_at
from cases.estimates.refresh import EVERY, refresh
from cases.estimates.similar import FEWEST
from cases.models import Case, CaseMilestone, EstimateBasis, TimesTaken
from cases.operations import change_case, reply_to_case, resume_case, stop_case, waive_milestone
from cases.tasks import refresh_estimates
from tests.estimates.past import DAY, MINUTE, ended_ones
from tests.factory import NOON, first_response, make_case, make_customer, make_desk, make_process, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def agent() -> User:
    make_desk()
    return make_user()


@pytest.fixture
def case(agent: User) -> Case:
    process = make_process("", first_response(100))
    return make_case(account=make_customer(process), now=NOON, priority="High", queue="Claims")


def counted() -> dict[tuple[object, ...], dict[int, int]]:
    """Of the narrowest groups without their milestone: how many ended in which bucket."""
    return {
        tuple(group)[1:]: {bucket: many for bucket, many in enumerate(ended) if many}
        for group, ended in counted_at(NOON + 5 * DAY).items()
    }


def test_one_that_runs_in_time_does_not_count(case: Case) -> None:
    assert counted() == {}


def test_one_that_is_open_and_late_took_longer_than_all(case: Case) -> None:
    tick(NOON + 101 * MINUTE, 10)
    assert counted() == {(100, "High", "Claims"): {201: 1}}


def test_it_counts_as_it_stood_at_that_time(case: Case, agent: User) -> None:
    reply_to_case(case.pk, body="Yes", by=agent, now=NOON + 120 * MINUTE)
    assert [sum(map(sum, counted_at(NOON + minutes * MINUTE).values())) for minutes in (99, 101, 121)] == [
        0,
        1,
        1,
    ]
    assert [*counted_at(NOON + 110 * MINUTE).values()][0][201] == 1
    assert [*counted_at(NOON + 121 * MINUTE).values()][0][60] == 1


@pytest.mark.parametrize(
    ("minutes", "bucket"),
    [(1, 1), (2, 1), (2.1, 2), (98.5, 50), (100, 50), (100.1, 51), (399, 200), (400, 200), (5000, 201)],
)
def test_it_counts_by_the_share_of_its_target(case: Case, agent: User, minutes: float, bucket: int) -> None:
    reply_to_case(case.pk, body="Yes", by=agent, now=NOON + minutes * MINUTE)
    assert counted() == {(100, "High", "Claims"): {bucket: 1}}


def test_one_that_was_quick_counts_when_its_target_has_passed(case: Case, agent: User) -> None:
    """Else of what began lately only the quick ones would count."""
    reply_to_case(case.pk, body="Yes", by=agent, now=NOON + 10 * MINUTE)
    assert [len(counted_at(NOON + minutes * MINUTE)) for minutes in (99, 101)] == [0, 1]


def test_stopped_when_it_was_late_already_it_counts_too(case: Case, agent: User) -> None:
    tick(NOON + 101 * MINUTE, 10)
    stop_case(case.pk, reason="A part", by=agent, now=NOON + 102 * MINUTE)
    assert counted() == {(100, "High", "Claims"): {201: 1}}


def test_stopped_time_is_left_out(case: Case, agent: User) -> None:
    stop_case(case.pk, reason="A part", by=agent, now=NOON + 10 * MINUTE)
    resume_case(case.pk, by=agent, now=NOON + 100 * MINUTE)
    reply_to_case(case.pk, body="Yes", by=agent, now=NOON + 120 * MINUTE)
    assert counted() == {(100, "High", "Claims"): {15: 1}}


def test_a_cancelled_one_was_over_as_well(case: Case, agent: User) -> None:
    change_case(case.pk, fields={"status": "Closed"}, by=agent, now=NOON + 50 * MINUTE)
    assert counted() == {(100, "High", "Claims"): {25: 1}}


def test_a_waived_one_was_decided_by_a_person(case: Case, agent: User) -> None:
    waive_milestone(case.pk, milestone="First Response", reason="Agreed", by=agent, now=NOON + 50 * MINUTE)
    assert counted() == {}


def test_it_counts_with_what_the_case_had_at_the_start(case: Case, agent: User) -> None:
    """Else those that were late would be of another group than those that were not: they are escalated."""
    fields = {"priority": "Low", "queue": ""}
    change_case(case.pk, fields=fields, by=agent, now=NOON + 10 * MINUTE)
    reply_to_case(case.pk, body="Yes", by=agent, now=NOON + 50 * MINUTE)
    assert counted() == {(100, "High", "Claims"): {25: 1}}


def test_older_ones_learn_it_from_the_events(case: Case, agent: User) -> None:
    change_case(case.pk, fields={"priority": "Low"}, by=agent, now=NOON + 10 * MINUTE)
    change_case(case.pk, fields={"priority": "Medium", "queue": ""}, by=agent, now=NOON + 20 * MINUTE)
    never_changed = make_case(account=case.account, now=NOON, priority="Low")
    CaseMilestone.objects.update(priority_at_start="", queue_at_start="")
    import_module("cases.migrations.0023_what_cases_had_at_the_start").fill(apps, None)
    assert at_start(case) == ("High", "Claims")
    assert at_start(never_changed) == ("Low", "")


def at_start(case: Case) -> tuple[str, str]:
    one = case.milestones.get()
    return one.priority_at_start, one.queue_at_start


class TestTheTable:
    def test_has_each_group_that_is_large_enough_and_the_wider_ones(self, case: Case) -> None:
        ended_ones(case, [50] * FEWEST, NOON - DAY)
        ended_ones(case, [50] * 3, NOON - DAY, queue_at_start="Motor")
        refresh(NOON)
        rows = {(row.minutes, row.priority, row.queue): row.survivors[24] for row in TimesTaken.objects.all()}
        assert rows == {
            (100, "High", "Claims"): FEWEST,
            (100, "High", None): FEWEST + 3,
            (100, None, None): FEWEST + 3,
            (None, None, None): FEWEST + 3,
        }

    def test_is_of_the_last_weeks(self, case: Case) -> None:
        ended_ones(case, [50] * FEWEST, NOON - WINDOW - DAY)
        ended_ones(case, [50] * FEWEST, NOON + DAY)
        refresh(NOON)
        assert not TimesTaken.objects.exists()
        assert EstimateBasis.objects.get().counted == 0

    def test_is_counted_once_an_hour(self, case: Case) -> None:
        assert refresh(NOON)
        ended_ones(case, [50] * FEWEST, NOON)
        assert not refresh(NOON + EVERY - MINUTE)
        assert not TimesTaken.objects.exists()
        assert refresh(NOON + EVERY)
        assert TimesTaken.objects.exists()

    def test_is_counted_at_a_knock_of_the_beat(self, case: Case) -> None:
        refresh_estimates()
        assert EstimateBasis.objects.get().until is not None

    def test_one_who_died_counting_is_waited_for_ten_minutes(self, case: Case) -> None:
        EstimateBasis.objects.create(pk=1, begun_at=NOON)
        assert not refresh(NOON + timedelta(minutes=9))
        assert refresh(NOON + timedelta(minutes=10))
