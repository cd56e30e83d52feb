"""The calendar against one that counts minutes, and the laws that it keeps (§2.3 to §2.5)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from entitlements.core.calendar import Timeline, compile_hours
from entitlements.core.hours import Holiday, Hours, Window
from tests.core.minute_by_minute import MinuteByMinute, utc_midnight

MICROSECOND = timedelta(microseconds=1)
NO_TIME = timedelta()
DAYS = 3

# Where clocks change, and how: each with the middle one of three days.
CLOCK_CHANGES = [
    ("UTC", "2026-03-03"),
    ("Europe/Berlin", "2026-03-29"),
    ("Europe/Berlin", "2026-10-25"),
    ("America/New_York", "2026-03-08"),
    ("America/Sao_Paulo", "2015-10-18"),  # 00:00 becomes 01:00
    ("America/Sao_Paulo", "2016-02-21"),  # 00:00 becomes 23:00
    ("America/Havana", "2026-11-01"),  # 01:00 becomes 00:00
    ("Africa/Cairo", "2025-04-25"),
    ("Asia/Tehran", "2015-03-22"),
    ("Asia/Kathmandu", "2026-01-01"),  # 05:45 ahead, over new year
    ("Australia/Lord_Howe", "2026-10-04"),  # half an hour
    ("Australia/Lord_Howe", "2026-04-05"),
    ("Pacific/Apia", "2011-12-30"),  # not a day that was
]

times_of_day = (
    st.integers(0, 95).map(lambda quarter: quarter * 15)
    | st.integers(0, 200)
    | st.sampled_from([0, 120, 135])
)
lengths = st.integers(20, 1440) | st.sampled_from([30, 45, 60, 480, 1440])


@st.composite
def windows_around(draw: st.DrawFn, start: datetime) -> Window:
    """A window that opens on one of the three days, or on the day before or after."""
    weekday = (start.weekday() + draw(st.integers(-1, DAYS))) % 7
    opens = draw(times_of_day)
    return Window(weekday, opens, opens + draw(lengths))


@dataclass(frozen=True)
class Scene:
    """Some hours, and the three days in which they are asked about."""

    hours: Hours
    start: datetime

    def timeline(self) -> Timeline:
        return compile_hours(self.hours)

    def slowly(self) -> MinuteByMinute:
        return MinuteByMinute(self.hours, self.start, DAYS)


@st.composite
def scenes(draw: st.DrawFn) -> Scene:
    zone, day = draw(st.sampled_from(CLOCK_CHANGES))
    start = utc_midnight(day) - timedelta(days=1)
    holidays = draw(st.lists(holidays_around(start), max_size=2))
    week = draw(st.lists(windows_around(start), min_size=1, max_size=8))
    return Scene(Hours("Random", zone, tuple(week), tuple(holidays)), start)


@st.composite
def holidays_around(draw: st.DrawFn, start: datetime) -> Holiday:
    midnight = start.replace(tzinfo=None)
    starts = midnight + timedelta(minutes=draw(st.integers(-600, DAYS * 1440)))
    return Holiday("Random", starts, starts + timedelta(minutes=draw(st.integers(1, 2000))))


offsets = st.integers(0, DAYS * 1440 - 1).map(lambda count: timedelta(minutes=count)) | (
    st.timedeltas(NO_TIME, timedelta(days=DAYS) - MICROSECOND)
)
durations = st.timedeltas(MICROSECOND, timedelta(days=3))


class TestTheCalendarAgreesWithOneThatCountsMinutes:
    @settings(max_examples=90)
    @given(scenes(), offsets, offsets)
    def test_about_elapsed_time(self, scene: Scene, a: timedelta, b: timedelta) -> None:
        start, end = scene.start + a, scene.start + b
        assert scene.timeline().elapsed(start, end) == scene.slowly().elapsed(start, end)

    @settings(max_examples=90)
    @given(scenes(), offsets, offsets)
    def test_about_targets(self, scene: Scene, a: timedelta, b: timedelta) -> None:
        slowly, start, end = scene.slowly(), scene.start + min(a, b), scene.start + max(a, b)
        duration = slowly.elapsed(start, end)
        assume(duration)
        assert scene.timeline().add(start, duration) == slowly.add(start, duration)

    @settings(max_examples=90)
    @given(scenes(), offsets, offsets)
    def test_about_targets_backwards(self, scene: Scene, a: timedelta, b: timedelta) -> None:
        slowly, start, end = scene.slowly(), scene.start + min(a, b), scene.start + max(a, b)
        duration = slowly.elapsed(start, end)
        assume(duration)
        assert scene.timeline().add(end, -duration) == slowly.subtract(end, duration)

    @settings(max_examples=50)
    @given(scenes(), offsets)
    def test_about_being_open(self, scene: Scene, offset: timedelta) -> None:
        instant = scene.start + offset
        assert scene.timeline().is_open(instant) == scene.slowly().is_open(instant)


class TestATarget:
    @settings(max_examples=50)
    @given(scenes(), offsets, durations)
    def test_has_the_open_time_asked_for_before_it(
        self, scene: Scene, offset: timedelta, duration: timedelta
    ) -> None:
        timeline, start = scene.timeline(), scene.start + offset
        assert timeline.elapsed(start, timeline.add(start, duration)) == duration

    @settings(max_examples=50)
    @given(scenes(), offsets, durations)
    def test_is_the_earliest_of_its_kind(self, scene: Scene, offset: timedelta, duration: timedelta) -> None:
        timeline, start = scene.timeline(), scene.start + offset
        target = timeline.add(start, duration)
        assert timeline.elapsed(start, target - MICROSECOND) < duration

    @settings(max_examples=50)
    @given(scenes(), offsets, durations)
    def test_backwards_has_the_open_time_asked_for_after_it(
        self, scene: Scene, offset: timedelta, duration: timedelta
    ) -> None:
        timeline, end = scene.timeline(), scene.start + offset
        assert timeline.elapsed(timeline.add(end, -duration), end) == duration

    @settings(max_examples=50)
    @given(scenes(), offsets, durations)
    def test_backwards_is_the_latest_of_its_kind(
        self, scene: Scene, offset: timedelta, duration: timedelta
    ) -> None:
        timeline, end = scene.timeline(), scene.start + offset
        start = timeline.add(end, -duration)
        assert timeline.elapsed(start + MICROSECOND, end) < duration

    @settings(max_examples=50)
    @given(scenes(), offsets, durations, durations)
    def test_in_two_steps_is_that_in_one(
        self, scene: Scene, offset: timedelta, first: timedelta, second: timedelta
    ) -> None:
        timeline, start = scene.timeline(), scene.start + offset
        assert timeline.add(timeline.add(start, first), second) == timeline.add(start, first + second)


class TestElapsedTime:
    @settings(max_examples=50)
    @given(scenes(), offsets, offsets, offsets)
    def test_adds_up(self, scene: Scene, a: timedelta, b: timedelta, c: timedelta) -> None:
        timeline = scene.timeline()
        x, y, z = (scene.start + offset for offset in (a, b, c))
        assert timeline.elapsed(x, y) + timeline.elapsed(y, z) == timeline.elapsed(x, z)

    @settings(max_examples=50)
    @given(scenes(), offsets, offsets)
    def test_is_what_the_open_periods_add_up_to(self, scene: Scene, a: timedelta, b: timedelta) -> None:
        timeline, start, end = scene.timeline(), scene.start + min(a, b), scene.start + max(a, b)
        periods = timeline.periods(start, end)
        total = sum((closes - opens for opens, closes in periods), NO_TIME)
        assert total == timeline.elapsed(start, end)


class TestClosures:
    @settings(max_examples=50)
    @given(scenes(), offsets, offsets)
    def test_fill_what_the_open_periods_leave(self, scene: Scene, a: timedelta, b: timedelta) -> None:
        timeline, start, end = scene.timeline(), scene.start + min(a, b), scene.start + max(a, b)
        closed = [(opens, closes) for opens, closes, _ in timeline.closures(start, end)]
        spans = sorted(timeline.periods(start, end) + closed)
        edges = [start, *(closes for _, closes in spans)]
        assert [opens for opens, _ in spans] == edges[:-1] if start < end else not spans


class TestTheNextOpening:
    @settings(max_examples=50)
    @given(scenes(), offsets)
    def test_is_open_with_nothing_open_before_it(self, scene: Scene, offset: timedelta) -> None:
        timeline, instant = scene.timeline(), scene.start + offset
        opening = timeline.next_opening(instant)
        assert opening is not None
        assert (timeline.is_open(opening), timeline.elapsed(instant, opening)) == (True, NO_TIME)
