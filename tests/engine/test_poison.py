"""A case that the engine cannot look at is set aside with its error, and the rest goes on."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import OperationalError, connection

from cases.engine import due
from cases.engine.due import tick
from cases.engine.set_aside import take_up_again
from cases.models import Case, FiredTrigger
from cases.operations import add_note
from tests.factory import (
    NOON,
    first_response,
    make_case,
    make_customer,
    make_desk,
    make_process,
    make_user,
    violation,
    warning,
)

pytestmark = pytest.mark.django_db
DUE = NOON + timedelta(minutes=45)


@pytest.fixture
def cases() -> list[Case]:
    make_desk()
    account = make_customer(make_process("", first_response(60, triggers=[warning(75), violation()])))
    return [make_case(account=account, now=NOON) for _ in range(3)]


@pytest.fixture
def poisoned(cases: list[Case]) -> Case:
    """Its memory is no longer what the engine wrote."""
    Case.objects.filter(pk=cases[1].pk).update(memory={"tracks": {"First Response": "gone"}})
    return cases[1]


def mend(case: Case) -> None:
    Case.objects.filter(pk=case.pk).update(memory=case.memory)


def test_the_others_go_on(poisoned: Case) -> None:
    assert tick(DUE, 10).cases == 2
    assert not FiredTrigger.objects.filter(case_milestone__case=poisoned).exists()


def test_its_error_stands_on_it(poisoned: Case) -> None:
    tick(DUE, 10)
    poisoned.refresh_from_db()
    assert poisoned.set_aside.startswith("ValueError: ")


@pytest.mark.postgresql
def test_what_the_database_refuses_of_one_case_is_noticed_and_the_others_fire_once(cases: list[Case]) -> None:
    """Also where it was sent ahead, together with what is written of the others."""
    milestone = cases[1].milestones.get().pk
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE cases_firedtrigger ADD CHECK (case_milestone_id <> {milestone})")
    assert (tick(DUE, 10).cases, tick(DUE, 10).cases) == (2, 0)
    fired = FiredTrigger.objects.order_by("case_milestone").values_list("case_milestone__case", flat=True)
    assert list(fired) == [cases[0].pk, cases[2].pk]
    assert Case.objects.get(pk=cases[1].pk).set_aside.startswith("IntegrityError: ")


def test_it_is_not_due_again(poisoned: Case) -> None:
    tick(DUE, 10)
    assert (tick(DUE, 10).cases, list(poisoned.milestones.values_list("due_at", flat=True))) == (0, [None])


def test_mended_it_is_taken_up_again_and_catches_up(poisoned: Case) -> None:
    tick(DUE, 10)
    mend(poisoned)
    take_up_again(poisoned.pk, DUE + timedelta(minutes=1))
    poisoned.refresh_from_db()
    assert (poisoned.set_aside, FiredTrigger.objects.filter(case_milestone__case=poisoned).count()) == ("", 1)


def test_mended_whatever_happens_on_it_makes_it_due_again(poisoned: Case) -> None:
    tick(DUE - timedelta(minutes=1), 10)
    Case.objects.filter(pk=poisoned.pk).update(set_aside="ValueError: gone")
    poisoned.milestones.update(due_at=None)
    mend(poisoned)
    add_note(poisoned.pk, body="Seen.", by=make_user(), now=DUE - timedelta(minutes=1))
    assert list(poisoned.milestones.values_list("due_at", flat=True)) == [DUE]


def test_a_database_that_is_away_sets_nothing_aside(
    cases: list[Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*args: object) -> None:
        raise OperationalError("the server is starting up")

    with monkeypatch.context() as patch:
        patch.setattr(due, "write", away)
        with pytest.raises(OperationalError):
            tick(DUE, 10)
    assert not Case.objects.exclude(set_aside="").exists()
    assert tick(DUE, 10).fired == 3
