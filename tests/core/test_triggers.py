"""Success, warning and violation moments (§8)."""

from typing import Any

import pytest

from tests.core.desk import Case, clock, named, row, t

HIGH = 'case.priority == "High"'


def triggers(*given: dict[str, Any], minutes: int | None = 240, **keys: Any) -> dict[str, Any]:
    return row(minutes=minutes, triggers=list(given), **keys)


WARNING, VIOLATION, SUCCESS = {"warning": "60m"}, {"violation": "0m"}, {"success": None}


class TestWarning:
    def test_fires_so_long_before_the_target(self) -> None:
        assert Case(triggers(WARNING)).until("13:00").fired == [("warning 60m", "12:00")]

    def test_not_before(self) -> None:
        assert Case(triggers(WARNING)).until("11:59:59.999999").fired == []

    def test_at_a_percentage_of_the_targets_time(self) -> None:
        case = Case(triggers({"warning": "75%"}, minutes=30)).until("10:00")
        assert case.fired[0] == ("warning 75%", "09:22:30")

    def test_at_a_percentage_of_another_target_when_that_moves(self) -> None:
        moving = triggers({"warning": "50%"}, minutes=None, formula=f"{HIGH} ? 60 : 120")
        case = Case(moving).set("09:10", priority="High").until("10:00")
        assert case.fired == [("warning 50%", "09:30")]

    def test_that_would_be_due_before_the_start_is_due_at_the_start(self) -> None:
        case = Case(triggers({"warning": "5h"}))
        assert case.fired == [("warning 300m", "09:00")]
        assert clock(case.firings[0].due) == "09:00"

    def test_falls_on_the_opening_rather_than_the_closing_before_it(self) -> None:
        case = Case(triggers(WARNING, minutes=60), at="6 17:00", process={"business_hours": "Office"}).until(
            "9 12:00"
        )
        assert case.fired == [("warning 60m", "9 09:00")]

    def test_of_a_pending_one_waits_for_its_start(self) -> None:
        case = Case(triggers({"warning": "10h"}, start="custom.due"), due=t("12:00")).until("12:00")
        assert case.fired == [("warning 600m", "12:00")]

    def test_at_the_target_fires_at_the_target(self) -> None:
        assert Case(triggers({"warning": "100%"})).until("13:00").fired == [("warning 100%", "13:00")]


class TestViolation:
    def test_fires_a_microsecond_after_the_target_and_is_due_at_it(self) -> None:
        case = Case(triggers(VIOLATION)).until("14:00")
        assert (case.fired, clock(case.firings[0].due)) == ([("violation 0m", "13:00:00.000001")], "13:00")

    def test_has_not_fired_at_the_target(self) -> None:
        assert Case(triggers(VIOLATION)).until("13:00").fired == []

    def test_with_an_offset_fires_when_it_is_due(self) -> None:
        assert Case(triggers({"violation": "30m"})).until("13:30").fired == [("violation 30m", "13:30")]

    def test_with_an_offset_falls_on_the_closing(self) -> None:
        case = Case(
            triggers({"violation": "2h"}, minutes=60), at="6 14:00", process={"business_hours": "Office"}
        )
        assert case.until("9 12:00").fired == [("violation 120m", "6 17:00")]

    def test_at_closing_fires_after_closing(self) -> None:
        case = Case(
            triggers(VIOLATION, minutes=60), at="6 16:00", process={"business_hours": "Office"}
        ).until("9 12:00")
        assert case.fired == [("violation 0m", "6 17:00:00.000001")]

    def test_does_not_fire_once_completed(self) -> None:
        case = Case(triggers(VIOLATION, {"violation": "30m"})).complete("13:10").until("14:00")
        assert case.fired == [("violation 0m", "13:00:00.000001")]


class TestSuccess:
    def test_fires_at_the_completion(self) -> None:
        assert Case(triggers(SUCCESS)).complete("10:00").fired == [("success", "10:00")]

    def test_fires_also_when_late(self) -> None:
        assert Case(triggers(SUCCESS)).complete("15:00").fired == [("success", "15:00")]

    def test_fires_also_while_stopped(self) -> None:
        assert Case(triggers(SUCCESS)).stop("09:10").complete("10:00").fired == [("success", "10:00")]

    def test_does_not_fire_for_what_is_cancelled(self) -> None:
        assert Case(triggers(SUCCESS)).close("10:00").fired == []


class TestAtOneInstant:
    def test_a_completion_wins_over_a_warning(self) -> None:
        assert Case(triggers(WARNING)).complete("12:00").fired == []

    def test_a_completion_wins_over_a_violation(self) -> None:
        case = Case(triggers({"violation": "30m"})).complete("13:30")
        assert (case.fired, case["Resolution"].is_violated) == ([], True)

    def test_a_stop_wins_over_a_warning(self) -> None:
        case = Case(triggers(WARNING)).stop("12:00").resume("12:30").until("14:00")
        assert case.fired == [("warning 60m", "12:30")]

    def test_a_pending_start_comes_before_the_facts(self) -> None:
        case = Case(triggers(SUCCESS, start="custom.due"), due=t("10:00")).complete("10:00")
        assert case.fired == [("success", "10:00")]

    def test_facts_count_in_their_order(self) -> None:
        case = Case(triggers(SUCCESS), row("Other", complete_on="agent_reply", when=HIGH, start="criteria"))
        case.reply("10:00").set("10:00", priority="High")
        assert case["Other"].state == "completed"

    def test_triggers_go_by_due_time_then_milestone_then_number_then_position(self) -> None:
        second = triggers({"violation": "30m"}, {"warning": "30m"}, minutes=90) | {"milestone": "Second"}
        first = triggers({"warning": "30m"}, {"warning": "60m"}, minutes=90) | {"milestone": "First"}
        case = Case(first, second).look("10:00")
        fired = [(one.occurrence.milestone, one.trigger.offset) for one in case.firings]
        assert fired == [("First", "60m"), ("First", "30m"), ("Second", "30m")]

    def test_what_is_overdue_goes_by_when_it_was_due_not_by_when_it_would_have_fired(self) -> None:
        first = triggers(VIOLATION, minutes=60, when=HIGH) | {"milestone": "First"}
        second = triggers({"violation": "30m"}, minutes=30, when=HIGH) | {"milestone": "Second"}
        case = Case(first, second).set("11:00", priority="High")
        assert [one.occurrence.milestone for one in case.firings] == ["First", "Second"]


class TestWhileStopped:
    def test_nothing_fires(self) -> None:
        assert Case(triggers(WARNING, VIOLATION)).stop("11:00").look("20:00").fired == []

    def test_on_resume_they_are_planned_anew(self) -> None:
        case = Case(triggers(WARNING, VIOLATION)).stop("11:00").resume("12:00").until("15:00")
        assert case.fired == [("warning 60m", "13:00"), ("violation 0m", "14:00:00.000001")]

    def test_what_had_fired_stays_fired(self) -> None:
        case = Case(triggers(WARNING)).stop("12:30").resume("13:30").until("15:00")
        assert case.fired == [("warning 60m", "12:00")]

    def test_a_violation_offset_is_later_by_the_stop(self) -> None:
        case = Case(triggers(VIOLATION, {"violation": "30m"})).stop("13:10").resume("13:20").until("15:00")
        assert case.fired == [("violation 0m", "13:00:00.000001"), ("violation 30m", "13:40")]


class TestWhenTheTargetMoves:
    moving = triggers(WARNING, {"warning": "30m"}, VIOLATION, minutes=None, formula=f"{HIGH} ? 120 : 240")

    def test_those_now_in_the_past_fire_at_once_marked_late(self) -> None:
        case = Case(self.moving).set("10:40", priority="High")
        assert case.fired == [("warning 60m", "10:40"), ("warning 30m", "10:40")]
        assert [(clock(one.due), str(one.late)) for one in case.firings] == [
            ("10:00", "late"),
            ("10:30", "late"),
        ]

    def test_a_warning_whose_new_target_is_past_is_skipped(self) -> None:
        case = Case(self.moving).set("11:30", priority="High")
        skipped = [("warning 60m skipped", "11:30"), ("warning 30m skipped", "11:30")]
        assert case.fired == [*skipped, ("violation 0m", "11:30")]

    def test_fired_ones_stay_fired_when_it_moves_later(self) -> None:
        case = Case(self.moving, priority="High").set("10:10", priority="Low").until("14:00")
        assert case.fired == [
            ("warning 60m", "10:00"),
            ("warning 30m", "12:30"),
            ("violation 0m", "13:00:00.000001"),
        ]

    def test_one_that_fires_in_time_is_not_late(self) -> None:
        assert {str(one.late) for one in Case(self.moving).until("14:00").firings} == {""}


class TestAfterDowntime:
    def test_triggers_fire_in_the_order_of_their_due_times(self) -> None:
        case = Case(triggers({"violation": "1h"}, VIOLATION, WARNING, SUCCESS)).look("15:00")
        assert case.fired == [
            ("warning 60m skipped", "12:00"),
            ("violation 0m", "13:00:00.000001"),
            ("violation 60m", "14:00"),
        ]

    def test_a_warning_is_still_sent_before_its_target(self) -> None:
        assert Case(triggers(WARNING)).look("12:50").fired == [("warning 60m", "12:00")]

    def test_a_warning_is_still_sent_at_its_target(self) -> None:
        assert Case(triggers(WARNING)).look("13:00").fired == [("warning 60m", "12:00")]

    def test_a_skipped_warning_does_nothing(self) -> None:
        acting = {"warning": "60m", "actions": [{"set": {"priority": "Critical"}}]}
        assert "priority" not in Case(triggers(acting)).look("15:00").state.texts

    def test_each_fires_once(self) -> None:
        assert len(Case(triggers(WARNING, VIOLATION)).look("15:00").look("15:00").look("16:00").fired) == 2


class TestLateOnArrival:
    late = triggers(WARNING, VIOLATION, {"violation": "30m"}, {"violation": "5h"}, minutes=60, when=HIGH)

    def test_the_warning_is_skipped_and_each_violation_that_is_due_fires_once(self) -> None:
        case = Case(self.late).set("11:00", priority="High")
        assert case.fired == [
            ("warning 60m skipped", "11:00"),
            ("violation 0m", "11:00"),
            ("violation 30m", "11:00"),
        ]

    def test_is_said_of_those_that_were_due_at_the_birth_alone(self) -> None:
        case = Case(self.late).set("11:00", priority="High").until("16:00")
        assert [str(one.late) for one in case.firings[1:]] == ["late on arrival", "late on arrival", ""]

    def test_is_not_said_of_one_that_existed_before(self) -> None:
        case = Case(triggers(VIOLATION, minutes=60, start="custom.due"), due=t("12:00"))
        case.set("10:30", due=t("07:00"))
        assert [(named(one), str(one.late)) for one in case.firings] == [("violation 0m", "late")]


@pytest.mark.parametrize("due", ["10:00", "13:00", "20:00"])
def test_a_look_long_before_anything_is_due_changes_nothing(due: str) -> None:
    case = Case(triggers(WARNING, start="custom.due"), due=t(due))
    before = case.state.occurrences
    assert case.look("09:30").state.occurrences == before
