"""Clocks stand still (§7)."""

from entitlements.core.clock import elapsed_time, remaining_time, stopped_time
from tests.core.desk import Case, clock, row, t

WAITING = 'case.status == "Waiting on Customer"'


def target(case: Case) -> str:
    return clock(case["Resolution"].target_date)


def minutes(case: Case, at: str) -> tuple[float, float, float]:
    """Elapsed, stopped and remaining minutes."""
    one, now = case["Resolution"], t(at)
    spans = elapsed_time(one, case.state, now), stopped_time(one, case.state, now)
    left = remaining_time(one, case.state, now)
    elapsed, stopped = (span.total_seconds() / 60 for span in spans)
    return (
        elapsed,
        stopped,
        left.total_seconds() / 60 if left is not None else 0,
    )


def wait(case: Case, at: str) -> Case:
    return case.set(at, status="Waiting on Customer")


class TestByHand:
    def test_there_is_no_target_while_stopped(self) -> None:
        case = Case(row()).stop("09:30")
        assert (case["Resolution"].state, target(case)) == ("stopped", "–")

    def test_the_time_left_stands_still(self) -> None:
        case = Case(row()).stop("09:30")
        assert (minutes(case, "09:30"), minutes(case, "12:00")) == ((30, 0, 30), (180, 150, 30))

    def test_on_resume_the_target_is_later_by_the_stop(self) -> None:
        assert target(Case(row()).stop("09:30").resume("10:30")) == "11:00"

    def test_a_second_stop_is_refused(self) -> None:
        case = Case(row()).stop("09:30").stop("09:40")
        assert case.refused == ["The case is stopped already."]
        assert len(case.state.stops) == 1

    def test_resuming_what_runs_is_refused(self) -> None:
        assert Case(row()).resume("09:30").refused == ["The case is not stopped by hand."]

    def test_is_refused_without_the_organisations_permission(self) -> None:
        case = Case(row(), settings={"allow_pausing": False}).stop("09:30")
        assert "Entitlement Settings" in case.refused[0]
        assert (case.state.stops, case["Resolution"].state) == ([], "running")

    def test_is_refused_on_a_closed_case(self) -> None:
        assert Case(row()).close("09:10").stop("09:20").refused == [
            "The case is closed: its clocks have ended."
        ]

    def test_ends_when_the_case_is_closed(self) -> None:
        case = Case(row()).stop("09:30").close("09:40").reopen("10:00")
        assert (clock(case.state.stops[0].until), case["Resolution"].state) == ("09:40", "running")

    def test_keeps_its_reason_and_author(self) -> None:
        stop = Case(row()).stop("09:30", reason="a part is missing").state.stops[0]
        assert (stop.kind, stop.reason, clock(stop.since)) == ("hand", "a part is missing", "09:30")

    def test_of_no_length_changes_nothing(self) -> None:
        assert target(Case(row()).stop("09:30").resume("09:30")) == "10:00"

    def test_flapping_loses_no_microsecond(self) -> None:
        case = Case(row())
        for second in range(10):
            case.stop(f"09:30:0{second}").resume(f"09:30:0{second}.000001")
        assert target(case) == "10:00:00.000010"


class TestByStatus:
    def test_stops_and_resumes_with_the_status(self) -> None:
        case = wait(Case(row()), "09:10")
        assert case["Resolution"].state == "stopped"
        assert target(case.set("09:30", status="Working")) == "10:20"

    def test_does_nothing_without_permission(self) -> None:
        case = wait(Case(row(), settings={"allow_pausing": False}), "09:10")
        assert (case["Resolution"].state, case.state.stops) == ("running", [])

    def test_stops_from_the_creation_on(self) -> None:
        case = Case(row(), status="Waiting on Customer")
        assert (case["Resolution"].state, clock(case.state.stops[0].since)) == ("stopped", "09:00")

    def test_from_one_stopping_status_to_another_it_stays_stopped(self) -> None:
        statuses = [{"name": "New"}, {"name": "A", "stops_clock": True}, {"name": "B", "stops_clock": True}]
        case = Case(row(), settings={"statuses": statuses}).set("09:10", status="A").set("09:20", status="B")
        assert [(stop.reason, clock(stop.until)) for stop in case.state.stops] == [("A", "09:20"), ("B", "–")]
        assert target(case.set("09:30", status="New")) == "10:20"

    def test_is_not_ended_by_hand(self) -> None:
        case = wait(Case(row()), "09:10").resume("09:20")
        assert (case["Resolution"].state, len(case.refused)) == ("stopped", 1)


class TestByTheInterface:
    def test_works_without_permission(self) -> None:
        case = Case(row(), settings={"allow_pausing": False}).pause("09:10")
        assert case["Resolution"].state == "stopped"
        assert target(case.unpause("09:30")) == "10:20"

    def test_is_not_ended_by_closing(self) -> None:
        case = Case(row()).pause("09:10").close("09:20").reopen("09:30")
        assert case["Resolution"].state == "stopped"

    def test_is_not_ended_by_hand(self) -> None:
        assert Case(row()).pause("09:10").resume("09:20")["Resolution"].state == "stopped"


class TestByTheMilestonesOwnCriteria:
    def test_stops_this_milestone_alone_without_permission(self) -> None:
        case = wait(Case(row(pause_when=WAITING), row("Other"), settings={"allow_pausing": False}), "09:10")
        assert (case["Resolution"].state, case["Other"].state) == ("stopped", "running")
        assert target(case.set("09:30", status="Working")) == "10:20"

    def test_counts_from_when_the_occurrence_came_into_being(self) -> None:
        paused = row(pause_when='case.stage == "Wait"', when='case.priority == "High"', minutes=240)
        case = Case(paused, stage="Wait").set("10:00", priority="High").set("10:30", stage="")
        assert (clock(case["Resolution"].start_date), target(case)) == ("09:00", "13:30")

    def test_counts_from_the_start_of_a_pending_one(self) -> None:
        paused = row(pause_when='case.stage == "Wait"', start="custom.due")
        case = Case(paused, stage="Wait", due=t("10:00")).set("10:30", stage="")
        assert target(case) == "11:30"

    def test_counts_from_a_start_that_moved_back(self) -> None:
        paused = row(pause_when='case.stage == "Wait"', start="custom.due")
        case = Case(paused, stage="Wait", due=t("12:00")).set("11:00", due=t("10:30")).set("11:10", stage="")
        assert target(case) == "12:10"

    def test_begins_and_ends_when_it_happened_though_learned_later(self) -> None:
        case = wait(Case(row(pause_when=WAITING), settings={"allow_pausing": False}).look("09:15"), "09:10")
        assert target(case.look("09:35").set("09:30", status="Working")) == "10:20"

    def test_ends_with_the_occurrence(self) -> None:
        case = wait(Case(row(pause_when=WAITING)), "09:10").complete("09:30")
        assert clock(case["Resolution"].pauses[0].until) == "09:30"

    def test_that_fails_stops_nothing(self) -> None:
        case = Case(row(pause_when="1 / case.escalation_level == 1"))
        assert (case["Resolution"].state, "row1" in case.state.faults) == ("running", True)


class TestOverlapping:
    def test_stops_count_once(self) -> None:
        case = wait(Case(row(pause_when=WAITING)).stop("09:10"), "09:20").pause("09:30")
        case.resume("09:40").set("09:50", status="Working")
        assert case["Resolution"].state == "stopped"
        assert (target(case.unpause("10:10")), minutes(case, "10:10")) == ("11:00", (70, 60, 50))

    def test_it_runs_only_when_none_holds(self) -> None:
        case = wait(Case(row()).stop("09:10"), "09:20").resume("09:30")
        assert case["Resolution"].state == "stopped"
        assert case.set("09:40", status="Working")["Resolution"].state == "running"


class TestStopsBelongToTheCase:
    def test_one_before_an_occurrence_came_but_after_its_start_counts(self) -> None:
        case = (
            Case(row(when='case.priority == "High"'))
            .stop("09:10")
            .resume("09:40")
            .set("09:50", priority="High")
        )
        assert target(case) == "10:30"

    def test_one_before_the_start_does_not(self) -> None:
        case = Case(row(when='case.priority == "High"', start="criteria"))
        assert target(case.stop("09:10").resume("09:40").set("09:50", priority="High")) == "10:50"

    def test_one_over_the_start_counts_from_the_start(self) -> None:
        case = Case(row(start="custom.due"), due=t("10:00")).stop("09:30").resume("10:20")
        assert target(case) == "11:20"

    def test_a_pending_one_keeps_its_target_and_begins_stopped(self) -> None:
        case = Case(row(start="custom.due"), due=t("10:00")).stop("09:30")
        assert (case["Resolution"].state, target(case)) == ("pending", "11:00")
        assert case.until("10:00")["Resolution"].state == "stopped"


def test_stopped_time_is_open_time() -> None:
    case = (
        Case(row(minutes=240), at="15:00", process={"business_hours": "Office"})
        .stop("16:00")
        .resume("3 10:00")
    )
    assert (target(case), minutes(case, "3 10:00")) == ("3 13:00", (180, 120, 180))


def test_a_stop_outside_hours_costs_nothing() -> None:
    case = (
        Case(row(minutes=240), at="15:00", process={"business_hours": "Office"})
        .stop("18:00")
        .resume("3 08:00")
    )
    assert target(case) == "3 11:00"


class TestACustomersMessage:
    def test_ends_a_stop_that_waits_for_it(self) -> None:
        case = Case(row()).stop("09:10", until_customer_answers=True).message("09:30")
        assert target(case) == "10:20"

    def test_leaves_another_stop_alone(self) -> None:
        assert Case(row()).stop("09:10").message("09:30")["Resolution"].state == "stopped"

    def test_moves_the_case_out_of_a_status_that_names_where_it_leads(self) -> None:
        case = wait(Case(row()), "09:10").message("09:30")
        assert (case.state.texts["status"], target(case)) == ("Working", "10:20")

    def test_leaves_another_status_alone(self) -> None:
        assert Case(row()).message("09:30").state.texts["status"] == "New"

    def test_does_both(self) -> None:
        case = wait(Case(row()).stop("09:10", until_customer_answers=True), "09:20").message("09:30")
        assert target(case) == "10:20"

    def test_moves_the_status_also_without_permission_to_stop(self) -> None:
        case = wait(Case(row(), settings={"allow_pausing": False}), "09:10").message("09:30")
        assert case.state.texts["status"] == "Working"
