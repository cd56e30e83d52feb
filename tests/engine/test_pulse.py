"""The engine says that it has looked, and keeps what there was in the last day."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from cases.engine.pulse import note_look
from cases.models import EngineLook, EngineSample
from cases.queries.engine import last_day

pytestmark = pytest.mark.django_db
NINE = datetime(2026, 3, 4, 9, tzinfo=UTC)


def at(minutes: float) -> datetime:
    return NINE + timedelta(minutes=minutes)


def test_a_span_of_five_minutes_becomes_one_sample() -> None:
    for minutes, lag in ((0, 1.0), (1, 7.5), (4.9, 2.0)):
        note_look(at(minutes), lag, cases=2, fired=1)
    assert not EngineSample.objects.exists()
    note_look(at(5), 0.0, cases=1, fired=0)
    sample = EngineSample.objects.get()
    assert (sample.since, sample.lag_seconds, sample.cases, sample.fired) == (NINE, 7.5, 6, 3)
    look = EngineLook.objects.get()
    assert (look.looked_at, look.span_since, look.span_cases) == (at(5), at(5), 1)


def test_samples_are_kept_for_a_day_and_an_hour() -> None:
    for hours in range(60):
        note_look(at(60 * hours), 1.0, cases=0, fired=0)
    assert EngineSample.objects.count() <= 26


def test_a_clock_that_goes_back_a_little_makes_no_second_sample() -> None:
    for minutes in (0, 5, 4, 5, 10):
        note_look(at(minutes), 1.0, cases=0, fired=0)
    assert [one.since for one in EngineSample.objects.all()] == [NINE, at(5)]


def test_most_looks_write_one_row(django_assert_num_queries: Any) -> None:
    note_look(at(0), 1.0, cases=0, fired=0)
    with django_assert_num_queries(4):  # The row, the update, and the savepoint around them.
        note_look(at(1), 1.0, cases=0, fired=0)


def test_the_day_is_drawn_from_samples_and_the_span_under_way() -> None:
    note_look(at(0), 60.0, cases=3, fired=2)
    note_look(at(7), 6.0, cases=1, fired=1)
    day = last_day(at(8))
    assert (day.greatest, day.top, day.width, day.height) == (60.0, 60.0, 720, 122)
    first, second = day.bars
    assert (first.height, first.is_late, second.is_late) == (100, True, False)
    assert second.x - first.x == 2.5
    assert first.words == "09:00: 60.0 s behind at most, 2 fired"
    (hour,) = day.hours
    assert (hour.since, hour.lag, hour.cases, hour.fired) == (NINE, 60.0, 4, 3)


def test_what_is_older_than_a_day_is_not_drawn() -> None:
    note_look(at(0), 60.0, cases=3, fired=2)
    note_look(at(60 * 24.5), 6.0, cases=1, fired=1)
    assert [bar.is_late for bar in last_day(at(60 * 24.5)).bars] == [False]
