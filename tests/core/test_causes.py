"""What the log says of changes that no fact asked for by itself."""

from __future__ import annotations

from typing import Any

from entitlements.core.changes import Kind
from tests.core.desk import Case, row

RAISE = {"violation": 0, "actions": [{"set": {"priority": "High"}}, {"escalate": {"level": 2}}]}
WAITS = "Waiting on Customer"


def caused(case: Case, kind: Kind) -> list[Any]:
    return [details.get("caused_by") for details in case.events(kind)]


def test_a_trigger_says_so_of_what_it_updates() -> None:
    case = Case(row(triggers=[RAISE]), priority="Low").until("10:30")
    assert caused(case, Kind.FIELD) == ["trigger"]
    assert caused(case, Kind.ESCALATED) == ["trigger"]


def test_what_somebody_changes_after_a_trigger_has_no_cause() -> None:
    case = Case(row(triggers=[RAISE]), priority="Low").until("10:30").set("11:00", priority="Low")
    assert caused(case, Kind.FIELD) == ["trigger", None]


def test_a_message_that_moves_the_status_and_ends_a_stop_is_their_cause() -> None:
    case = Case(row()).stop("09:10", until_customer_answers=True).set("09:20", status=WAITS).message("09:30")
    assert caused(case, Kind.FIELD) == [None, "customer_message"]
    assert caused(case, Kind.RESUMED) == ["customer_message", "customer_message"]


def test_closing_is_the_cause_of_the_end_of_a_stop() -> None:
    assert caused(Case(row()).stop("09:10").close("09:30"), Kind.RESUMED) == ["closing"]
    assert caused(Case(row()).stop("09:10").resume("09:30"), Kind.RESUMED) == [None]


def test_a_completion_by_hand_is_told_from_others() -> None:
    assert caused(Case(row()).complete("09:30"), Kind.COMPLETED) == ["by_hand"]
    closed = Case(row(complete_on="case_closed")).close("09:30")
    assert caused(closed, Kind.COMPLETED) == [None]
