"""A supervisor gives one occurrence more time, or lets go of it (§11)."""

from __future__ import annotations

from datetime import UTC

import pytest

from entitlements.core.explain import explain
from entitlements.core.explained import balance, facts
from entitlements.core.facts import Extended, Waived
from tests.core.desk import Case, clock, row, t


def extend(
    case: Case, at: str, minutes: int, milestone: str = "Resolution", number: int | None = None
) -> Case:
    return case.happen(Extended(t(at), "Sue", milestone, number, minutes, "the part is late"))


def waive(case: Case, at: str, milestone: str = "Resolution", number: int | None = None) -> Case:
    return case.happen(Waived(t(at), "Sue", milestone, number, "the customer agreed"))


WARNED = [{"warning": "50%", "actions": []}, {"violation": "0m", "actions": []}]


class TestExtending:
    def test_adds_to_the_target(self) -> None:
        case = extend(Case(row(minutes=60)), "09:30", 30)
        assert clock(case["Resolution"].target_date) == "10:30"

    def test_is_open_time_of_the_milestone(self) -> None:
        case = extend(Case(row(minutes=60, business_hours="Office"), at="16:30"), "16:45", 60)
        assert clock(case["Resolution"].target_date) == "3 10:30"

    def test_twice_adds_twice(self) -> None:
        case = extend(extend(Case(row(minutes=60)), "09:30", 30), "09:40", 15)
        assert clock(case["Resolution"].target_date) == "10:45"

    def test_goes_beside_stopped_time(self) -> None:
        case = extend(Case(row(minutes=60)), "09:10", 30).stop("09:20").resume("09:50")
        assert clock(case["Resolution"].target_date) == "11:00"

    def test_of_a_stopped_one_counts_when_it_goes_on(self) -> None:
        case = extend(Case(row(minutes=60)).stop("09:20"), "09:30", 30).resume("09:50")
        assert clock(case["Resolution"].target_date) == "11:00"

    def test_of_an_upcoming_one_counts_from_its_start(self) -> None:
        case = Case(row(minutes=60, start="custom.due"), due=t("11:00"))
        assert clock(extend(case, "09:30", 30)["Resolution"].target_date) == "12:30"
        assert clock(case.until("11:30")["Resolution"].target_date) == "12:30"

    def test_outlives_another_result_of_the_formula(self) -> None:
        formula = 'case.priority == "High" ? 20 : 60'
        case = extend(Case(row(minutes=None, formula=formula), priority="Low"), "09:05", 30)
        assert clock(case.set("09:10", priority="High")["Resolution"].target_date) == "09:50"

    def test_is_recorded_as_a_move_with_its_reason(self) -> None:
        case = extend(Case(row(minutes=60)), "09:30", 30)
        assert case.events("milestone_extended") == [{"minutes": 30, "reason": "the part is late"}]
        assert [one["why"] for one in case.events("target_moved")] == ["extended: the part is late"]

    def test_keeps_the_original_target(self) -> None:
        case = extend(Case(row(minutes=60)), "09:30", 30)
        assert clock(case["Resolution"].original_target) == "10:00"

    def test_plans_what_has_not_fired_anew(self) -> None:
        case = extend(Case(row(minutes=60, triggers=WARNED)), "09:10", 60).until("12:00")
        assert case.fired == [("warning 50%", "10:00"), ("violation 0m", "11:00:00.000001")]

    def test_does_not_fire_again_what_has_fired(self) -> None:
        case = extend(Case(row(minutes=60, triggers=WARNED)).until("09:45"), "09:45", 60).until("12:00")
        assert case.fired == [("warning 50%", "09:30"), ("violation 0m", "11:00:00.000001")]

    def test_beyond_now_takes_a_violation_back(self) -> None:
        case = extend(Case(row(minutes=60)).until("10:10"), "10:15", 60)
        assert not case["Resolution"].is_violated
        assert case.status == "compliant"
        assert case.events("violation_withdrawn") == [{"reason": "extended: the part is late"}]

    def test_that_falls_short_of_now_leaves_it_late(self) -> None:
        case = extend(Case(row(minutes=60)).until("11:00"), "11:00", 30)
        assert clock(case["Resolution"].violated_at) == "10:00"
        assert case.status == "open_violation"

    def test_does_not_pass_to_another_tier(self) -> None:
        tiers = row(minutes=30, when='case.priority == "High"'), row(minutes=60)
        case = extend(Case(*tiers, priority="Low"), "09:05", 30).set("09:10", priority="High")
        assert clock(case["Resolution"].target_date) == "09:30"

    def test_survives_a_change_of_hours(self) -> None:
        case = extend(Case(row(minutes=60)), "09:10", 30).hours_edited("09:20")
        assert clock(case["Resolution"].target_date) == "10:30"

    def test_is_explained_to_the_minute(self) -> None:
        case = extend(Case(row(minutes=60)), "09:30", 30)
        x = explain(case.process, case.state, case["Resolution"], t("09:40"), UTC)
        assert balance(x) == "1 h 30 m promised = 1 h 30 m of open time up to the target"
        assert ("Extended", "30 m were added by a supervisor, on this case alone") in facts(x)
        assert x.adds_up

    @pytest.mark.parametrize(
        ("minutes", "why"),
        [
            (0, "Extend it by 1 minute or more."),
            (-5, "Extend it by 1 minute or more."),
            (6_000_000, "A target is ten years at most."),
        ],
    )
    def test_by_a_wrong_number_is_refused(self, minutes: int, why: str) -> None:
        case = extend(Case(row(minutes=60)), "09:30", minutes)
        assert case.refused == [why]
        assert clock(case["Resolution"].target_date) == "10:00"

    def test_of_what_has_ended_is_refused(self) -> None:
        case = extend(Case(row(minutes=60)).complete("09:10"), "09:20", 30)
        assert case.refused == ["“Resolution” 1 is completed already."]

    def test_of_what_is_not_there_is_refused(self) -> None:
        case = extend(extend(Case(row(minutes=60)), "09:20", 30, "Lunch"), "09:21", 30, number=7)
        assert case.refused == [
            "This case has no milestone “Lunch”.",
            "“Resolution” has no occurrence 7 on this case.",
        ]


class TestWaiving:
    def test_ends_it_with_the_reason(self) -> None:
        one = waive(Case(row(minutes=60)), "09:30")["Resolution"]
        assert (one.state, one.reason) == ("cancelled", "waived: the customer agreed")
        assert clock(one.waived_at) == "09:30"

    def test_once_for_all_where_it_comes_once(self) -> None:
        case = waive(Case(row(minutes=60)), "09:30").set("09:40", subject="Another")
        assert case.numbers() == [(1, "cancelled")]

    def test_lets_a_restarted_process_begin_anew(self) -> None:
        case = waive(Case(row(minutes=60), process={"on_reentry": "restart"}), "09:30")
        assert case.close("09:40").reopen("09:50").numbers() == [(1, "cancelled"), (2, "running")]

    def test_of_a_sequential_one_lets_the_next_come_at_its_target(self) -> None:
        case = waive(Case(row(minutes=60), recurrence="sequential"), "09:30")
        assert case.numbers() == [(1, "cancelled"), (2, "pending")]
        assert clock(case["Resolution", 2].start_date) == "10:00"

    def test_of_an_independent_one_lets_the_next_come_at_once(self) -> None:
        case = waive(Case(row(minutes=60), recurrence="independent"), "09:30")
        assert case.numbers() == [(1, "cancelled"), (2, "running")]
        assert clock(case["Resolution", 2].start_date) == "09:30"

    def test_fires_nothing_any_more(self) -> None:
        case = waive(Case(row(minutes=60, triggers=WARNED)), "09:10").until("12:00")
        assert case.fired == []

    def test_of_a_late_one_excuses_it(self) -> None:
        case = waive(Case(row(minutes=60)).until("10:30"), "10:30")
        assert case["Resolution"].is_violated
        assert case.status == "compliant"

    def test_of_one_that_was_missed_excuses_it(self) -> None:
        case = Case(row(minutes=60)).complete("10:30")
        assert case.status == "closed_violation"
        one = waive(case, "12:00")["Resolution"]
        assert (one.state, one.reason) == ("completed", "waived: the customer agreed")
        assert case.status == "compliant"

    def test_of_one_that_was_kept_is_refused(self) -> None:
        case = waive(Case(row(minutes=60)).complete("09:30"), "12:00")
        assert case.refused == ["“Resolution” 1 was not missed: there is nothing to waive."]

    def test_of_an_upcoming_one_is_refused(self) -> None:
        case = waive(Case(row(minutes=60, start="custom.due"), due=t("11:00")), "09:30")
        assert case.refused == ["“Resolution” 1 has not started yet."]

    def test_twice_is_refused(self) -> None:
        case = waive(waive(Case(row(minutes=60)).complete("10:30"), "12:00"), "12:01")
        assert case.refused == ["“Resolution” 1 has been waived already."]

    def test_is_recorded_with_who_and_why(self) -> None:
        case = waive(Case(row(minutes=60)), "09:30")
        assert case.events("milestone_waived") == [{"reason": "the customer agreed", "violated": False}]
        assert "Waived" in dict(facts(explain(case.process, case.state, case["Resolution"], t("10:00"), UTC)))
