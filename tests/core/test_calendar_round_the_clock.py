"""24/7: what hours are when nobody has set any (§2.7)."""

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from entitlements.core.calendar import ALWAYS, BeyondHorizon
from tests.core.office import berlin, hours, utc, wall


class TestRoundTheClock:
    def test_is_called_24_7(self) -> None:
        assert ALWAYS.name == "24/7"

    def test_adds_the_time_as_it_is(self) -> None:
        assert ALWAYS.add(utc("2026-03-07 23:30"), hours(1)) == utc("2026-03-08 00:30")

    def test_adds_elapsed_time_over_a_clock_change(self) -> None:
        start = wall("2026-03-29 00:00").replace(tzinfo=ZoneInfo("Europe/Berlin"))
        assert ALWAYS.add(start, hours(24)) == berlin("2026-03-30 01:00")

    def test_adds_backwards(self) -> None:
        assert ALWAYS.add(utc("2026-03-08 00:30"), hours(-1)) == utc("2026-03-07 23:30")

    def test_answers_in_utc(self) -> None:
        start = datetime(2026, 3, 29, 1, 30, tzinfo=timezone(timedelta(hours=1)))
        assert ALWAYS.add(start, hours(1)).tzinfo is UTC

    def test_counts_every_hour(self) -> None:
        assert ALWAYS.elapsed(utc("2026-03-07 00:00"), utc("2026-03-09 00:00")) == hours(48)

    def test_is_open_now(self) -> None:
        assert ALWAYS.is_open(utc("2026-03-08 03:00"))

    def test_opens_at_once(self) -> None:
        assert ALWAYS.next_opening(utc("2026-03-08 03:00")) == utc("2026-03-08 03:00")

    def test_never_closes(self) -> None:
        assert ALWAYS.next_closing(utc("2026-03-08 03:00")) is None

    def test_is_one_period(self) -> None:
        span = (utc("2026-03-07 00:00"), utc("2026-03-09 00:00"))
        assert ALWAYS.periods(*span) == [span]

    def test_has_no_closures(self) -> None:
        assert ALWAYS.closures(utc("2026-03-07 00:00"), utc("2026-03-09 00:00")) == []

    def test_has_the_same_horizon(self) -> None:
        with pytest.raises(BeyondHorizon, match='"24/7"'):
            ALWAYS.add(utc("2026-03-08 03:00"), timedelta(days=4000))

    def test_ends_with_the_years(self) -> None:
        with pytest.raises(BeyondHorizon):
            ALWAYS.add(utc("9999-12-31 03:00"), hours(48))
