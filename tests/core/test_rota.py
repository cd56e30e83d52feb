"""Who is on duty: weekly shifts, substitutions, gaps, and the nights on which the clocks change."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entitlements.core.hours import HoursError, parse_windows
from entitlements.core.rota import Duty, Rota, Shift, Substitution, duties, gaps, on_duty
from tests.core.office import berlin, hours, office, utc, wall

WEEK = "2026-03-02 00:00", "2026-03-09 00:00"
MONDAY = utc("2026-03-02 10:00")


def shifts(**windows: str) -> tuple[Shift, ...]:
    return tuple(Shift(person, window) for person, text in windows.items() for window in parse_windows(text))


def rota(*substitutions: Substitution, zone: str = "Europe/Berlin", **windows: str) -> Rota:
    return Rota("Claims", zone, shifts(**windows), substitutions, office())


def words(found: list[Duty]) -> list[str]:
    return [f"{one.person} {one.starts:%d %H:%M}–{one.ends:%d %H:%M}" for one in found]


class TestOnDuty:
    def test_is_who_has_the_shift(self) -> None:
        week = rota(ada="mon-fri 08:00-14:00", ben="mon-fri 14:00-20:00")
        assert on_duty(week, berlin("2026-03-02 13:59:59")) == ("ada",)

    def test_changes_hands_at_the_very_end(self) -> None:
        week = rota(ada="mon-fri 08:00-14:00", ben="mon-fri 14:00-20:00")
        assert on_duty(week, berlin("2026-03-02 14:00")) == ("ben",)

    def test_may_be_several(self) -> None:
        assert on_duty(rota(ben="mon 08:00-18:00", ada="mon 08:00-18:00"), MONDAY) == ("ada", "ben")

    def test_may_be_nobody(self) -> None:
        assert on_duty(rota(ada="tue 08:00-18:00"), MONDAY) == ()

    def test_runs_past_midnight(self) -> None:
        assert on_duty(rota(ada="sun 22:00-06:00"), berlin("2026-03-02 05:59")) == ("ada",)

    def test_of_an_empty_rota_is_nobody(self) -> None:
        assert on_duty(Rota("Claims"), MONDAY) == ()

    def test_needs_a_zone_that_there_is(self) -> None:
        with pytest.raises(HoursError, match="Nowhere"):
            on_duty(rota(zone="Nowhere", ada="mon 08:00-18:00"), MONDAY)


class TestASubstitution:
    christmas = Substitution("ada", wall("2026-12-24"), wall("2026-12-27"), "ben")

    def test_puts_one_person_in_the_place_of_another(self) -> None:
        week = rota(self.christmas, ben="mon-sun 08:00-18:00")
        assert on_duty(week, berlin("2026-12-24 09:00")) == ("ada",)

    def test_says_for_whom(self) -> None:
        week = rota(self.christmas, ben="mon-sun 08:00-18:00")
        found = duties(week, berlin("2026-12-24 00:00"), berlin("2026-12-25 00:00"))
        assert [(one.person, one.instead_of) for one in found] == [("ada", "ben")]

    def test_ends_with_its_last_day(self) -> None:
        week = rota(self.christmas, ben="mon-sun 08:00-18:00")
        assert on_duty(week, berlin("2026-12-27 09:00")) == ("ben",)

    def test_leaves_others_alone(self) -> None:
        week = rota(self.christmas, ben="mon-sun 08:00-18:00", cem="mon-sun 08:00-18:00")
        assert on_duty(week, berlin("2026-12-24 09:00")) == ("ada", "cem")

    def test_covers_nothing_where_the_other_would_not_have_been(self) -> None:
        assert on_duty(rota(self.christmas, ben="mon-sun 08:00-18:00"), berlin("2026-12-24 19:00")) == ()

    def test_cuts_a_shift_in_the_middle(self) -> None:
        lunch = Substitution("ada", wall("2026-03-02 12:00"), wall("2026-03-02 13:00"), "ben")
        found = duties(rota(lunch, ben="mon 08:00-18:00", zone="UTC"), *map(utc, WEEK))
        assert words(found) == ["ben 02 08:00–02 12:00", "ada 02 12:00–02 13:00", "ben 02 13:00–02 18:00"]

    def test_instead_of_everybody_fills_gaps_too(self) -> None:
        alone = Substitution("ada", wall("2026-03-02 06:00"), wall("2026-03-02 10:00"))
        week = rota(alone, zone="UTC", ben="mon 08:00-18:00", cem="mon 09:00-12:00")
        found = words(duties(week, *map(utc, WEEK)))
        assert found == ["ada 02 06:00–02 10:00", "cem 02 10:00–02 12:00", "ben 02 10:00–02 18:00"]

    def test_of_two_the_later_in_the_list_counts(self) -> None:
        second = Substitution("cem", wall("2026-12-25"), wall("2026-12-26"), "ada")
        week = rota(self.christmas, second, ben="mon-sun 08:00-18:00")
        assert on_duty(week, berlin("2026-12-25 09:00")) == ("cem",)

    def test_cannot_end_before_it_begins(self) -> None:
        with pytest.raises(HoursError, match="ends before"):
            Substitution("ada", wall("2026-12-24"), wall("2026-12-24"))

    def test_is_not_for_oneself(self) -> None:
        with pytest.raises(HoursError, match="same person"):
            Substitution("ada", wall("2026-12-24"), wall("2026-12-25"), "ada")


class TestGaps:
    def test_are_the_times_to_be_covered_without_anybody(self) -> None:
        """The office is open 9–13 and 14–18, and on Saturday from 10:10 to 14:00."""
        week = rota(ada="mon-fri 09:00-17:00")
        found = gaps(week, berlin("2026-03-06 00:00"), berlin("2026-03-08 00:00"))
        assert found == [
            (berlin("2026-03-06 17:00"), berlin("2026-03-06 18:00")),
            (berlin("2026-03-07 10:10"), berlin("2026-03-07 14:00")),
        ]

    def test_are_day_and_night_where_nothing_is_said(self) -> None:
        week = Rota("Claims", "UTC", shifts(ada="mon-sun 00:00-12:00"))
        found = gaps(week, utc("2026-03-02 00:00"), utc("2026-03-03 00:00"))
        assert found == [(utc("2026-03-02 12:00"), utc("2026-03-03 00:00"))]

    def test_there_are_none_where_duties_touch(self) -> None:
        week = Rota("Claims", "UTC", shifts(ada="mon-sun 00:00-12:00", ben="mon-sun 12:00-24:00"))
        assert gaps(week, *map(utc, WEEK)) == []


class TestTheClocksChange:
    def test_a_night_shift_in_spring_is_an_hour_shorter(self) -> None:
        night = rota(ada="sat 22:00-06:00")
        (found,) = duties(night, berlin("2026-03-28 00:00"), berlin("2026-03-30 00:00"))
        assert found.ends - found.starts == hours(7)

    def test_and_in_autumn_an_hour_longer(self) -> None:
        night = rota(ada="sat 22:00-06:00")
        (found,) = duties(night, berlin("2026-10-24 00:00"), berlin("2026-10-26 00:00"))
        assert found.ends - found.starts == hours(9)

    def test_hands_over_in_the_missing_hour_leave_no_gap(self) -> None:
        week = Rota("Claims", "Europe/Berlin", shifts(ada="sun 00:00-02:30", ben="sun 02:30-24:00"))
        assert gaps(week, berlin("2026-03-29 00:00"), berlin("2026-03-30 00:00")) == []


@given(st.integers(0, 7 * 1440), st.integers(0, 3))
def test_who_is_on_duty_is_who_the_list_of_duties_names(minute: int, margin: int) -> None:
    swap = Substitution("cem", wall("2026-03-03 11:00"), wall("2026-03-05 02:00"), "ben")
    week = rota(swap, ada="mon-wed 06:00-15:00", ben="mon-sun 14:00-03:00")
    at = berlin("2026-03-02 00:00") + hours(minute / 60)
    listed = duties(week, at - hours(margin), at + hours(margin + 1))
    assert on_duty(week, at) == tuple(sorted({one.person for one in listed if one.starts <= at < one.ends}))
