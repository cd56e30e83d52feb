"""Target and violation (§2.7, §5)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from entitlements.core.calendar import compile_hours
from entitlements.core.hours import Hours, parse_windows
from tests.core.desk import Case, clock, row, t

BY_PRIORITY = 'case.priority == "High" ? 120 : 180'


def target(case: Case, milestone: str = "Resolution") -> str:
    return clock(case[milestone].target_date)


class TestWhichHoursCount:
    def at_closing(self, **keys: Any) -> str:
        process = {key: keys.pop(key) for key in list(keys) if key == "process_hours"}
        named = {"business_hours": process["process_hours"]} if process else {}
        return target(Case(row(**keys), at="6 16:30", process=named))

    def test_round_the_clock_where_nothing_is_set(self) -> None:
        assert self.at_closing() == "6 17:30"

    def test_the_processs_own(self) -> None:
        assert self.at_closing(process_hours="Office") == "9 09:30"

    def test_the_milestones_before_the_processs(self) -> None:
        assert self.at_closing(process_hours="Office", business_hours="24/7") == "6 17:30"

    def test_the_milestones_alone(self) -> None:
        assert self.at_closing(business_hours="Office") == "9 09:30"

    def test_the_cases_own_when_the_process_says_so(self) -> None:
        case = Case(row(), at="6 16:30", process={"business_hours": "case"})
        assert target(case) == "6 17:30"
        case.state.case_hours = compile_hours(Hours("Office", "UTC", parse_windows("mon-fri 09:00-17:00")))
        assert target(case.hours_edited("6 16:40")) == "9 09:30"


class TestTheMomentOfTheTarget:
    def test_may_be_the_closing_time(self) -> None:
        assert target(Case(row(), at="6 16:00", process={"business_hours": "Office"})) == "6 17:00"

    def test_done_at_the_target_is_met(self) -> None:
        assert not Case(row()).complete("10:00")["Resolution"].is_violated

    def test_done_a_microsecond_later_is_missed(self) -> None:
        occurrence = Case(row()).complete("10:00:00.000001")["Resolution"]
        assert (occurrence.is_violated, clock(occurrence.violated_at)) == (True, "10:00")

    def test_open_at_the_target_is_not_violated(self) -> None:
        assert not Case(row()).look("10:00")["Resolution"].is_violated

    def test_open_a_microsecond_later_is(self) -> None:
        assert Case(row()).look("10:00:00.000001")["Resolution"].is_violated

    def test_done_while_closed_after_a_target_at_closing_is_missed(self) -> None:
        case = Case(row(), at="6 16:00", process={"business_hours": "Office"}).complete("7 10:00")
        assert case["Resolution"].is_violated

    def test_a_look_long_after_knows_when_it_was_passed(self) -> None:
        assert clock(Case(row()).look("15:00")["Resolution"].violated_at) == "10:00"


class TestAFormula:
    def test_gives_the_minutes_at_the_start(self) -> None:
        assert target(Case(row(minutes=None, formula=BY_PRIORITY), priority="High")) == "11:00"

    def test_moves_the_target_and_keeps_the_start(self) -> None:
        case = Case(row(minutes=None, formula=BY_PRIORITY)).set("10:00", priority="High")
        assert (target(case), clock(case["Resolution"].start_date)) == ("11:00", "09:00")

    def test_keeps_the_stops_too(self) -> None:
        case = (
            Case(row(minutes=None, formula=BY_PRIORITY))
            .stop("09:10")
            .resume("09:40")
            .set("10:00", priority="High")
        )
        assert target(case) == "11:30"

    def test_the_move_is_recorded_with_from_to_and_why(self) -> None:
        case = Case(row(minutes=None, formula=BY_PRIORITY)).set("10:00", priority="High")
        moved = {"old": t("12:00"), "new": t("11:00"), "why": "priority → High"}
        assert case.events("target_moved") == [moved]

    def test_the_target_does_not_move_for_nothing(self) -> None:
        case = Case(row(minutes=None, formula=BY_PRIORITY)).set("10:00", subject="Other")
        assert case.events("target_moved") == []

    def test_moved_to_the_past_it_is_violated_by_the_new_target(self) -> None:
        case = Case(row(minutes=None, formula=BY_PRIORITY)).set("11:30", priority="High")
        assert clock(case["Resolution"].violated_at) == "11:00"

    def test_moved_beyond_now_it_is_not_violated_any_more(self) -> None:
        case = Case(row(minutes=None, formula=BY_PRIORITY), priority="High").set("11:30", priority="Low")
        assert not case["Resolution"].is_violated
        assert len(case.events("violation_withdrawn")) == 1

    def test_moved_to_exactly_now_it_stays_violated(self) -> None:
        case = Case(row(minutes=None, formula=BY_PRIORITY), priority="High").set("12:00", priority="Low")
        assert case["Resolution"].is_violated

    def test_moved_while_stopped_shows_at_the_resume(self) -> None:
        case = Case(row(minutes=None, formula=BY_PRIORITY)).stop("09:30").set("09:40", priority="High")
        assert case["Resolution"].target_date is None
        assert target(case.resume("10:00")) == "11:30"

    def test_moved_while_stopped_undoes_the_violation(self) -> None:
        case = Case(row(minutes=None, formula=BY_PRIORITY), priority="High").stop("11:30")
        assert case["Resolution"].is_violated
        assert not case.set("11:40", priority="Low")["Resolution"].is_violated

    def test_moves_the_target_of_a_pending_one(self) -> None:
        case = Case(row(minutes=None, formula=BY_PRIORITY, start="custom.due"), due=t("12:00"))
        assert target(case.set("10:00", priority="High")) == "14:00"

    def test_completes_by_the_target_as_it_was(self) -> None:
        done = row(minutes=None, formula=BY_PRIORITY, complete_on={"when": 'case.stage == "Done"'})
        case = Case(done).set("11:30", priority="High", stage="Done")
        assert (target(case), case["Resolution"].is_violated) == ("12:00", False)

    def test_does_not_move_what_is_finished(self) -> None:
        case = Case(row(minutes=None, formula=BY_PRIORITY)).complete("09:30").set("10:00", priority="High")
        assert target(case) == "12:00"

    @pytest.mark.parametrize(
        "formula", ["60 / case.escalation_level", "case.escalation_level", "case.escalation_level - 5"]
    )
    def test_that_fails_at_the_start_gives_no_target_until_it_succeeds(self, formula: str) -> None:
        case = Case(row(minutes=None, formula=formula))
        occurrence = case["Resolution"]
        assert (occurrence.state, occurrence.target_date, formula in occurrence.error) == (
            "running",
            None,
            True,
        )
        occurrence = case.set("09:30", escalation_level=10)["Resolution"]
        assert (occurrence.target_date is not None, occurrence.error) == (True, "")

    def test_that_fails_later_keeps_the_target_and_says_so(self) -> None:
        case = Case(row(minutes=None, formula="60 / (1 - case.escalation_level)")).set(
            "09:30", escalation_level=1
        )
        assert (target(case), "divide by zero" in case["Resolution"].error) == ("10:00", True)

    def test_that_yields_0_later_keeps_the_target_and_says_so(self) -> None:
        case = Case(row(minutes=None, formula="60 - case.escalation_level")).set("09:30", escalation_level=60)
        assert (target(case), "yields 0" in case["Resolution"].error) == ("10:00", True)

    def test_that_yields_more_than_ten_years_is_an_error(self) -> None:
        case = Case(row(minutes=None, formula="9223372036854775807"))
        assert "ten years" in case["Resolution"].error

    def test_one_without_a_target_is_never_violated(self) -> None:
        case = Case(row(minutes=None, formula="case.escalation_level")).until("3 09:00")
        assert not case.complete("3 10:00")["Resolution"].is_violated

    def test_sees_its_own_occurrence(self) -> None:
        case = Case(
            row(minutes=None, formula="milestone.occurrence * 10"), recurrence="independent"
        ).complete("09:05")
        assert target(case) == "09:25"


class TestViolation:
    def test_a_later_stop_does_not_undo_it(self) -> None:
        case = Case(row()).stop("10:30").resume("11:30")
        assert (case["Resolution"].is_violated, target(case)) == (True, "11:00")

    def test_a_stop_at_the_target_prevents_it(self) -> None:
        case = Case(row()).stop("10:00").resume("12:00")
        assert (case["Resolution"].is_violated, target(case)) == (False, "12:00")
        assert case.look("12:00:00.000001")["Resolution"].is_violated

    def test_a_stop_a_microsecond_after_the_target_does_not(self) -> None:
        assert Case(row()).stop("10:00:00.000001")["Resolution"].is_violated

    def test_nothing_becomes_violated_while_stopped(self) -> None:
        assert not Case(row()).stop("09:30").look("15:00")["Resolution"].is_violated

    def test_an_occurrence_that_comes_late_is_violated_at_its_birth(self) -> None:
        case = Case(row(when='case.priority == "High"')).set("10:30", priority="High")
        assert clock(case["Resolution"].violated_at) == "10:00"

    def test_one_that_comes_late_while_stopped_is_violated_at_the_resume(self) -> None:
        case = Case(row(when='case.priority == "High"')).stop("10:30").set("10:40", priority="High")
        assert not case["Resolution"].is_violated
        assert clock(case.resume("11:00")["Resolution"].violated_at) == "10:30"

    def test_one_that_comes_late_and_ends_while_stopped_is_violated(self) -> None:
        case = Case(row(when='case.priority == "High"')).stop("10:30").set("10:40", priority="High")
        assert case.complete("10:50")["Resolution"].is_violated

    def test_one_that_comes_exactly_at_its_target_is_not(self) -> None:
        assert (
            not Case(row(when='case.priority == "High"'))
            .set("10:00", priority="High")["Resolution"]
            .is_violated
        )

    def test_cancelled_at_the_target_is_not(self) -> None:
        case = Case(row(when='case.type == "X"'), type="X").set("10:00", type="")
        assert not case["Resolution"].is_violated


class TestTimesOfFactsDecide:
    def test_a_reply_in_time_that_is_learned_late_is_met(self) -> None:
        case = Case(row(complete_on="agent_reply")).reply("09:59:59", learned="10:00:40")
        assert (case["Resolution"].is_violated, clock(case["Resolution"].completion_date)) == (
            False,
            "09:59:59",
        )

    def test_also_when_a_look_in_between_had_found_it_late(self) -> None:
        case = Case(row(complete_on="agent_reply", triggers=[{"violation": "0m"}])).look("10:00:05")
        assert case["Resolution"].is_violated
        case.reply("09:59:59", learned="10:00:40")
        assert (case["Resolution"].is_violated, case.status) == (False, "compliant")

    def test_what_had_fired_by_then_stays_fired(self) -> None:
        case = Case(row(complete_on="agent_reply", triggers=[{"violation": "0m"}])).look("10:00:05")
        case.reply("09:59:59", learned="10:00:40")
        assert case.fired == [("violation 0m", "10:00:00.000001")]

    def test_a_late_reply_that_is_learned_later_is_missed(self) -> None:
        case = Case(row(complete_on="agent_reply")).look("10:00:50").reply("10:00:01", learned="10:01:00")
        assert case["Resolution"].is_violated

    def test_a_reply_while_stopped_that_is_learned_after_the_resume_is_done_by_the_target_of_then(
        self,
    ) -> None:
        case = (
            Case(row(complete_on="agent_reply")).stop("09:10").resume("09:40").reply("09:20", learned="09:50")
        )
        assert (clock(case["Resolution"].completion_date), target(case)) == ("09:20", "10:10")

    def test_a_customers_message_ends_the_stop_when_it_was_sent(self) -> None:
        case = Case(row()).stop("09:10", until_customer_answers=True).look("09:35")
        assert target(case.message("09:30")) == "10:20"

    def test_a_closing_that_is_learned_late_ends_milestones_when_it_happened(self) -> None:
        case = Case(row(), row("Other", complete_on="case_closed")).look("10:00:05").close("09:59")
        assert [one.is_violated for one in case.state.occurrences] == [False, False]
        assert (clock(case["Resolution"].cancelled_at), clock(case.state.closed_at)) == ("09:59", "09:59")


class TestEditedHours:
    def edited(self, case: Case) -> Case:
        short = compile_hours(Hours("Office", "UTC", parse_windows("mon-fri 09:00-12:00")))
        case.state.case_hours = short
        return case.hours_edited("11:00")

    def test_move_open_targets(self) -> None:
        case = self.edited(Case(row(minutes=240), process={"business_hours": "case"}))
        assert (target(case), case.events("target_moved")[0]["why"]) == ("3 10:00", "business hours changed")

    def test_leave_finished_ones_as_they_are(self) -> None:
        case = self.edited(Case(row(minutes=240), process={"business_hours": "case"}).complete("10:00"))
        assert target(case) == "13:00"


def test_a_target_beyond_the_horizon_is_an_error_that_names_the_hours() -> None:
    case = Case(row(minutes=5_000), process={"business_hours": "case"})
    case.state.case_hours = compile_hours(Hours("Rare", "UTC", parse_windows("mon 09:00-09:01")))
    assert "Rare" in case.hours_edited("10:00")["Resolution"].error


def test_instants_are_kept_to_the_microsecond() -> None:
    case = Case(row())
    case.state.occurrences[0].start_date = datetime(2026, 3, 2, 9, 0, 0, 7, UTC)
    assert case.hours_edited("09:10")["Resolution"].target_date == t("10:00") + timedelta(microseconds=7)
