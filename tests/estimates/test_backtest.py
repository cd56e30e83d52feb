"""Estimates of the past: they know nothing of what came after, and stand beside what happened."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User

from cases.estimates.backtest import MOMENTS, WEEK, WEEKS
from cases.estimates.outcomes import Outcome, comparable, outcomes, tested_since, undecided
from cases.estimates.refresh import refresh
from cases.models import Case, CaseMilestone, PastEstimate
from cases.operations import extend_milestone, waive_milestone
from tests.estimates.past import DAY, MINUTE, ended_ones, spread
from tests.factory import NOON, first_response, make_case, make_customer, make_desk, make_process, make_user

pytestmark = pytest.mark.django_db
SINCE = NOON - WEEKS * WEEK
HOUR = timedelta(hours=1)


@pytest.fixture
def agent() -> User:
    make_desk()
    return make_user()


@pytest.fixture
def case(agent: User) -> Case:
    """Created now, so that it began after all that is tested."""
    process = make_process("", first_response(60))
    return make_case(account=make_customer(process), now=NOON, priority="High", queue="Claims")


def estimated(used: int = 0) -> dict[int, float | None]:
    """By week."""
    rows = PastEstimate.objects.filter(used=used).values_list("begins", "chance")
    return {(begins - SINCE) // WEEK: chance for begins, chance in rows}


def happened(moment: int) -> Counter[tuple[float | None, bool]]:
    """How many had which chance, and became late or not."""
    since = tested_since()
    assert since is not None
    found: Counter[tuple[float | None, bool]] = Counter()
    for one in _outcomes():
        if one.moment == moment:
            found[one.chance, True] += one.late
            found[one.chance, False] += one.many - one.late
    return +found


def _outcomes() -> list[Outcome]:
    return list(outcomes(comparable(CaseMilestone.objects.all(), SINCE, NOON), SINCE))


class TestItNeverLooksAhead:
    def test_a_week_is_estimated_from_what_ended_before_it(self, case: Case) -> None:
        ended_ones(case, spread(60, 40), SINCE - DAY)
        ended_ones(case, spread(0, 100), SINCE + DAY)
        ended_ones(case, [30], SINCE + WEEK + DAY)
        refresh(NOON)
        assert estimated() == {0: 0.4, 1: 0.7}

    def test_of_what_is_open_when_the_week_begins_only_that_counts_that_is_late_then(
        self, case: Case
    ) -> None:
        ended_ones(case, spread(60, 40), SINCE - DAY)
        ended_ones(case, [59] * 100, SINCE + HOUR / 2)
        ended_ones(case, [90] * 100, SINCE + HOUR / 4)
        ended_ones(case, [30], SINCE + DAY)
        refresh(NOON)
        assert estimated() == {0: 0.7}

    def test_what_began_half_a_year_before_is_forgotten(self, case: Case) -> None:
        ended_ones(case, spread(0, 100), SINCE - 26 * WEEK - DAY)
        ended_ones(case, spread(60, 40), SINCE - DAY)
        ended_ones(case, [30], SINCE + DAY)
        refresh(NOON)
        assert estimated() == {0: 0.4}

    def test_without_enough_before_there_is_none(self, case: Case) -> None:
        ended_ones(case, spread(20, 9), SINCE - DAY)
        ended_ones(case, spread(60, 40), SINCE + DAY)
        refresh(NOON)
        assert estimated() == {0: None}


class TestWhatHappened:
    def test_stands_beside_what_was_estimated(self, case: Case) -> None:
        ended_ones(case, spread(60, 40), SINCE - DAY)
        ended_ones(case, spread(6, 2), SINCE + DAY)
        refresh(NOON)
        assert happened(0) == {(0.4, False): 6, (0.4, True): 2}

    def test_at_a_later_moment_only_of_those_that_came_so_far(self, case: Case) -> None:
        ended_ones(case, spread(60, 40), SINCE - DAY)
        ended_ones(case, spread(6, 2), SINCE + DAY)
        refresh(NOON)
        assert happened(60) == {(1.0, True): 2}

    def test_open_and_late_is_known_open_and_in_time_is_not(self, case: Case) -> None:
        ended_ones(case, spread(60, 40), SINCE - DAY)
        running = {"state": "running", "completion_date": None, "elapsed_seconds": None, "violated_at": None}
        began = {**running, "start_date": SINCE + DAY}
        ended_ones(case, [30], SINCE + DAY, **began, target_date=NOON - MINUTE)
        ended_ones(case, [30], SINCE + DAY, **began, target_date=NOON + MINUTE)
        refresh(NOON)
        assert happened(80) == {(1.0, True): 1}
        assert undecided(CaseMilestone.objects.all(), SINCE, NOON) == 1

    def test_extended_and_waived_ones_are_left_out(self, agent: User) -> None:
        process = make_process("", first_response(60))
        one, other = (make_case(account=make_customer(process), now=NOON - DAY) for _ in range(2))
        given: dict[str, Any] = {"milestone": "First Response", "reason": "Agreed", "by": agent}
        extend_milestone(one.pk, minutes=30, now=NOON - DAY + MINUTE, **given)
        waive_milestone(other.pk, now=NOON - DAY + MINUTE, **given)
        refresh(NOON)
        assert _outcomes() == []

    def test_what_was_replayed_from_another_systems_log_is_left_out(self, case: Case) -> None:
        ended_ones(case, spread(60, 40), SINCE - DAY)
        ended_ones(case, spread(6, 2), SINCE + DAY)
        Case.objects.update(is_imported=True)
        refresh(NOON)
        assert (_outcomes(), estimated()) == ([], {})


def test_on_a_desk_that_stays_the_same_estimates_come_true(case: Case) -> None:
    """Each tenth as often late as was estimated, at each moment."""
    for week in range(-20, WEEKS):
        times = [60 * share / 100 for share in range(3, 143, 4)]
        ended_ones(case, times, SINCE + week * WEEK + 3 * DAY)
    refresh(NOON)
    found = _outcomes()
    for moment in MOMENTS:
        at_moment = [one for one in found if one.moment == moment and one.chance is not None]
        many = sum(one.many for one in at_moment)
        expected = sum(one.many * (one.chance or 0) for one in at_moment) / many
        assert sum(one.late for one in at_moment) / many == pytest.approx(expected, abs=0.02)
