"""What reports count is what the log tells: each milestone's result and its dates, worked out twice."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from cases.models import CaseMilestone
from cases.reports.results import Result, condition
from tests.reports.from_events import heard_of_all
from tests.reports.random_desk import let_things_happen

pytestmark = pytest.mark.django_db


def counted(now: datetime) -> dict[int, tuple[object, ...]]:
    """By the milestone's key: its results, and the dates by which reports choose."""
    found: dict[int, tuple[object, ...]] = {}
    for result in Result:
        for one in CaseMilestone.objects.filter(condition(result, now)).select_related("case"):
            ended = one.completion_date or one.cancelled_at
            before, *_ = found.get(one.pk, ("",))
            found[one.pk] = f"{before}{result}", one.case.created_at, one.target_date, ended
    return found


def told(now: datetime) -> dict[int, tuple[object, ...]]:
    return {
        key: (one.verdict(now), one.created, one.target, one.ended) for key, one in heard_of_all().items()
    }


def test_on_a_desk_where_anything_happens() -> None:
    last = let_things_happen(seed=1)
    for minutes in (1, 60, 100_000):
        now = last + timedelta(minutes=minutes)
        assert counted(now) == told(now), f"{minutes} minutes later"
    assert {verdict for verdict, *_ in told(last).values()} == set(Result)
