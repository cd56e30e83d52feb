"""A new version of a process changes nothing until it is applied (§3.2)."""

from dataclasses import replace
from typing import Any

from entitlements.core.engine import evaluate
from entitlements.core.facts import VersionApplied
from tests.core.desk import Case, clock, row, t


def over_to(case: Case, *rows: dict[str, Any], at: str, recurrence: str = "none", **process: Any) -> Case:
    """The case, put on a version with these rows. Keys of rows and triggers differ, as in a database."""
    read = Case(row("Before"), *rows, recurrence=recurrence, process=process).process
    new = replace(read, rows=read.rows[1:], version=2)
    case.happen(VersionApplied(t(at), definition=new))
    case.process = new
    return case


def test_targets_move_and_the_move_is_recorded() -> None:
    case = over_to(Case(row()), row(minutes=120), at="09:30")
    assert (case.numbers(), clock(case["Resolution"].target_date)) == ([(1, "running")], "11:00")
    assert case.events("target_moved")[0]["why"] == "another version of the process"


def test_what_had_fired_stays_fired_and_new_triggers_are_planned() -> None:
    case = Case(row(triggers=[{"warning": "30m"}])).until("09:40")
    triggers = [{"warning": "10m"}, {"warning": "30m"}]
    over_to(case, row(triggers=triggers), at="09:45").until("10:00")
    assert case.fired == [("warning 30m", "09:30"), ("warning 10m", "09:50")]


def test_each_tier_goes_on_as_the_same_tier() -> None:
    high, low = row(when='case.priority == "High"'), row(minutes=240)
    case = over_to(Case(high, low), high, low | {"minutes": 180}, at="09:30")
    assert [(one.row.tier, clock(one.target_date)) for one in case.state.occurrences] == [(2, "12:00")]


def test_what_is_no_longer_in_the_process_is_cancelled() -> None:
    case = over_to(Case(row(), row("Other")), row(), at="09:30")
    assert (case["Other"].state, case["Other"].reason) == ("cancelled", "not in version 2")
    assert case["Resolution"].state == "running"


def test_a_new_milestone_starts_by_its_rule() -> None:
    case = over_to(Case(row()), row(), row("Other"), at="09:30")
    assert clock(case["Other"].start_date) == "09:00"


def test_an_independent_one_is_not_started_again() -> None:
    case = over_to(Case(row(), recurrence="independent"), row(), at="09:30", recurrence="independent")
    assert case.numbers() == [(1, "running")]


def test_a_completed_one_stays_as_it_is() -> None:
    case = over_to(Case(row()).complete("09:20"), row(minutes=5), at="09:30")
    assert (case.numbers(), case["Resolution"].is_violated) == ([(1, "completed")], False)


def test_since_when_completion_has_held_is_not_forgotten() -> None:
    done = row(complete_on={"when": 'case.stage == "Done"'}, when='case.type == "A"')
    case = over_to(Case(done).set("09:20", stage="Done"), done, at="09:30").set("11:00", type="A")
    assert clock(case["Resolution"].completion_date) == "09:20"


def test_the_case_stays_in_its_run_and_the_move_is_an_event() -> None:
    case = over_to(Case(row()), row(minutes=120), at="09:30")
    assert (case.state.run, clock(case.state.entry_date)) == (1, "09:00")
    assert case.events("version_applied") == [{"process": "P", "old": 1, "version": 2}]


def test_number_start_and_stops_stay() -> None:
    case = over_to(Case(row()).stop("09:10").resume("09:20"), row(minutes=30), at="09:30")
    one = case["Resolution"]
    assert (one.number, clock(one.came_at), clock(one.start_date)) == (1, "09:00", "09:00")
    assert clock(one.target_date) == "09:40"


def test_a_target_that_lies_behind_is_missed_on_the_spot() -> None:
    case = over_to(Case(row(minutes=120)), row(minutes=15), at="09:30")
    assert (case["Resolution"].is_violated, clock(case["Resolution"].violated_at)) == (True, "09:15")


def test_a_longer_target_forgives_what_was_late() -> None:
    case = over_to(Case(row()).until("10:30"), row(minutes=120), at="10:40")
    assert not case["Resolution"].is_violated
    assert case.events("violation_withdrawn")[0]["reason"] == "another version of the process"


def test_other_hours_move_the_target() -> None:
    case = over_to(Case(row(minutes=600)), row(minutes=600), at="09:30", business_hours="Office")
    assert clock(case["Resolution"].target_date) == "3 11:00"


def test_it_goes_on_under_the_tier_that_is_wanted_now() -> None:
    case = Case(row(minutes=240), priority="High")
    high, low = row(minutes=30, when='case.priority == "High"'), row(minutes=240)
    over_to(case, low | {"when": 'case.priority == "Low"'}, high, at="09:10").until("09:20")
    assert [(one.number, one.row.tier, clock(one.target_date)) for one in case.state.occurrences] == [
        (1, 2, "09:30")
    ]


def test_fewer_tiers() -> None:
    high, low = row(when='case.priority == "High"'), row(minutes=240)
    case = over_to(Case(high, low), row(minutes=90), at="09:30")
    assert (case.numbers(), clock(case["Resolution"].target_date)) == ([(1, "running")], "10:30")


def test_an_independent_one_keeps_its_tier() -> None:
    high, low = row(when='case.priority == "High"'), row(minutes=240)
    case = Case(high, low, recurrence="independent").set("09:10", priority="High")
    over_to(case, high, low | {"minutes": 180}, at="09:30", recurrence="independent")
    assert [(one.row.tier, clock(one.target_date)) for one in case.state.occurrences] == [(2, "12:00")]


def test_a_new_warning_in_the_past_fires_at_once_and_late() -> None:
    case = over_to(Case(row()), row(triggers=[{"warning": "45m"}]), at="09:30")
    assert (case.fired, case.firings[0].late) == ([("warning 45m", "09:30")], "late")


def test_a_new_warning_of_a_missed_target_is_skipped() -> None:
    case = over_to(Case(row(minutes=120)), row(minutes=20, triggers=[{"warning": "5m"}]), at="09:30")
    assert case.fired == [("warning 5m skipped", "09:30")]


def test_the_second_trigger_at_a_moment_that_had_one_is_new() -> None:
    late: dict[str, Any] = {"violation": "0m"}
    case = Case(row(triggers=[late])).until("10:10")
    over_to(case, row(triggers=[late, late]), at="10:10")
    assert [at for _, at in case.fired] == ["10:00:00.000001", "10:10"]


def test_criteria_that_no_longer_hold_cancel() -> None:
    case = over_to(Case(row()), row(when='case.priority == "High"'), at="09:30")
    assert (case["Resolution"].state, case["Resolution"].reason) == (
        "cancelled",
        "its criteria no longer hold",
    )


def test_a_reply_that_now_completes_it_counts_at_its_own_time() -> None:
    case = over_to(Case(row()).reply("09:10"), row(complete_on="agent_reply"), at="09:30")
    assert (case["Resolution"].state, clock(case["Resolution"].completion_date)) == ("completed", "09:10")


def test_completion_criteria_that_hold_complete_it_at_the_move() -> None:
    case = Case(row(), stage="Done")
    over_to(case, row(complete_on={"when": 'case.stage == "Done"'}), at="09:30")
    assert clock(case["Resolution"].completion_date) == "09:30"


def test_another_start_rule_does_not_move_the_start() -> None:
    case = over_to(Case(row(), due=t("11:00")), row(start="due"), at="09:30")
    assert clock(case["Resolution"].start_date) == "09:00"
    assert clock(case.set("09:40", due=t("12:00"))["Resolution"].start_date) == "12:00"


def test_a_pending_sequential_one_stays_pending() -> None:
    case = Case(row(complete_on="agent_reply"), recurrence="sequential").reply("09:20")
    over_to(case, row(minutes=30, complete_on="agent_reply"), at="09:30", recurrence="sequential")
    assert case.numbers() == [(1, "completed"), (2, "pending")]
    assert (clock(case["Resolution"].start_date), clock(case["Resolution"].target_date)) == ("10:00", "10:30")


def test_a_stopped_one_resumes_with_the_new_target() -> None:
    case = over_to(Case(row()).stop("09:10"), row(minutes=30), at="09:30")
    assert case["Resolution"].target_date is None
    assert len(case.events("target_moved")) == 1
    assert clock(case.resume("09:40")["Resolution"].target_date) == "10:00"


def test_what_was_planned_before_the_move_happens_by_the_old_version() -> None:
    late = row(triggers=[{"violation": "0m", "actions": [{"set": {"priority": "High"}}]}])
    case = Case(late, priority="Low")
    read = Case(row(minutes=240), row("Other", when='case.priority == "High"')).process
    case.looks.append(
        evaluate(
            case.process,
            case.organisation,
            case.state,
            [VersionApplied(t("10:30"), definition=replace(read, version=2))],
            t("10:30"),
        )
    )
    case.state, case.process = case.looks[-1].state, read
    assert case.fired == [("violation 0m", "10:00:00.000001")]
    assert (case["Other"].state, clock(case["Other"].start_date)) == ("running", "09:00")


def test_new_exit_criteria_that_hold_end_the_run() -> None:
    case = Case(row(), stage="Done")
    over_to(case, row(), at="09:30", exit_when='case.stage == "Done"')
    assert (case["Resolution"].reason, case.state.in_process) == ("left the process", False)
