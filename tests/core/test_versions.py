"""A new version of a process changes nothing until it is applied (§3.2)."""

from typing import Any

from entitlements.core.facts import VersionApplied
from tests.core.desk import Case, clock, row, t


def over_to(case: Case, *rows: dict[str, Any], at: str, recurrence: str = "none") -> Case:
    """The case, put on a version with these rows. Keys of rows and triggers differ, as in a database."""
    previous, new = case.process, Case(row("Before"), *rows, recurrence=recurrence).process
    case.process = type(new)(new.name, new.rows[1:], version=2)
    return case.happen(VersionApplied(t(at), previous=previous))


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
    assert (case["Other"].state, case["Other"].reason) == ("cancelled", "no longer in the process")
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
