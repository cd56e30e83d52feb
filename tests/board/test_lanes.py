"""Tiles and lanes: each case in one lane, every number with its list, by the milestones asked for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from html import escape
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from cases.models import Case
from cases.operations import reply_to_case, stop_case
from entitlements.models import Queue
from tests.board.boards import board_at, counts, listed_at, subjects
from tests.factory import (
    first_response,
    make_case,
    make_customer,
    make_hours,
    make_process,
    make_user,
    resolution,
)

WEDNESDAY = datetime(2026, 3, 4, 13, tzinfo=UTC)
FRIDAY = datetime(2026, 3, 6, 16, 30, tzinfo=UTC)


def due(subject: str, minutes: int, now: datetime, **given: Any) -> Case:
    """A case whose only target comes so many minutes after `now`."""
    process = make_process("", first_response(6000))
    given.setdefault("account", make_customer(process))
    return make_case(subject, now=now + timedelta(minutes=minutes - 6000), **given)


@pytest.fixture
def week(desk: None) -> None:
    """Office hours from 9 to 17; it is Wednesday, 13:00."""
    make_hours(is_default=True)
    for subject, minutes in {
        "Late": -5,
        "Now": 0,
        "Soon": 29,
        "Half an hour": 30,
        "Next": 119,
        "Two hours": 120,
        "At five": 239,
        "After five": 240,
        "Tomorrow": 1679,
        "Later": 1680,
    }.items():
        due(subject, minutes, WEDNESDAY)


LANES = {
    "late": ["Late"],
    "within-30m": ["Now", "Soon"],
    "within-2h": ["Half an hour", "Next"],
    "by-close": ["Two hours", "At five"],
    "next-day": ["After five", "Tomorrow"],
}


def test_each_case_stands_in_one_lane(week: None) -> None:
    board = board_at(WEDNESDAY)
    assert subjects(board) == LANES
    assert {lane.key: lane.count for lane in board.lanes} == {key: len(own) for key, own in LANES.items()}
    assert [lane.label for lane in board.lanes][3:] == ["By close of business", "Tomorrow"]
    assert board.lanes[3].until == WEDNESDAY.replace(hour=17)


def test_each_lane_and_tile_opens_its_list(week: None) -> None:
    assert {key: listed_at(WEDNESDAY, f"show={key}") for key in LANES} == LANES
    assert listed_at(WEDNESDAY, "show=before-close") == [
        *LANES["within-30m"],
        *LANES["within-2h"],
        *LANES["by-close"],
    ]
    for key, count in counts(board_at(WEDNESDAY)).items():
        assert len(listed_at(WEDNESDAY, f"show={key}")) == count, key


def test_the_tiles_count_up_to_their_horizon(week: None) -> None:
    told = counts(board_at(WEDNESDAY))
    assert (told["late"], told["soon"], told["next"], told["today"]) == (1, 2, 4, 7)


def test_before_the_weekend_the_next_business_day_is_monday(desk: None) -> None:
    make_hours(is_default=True)
    due("Tonight", 300, FRIDAY)
    due("Sunday", 2880, FRIDAY)
    due("Monday evening", 4351, FRIDAY)
    board = board_at(FRIDAY)
    assert subjects(board)["by-close"] == []
    assert subjects(board)["next-day"] == ["Tonight", "Sunday"]
    assert (board.lanes[4].label, board.lanes[4].until) == (
        "Next business day",
        datetime(2026, 3, 9, 17, tzinfo=UTC),
    )


def test_a_lunch_break_is_no_close_of_business(desk: None) -> None:
    hours = make_hours(is_default=True)
    hours.windows.all().delete()
    for weekday in range(5):
        hours.windows.create(weekday=weekday, opens_at="09:00", closes_at="12:00")
        hours.windows.create(weekday=weekday, opens_at="13:00", closes_at="18:00")
    assert board_at(WEDNESDAY.replace(hour=10)).lanes[3].until == WEDNESDAY.replace(hour=18)


def test_without_business_hours_the_day_ends_at_midnight(desk: None) -> None:
    until = [lane.until for lane in board_at(WEDNESDAY).lanes][3:]
    assert until == [datetime(2026, 3, 5, tzinfo=UTC), datetime(2026, 3, 6, tzinfo=UTC)]


def test_late_and_stopped_since_stays_late(agent: User) -> None:
    case = due("Stopped", -30, WEDNESDAY)
    stop_case(case.pk, reason="Parts", by=agent, now=WEDNESDAY - timedelta(minutes=5))
    board = board_at(WEDNESDAY)
    assert subjects(board)["late"] == ["Stopped"]
    assert "late, and stopped since" in board.lanes[0].cards[0].why


def test_late_and_due_again_stands_under_late_alone(desk: None, agent: User) -> None:
    customer = make_customer(make_process("", first_response(60), resolution(100)))
    case = make_case("Both", account=customer, now=WEDNESDAY - timedelta(minutes=75))
    stop_case(case.pk, reason="x", by=agent, now=WEDNESDAY - timedelta(minutes=10))
    Case.objects.filter(pk=case.pk).update(next_target=WEDNESDAY + timedelta(minutes=25))
    board = board_at(WEDNESDAY)
    assert sum(len(lane.cards) for lane in board.lanes) == 1
    assert subjects(board)["late"] == ["Both"]


@pytest.fixture
def two_milestones(desk: None) -> None:
    """First responses late and soon; a resolution late where the response is given."""
    customer = make_customer(make_process("Gold", first_response(60), resolution(90)), name="Acme")
    make_case("Response late", account=customer, now=WEDNESDAY - timedelta(minutes=70))
    answered = make_case("Resolution late", account=customer, now=WEDNESDAY - timedelta(minutes=95))
    reply_to_case(answered.pk, body="Hello", by=make_user(), now=WEDNESDAY - timedelta(minutes=90))
    make_case("Both to come", account=customer, now=WEDNESDAY - timedelta(minutes=40))


def test_filtered_by_a_milestone_its_own_target_counts(two_milestones: None) -> None:
    response, resolved = (
        board_at(WEDNESDAY, f"milestone={name}") for name in ("First Response", "Resolution")
    )
    assert subjects(response)["late"] == ["Response late"]
    assert subjects(response)["within-30m"] == ["Both to come"]
    assert subjects(resolved)["late"] == ["Resolution late"]
    assert subjects(resolved)["within-30m"] == ["Response late"]
    assert subjects(resolved)["within-2h"] == ["Both to come"]
    assert resolved.lanes[2].cards[0].face.title == "Resolution"  # type: ignore[union-attr]
    assert counts(resolved)["late"] == 1


def test_so_it_does_in_the_list_that_it_opens(two_milestones: None) -> None:
    assert listed_at(WEDNESDAY, "show=late&milestone=Resolution") == ["Resolution late"]
    assert listed_at(WEDNESDAY, "show=within-30m&milestone=Resolution") == ["Response late"]
    assert listed_at(WEDNESDAY, "show=soon&milestone=First+Response") == ["Both to come"]


def test_filters_narrow_everything(supervisor: Client, agent: User, ago: Any) -> None:
    Queue.objects.create(name="Motor")
    acme = make_customer(make_process("Gold", first_response(60)), name="Acme")
    make_case("Hail", account=acme, queue="Motor", owner=agent, now=ago(70))
    make_case("Theft", account=acme, queue="Claims", now=ago(70))
    make_case("Bees", queue="Claims", now=ago(70))
    for query, late in {
        "queue=Motor": ["Hail"],
        "queue=Claims&owner=-": ["Theft", "Bees"],
        "owner=amy": ["Hail"],
        "account=acme": ["Hail", "Theft"],
        "process=Gold&queue=Claims": ["Theft"],
    }.items():
        page = supervisor.get(f"/at-risk/?{query}")
        assert sorted(subjects(page.context["board"])["late"]) == sorted(late), query
        assert counts(page.context["board"])["late"] == len(late)
        assert escape(f"/cases/?show=late&{query}") in page.content.decode()


def test_more_than_a_lane_holds_are_counted(desk: None) -> None:
    customer = make_customer(make_process("", first_response(60)))
    for number in range(14):
        make_case(f"Case {number}", account=customer, now=WEDNESDAY - timedelta(minutes=70 + number))
    lane = board_at(WEDNESDAY).lanes[0]
    assert (len(lane.cards), lane.count, lane.more) == (10, 14, "4 more")
    assert lane.cards[0].case.subject == "Case 13"


NONSENSE = (
    "queue=Nowhere",
    "priority=Highest%00",
    "milestone=" + "x" * 3000,
    "process=-&process=<b>",
    "left=9y",
)


@pytest.mark.parametrize("query", NONSENSE)
def test_a_bad_filter_is_told_and_left_out(supervisor: Client, desk: None, query: str) -> None:
    page = supervisor.get(f"/at-risk/?{query}")
    assert page.status_code == 200
    assert "It was left out." in page.content.decode()
    assert "“<b>" not in page.content.decode()
    assert len(page.context["board"].wanted.problems) == 1
