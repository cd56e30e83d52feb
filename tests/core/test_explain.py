"""Why a target is when it is: the table adds up, and the words say what decided (§2.7, §4, §5.2, §7)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st

from entitlements.core.calendar import ALWAYS, BeyondHorizon, Timeline, compile_hours
from entitlements.core.clock import target_at
from entitlements.core.definition import HoursFrom, Organisation, Process, ProcessMilestone, Recurrence
from entitlements.core.explain import Explanation, explain
from entitlements.core.explained import exactly, facts, sentence
from entitlements.core.facts import Fact
from entitlements.core.folding import AT_MOST
from entitlements.core.hours import Holiday, Hours, parse_windows
from entitlements.core.state import CaseState, Occurrence, State, Stop, StopKind
from tests.core import test_independence as stories
from tests.core.desk import Case, row, t
from tests.core.test_calendar_properties import NO_TIME, Scene, offsets, scenes

TOKYO = ZoneInfo("Asia/Tokyo")


def why(case: Case, at: str, milestone: str = "Resolution", number: int = 0) -> Explanation:
    occurrence = case[milestone, number] if number else case[milestone]
    return explain(case.process, case.state, occurrence, t(at), TOKYO)


def office(minutes: int | None = 240, **keys: object) -> dict[str, object]:
    return row(minutes=minutes, business_hours="Office", **keys)  # type: ignore[arg-type]


def table(x: Explanation) -> list[str]:
    """Kind, words and open time of each line."""
    return [f"{one.kind}: {one.what} {exactly(one.open_time)}" for one in x.segments]


def fact(x: Explanation, term: str) -> str:
    return dict(facts(x))[term]


def assert_adds_up(x: Explanation, hours: Timeline) -> None:
    """Contiguous from the start to its end, each line's sums those of the calendar, none lost on the way."""
    at, total = x.start_date, NO_TIME
    for line in x.segments:
        total += line.counted
        assert (line.start, line.total) == (at, total)
        assert line.start < line.end
        assert line.open_time == hours.elapsed(line.start, line.end)
        at = line.end
    assert x.counted == total
    assert len(x.segments) <= AT_MOST
    if x.target_date is not None:
        assert at == x.target_date
        assert x.adds_up
        assert x.promised.minutes is not None
        assert total == timedelta(minutes=x.promised.minutes) + x.stopped_later


@st.composite
def stops_around(draw: st.DrawFn, scene: Scene) -> list[Stop]:
    """Up to 40 stops of any length, overlapping or not."""
    pairs = st.tuples(offsets, st.timedeltas(NO_TIME, timedelta(days=2)))
    drawn = draw(st.lists(pairs, max_size=6) | st.lists(pairs, min_size=20, max_size=40))
    return [
        Stop(StopKind.HAND, scene.start + since, scene.start + since + length, "why")
        for since, length in drawn
    ]


@settings(max_examples=100, deadline=None)
@given(st.data(), scenes(), offsets, st.integers(1, 3000) | st.integers(1, 200_000))
def test_any_table_adds_up(data: st.DataObject, scene: Scene, offset: timedelta, minutes: int) -> None:
    stops, hours, start = data.draw(stops_around(scene)), scene.timeline(), scene.start + offset
    place = ProcessMilestone("1", "M", Recurrence.NONE, minutes=minutes, hours=hours)
    occurrence = Occurrence(place, 1, 1, start, start, State.RUNNING, minutes)
    state = CaseState(start, stops=stops, occurrences=[occurrence])
    now = max([start, *(stop.until for stop in stops if stop.until)])
    try:
        occurrence.target_date = target_at(occurrence, state, now)
    except BeyondHorizon:
        reject()
    assert_adds_up(explain(Process("P", (place,)), state, occurrence, now, UTC), hours)


@stories.MANY
@given(stories.configurations(warnings_act=False), stories.facts())
def test_whatever_happened_it_adds_up(configuration: tuple[Process, Organisation], facts: list[Fact]) -> None:
    end = stories.end_of(facts)
    run = stories.in_time(configuration, facts, end)
    for occurrence in run.state.occurrences:
        x = explain(run.process, run.state, occurrence, end, UTC)
        assert_adds_up(x, occurrence.row.hours)
        assert sentence(x) and x.start_why
        if occurrence.is_open and occurrence.minutes is not None:
            assert len(x.not_chosen) == x.chosen.tiers - 1


class TestTheTable:
    def test_has_the_night_between_two_days(self) -> None:
        x = why(Case(office(), at="15:00"), "15:30")
        assert table(x) == ["open: open 2 h", "closed: closed 0 m", "open: open 2 h"]

    def test_says_who_stopped_the_clock_and_why(self) -> None:
        case = Case(office(), at="09:00").stop("10:00", "a part is missing").resume("10:30")
        case.state.stops[0].by = "amy"
        x = why(case, "11:00")
        assert table(x)[1] == "stopped: stopped by amy: a part is missing 30 m"
        assert [exactly(line.total) for line in x.segments] == ["1 h", "1 h", "4 h"]

    def test_counts_stops_only_while_open(self) -> None:
        x = why(Case(office(), at="16:00").stop("16:30").resume("3 09:30"), "3 10:00")
        assert table(x) == [
            "open: open 30 m",
            "stopped: stopped: a part is missing 30 m",
            "closed: closed 0 m",
            "stopped: stopped: a part is missing 30 m",
            "open: open 3 h 30 m",
        ]

    def test_names_the_holiday(self) -> None:
        holiday = Holiday.whole_day("Founders' Day", date(2026, 3, 3))
        hours = compile_hours(Hours("Office", "UTC", parse_windows("mon-fri 09:00-17:00"), (holiday,)))
        assert "holiday: Founders' Day 0 m" in table(of_hours(hours, 240, "15:00"))

    def test_a_stop_after_the_target_moved_it_too(self) -> None:
        """Late, then stopped: the target becomes 10:30 (§5.2), and the stop lies behind it."""
        x = why(Case(row(minutes=60)).until("10:30").stop("10:30").resume("11:00"), "11:30")
        assert (x.target_date, x.stopped, x.stopped_later) == (t("10:30"), timedelta(minutes=30), x.stopped)
        assert fact(x, "Stopped") == "30 m of open time, added to the target, 30 m of it after the target"

    def test_of_a_week_has_one_line_for_equal_days(self) -> None:
        x = why(Case(office(8 * 60 * 15), at="12:00"), "13:00")
        assert "several: 5 days 09:00–17:00 40 h" in table(x)
        assert "several: 4 days 09:00–17:00 32 h" in table(x)

    def test_of_a_year_is_short(self) -> None:
        x = why(Case(office(60 * 2000), at="12:00"), "13:00")
        assert "several: 249 days 09:00–17:00 1,992 h" in table(x)
        assert len(x.segments) < 10

    def test_of_a_year_with_its_holidays_is_readable(self) -> None:
        hours = compile_hours(
            Hours("Office", "Europe/Berlin", parse_windows("mon-fri 09:00-17:00"), (), "DE")
        )
        x = of_hours(hours, 60 * 2000, "12:00")
        assert 15 < len(x.segments) < 35
        assert "holiday: closed, Good Friday, Easter Monday 0 m" in table(x)

    def test_of_many_stops_is_bounded(self) -> None:
        stops = [
            Stop(StopKind.HAND, t("09:00") + timedelta(hours=n), t("09:10") + timedelta(hours=n))
            for n in range(2000)
        ]
        x = of_hours(ALWAYS, 60 * 1500, "09:00", stops)
        assert len(x.segments) <= AT_MOST
        assert "several: open, stopped 168 times 168 h" in table(x)
        assert x.adds_up

    def test_until_now_where_there_is_no_target(self) -> None:
        x = why(Case(office(), at="15:00").stop("15:30"), "16:00")
        assert (x.ends_at, x.target_date, x.left) == (t("16:00"), None, timedelta(minutes=210))


def of_hours(hours: Timeline, minutes: int, at: str, stops: list[Stop] | None = None) -> Explanation:
    place = ProcessMilestone(
        "1", "M", Recurrence.NONE, minutes=minutes, hours=hours, hours_from=HoursFrom.PROCESS
    )
    one = Occurrence(place, 1, 1, t(at), t(at), State.RUNNING, minutes)
    state = CaseState(t(at), stops=stops or [], occurrences=[one])
    now = max([t(at), *(stop.until for stop in state.stops if stop.until)])
    one.target_date = one.original_target = target_at(one, state, now)
    return explain(Process("P", (place,)), state, one, now, TOKYO)


class TestTheSentence:
    def test_of_a_running_one(self) -> None:
        x = why(Case(office(), at="15:00").stop("15:10").resume("15:20"), "16:00")
        assert sentence(x) == (
            "4 h of open time in “Office” from Mon 2 Mar 15:00, plus 10 m stopped, end Tue 3 Mar 11:10."
        )

    def test_of_a_late_one(self) -> None:
        assert sentence(why(Case(office(), at="09:00"), "13:15")).endswith("It is late by 15 m.")

    def test_of_one_that_is_late_outside_hours(self) -> None:
        x = why(Case(office(480), at="09:00"), "20:00")
        assert sentence(x).endswith("It is late, though no open time has passed since.")

    def test_of_a_stopped_one(self) -> None:
        x = why(Case(office(), at="15:00").stop("15:30"), "16:00")
        assert sentence(x) == (
            "Stopped: there is no target now; 3 h 30 m left. "
            "If the clock went on now, it would be Tue 3 Mar 11:30."
        )

    def test_of_a_pending_one(self) -> None:
        x = why(Case(row(start="custom.due"), due=t("3 09:00")), "10:00")
        assert sentence(x).startswith(
            "It has not started yet. 1 h of time round the clock from Tue 3 Mar 18:00"
        )
        assert x.start_why == "by the case's field “custom.due”"

    def test_of_one_that_was_met(self) -> None:
        x = why(Case(row()).complete("09:48"), "12:00")
        assert sentence(x).startswith("Completed Mon 2 Mar 18:48, with 12 m to spare.")

    def test_of_one_that_was_missed(self) -> None:
        x = why(Case(row()).stop("09:10").resume("09:20").complete("10:18"), "12:00")
        assert sentence(x).startswith("Completed Mon 2 Mar 19:18, late by 8 m.")
        assert fact(x, "Elapsed") == "1 h 18 m, 10 m of it stopped: 1 h 8 m actual"
        assert fact(x, "Missed") == "its target of Mon 2 Mar 19:10"

    def test_of_a_cancelled_one(self) -> None:
        x = why(Case(row()).close("09:30"), "12:00")
        assert sentence(x).startswith("Cancelled Mon 2 Mar 18:30: left the process.")

    def test_of_one_whose_formula_fails(self) -> None:
        x = why(Case(row(minutes=None, formula="60 / case.escalation_level")), "09:30")
        assert "There is no target" in sentence(x)
        assert "case.escalation_level is 0" in fact(x, "Time")

    def test_says_so_where_the_hours_are_others_now(self) -> None:
        case = Case(office(), at="15:00").complete("16:00")
        object.__setattr__(case["Resolution"].row, "hours", ALWAYS)
        x = why(case, "17:00")
        assert not x.adds_up
        assert "comes from other hours or stops than there are now" in sentence(x)
        assert fact(x, "Now").endswith("the target would be Tue 3 Mar 04:00")


class TestWhatDecided:
    def test_the_start_is_that_of_the_process(self) -> None:
        assert (
            why(Case(row()), "09:30").start_why == "when the case entered the process “P”, as it was created"
        )

    def test_or_of_the_criteria(self) -> None:
        case = Case(row(start="criteria", when='case.stage == "B"'), stage="A").set("09:10", stage="B")
        assert why(case, "09:30").start_why == "when its criteria came to hold"

    def test_or_of_the_occurrence_before(self) -> None:
        case = Case(row(), recurrence="independent").complete("09:30")
        assert why(case, "09:40").start_why == "when occurrence 1 was completed"

    def test_or_its_target(self) -> None:
        case = Case(row(), recurrence="sequential").complete("09:30")
        assert why(case, "09:40").start_why == "at the target of occurrence 1: the next starts no earlier"

    def test_or_the_return_of_the_case(self) -> None:
        case = Case(row()).close("09:30").reopen("09:40")
        assert why(case, "09:50").start_why == "when the case came back into the process “P”"

    @pytest.mark.parametrize(
        ("own", "of_process", "told"),
        [
            ("Office", None, "“Office” (UTC), chosen by the milestone itself"),
            (None, "Office", "“Office” (UTC), chosen by the process"),
            (None, "case", "24/7: nights and weekends count, the case's own"),
            (
                None,
                None,
                "24/7: nights and weekends count, as neither the milestone nor its process says which",
            ),
        ],
    )
    def test_which_hours_and_by_which_rule(self, own: str | None, of_process: str | None, told: str) -> None:
        keys: dict[str, Any] = {"business_hours": own} if own else {}
        process = {"business_hours": of_process} if of_process else {}
        assert fact(why(Case(row(**keys), process=process), "09:30"), "Hours") == told

    def test_the_formulas_inputs(self) -> None:
        case = Case(row(minutes=None, formula='case.priority == "case.stage" ? 30 : 240'), priority="Low")
        assert fact(why(case, "09:30"), "Time") == (
            '240 minutes (4 h), by case.priority == "case.stage" ? 30 : 240, where case.priority is “Low”'
        )

    def test_a_formula_that_would_yield_something_else_by_now(self) -> None:
        case = Case(row(minutes=None, formula='case.priority == "High" ? 30 : 240'), priority="Low")
        case.complete("09:10").set("09:20", priority="High")
        assert fact(why(case, "09:30"), "Time").endswith("for the case as it is now that would be 30")

    def test_the_zone_is_the_calendars(self) -> None:
        assert (str(why(Case(office()), "09:30").zone), str(why(Case(row()), "09:30").zone)) == (
            "UTC",
            "Asia/Tokyo",
        )


class TestTiersThatWereNotChosen:
    def tiers(self, *conditions: str, **fields: object) -> list[str]:
        keys: list[dict[str, Any]] = [{"when": text} if text else {} for text in conditions]
        rows = [row(**one) for one in keys]
        return [one.why for one in why(Case(*rows, **fields), "09:30").not_chosen]  # type: ignore[arg-type]

    def test_an_earlier_one_whose_criteria_do_not_hold(self) -> None:
        assert self.tiers('case.priority == "High"', "") == ["its criteria do not hold"]

    def test_a_later_one_that_would_have_fitted(self) -> None:
        assert self.tiers("", "") == ["an earlier tier was chosen, though its own criteria hold too"]

    def test_a_later_one_that_would_not(self) -> None:
        assert self.tiers("", 'case.priority == "High"') == [
            "an earlier tier was chosen, and its own criteria do not hold"
        ]

    def test_one_whose_criteria_fail(self) -> None:
        (told,) = self.tiers("1 / case.escalation_level > 0", "")
        assert told.startswith("its criteria failed: ")

    def test_one_whose_criteria_hold_only_since(self) -> None:
        case = Case(row(when='case.priority == "High"'), row(), priority="Low").complete("09:10")
        case.set("09:20", priority="High")
        assert [one.why for one in why(case, "09:30").not_chosen] == [
            "its criteria hold now, but did not when the tier was chosen"
        ]

    def test_the_chosen_one_says_what_holds(self) -> None:
        case = Case(row(when='case.priority == "Low"'), row(), priority="Low")
        assert fact(why(case, "09:30"), "Tier") == (
            'tier 1 of 2: case.priority == "Low", where case.priority is “Low”'
        )


def test_a_year_is_explained_in_milliseconds() -> None:
    hours = compile_hours(
        Hours("Shop", "Europe/Berlin", parse_windows("mon-fri 09:00-13:00,14:00-18:00"), (), "DE")
    )
    best = min(seconds_for(hours) for _ in range(7))
    assert best < 0.005 * 4, "four times the 5 ms that it takes at most on a machine with nothing else to do"


def seconds_for(hours: Timeline) -> float:
    began = datetime.now(UTC)
    of_hours(hours, 60 * 2000, "12:00")
    return (datetime.now(UTC) - began).total_seconds()
