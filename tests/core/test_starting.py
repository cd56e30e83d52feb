"""What is wanted starts, by its recurrence and its start rule (§4)."""

from datetime import timedelta

import pytest

from entitlements.core.clock import elapsed_time
from tests.core.desk import Case, clock, row, t

CALLBACK = 'case.type == "Callback"'
DONE = {"when": 'case.stage == "Done"'}


def starts(case: Case, milestone: str = "Resolution") -> list[str]:
    return [clock(one.start_date) for one in case.state.of(milestone)]


class TestNoRecurrence:
    def test_starts_once(self) -> None:
        case = Case(row()).complete("09:10").set("09:20", priority="High")
        assert case.numbers() == [(1, "completed")]

    def test_comes_again_when_it_was_cancelled(self) -> None:
        case = Case(row(when=CALLBACK), type="Callback").set("09:10", type="").set("09:20", type="Callback")
        assert case.numbers() == [(1, "cancelled"), (2, "running")]

    def test_starts_at_the_entry_date_always(self) -> None:
        case = Case(row(when=CALLBACK)).set("09:20", type="Callback")
        assert starts(case) == ["09:00"]

    def test_started_by_criteria_starts_when_its_row_became_the_tier(self) -> None:
        case = Case(row(when=CALLBACK, start="criteria")).set("09:20", type="Callback")
        assert starts(case) == ["09:20"]

    def test_stays_open_without_its_criteria_when_told_so(self) -> None:
        case = Case(row(when=CALLBACK, cancel_when_criteria_end=False), type="Callback").set("09:10", type="")
        assert case.set("09:20", type="Callback").numbers() == [(1, "running")]

    def test_is_cancelled_with_a_reason_when_its_criteria_end(self) -> None:
        case = Case(row(when=CALLBACK), type="Callback").set("09:10", type="")
        assert (case["Resolution"].state, case["Resolution"].reason) == (
            "cancelled",
            "its criteria no longer hold",
        )

    def test_cancelled_late_by_its_criteria_is_violated(self) -> None:
        case = Case(row(when=CALLBACK), type="Callback").set("10:00:01", type="")
        assert case["Resolution"].is_violated


class TestSequential:
    def test_completed_early_waits_for_the_last_target(self) -> None:
        case = Case(row(), recurrence="sequential").complete("09:20")
        assert (case.numbers(), starts(case)) == ([(1, "completed"), (2, "pending")], ["09:00", "10:00"])

    def test_completed_at_its_target_starts_at_once(self) -> None:
        case = Case(row(), recurrence="sequential").complete("10:00")
        assert (case.numbers()[-1], starts(case)[-1]) == ((2, "running"), "10:00")

    def test_completed_late_starts_at_once(self) -> None:
        case = Case(row(), recurrence="sequential").complete("10:20")
        assert (case.numbers()[-1], starts(case)[-1]) == ((2, "running"), "10:20")

    def test_a_pending_one_begins_at_its_start(self) -> None:
        case = Case(row(), recurrence="sequential").complete("09:20").until("10:00")
        assert (case["Resolution"].state, clock(case["Resolution"].target_date)) == ("running", "11:00")

    def test_is_never_two_at_once(self) -> None:
        case = Case(
            row(when=CALLBACK, cancel_when_criteria_end=False), recurrence="sequential", type="Callback"
        )
        case.set("09:10", type="").set("09:20", type="Callback")
        assert case.numbers() == [(1, "running")]

    def test_wanted_again_starts_then_and_not_at_the_entry(self) -> None:
        case = Case(row(when=CALLBACK), recurrence="sequential", type="Callback")
        case.set("09:10", type="").set("09:20", type="Callback")
        assert starts(case) == ["09:00", "09:20"]

    def test_completed_while_not_wanted_is_followed_when_it_is_wanted(self) -> None:
        case = Case(
            row(when=CALLBACK, cancel_when_criteria_end=False), recurrence="sequential", type="Callback"
        )
        case.set("09:10", type="").complete("10:30")
        assert case.numbers() == [(1, "completed")]
        assert starts(case.set("11:00", type="Callback"))[-1] == "11:00"

    def test_waits_for_the_target_with_its_stops(self) -> None:
        case = Case(row(), recurrence="sequential").stop("09:10").resume("09:30").complete("09:40")
        assert starts(case)[-1] == "10:20"

    def test_the_last_completed_one_counts_though_another_was_cancelled_since(self) -> None:
        case = Case(row(when=CALLBACK), recurrence="sequential", type="Callback").complete("09:20")
        case.set("09:30", type="").set("09:40", type="Callback")
        assert case.numbers() == [(1, "completed"), (2, "cancelled"), (3, "pending")]
        assert starts(case)[-1] == "10:00"


class TestIndependent:
    def test_every_time_that_it_becomes_wanted_one_starts(self) -> None:
        case = Case(row(when=CALLBACK), recurrence="independent", type="Callback")
        case.set("09:10", type="").set("09:20", type="Callback")
        assert (case.numbers(), starts(case)) == ([(1, "running"), (2, "running")], ["09:00", "09:20"])

    def test_a_change_that_leaves_it_wanted_starts_none(self) -> None:
        case = Case(row(when=CALLBACK), recurrence="independent", type="Callback").set(
            "09:10", priority="High"
        )
        assert case.numbers() == [(1, "running")]

    def test_the_next_starts_when_the_last_open_one_completes(self) -> None:
        case = Case(row(when=CALLBACK), recurrence="independent", type="Callback")
        case.set("09:10", type="").set("09:20", type="Callback")
        case.complete("09:30", number=1)
        assert len(case.numbers()) == 2
        case.complete("09:40", number=2)
        assert (case.numbers()[-1], starts(case)[-1]) == ((3, "running"), "09:40")

    def test_none_follows_when_it_is_not_wanted_any_more(self) -> None:
        case = Case(row(when=CALLBACK), recurrence="independent", type="Callback")
        case.set("09:10", type="").complete("09:20")
        assert case.numbers() == [(1, "completed")]

    def test_one_that_completed_while_not_wanted_is_followed_by_one_when_wanted(self) -> None:
        case = Case(row(when=CALLBACK), recurrence="independent", type="Callback")
        case.set("09:10", type="").complete("09:20").set("09:30", type="Callback")
        assert case.numbers() == [(1, "completed"), (2, "running")]

    def test_goes_on_when_its_criteria_end(self) -> None:
        case = Case(row(when=CALLBACK), recurrence="independent", type="Callback").set("09:10", type="")
        assert case.numbers() == [(1, "running")]

    def test_is_cancelled_when_told_so_and_starts_anew(self) -> None:
        case = Case(
            row(when=CALLBACK, cancel_when_criteria_end=True), recurrence="independent", type="Callback"
        )
        case.set("09:10", type="").set("09:20", type="Callback")
        assert case.numbers() == [(1, "cancelled"), (2, "running")]

    def test_one_reply_completes_all_and_starts_one(self) -> None:
        case = Case(row(when=CALLBACK, complete_on="agent_reply"), recurrence="independent", type="Callback")
        case.set("09:10", type="").set("09:20", type="Callback").reply("09:30")
        assert case.numbers() == [(1, "completed"), (2, "completed"), (3, "running")]

    def test_without_a_number_the_lowest_running_one_is_completed(self) -> None:
        case = Case(row(when=CALLBACK), recurrence="independent", type="Callback")
        case.set("09:10", type="").set("09:20", type="Callback").complete("09:30")
        assert case.numbers() == [(1, "completed"), (2, "running")]


class TestWhenItsCompletionAlreadyHolds:
    def test_no_recurrence_is_completed_at_its_start(self) -> None:
        case = Case(row(complete_on=DONE), stage="Done")
        assert (case.numbers(), clock(case["Resolution"].completion_date)) == ([(1, "completed")], "09:00")

    def test_no_recurrence_is_completed_at_the_facts_time_when_that_is_later(self) -> None:
        case = (
            Case(row(complete_on=DONE, when=CALLBACK))
            .set("09:30", stage="Done")
            .set("11:00", type="Callback")
        )
        occurrence = case["Resolution"]
        assert (clock(occurrence.completion_date), occurrence.is_violated) == ("09:30", False)

    def test_no_recurrence_late_by_then_is_missed_with_its_success_trigger_alone(self) -> None:
        triggers = [{"warning": "75%"}, {"violation": "0m"}, {"success": None}]
        case = Case(row(complete_on=DONE, when=CALLBACK, triggers=triggers))
        case.set("10:30", stage="Done").set("11:00", type="Callback").until("12:00")
        assert (case["Resolution"].is_violated, case.fired) == (True, [("success", "11:00")])

    def test_criteria_that_turned_false_and_true_again_count_from_the_last_time(self) -> None:
        case = (
            Case(row(complete_on=DONE, when=CALLBACK)).set("09:10", stage="Done").set("09:20", stage="Open")
        )
        case.set("09:40", stage="Done").set("11:00", type="Callback")
        assert clock(case["Resolution"].completion_date) == "09:40"

    def test_no_recurrence_closed_before_it_came_is_completed_at_the_closing(self) -> None:
        process = {"exit_when": 'case.stage == "Gone"'}
        case = Case(row(complete_on="case_closed", when=CALLBACK), process=process)
        case.close("09:30").set("11:00", type="Callback")
        assert clock(case["Resolution"].completion_date) == "09:30"

    def test_a_pending_no_recurrence_is_completed_at_its_start(self) -> None:
        case = Case(row(complete_on=DONE, start="custom.due"), stage="Done", due=t("10:00"))
        assert case["Resolution"].state == "pending"
        assert clock(case.until("12:00")["Resolution"].completion_date) == "10:00"

    @pytest.mark.parametrize("recurrence", ["sequential", "independent"])
    def test_a_recurring_one_is_not_wanted_until_it_is_false_again(self, recurrence: str) -> None:
        case = Case(row(complete_on=DONE), stage="Done", recurrence=recurrence)
        assert case.set("09:10", priority="High").numbers() == []
        case.set("09:30", stage="Open")
        assert (case.numbers(), starts(case)) == ([(1, "running")], ["09:30"])

    @pytest.mark.parametrize("recurrence", ["sequential", "independent"])
    def test_a_recurring_one_is_not_completed_over_and_over(self, recurrence: str) -> None:
        case = Case(row(complete_on=DONE), recurrence=recurrence).set("10:30", stage="Done")
        assert case.set("10:40", priority="High").numbers() == [(1, "completed")]
        assert starts(case.set("11:00", stage="Open"))[-1] == "11:00"

    def test_a_pending_sequential_one_stays_pending_until_it_is_false(self) -> None:
        case = Case(row(complete_on=DONE), recurrence="sequential").set("09:20", stage="Done").until("10:30")
        assert case.numbers() == [(1, "completed"), (2, "pending")]
        case.set("10:40", stage="Open")
        assert (case.numbers()[-1], starts(case)[-1]) == ((2, "running"), "10:40")
        assert clock(case["Resolution"].target_date) == "11:40"

    def test_a_pending_sequential_one_starts_in_time_when_it_was_false_before(self) -> None:
        case = Case(row(complete_on=DONE), recurrence="sequential").set("09:20", stage="Done")
        case.set("09:30", stage="Open").until("10:00")
        assert (case.numbers()[-1], starts(case)[-1]) == ((2, "running"), "10:00")

    def test_a_held_one_cannot_be_completed_by_hand(self) -> None:
        case = (
            Case(row(complete_on=DONE), recurrence="sequential").set("09:20", stage="Done").complete("10:30")
        )
        assert case.refused == ["“Resolution” 2 has not started yet."]

    def test_a_held_one_shows_no_stopped_time(self) -> None:
        case = Case(row(complete_on=DONE), recurrence="sequential").set("09:20", stage="Done").stop("10:10")
        assert clock(case.set("10:30", priority="High")["Resolution"].target_date) == "11:00"

    def test_a_held_one_that_is_cancelled_has_no_elapsed_time(self) -> None:
        case = Case(row(complete_on=DONE), recurrence="sequential").set("09:20", stage="Done").close("11:00")
        assert elapsed_time(case["Resolution"], case.state, t("12:00")) == timedelta(0)

    def test_closing_blocks_a_recurring_one_until_reopening(self) -> None:
        process = {"exit_when": 'case.stage == "Gone"'}
        case = Case(row(complete_on="case_closed"), recurrence="independent", process=process).close("09:30")
        assert case.numbers() == [(1, "completed")]
        assert starts(case.reopen("10:00"))[-1] == "10:00"

    def test_criteria_about_the_next_occurrence_are_asked_about_it(self) -> None:
        answered = {"when": "case.last_agent_reply_at > milestone.start_date"}
        case = Case(row(complete_on=answered), recurrence="independent").reply("09:30")
        assert (case.numbers(), starts(case)) == ([(1, "completed"), (2, "running")], ["09:00", "09:30"])

    def test_blocked_under_one_tier_it_starts_no_earlier_under_another(self) -> None:
        high, low = row(complete_on=DONE, when='case.priority == "High"'), row(complete_on=DONE)
        case = Case(high, low, recurrence="independent", priority="High", stage="Done")
        assert starts(case.set("09:30", stage="Open", priority="Low")) == ["09:30"]

    def test_held_under_one_tier_it_starts_no_earlier_under_another(self) -> None:
        high, low = row(complete_on=DONE, when='case.priority == "High"'), row(complete_on=DONE)
        case = Case(high, low, recurrence="sequential", priority="High").set("09:20", stage="Done")
        case.set("10:30", stage="Open", priority="Low")
        assert (case.numbers()[1:], starts(case)[-1]) == ([(2, "cancelled"), (3, "running")], "10:30")


class TestAStartField:
    def test_empty_waits(self) -> None:
        case = Case(row(start="custom.due"))
        assert case.numbers() == []
        assert starts(case.set("09:30", due=t("09:10"))) == ["09:10"]

    def test_future_is_pending(self) -> None:
        case = Case(row(start="custom.due"), due=t("12:00"))
        assert (case["Resolution"].state, clock(case["Resolution"].target_date)) == ("pending", "13:00")
        assert case.until("12:00")["Resolution"].state == "running"

    def test_moved_while_pending_moves_start_and_target(self) -> None:
        case = Case(row(start="custom.due"), due=t("12:00")).set("10:00", due=t("14:00"))
        assert (case.numbers(), starts(case)) == ([(1, "pending")], ["14:00"])
        assert clock(case["Resolution"].target_date) == "15:00"

    def test_moved_to_the_past_starts_at_once(self) -> None:
        case = Case(row(start="custom.due"), due=t("12:00")).set("10:00", due=t("09:30"))
        assert (case.numbers(), clock(case["Resolution"].target_date)) == ([(1, "running")], "10:30")

    def test_moved_while_running_moves_start_and_target(self) -> None:
        case = Case(row(start="custom.due"), due=t("09:00")).set("09:30", due=t("09:20"))
        assert (starts(case), clock(case["Resolution"].target_date)) == (["09:20"], "10:20")

    def test_moved_to_the_future_is_pending_again(self) -> None:
        case = Case(row(start="custom.due"), due=t("09:00")).set("09:30", due=t("11:00"))
        assert (case.numbers(), starts(case)) == ([(1, "pending")], ["11:00"])
        assert clock(case.until("11:00")["Resolution"].target_date) == "12:00"

    def test_moved_to_the_future_undoes_the_violation(self) -> None:
        case = Case(row(start="custom.due"), due=t("09:00")).set("10:30", due=t("11:00"))
        assert not case["Resolution"].is_violated

    def test_moved_to_a_target_that_is_past_keeps_it_violated(self) -> None:
        case = Case(row(start="custom.due"), due=t("09:00")).set("10:30", due=t("09:15"))
        assert case["Resolution"].is_violated

    def test_emptied_cancels(self) -> None:
        case = Case(row(start="custom.due"), due=t("12:00")).set("10:00", due=None)
        assert case["Resolution"].reason == "its start field “custom.due” was emptied"

    @pytest.mark.parametrize("recurrence", ["none", "sequential", "independent"])
    def test_refilled_starts_another(self, recurrence: str) -> None:
        case = Case(row(start="custom.due"), due=t("09:00"), recurrence=recurrence)
        case.set("09:30", due=None).set("09:40", due=t("09:35"))
        assert (case.numbers(), starts(case)) == ([(1, "cancelled"), (2, "running")], ["09:00", "09:35"])

    @pytest.mark.parametrize("recurrence", ["sequential", "independent"])
    def test_a_recurring_one_does_not_come_again_for_the_same_date(self, recurrence: str) -> None:
        case = Case(row(start="custom.due"), due=t("09:00"), recurrence=recurrence).complete("10:30")
        assert case.set("10:40", priority="High").numbers() == [(1, "completed")]
        assert case.set("10:50", due=t("08:00")).numbers() == [(1, "completed")]
        assert case.set("11:00", due=t("10:55")).numbers() == [(1, "completed"), (2, "running")]

    def test_a_start_that_never_came_is_not_the_last_start(self) -> None:
        case = Case(row(start="custom.due"), due=t("5 09:00"), recurrence="sequential")
        case.set("10:00", due=None).set("10:10", due=t("4 09:00"))
        assert case.numbers() == [(1, "cancelled"), (2, "pending")]

    def test_sequential_waits_for_the_last_target_too(self) -> None:
        case = Case(row(start="custom.due"), due=t("09:00"), recurrence="sequential").complete("09:20")
        assert starts(case.set("09:30", due=t("09:25")))[-1] == "10:00"

    def test_a_held_one_whose_start_moves_on_starts_then(self) -> None:
        case = Case(
            row(start="custom.due", complete_on=DONE), due=t("10:00"), recurrence="independent", stage="Done"
        )
        case.until("10:30").set("10:40", due=t("12:00")).set("11:00", stage="Open").until("12:00")
        assert (case.numbers(), starts(case)) == ([(1, "running")], ["12:00"])

    def test_an_earlier_start_may_be_completed_by_an_earlier_reply(self) -> None:
        case = Case(row(start="custom.due", complete_on="agent_reply"), due=t("09:30"))
        case.reply("09:20").set("09:40", due=t("09:10"))
        assert clock(case["Resolution"].completion_date) == "09:20"

    def test_the_cases_own_dates_are_start_fields(self) -> None:
        case = Case(
            row(start="last_customer_message_at", complete_on="agent_reply"), recurrence="independent"
        )
        case.message("09:10").message("09:20")
        assert starts(case) == ["09:20"]
        case.reply("09:30").message("09:40")
        assert (case.numbers(), starts(case)) == ([(1, "completed"), (2, "running")], ["09:20", "09:40"])
