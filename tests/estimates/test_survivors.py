"""Counts of how long others took, and the chance that follows for one that still runs."""

from __future__ import annotations

from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.estimates.similar import FEWEST, Group, look_up
from cases.estimates.survivors import BUCKETS, LAST, STEPS, Survivors, late_share, survivors_of, wilson

SHARES = st.lists(st.integers(1, 5 * STEPS), min_size=1, max_size=60)


def of(*shares: float) -> Survivors:
    """Milestones that took these shares of their target's time."""
    ended = [0] * BUCKETS
    for share in shares:
        ended[min(ceil(round(share * STEPS, 6)), BUCKETS - 1)] += 1
    return survivors_of(ended)


def test_ended_exactly_at_the_target_is_not_beyond_it() -> None:
    group = of(0.5, 1.0, 1.02)
    assert [group.beyond(share) for share in (0, 0.48, 0.5, 0.98, 1.0, 1.02)] == [3, 3, 2, 2, 1, 0]


def test_the_chance_is_that_of_those_who_came_as_far() -> None:
    share = late_share(of(*[0.2] * 60, *[0.8] * 30, *[2.0] * 10), used=0.5, limit=1.0)
    assert share is not None
    assert (share.late, share.at_risk, share.value) == (10, 40, 0.25)


def test_with_more_time_promised_fewer_become_late() -> None:
    group = of(*[0.5] * 50, *[1.1] * 25, *[1.9] * 25)
    assert [late_share(group, 0.1, limit).value for limit in (1.0, 1.5, 3.0)] == [0.5, 0.25, 0]  # type: ignore[union-attr]


def test_between_two_steps_it_is_between_their_counts() -> None:
    assert of(0.5, 0.5, 0.52, 0.52).beyond(0.51) == 1.0


def test_nobody_came_as_far() -> None:
    assert late_share(of(0.2, 0.3), used=0.9, limit=1.0) is None


def test_beyond_the_last_step_all_are_alike() -> None:
    group = of(4.5, 100.0)
    assert (group.beyond(4.0), group.beyond(50.0)) == (2, 2)
    assert group.share_when_left(1) is None


def test_when_half_of_them_were_over() -> None:
    assert of(*[0.2] * 10, *[0.6] * 10).share_when_left(5) == pytest.approx(0.59)


@given(SHARES, st.integers(0, LAST), st.integers(0, LAST))
def test_it_equals_counting_them_one_by_one(steps: list[int], used: int, limit: int) -> None:
    used, limit = min(used, limit), max(used, limit)
    share = late_share(of(*(step / STEPS for step in steps)), used / STEPS, limit / STEPS)
    at_risk = sum(step > used for step in steps)
    late = sum(step > limit for step in steps)
    assert (share.late, share.at_risk) == pytest.approx((late, at_risk)) if share else at_risk == 0


@given(SHARES, st.floats(0, 1))
def test_the_longer_it_runs_the_likelier_it_is_late(steps: list[int], used: float) -> None:
    group = of(*(step / STEPS for step in steps))
    now, later = late_share(group, used, 1.0), late_share(group, min(used + 0.1, 1.0), 1.0)
    if now and later:
        assert later.value >= now.value - 1e-9


@given(st.integers(0, 500), st.integers(1, 500))
def test_the_interval_holds_the_share_and_stays_within_bounds(late: int, more: int) -> None:
    low, high = wilson(late, late + more)
    assert 0 <= low <= late / (late + more) <= high <= 1


def test_the_interval_of_a_textbook() -> None:
    """E. B. Wilson's 95 % for 10 of 20: 0.299 to 0.701."""
    assert wilson(10, 20) == pytest.approx((0.2993, 0.7007), abs=1e-4)


def test_none_late_of_few_is_no_certainty() -> None:
    low, high = wilson(0, 30)
    assert (low, high) == pytest.approx((0.0, 0.1135), abs=1e-3)


class TestSimilar:
    GROUP = Group(7, 60, "High", "Claims")

    def found(self, table: dict[Group, Survivors], used: float = 0.0) -> Group | None:
        found = look_up(self.GROUP, table.get, used, 1.0)
        return found.group if found else None

    def test_the_narrowest_group_with_enough_counts(self) -> None:
        many = of(*[0.5] * FEWEST)
        assert self.found({self.GROUP: many, Group(7): many}) == self.GROUP

    def test_where_too_few_came_as_far_a_wider_one_does(self) -> None:
        few_late = of(*[0.2] * 100, *[2.0] * (FEWEST - 1))
        table = {self.GROUP: few_late, Group(7, 60, "High"): of(*[2.0] * FEWEST)}
        assert self.found(table, used=0.1) == self.GROUP
        assert self.found(table, used=0.5) == Group(7, 60, "High")

    def test_without_enough_of_any_there_is_no_figure(self) -> None:
        assert self.found({Group(7): of(*[0.5] * (FEWEST - 1))}) is None
        assert self.found({}) is None
