"""The tick: what is due is looked at in order, in batches, and at its own time."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from cases.engine.due import tick
from cases.models import Case, CaseEvent, Delivery, EngineLook, FiredTrigger
from tests.factory import (
    NOON,
    first_response,
    make_account,
    make_case,
    make_customer,
    make_desk,
    make_entitlement,
    make_process,
    resolution,
    violation,
    warning,
)

pytestmark = pytest.mark.django_db
MAIL = {"kind": "email", "to": ["lead@example.com"]}
SECOND = timedelta(seconds=1)


@pytest.fixture(autouse=True)
def desk() -> None:
    make_desk()


def watched_process(name: str = "Watched") -> object:
    """First Response in an hour: a warning after 45 minutes, a violation at the target, each with a mail."""
    return make_process(name, first_response(60, triggers=[warning(75, 0, MAIL), violation(0, MAIL)]))


def open_cases(how_many: int) -> list[Case]:
    """A minute between each and the next; the last is created first."""
    account = make_customer(watched_process())  # type: ignore[arg-type]
    moments = [NOON + timedelta(minutes=number) for number in range(how_many)]
    return [make_case(account=account, now=moment) for moment in reversed(moments)][::-1]


def fired() -> list[tuple[str, str]]:
    rows = FiredTrigger.objects.order_by("pk")
    return list(rows.values_list("case_milestone__case__number", "kind"))


def test_nothing_is_due_before_its_time() -> None:
    open_cases(1)
    assert tick(NOON + timedelta(minutes=45) - SECOND, 10).cases == 0


def test_a_warning_fires_at_its_time() -> None:
    open_cases(1)
    assert tick(NOON + timedelta(minutes=45), 10).fired == 1


def test_a_target_itself_is_met() -> None:
    (case,) = open_cases(1)
    tick(NOON + timedelta(minutes=60), 10)
    assert not case.milestones.get().is_violated


def test_a_second_later_it_is_violated_at_the_target() -> None:
    (case,) = open_cases(1)
    tick(NOON + timedelta(minutes=60) + SECOND, 10)
    assert case.milestones.get().violated_at == NOON + timedelta(minutes=60)


def test_what_happened_has_its_promised_time_and_that_of_recording() -> None:
    open_cases(1)
    late = NOON + timedelta(minutes=60, seconds=3)
    tick(late, 10)
    event = CaseEvent.objects.get(kind="milestone_violated")
    assert (event.at, event.recorded_at) == (NOON + timedelta(minutes=60), late)


def test_a_trigger_records_when_it_was_due_and_when_it_was_found() -> None:
    open_cases(1)
    late = NOON + timedelta(minutes=45, seconds=3)
    tick(late, 10)
    row = FiredTrigger.objects.get()
    assert (row.due, row.at, row.fired_at) == (
        NOON + timedelta(minutes=45),
        NOON + timedelta(minutes=45),
        late,
    )


def test_looking_again_does_nothing() -> None:
    open_cases(1)
    moment = NOON + timedelta(minutes=45)
    tick(moment, 10)
    assert tick(moment, 10).cases == 0


def test_a_batch_takes_the_longest_due_first() -> None:
    first, second, third = open_cases(3)
    looked = tick(NOON + timedelta(minutes=50), 2)
    assert (looked.cases, looked.more) == (2, True)
    assert [number for number, _ in fired()] == [first.number, second.number]


def test_the_last_batch_says_that_there_is_no_more() -> None:
    open_cases(3)
    assert not tick(NOON + timedelta(minutes=50), 10).more


def test_there_is_more_when_few_cases_have_much_due() -> None:
    account = make_customer(
        make_process(
            "", *({"milestone": f"M{n}", "minutes": 30, "triggers": [violation()]} for n in range(3))
        )
    )
    for _ in range(4):
        make_case(account=account, now=NOON)
    moment, looks = NOON + timedelta(hours=1), 0
    while tick(moment, 3).more:
        looks += 1
        assert looks < 10
    assert FiredTrigger.objects.count() == 12


def test_after_downtime_triggers_fire_in_the_order_of_their_due_times() -> None:
    open_cases(5)
    tick(NOON + timedelta(hours=8), 100)
    rows = FiredTrigger.objects.filter(outcome="fired").order_by("pk")
    dues = list(rows.values_list("due", flat=True))
    assert dues == sorted(dues)


def test_mails_after_downtime_wait_in_that_order() -> None:
    open_cases(5)
    tick(NOON + timedelta(hours=8), 100)
    waiting = Delivery.objects.order_by("next_attempt_at", "pk")
    dues = list(waiting.values_list("fired_trigger__due", flat=True))
    assert dues == sorted(dues)


def test_a_warning_missed_by_downtime_is_skipped_and_sends_nothing() -> None:
    open_cases(1)
    tick(NOON + timedelta(hours=8), 100)
    outcomes = list(FiredTrigger.objects.order_by("pk").values_list("kind", "outcome"))
    assert outcomes == [("warning", "skipped"), ("violation", "fired")]
    assert Delivery.objects.count() == 1


def test_an_idle_tick_writes_no_case() -> None:
    (case,) = open_cases(1)
    before = Case.objects.values().get()
    tick(NOON + timedelta(minutes=1), 10)
    assert Case.objects.values().get() == before


def test_every_tick_leaves_its_pulse() -> None:
    tick(NOON, 10)
    assert (EngineLook.objects.get().looked_at, EngineLook.objects.get().lag_seconds) == (NOON, 0)


def test_the_pulse_says_how_late_the_engine_is() -> None:
    open_cases(1)
    tick(NOON + timedelta(minutes=46), 10)
    assert EngineLook.objects.get().lag_seconds == 60


def test_a_case_enters_when_its_entitlement_begins() -> None:
    account = make_account()
    entitlement = make_entitlement(account, make_process("", resolution()), date(2026, 3, 5))
    case = make_case(account=account, entitlement=entitlement, now=NOON)
    midnight = NOON + timedelta(hours=12)
    assert case.enters_at == midnight
    tick(midnight + SECOND, 10)
    case.refresh_from_db()
    assert case.entry_date == case.milestones.get().start_date == midnight
    assert not Case.objects.exclude(enters_at=None).exists()
