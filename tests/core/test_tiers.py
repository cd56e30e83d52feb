"""A milestone's tiers: the first wanted row in order is the tier (§4.1, 4.2)."""

import pytest

from tests.core.desk import Case, clock, row, t

HIGH, LOW = row(minutes=60, when='case.priority == "High"'), row(minutes=240)


def tiers(case: Case) -> list[tuple[int, str, str]]:
    return [(one.row.tier, str(one.state), clock(one.start_date)) for one in case.state.of("Resolution")]


def test_the_first_wanted_row_is_the_tier() -> None:
    both = row(minutes=30, when='case.priority != ""')
    assert tiers(Case(HIGH, both, LOW, priority="High")) == [(1, "running", "09:00")]


@pytest.mark.parametrize("recurrence", ["none", "sequential"])
def test_another_tier_replaces_the_open_occurrence(recurrence: str) -> None:
    case = Case(HIGH, LOW, priority="High", recurrence=recurrence).set("09:30", priority="Low")
    assert tiers(case) == [(1, "cancelled", "09:00"), (2, "running", "09:00")]
    assert case["Resolution", 1].reason == "replaced by tier 2"


def test_replaced_while_late_stays_violated() -> None:
    case = Case(HIGH, LOW, priority="High").set("10:30", priority="Low")
    assert [one.is_violated for one in case.state.of("Resolution")] == [True, False]


def test_replaced_back_and_forth_makes_one_occurrence_each_time() -> None:
    case = Case(HIGH, LOW, priority="High").set("09:10", priority="Low").set("09:20", priority="High")
    assert [tier for tier, _, _ in tiers(case)] == [1, 2, 1]


def test_a_stricter_tier_may_be_late_on_arrival() -> None:
    case = Case(HIGH, LOW, priority="Low").set("10:30", priority="High")
    assert (case["Resolution"].is_violated, case["Resolution"].born_late) == (True, True)


def test_a_stopped_one_is_replaced_by_a_stopped_one_with_its_stops() -> None:
    case = Case(HIGH, LOW, priority="High").stop("09:10").set("09:30", priority="Low").resume("09:40")
    assert tiers(case)[-1] == (2, "running", "09:00")
    assert clock(case["Resolution"].target_date) == "13:30"


def test_a_pending_one_is_replaced_too() -> None:
    high = HIGH | {"start": "custom.due"}
    case = Case(high, LOW, priority="High", due=t("12:00")).set("09:30", priority="Low")
    assert tiers(case) == [(1, "cancelled", "12:00"), (2, "running", "09:00")]


def test_a_pending_sequential_one_hands_on_its_start() -> None:
    case = (
        Case(HIGH, LOW, priority="High", recurrence="sequential")
        .complete("09:20")
        .set("09:30", priority="Low")
    )
    assert tiers(case)[1:] == [(1, "cancelled", "10:00"), (2, "pending", "10:00")]


def test_a_later_sequential_one_hands_on_its_start() -> None:
    case = (
        Case(HIGH, LOW, priority="High", recurrence="sequential")
        .complete("10:20")
        .set("10:30", priority="Low")
    )
    assert tiers(case)[1:] == [(1, "cancelled", "10:20"), (2, "running", "10:20")]


def test_a_row_started_by_criteria_starts_when_it_is_the_tier() -> None:
    case = Case(HIGH, LOW | {"start": "criteria"}, priority="High").set("09:30", priority="Low")
    assert tiers(case)[-1] == (2, "running", "09:30")


def test_replaced_by_a_tier_that_waits_for_its_field() -> None:
    case = Case(HIGH, LOW | {"start": "custom.due"}, priority="High").set("09:30", priority="Low")
    assert tiers(case) == [(1, "cancelled", "09:00")]
    assert tiers(case.set("09:40", due=t("09:35")))[-1] == (2, "running", "09:35")


def test_one_left_open_without_criteria_is_replaced_when_another_tier_is_wanted() -> None:
    low = LOW | {"when": 'case.priority == "Low"'}
    case = Case(HIGH | {"cancel_when_criteria_end": False}, low, priority="High")
    assert tiers(case.set("09:10", priority="")) == [(1, "running", "09:00")]
    assert tiers(case.set("09:20", priority="Low")) == [(1, "cancelled", "09:00"), (2, "running", "09:00")]


def test_completed_no_recurrence_does_not_come_with_another_tier() -> None:
    case = Case(HIGH, LOW, priority="High").complete("09:10").set("09:30", priority="Low")
    assert tiers(case) == [(1, "completed", "09:00")]


def test_independent_keeps_the_tier_with_which_it_started() -> None:
    case = Case(HIGH, LOW, priority="High", recurrence="independent").set("09:30", priority="Low")
    assert tiers(case) == [(1, "running", "09:00")]


def test_independent_starts_the_next_with_the_tier_of_that_moment() -> None:
    case = (
        Case(HIGH, LOW, priority="High", recurrence="independent")
        .set("09:30", priority="Low")
        .complete("09:40")
    )
    assert tiers(case) == [(1, "completed", "09:00"), (2, "running", "09:40")]


def test_completing_and_changing_the_tier_at_once_completes_the_old_and_starts_the_new() -> None:
    done = {"when": 'case.stage == "Done"'}
    rows = HIGH | {"complete_on": done}, LOW | {"complete_on": done}
    case = Case(*rows, priority="High", recurrence="sequential").set("10:30", priority="Low", stage="Done")
    assert tiers(case) == [(1, "completed", "09:00")]
    assert tiers(case.set("11:00", stage=""))[-1] == (2, "running", "11:00")
