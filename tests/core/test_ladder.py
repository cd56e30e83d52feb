"""When the steps of a ladder are due, and that it does not matter how often somebody looks."""

from __future__ import annotations

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from entitlements.core.calendar import ALWAYS, Timeline
from entitlements.core.ladder import Climb, Ladder, Level, due_after, problems_of
from entitlements.core.state import Stop, StopKind
from tests.core.desk import clock, t
from tests.core.office import office

ON_CALL = Ladder("On call", (Level(0, ("on_duty",)), Level(15, ("owner",)), Level(60, ("supervisors",))))
NEVER: tuple[Stop, ...] = ()


def stop(since: str, until: str = "") -> Stop:
    return Stop(StopKind.HAND, t(since), t(until) if until else None)


def climb(ladder: Ladder = ON_CALL, at: str = "09:00", hours: Timeline = ALWAYS, done: int = 0) -> Climb:
    return Climb(ladder, t(at), hours, done)


def due(climbing: Climb, *stops: Stop, now: str = "31 00:00") -> list[tuple[int, int, str]]:
    """Round, level and time of each step that is due."""
    return [(one.step.round, one.step.level, clock(one.due)) for one in climbing.due_steps(stops, t(now))]


class TestALadder:
    def test_is_climbed_level_by_level(self) -> None:
        assert due(climb()) == [(1, 1, "09:00"), (1, 2, "09:15"), (1, 3, "10:00")]

    def test_has_not_come_to_what_is_due_later(self) -> None:
        assert due(climb(), now="09:14") == [(1, 1, "09:00")]

    def test_is_at_a_step_at_its_very_instant(self) -> None:
        assert due(climb(), now="09:15")[-1] == (1, 2, "09:15")

    def test_goes_on_after_what_is_done(self) -> None:
        assert due(climb(done=2)) == [(1, 3, "10:00")]

    def test_begins_again_so_long_after_its_last_level(self) -> None:
        twice = Ladder("On call", ON_CALL.levels, repeat=1, repeat_after=30)
        assert due(climb(twice))[3:] == [(2, 1, "10:30"), (2, 2, "10:45"), (2, 3, "11:30")]

    def test_ends_after_its_last_round(self) -> None:
        assert climb(done=3).next_step(NEVER) is None

    def test_counts_in_its_hours(self) -> None:
        """Monday 17:50 in Berlin, ten minutes before the office closes."""
        assert due(climb(at="16:50", hours=office())) == [
            (1, 1, "16:50"),
            (1, 2, "3 08:05"),
            (1, 3, "3 08:50"),
        ]

    def test_without_levels_has_nothing_to_do(self) -> None:
        assert due(climb(Ladder("Empty", ()))) == []

    def test_says_what_is_wrong_with_it(self) -> None:
        wrong = Ladder("Wrong", (Level(5, ("owner",)), Level(5, ())), repeat=1)
        assert list(problems_of(wrong)) == [
            "Level 2 tells nobody.",
            "Level 2 comes no later than level 1.",
            "Say how long after the last level it begins again.",
        ]


class TestWhileTheCaseIsStopped:
    def test_the_next_step_does_not_come(self) -> None:
        assert due(climb(), stop("09:05")) == [(1, 1, "09:00")]

    def test_it_has_no_due_time(self) -> None:
        assert climb(done=1).next_step([stop("09:05")]) is None

    def test_the_clock_stands_still(self) -> None:
        assert due(climb(), stop("09:05", "09:35"))[1:] == [(1, 2, "09:45"), (1, 3, "10:30")]

    def test_overlapping_stops_count_once(self) -> None:
        assert due(climb(), stop("09:05", "09:35"), stop("09:10", "09:30"))[1] == (1, 2, "09:45")

    def test_what_was_due_before_is_due_all_the_same(self) -> None:
        assert due(climb(), stop("09:20")) == [(1, 1, "09:00"), (1, 2, "09:15")]

    def test_a_stop_at_the_very_instant_comes_first(self) -> None:
        assert due(climb(), stop("09:15")) == [(1, 1, "09:00")]

    def test_a_stop_before_the_start_that_has_ended_counts_for_nothing(self) -> None:
        assert due(climb(), stop("08:00", "08:30"))[1] == (1, 2, "09:15")

    def test_only_open_time_is_put_off(self) -> None:
        """Stopped over the night: five minutes of the office's time were left, and five are lost."""
        late = climb(at="16:45", hours=office())
        assert due(late, stop("16:55", "3 08:00"))[1] == (1, 2, "3 08:05")


class TestSkipped:
    def test_is_what_should_have_been_done_before_the_end(self) -> None:
        assert [one.step.level for one in climb().steps_before(NEVER, t("09:20"))] == [1, 2]

    def test_an_end_at_the_very_instant_comes_first(self) -> None:
        assert [one.step.level for one in climb().steps_before(NEVER, t("09:15"))] == [1]


def test_a_target_beyond_the_horizon_never_comes() -> None:
    assert due_after(t("09:00"), timedelta(days=9000), office(), NEVER) is None


@st.composite
def days(draw: st.DrawFn) -> tuple[Climb, list[Stop]]:
    """A ladder, and a day with stops one after the other."""
    delays = sorted(draw(st.sets(st.integers(0, 90), min_size=1, max_size=4)))
    levels = tuple(Level(after, ("owner",)) for after in delays)
    ladder = Ladder("Any", levels, draw(st.integers(0, 2)), draw(st.integers(1, 40)))
    edges = sorted(draw(st.lists(st.integers(0, 600), max_size=6, unique=True)))
    moments = [t("08:00") + timedelta(minutes=edge) for edge in edges]
    stops = [
        Stop(StopKind.HAND, begin, end)
        for begin, end in zip(moments[::2], [*moments[1::2], None], strict=False)
    ]
    hours = draw(st.sampled_from([ALWAYS, office()]))
    return Climb(ladder, t("08:00") + timedelta(minutes=draw(st.integers(0, 300))), hours), stops


def as_known(stops: list[Stop], at: datetime) -> list[Stop]:
    """What somebody who looks at that moment knows of them."""
    return [
        Stop(one.kind, one.since, one.until if one.until and one.until <= at else None)
        for one in stops
        if one.since <= at
    ]


@given(days(), st.lists(st.integers(0, 1440), max_size=30))
def test_looking_often_or_rarely_gives_the_same_steps(
    day: tuple[Climb, list[Stop]], looks: list[int]
) -> None:
    climbing, stops = day
    end = t("3 08:00")
    taken, done = [], 0
    for at in [*(t("08:00") + timedelta(minutes=look) for look in sorted(looks)), end]:
        now = Climb(climbing.ladder, climbing.started_at, climbing.hours, done)
        found = now.due_steps(as_known(stops, at), at)
        taken += [(one.step.number, one.due) for one in found]
        done += len(found)
    once = climbing.due_steps(as_known(stops, end), end)
    assert taken == [(one.step.number, one.due) for one in once]


@given(days())
def test_due_times_never_decrease(day: tuple[Climb, list[Stop]]) -> None:
    climbing, stops = day
    times = [one.due for one in climbing.due_steps(stops, t("31 00:00"))]
    assert times == sorted(times)
