"""Spans and instants in words."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from cases.queries.words import instant, span, time_left

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 s"),
        (59, "59 s"),
        (60, "1 m"),
        (119.9, "1 m 59 s"),
        (120, "2 m"),
        (3599, "59 m"),
        (3600, "1 h"),
        (3660, "1 h 1 m"),
        (86399, "23 h 59 m"),
        (86400, "1 d"),
        (100800, "1 d 4 h"),
        (-900, "15 m"),
    ],
)
def test_a_span_has_two_units_at_most(seconds: float, words: str) -> None:
    assert span(timedelta(seconds=seconds)) == words


def test_business_time_has_no_days() -> None:
    assert span(timedelta(hours=28, minutes=5), days=False) == "28 h 5 m"


def test_late_is_said() -> None:
    assert time_left(timedelta(minutes=-15)) == "late 15 m"
    assert time_left(timedelta(minutes=15)) == "15 m"


@pytest.mark.parametrize(
    ("at", "words"),
    [
        (datetime(2026, 3, 4, 9, tzinfo=UTC), "today 09:00"),
        (datetime(2026, 3, 5, 0, tzinfo=UTC), "tomorrow 00:00"),
        (datetime(2026, 3, 3, 23, 59, tzinfo=UTC), "yesterday 23:59"),
        (datetime(2026, 3, 9, 9, tzinfo=UTC), "Mon 09:00"),
        (datetime(2026, 3, 11, 9, tzinfo=UTC), "11 Mar 09:00"),
        (datetime(2025, 3, 3, 9, tzinfo=UTC), "3 Mar 2025 09:00"),
    ],
)
def test_an_instant_is_as_short_as_it_can_be(at: datetime, words: str) -> None:
    with timezone.override("UTC"):
        assert instant(at, NOW) == words


def test_an_instant_is_the_viewers() -> None:
    with timezone.override("Asia/Tokyo"):
        assert instant(datetime(2026, 3, 4, 20, tzinfo=UTC), NOW) == "tomorrow 05:00"
