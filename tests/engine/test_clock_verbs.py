"""Complete, stop, resume, and the programming interface's pause."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import User

from cases.models import Case, CaseEvent, Stop
from cases.operations import (
    Refused,
    change_case,
    complete_milestone,
    pause_milestones,
    resume_case,
    resume_milestones,
    stop_case,
)
from tests.factory import (
    NOON,
    first_response,
    make_case,
    make_customer,
    make_desk,
    make_process,
    make_user,
    resolution,
)

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(minutes=10)


@pytest.fixture
def agent() -> User:
    return make_user("ann")


@pytest.fixture
def case() -> Case:
    make_desk()
    return make_case(now=NOON)


def test_completing_by_hand(case: Case, agent: User) -> None:
    complete_milestone(case.pk, milestone="Resolution", by=agent, now=LATER)
    event = CaseEvent.objects.get(kind="milestone_completed")
    assert (event.by, event.at) == ("ann", LATER)


@pytest.mark.parametrize(
    ("milestone", "number", "why"),
    [
        ("Resolution", None, "is completed already"),
        ("Resolution", 1, "is completed already"),
        ("Resolution", 2, "no occurrence 2"),
        ("Nonsense", None, "no milestone “Nonsense”"),
    ],
)
def test_what_is_not_running_is_not_completed(
    case: Case, agent: User, milestone: str, number: int | None, why: str
) -> None:
    complete_milestone(case.pk, milestone="Resolution", by=agent, now=LATER)
    with pytest.raises(Refused, match=why):
        complete_milestone(case.pk, milestone=milestone, occurrence=number, by=agent, now=LATER)


def test_a_stop_has_reason_and_author(case: Case, agent: User) -> None:
    stop_case(case.pk, reason=" A part is missing ", by=agent, now=LATER)
    stop = Stop.objects.get()
    assert (stop.kind, stop.reason, stop.by, stop.since, stop.until) == (
        "hand",
        "A part is missing",
        "ann",
        LATER,
        None,
    )


def test_a_stopped_case_has_no_target_and_nothing_due(case: Case, agent: User) -> None:
    stop_case(case.pk, reason="A part", by=agent, now=LATER)
    assert set(case.milestones.values_list("state", "target_date", "due_at")) == {("stopped", None, None)}


def test_resuming_moves_the_target_by_the_stop(case: Case, agent: User) -> None:
    stop_case(case.pk, reason="A part", by=agent, now=LATER)
    resume_case(case.pk, by=agent, now=LATER + timedelta(minutes=30))
    target = case.milestones.get(milestone__name="First Response").target_date
    assert target == NOON + timedelta(minutes=90)


@pytest.mark.parametrize(
    ("reason", "why"), [(" ", "Say why"), ("x" * 301, "at most 300"), ("a\x00", "cannot be kept")]
)
def test_a_stop_without_a_fit_reason_is_refused(case: Case, agent: User, reason: str, why: str) -> None:
    with pytest.raises(Refused, match=why):
        stop_case(case.pk, reason=reason, by=agent, now=LATER)


def test_a_second_stop_is_refused(case: Case, agent: User) -> None:
    stop_case(case.pk, reason="A part", by=agent, now=NOON)
    with pytest.raises(Refused, match="stopped already"):
        stop_case(case.pk, reason="Another part", by=agent, now=LATER)


def test_resuming_what_runs_is_refused(case: Case, agent: User) -> None:
    with pytest.raises(Refused, match="not stopped"):
        resume_case(case.pk, by=agent, now=LATER)


def test_without_permission_nobody_stops_by_hand(case: Case, agent: User) -> None:
    make_desk(allow_pausing=False)
    with pytest.raises(Refused, match="Stopping is off"):
        stop_case(case.pk, reason="A part", by=agent, now=LATER)
    assert not Stop.objects.exists()


def test_without_permission_a_status_stops_nothing(case: Case, agent: User) -> None:
    make_desk(allow_pausing=False)
    change_case(case.pk, fields={"status": "Waiting on Customer"}, by=agent, now=LATER)
    assert not Stop.objects.exists()


def test_the_interface_pauses_without_permission(case: Case) -> None:
    make_desk(allow_pausing=False)
    pause_milestones(case.pk, by=None, now=LATER, reason="Strike")
    assert Stop.objects.get().kind == "interface"


def test_the_interface_ends_only_its_own_stop(case: Case, agent: User) -> None:
    stop_case(case.pk, reason="A part", by=agent, now=NOON)
    pause_milestones(case.pk, by=None, now=NOON)
    resume_milestones(case.pk, by=None, now=LATER)
    assert list(Stop.objects.filter(until=None).values_list("kind", flat=True)) == ["hand"]


def test_closing_ends_a_stop_by_hand(case: Case, agent: User) -> None:
    stop_case(case.pk, reason="A part", by=agent, now=NOON)
    change_case(case.pk, fields={"status": "Closed"}, by=agent, now=LATER)
    assert Stop.objects.get().until == LATER


def test_a_milestones_own_pause_may_begin_while_the_case_is_stopped(agent: User) -> None:
    make_desk()
    process = make_process("", first_response(), resolution(pause_when='case.stage == "Assessment"'))
    case = make_case(account=make_customer(process), now=NOON)
    stop_case(case.pk, reason="A part", by=agent, now=NOON)
    change_case(case.pk, fields={"stage": "Assessment"}, by=agent, now=LATER)
    assert set(Stop.objects.filter(until=None).values_list("kind", flat=True)) == {"hand", "milestone"}
