"""What triggers do to the case, and what follows (§9)."""

from typing import Any

from tests.core.desk import Case, clock, row


def doing(*actions: dict[str, Any], on: str = "violation", **keys: Any) -> dict[str, Any]:
    offset = None if on == "success" else "0m"
    return row(triggers=[{on: offset, "actions": list(actions)}], **keys)


def after(*rows: dict[str, Any], **fields: Any) -> Case:
    return Case(*rows, **fields).until("10:00:01")


def texts(case: Case) -> dict[str, str]:
    return case.state.texts


def test_a_field_is_set() -> None:
    assert texts(after(doing({"set": {"priority": "Critical"}})))["priority"] == "Critical"


def test_a_queue_and_an_owner_are_assigned() -> None:
    case = after(doing({"assign": {"queue": "Tier 2"}}, {"assign": {"user": "ana"}}))
    assert (texts(case)["queue"], texts(case)["owner"]) == ("Tier 2", "ana")


def test_the_case_is_escalated() -> None:
    case = after(doing({"escalate": {"level": 2}}))
    assert (case.state.escalation_level, case.state.is_escalated) == (2, True)


def test_an_escalation_never_lowers_the_level() -> None:
    case = Case(doing({"escalate": {"level": 1}})).set("09:10", escalation_level=3).until("10:01")
    assert case.state.escalation_level == 3


def test_actions_elsewhere_change_nothing_here() -> None:
    case = after(
        doing({"email": {"to": ["owner"]}}, {"task": {"subject": "Call"}}, {"notify": {"to": ["owner"]}})
    )
    assert texts(case) == {"status": "New"}


def test_what_a_violation_causes_carries_its_time() -> None:
    case = after(
        doing({"set": {"stage": "Done"}}), row("Other", complete_on={"when": 'case.stage == "Done"'})
    )
    assert clock(case["Other"].completion_date) == "10:00:00.000001"


def test_milestones_are_evaluated_again() -> None:
    critical = row("Crisis", 15, when='case.priority == "Critical"', start="criteria")
    case = after(doing({"set": {"priority": "Critical"}}), critical)
    assert clock(case["Crisis"].target_date) == "10:15:00.000001"


def test_it_may_close_the_case() -> None:
    closing = doing({"set": {"status": "Closed"}}, complete_on="case_closed")
    case = after(closing, row("Other", 120))
    assert (case["Resolution"].state, case["Resolution"].is_violated) == ("completed", True)
    assert (case["Other"].state, case["Other"].reason) == ("cancelled", "left the process")


def test_what_a_trigger_completes_is_not_warned_of_at_that_instant() -> None:
    closing = row(minutes=60, triggers=[{"warning": "0m", "actions": [{"set": {"stage": "Done"}}]}])
    warned = row("Other", 60, complete_on={"when": 'case.stage == "Done"'}, triggers=[{"warning": "0m"}])
    case = after(closing, warned)
    assert case.fired == [("warning 0m", "10:00")]


def test_a_success_may_stop_another_milestone() -> None:
    first = doing({"set": {"status": "Waiting on Customer"}}, on="success")
    case = Case(first, row("Other", 120)).complete("09:10")
    assert case["Other"].state == "stopped"


def test_an_update_that_is_refused_is_an_error_on_the_case() -> None:
    case = after(doing({"set": {"status": "Nowhere"}}))
    assert "Unknown status “Nowhere”" in case.state.faults["action"]
    assert (texts(case)["status"], case.refused) == ("New", [])


def test_an_update_that_is_refused_does_not_hinder_the_next() -> None:
    assert texts(after(doing({"set": {"status": "Nowhere"}}, {"set": {"queue": "B"}})))["queue"] == "B"


def chain(length: int) -> list[dict[str, Any]]:
    """Each milestone's success sets the stage that completes the next."""
    return [
        row(
            f"Step {place}",
            complete_on={"when": f'case.stage == "{place}"'},
            triggers=[{"success": None, "actions": [{"set": {"stage": str(place + 1)}}]}],
        )
        for place in range(length)
    ]


def test_a_chain_of_five_updates_is_done() -> None:
    case = Case(*chain(5)).set("09:10", stage="0")
    assert (texts(case)["stage"], case.state.faults) == ("5", {})


def test_a_chain_ends_after_five_with_an_error() -> None:
    case = Case(*chain(7)).set("09:10", stage="0")
    assert texts(case)["stage"] == "5"
    assert [one.state for one in case.state.occurrences][5:] == ["completed", "running"]
    assert ["ended after 5" in fault for fault in case.state.faults.values()] == [True]


def test_a_chain_begins_anew_with_each_fact() -> None:
    case = Case(*chain(7)).set("09:10", stage="0").set("09:20", stage="6")
    assert [one.state for one in case.state.occurrences] == ["completed"] * 7


def test_a_chain_over_time_does_not_end() -> None:
    steps = [
        row(
            f"Step {place}",
            minutes=10,
            start="criteria",
            when=f'case.stage == "{place}"',
            triggers=[{"violation": "0m", "actions": [{"set": {"stage": str(place + 1)}}]}],
        )
        for place in range(8)
    ]
    case = Case(*steps, stage="0").look("12:00")
    assert (texts(case)["stage"], case.state.faults) == ("8", {})


def test_a_circle_ends() -> None:
    flip = row("Flip", recurrence := 60, when='case.type == "A"', start="criteria")
    flip["triggers"] = [{"warning": "60m", "actions": [{"set": {"type": "B"}}]}]
    flop = row("Flop", recurrence, when='case.type == "B"', start="criteria")
    flop["triggers"] = [{"warning": "60m", "actions": [{"set": {"type": "A"}}]}]
    case = Case(flip, flop, recurrence="independent").set("09:10", type="A")
    assert len(case.firings) == 6
    assert len(case.state.faults) == 1
