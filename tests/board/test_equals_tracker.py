"""The board says what the tracker of each case says, though the engine has not looked since.

Random desks: hours, tiers, stops, replies, extensions, a formula. Nothing of the board's own conditions is
used to work out what is expected: each case is loaded and its milestones' faces are asked.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from django.contrib.auth.models import User

from cases.engine.load import READABLE, load
from cases.models import Case
from cases.operations import Refused, change_case, extend_milestone, reply_to_case, stop_case
from cases.queries.face import Face, Level
from cases.queries.tracker import Tracker, tracker_of
from entitlements.models import Account
from tests.board.boards import board_at, counts, listed_at
from tests.factory import (
    first_response,
    make_case,
    make_customer,
    make_hours,
    make_process,
    make_user,
    resolution,
)

NOW = datetime(2026, 3, 5, 15, 17, 23, tzinfo=UTC)
CASES = 40


@pytest.fixture(params=[3, 8])
def random_desk(request: pytest.FixtureRequest, desk: None) -> list[Case]:
    random = Random(request.param)
    office = make_hours(is_default=True)
    round_the_clock = make_process("Always", first_response(90), resolution(600))
    by_office = make_process("Office", first_response(120), resolution(900), hours=office)
    formula = make_process(
        "Formula",
        {"milestone": "Update", "formula": 'case.priority == "High" ? 45 : 400'},
        resolution(1000, hours=make_hours("Early", opens=datetime.min.time().replace(hour=6))),
    )
    customers = [make_customer(one) for one in (round_the_clock, by_office, formula)]
    amy = make_user("amy")
    return [_case(number, random, customers, amy) for number in range(CASES)]


def _case(number: int, random: Random, customers: list[Account], amy: User) -> Case:
    now = NOW - timedelta(minutes=random.randint(1, 1500), seconds=random.randint(0, 59))
    owner = amy if random.random() < 0.3 else None
    given = {"account": random.choice(customers), "priority": random.choice(("Low", "High")), "owner": owner}
    case = make_case(f"Case {number}", now=now, **given)
    for _ in range(random.randint(0, 3)):
        now += (NOW - now) * random.random() * 0.8
        _do(case, random, amy, now)
    return case


def _do(case: Case, random: Random, amy: User, now: datetime) -> None:
    try:
        match random.randint(0, 4):
            case 0:
                reply_to_case(case.pk, body="Hello", by=amy, now=now)
            case 1:
                stop_case(case.pk, reason="x", by=amy, now=now)
            case 2:
                extend_milestone(
                    case.pk,
                    milestone="Resolution",
                    minutes=random.randint(5, 900),
                    reason="x",
                    by=amy,
                    now=now,
                )
            case 3 if random.random() < 0.3:
                change_case(case.pk, fields={"status": "Closed"}, by=amy, now=now)
    except Refused:
        pass


def faces_of_all(now: datetime) -> dict[str, list[Face]]:
    """Of the open milestones of each open case, by subject, as the page of the case has them."""
    works = load(list(READABLE.filter(is_closed=False))).values()
    return {work.case.subject: faces_of(tracker_of(work, now)) for work in works}


def faces_of(tracker: Tracker) -> list[Face]:
    rows = [tracker.first, *tracker.open, *tracker.upcoming]
    return [row.face for row in rows if row is not None]


def is_late(face: Face) -> bool:
    return face.level is Level.LATE or face.violated


def is_at_risk(face: Face) -> bool:
    return is_late(face) or face.level is Level.RISK


def is_due(faces: list[Face], now: datetime, span: timedelta) -> bool:
    """Whether the nearest target of what runs comes within the span."""
    targets = [face.occurrence.target_date for face in faces if face.runs and face.occurrence.target_date]
    return bool(targets) and now <= min(targets) < now + span


def test_the_board_equals_the_trackers(random_desk: list[Case]) -> None:
    for later in (timedelta(0), timedelta(minutes=17), timedelta(hours=20)):
        check(NOW + later)


def check(now: datetime) -> None:
    faces = faces_of_all(now)
    unassigned = set(Case.objects.filter(owner__isnull=True).values_list("subject", flat=True))
    expected = {
        "late": {one for one, own in faces.items() if any(map(is_late, own))},
        "soon": {one for one, own in faces.items() if is_due(own, now, timedelta(minutes=30))},
        "next": {one for one, own in faces.items() if is_due(own, now, timedelta(hours=2))},
        "risk-unassigned": {one for one in faces.keys() & unassigned if any(map(is_at_risk, faces[one]))},
        "unwatched": {one for one, own in faces.items() if not own},
    }
    assert {key: set(listed_at(now, f"show={key}")) for key in expected} == expected
    tiles = counts(board_at(now))
    assert {key: tiles[key] for key in expected} == {key: len(found) for key, found in expected.items()}
