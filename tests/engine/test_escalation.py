"""A ladder on a case: started by a trigger, climbed by the tick, ended when somebody takes it up."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction

from cases.engine.due import tick
from cases.models import Case, CaseEvent, Escalation, EscalationStep, Notification
from cases.operations import change_case, reply_to_case, resume_case, stop_case
from cases.operations.escalations import (
    AlreadyEnded,
    NoSuchEscalation,
    acknowledge_by_link,
    acknowledge_escalation,
)
from entitlements.models import EscalationLadder, LadderLevel, Rota
from tests.escalation_rows import escalating_case, make_ladder, make_rota, steps_of
from tests.factory import NOON, make_desk, make_hours, make_user

pytestmark = pytest.mark.django_db
LATE = NOON + timedelta(hours=1)
"""When First Response is late: the ladder starts a microsecond after."""
SECOND = timedelta(seconds=1)


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


@pytest.fixture(autouse=True)
def desk() -> None:
    make_desk()
    make_user("ada", email="ada@example.com")
    make_user("sue", "Supervisors", email="sue@example.com")


@pytest.fixture
def ada() -> User:
    return User.objects.get(username="ada")


@pytest.fixture
def case(ada: User) -> Case:
    make_ladder()
    return escalating_case(now=NOON, owner=ada, queue="Claims")


def only(case: Case) -> Escalation:
    return Escalation.objects.get(case=case)


def told(name: str) -> int:
    return Notification.objects.filter(user__username=name).count()


class TestAnEscalation:
    def test_starts_when_its_trigger_fires(self, case: Case) -> None:
        tick(LATE + SECOND, 10)
        assert (only(case).ladder, only(case).reason) == ("On call", "First Response is late")

    def test_takes_its_first_step_in_the_same_look(self, case: Case) -> None:
        assert tick(LATE + SECOND, 10).steps == 1
        assert steps_of(case) == [(1, 1, "fired", ["ada"])]

    def test_tells_people_in_the_desk(self, case: Case) -> None:
        tick(LATE + SECOND, 10)
        assert (told("ada"), told("sue")) == (1, 0)

    def test_goes_on_when_nobody_acknowledges(self, case: Case) -> None:
        tick(LATE + SECOND, 10)
        tick(LATE + minutes(31), 10)
        assert steps_of(case)[1:] == [(1, 2, "fired", ["sue"])]

    def test_raises_the_cases_level_with_each_of_its_own(self, case: Case) -> None:
        tick(LATE + minutes(31), 10)
        case.refresh_from_db()
        assert (case.is_escalated, case.escalation_level) == (True, 2)

    def test_stands_on_the_timeline(self, case: Case) -> None:
        tick(LATE + SECOND, 10)
        kinds = CaseEvent.objects.filter(case=case, kind__startswith="escalation").values_list(
            "kind", flat=True
        )
        assert list(kinds) == ["escalation_started", "escalation_step"]

    def test_has_no_more_due_after_its_last_step(self, case: Case) -> None:
        tick(LATE + minutes(31), 10)
        assert (only(case).due_at, only(case).ended_at) == (None, None)

    def test_takes_each_step_once(self, case: Case) -> None:
        for _ in range(3):
            tick(LATE + minutes(31), 10)
        assert len(steps_of(case)) == 2

    def test_cannot_take_a_step_twice(self, case: Case) -> None:
        tick(LATE + SECOND, 10)
        step = EscalationStep.objects.get()
        step.pk = None
        with pytest.raises(IntegrityError), transaction.atomic():
            step.save(force_insert=True)

    def test_knows_when_its_next_step_comes(self, case: Case) -> None:
        tick(LATE + SECOND, 10)
        due = only(case).due_at
        assert due is not None and due.replace(microsecond=0) == LATE + minutes(30)

    def test_of_no_such_ladder_is_a_fault_on_the_case(self, case: Case) -> None:
        EscalationLadder.objects.all()[0].delete()
        tick(LATE + SECOND, 10)
        fault = CaseEvent.objects.get(case=case, kind="fault")
        assert fault.details["message"] == "There is no escalation ladder “On call”: nobody was told."


class TestAfterDowntime:
    def test_late_steps_are_taken_in_order_with_both_times(self, case: Case) -> None:
        back = LATE + timedelta(hours=5)
        tick(back, 10)
        steps = EscalationStep.objects.order_by("pk")
        assert [(one.level, one.due.replace(microsecond=0), one.fired_at) for one in steps] == [
            (1, LATE, back),
            (2, LATE + minutes(30), back),
        ]

    def test_what_was_overdue_when_it_was_acknowledged_is_skipped(self, case: Case, ada: User) -> None:
        tick(LATE + SECOND, 10)
        acknowledge_escalation(only(case).pk, by=ada, now=LATE + minutes(40))
        assert steps_of(case)[1:] == [(1, 2, "skipped", [])]
        assert told("sue") == 0


class TestAcknowledging:
    def test_ends_it(self, case: Case, ada: User) -> None:
        tick(LATE + SECOND, 10)
        acknowledge_escalation(only(case).pk, by=ada, now=LATE + minutes(5))
        tick(LATE + minutes(60), 10)
        assert (only(case).ended_as, only(case).ended_by, len(steps_of(case))) == ("acknowledged", "ada", 1)

    def test_at_the_instant_of_a_step_comes_first(self, case: Case, ada: User) -> None:
        tick(LATE + SECOND, 10)
        due = only(case).due_at
        assert due is not None
        acknowledge_escalation(only(case).pk, by=ada, now=due)
        tick(due, 10)
        assert len(steps_of(case)) == 1

    def test_a_second_time_says_who_was_first(self, case: Case, ada: User) -> None:
        tick(LATE + SECOND, 10)
        acknowledge_escalation(only(case).pk, by=ada, now=LATE + minutes(5))
        with pytest.raises(AlreadyEnded, match="acknowledged already, by ada"):
            acknowledge_by_link(only(case).pk, by=None, name="x@example.com", now=LATE + minutes(6))

    def test_of_what_is_resolved_says_how(self, case: Case, ada: User) -> None:
        tick(LATE + SECOND, 10)
        reply_to_case(case.pk, body="Yes.", by=ada, now=LATE + minutes(1))
        with pytest.raises(AlreadyEnded, match="First Response was completed"):
            acknowledge_escalation(only(case).pk, by=ada, now=LATE + minutes(5))

    def test_of_nothing_is_refused(self, ada: User) -> None:
        with pytest.raises(NoSuchEscalation):
            acknowledge_escalation(99, by=ada, now=NOON)

    def test_is_an_event(self, case: Case, ada: User) -> None:
        tick(LATE + SECOND, 10)
        acknowledge_escalation(only(case).pk, by=ada, now=LATE + minutes(5))
        assert CaseEvent.objects.get(kind="escalation_acknowledged").by == "ada"

    def test_leaves_the_case_as_escalated_as_it_was(self, case: Case, ada: User) -> None:
        tick(LATE + SECOND, 10)
        acknowledge_escalation(only(case).pk, by=ada, now=LATE + minutes(5))
        case.refresh_from_db()
        assert case.escalation_level == 1

    def test_a_page_is_told_that_the_case_has_changed(self, case: Case, ada: User) -> None:
        tick(LATE + SECOND, 10)
        case.refresh_from_db()
        before = case.revision
        acknowledge_escalation(only(case).pk, by=ada, now=LATE + minutes(5))
        case.refresh_from_db()
        assert case.revision > before


class TestItIsResolved:
    def test_when_its_milestone_is_completed(self, case: Case, ada: User) -> None:
        tick(LATE + SECOND, 10)
        reply_to_case(case.pk, body="Yes.", by=ada, now=LATE + minutes(5))
        assert (only(case).ended_as, only(case).ended_how) == ("resolved", "First Response was completed")

    def test_when_the_case_is_closed(self, case: Case, ada: User) -> None:
        tick(LATE + SECOND, 10)
        change_case(case.pk, fields={"status": "Closed"}, by=ada, now=LATE + minutes(5))
        assert only(case).ended_at == LATE + minutes(5)

    def test_and_tells_nobody_any_more(self, case: Case, ada: User) -> None:
        tick(LATE + SECOND, 10)
        reply_to_case(case.pk, body="Yes.", by=ada, now=LATE + minutes(5))
        tick(LATE + minutes(60), 10)
        assert told("sue") == 0

    def test_two_for_one_milestone_cannot_be_open(self, case: Case) -> None:
        tick(LATE + SECOND, 10)
        twin = only(case)
        twin.pk = None
        with pytest.raises(IntegrityError), transaction.atomic():
            twin.save(force_insert=True)


class TestAStoppedCase:
    def test_keeps_its_escalation_still(self, case: Case, ada: User) -> None:
        tick(LATE + SECOND, 10)
        stop_case(case.pk, reason="A part", by=ada, now=LATE + minutes(10))
        tick(LATE + minutes(60), 10)
        assert (only(case).due_at, len(steps_of(case))) == (None, 1)

    def test_goes_on_where_it_stood(self, case: Case, ada: User) -> None:
        tick(LATE + SECOND, 10)
        stop_case(case.pk, reason="A part", by=ada, now=LATE + minutes(10))
        resume_case(case.pk, by=ada, now=LATE + minutes(40))
        due = only(case).due_at
        assert due is not None and due.replace(microsecond=0) == LATE + minutes(60)


class TestWhomItTells:
    def case_with(self, *levels: tuple[int, list[str]], **given: Any) -> Case:
        make_ladder("Rung", *levels)
        case = escalating_case("Rung", now=NOON, queue="Claims", **given)
        tick(LATE + SECOND, 10)
        return case

    def test_who_is_on_duty_at_that_moment(self) -> None:
        make_rota(ada="mon-fri 08:00-18:00")
        assert steps_of(self.case_with((0, ["on_duty"])))[0][3] == ["ada"]

    def test_supervisors_where_nobody_is_on_duty(self) -> None:
        case = self.case_with((0, ["on_duty"]))
        assert steps_of(case)[0][3] == ["sue"]
        note = EscalationStep.objects.get().note
        assert note == "Nobody was there of: on_duty. Supervisors were told instead."

    def test_supervisors_where_the_rota_is_empty(self) -> None:
        Rota.objects.create(queue_id="Claims")
        assert steps_of(self.case_with((0, ["on_duty"])))[0][3] == ["sue"]

    def test_supervisors_where_the_person_on_duty_has_gone(self) -> None:
        make_rota(ben="mon-fri 08:00-18:00")
        assert steps_of(self.case_with((0, ["on_duty"])))[0][3] == ["sue"]

    def test_supervisors_where_the_person_was_deleted(self, ada: User) -> None:
        make_ladder("Rung", (0, ["ada"]))
        case = escalating_case("Rung", now=NOON)
        ada.delete()
        tick(LATE + SECOND, 10)
        assert steps_of(case)[0][3] == ["sue"]

    def test_says_so_where_there_is_nobody_at_all(self) -> None:
        User.objects.all().delete()
        case = self.case_with((0, ["owner"]))
        assert steps_of(case) == [(1, 1, "fired", [])]
        assert EscalationStep.objects.get().note == "Nobody was there of: owner, nor any supervisor."

    def test_addresses_beside_people(self, ada: User) -> None:
        case = self.case_with((0, ["owner", "duty@example.com"]), owner=ada)
        assert steps_of(case)[0][3] == ["ada", "duty@example.com"]


class TestALadderThatIsEdited:
    def test_is_climbed_to_its_end_as_it_was_when_it_started(self, case: Case) -> None:
        tick(LATE + SECOND, 10)
        LadderLevel.objects.filter(after=30).update(after=5, to=["ada"])
        tick(LATE + minutes(31), 10)
        assert steps_of(case)[1] == (1, 2, "fired", ["sue"])

    def test_or_deleted_is_climbed_to_its_end_too(self, case: Case) -> None:
        tick(LATE + SECOND, 10)
        EscalationLadder.objects.all()[0].delete()
        tick(LATE + minutes(31), 10)
        assert len(steps_of(case)) == 2

    def test_counts_in_its_hours(self) -> None:
        """Late on Wednesday at 16:50, ten minutes before the office closes."""
        make_ladder(
            "Office",
            (0, ["supervisors"]),
            (30, ["supervisors"]),
            counts_in="named",
            business_hours=make_hours(),
        )
        case = escalating_case("Office", now=NOON + timedelta(hours=3, minutes=50))
        tick(NOON + timedelta(hours=4, minutes=50, seconds=1), 10)
        due = only(case).due_at
        assert due is not None and due.replace(microsecond=0) == NOON + timedelta(hours=21, minutes=20)
