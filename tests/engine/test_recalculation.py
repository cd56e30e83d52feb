"""Business hours are edited: targets of open milestones follow, in batches that can be resumed (§5.5)."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest

from cases.engine.due import tick
from cases.engine.recalculate import notice_changed_hours, recalculate
from cases.models import Case, CaseEvent, CaseMilestone, EngineLook, FiredTrigger, Recalculation
from cases.operations import complete_milestone
from entitlements.models import BusinessHours, ConfigurationRevision, Holiday
from tests.factory import (
    NOON,
    make_case,
    make_customer,
    make_desk,
    make_entitlement,
    make_hours,
    make_process,
    make_user,
    resolution,
    warning,
)

pytestmark = pytest.mark.django_db
EDITED = NOON + timedelta(hours=1)


@pytest.fixture
def hours() -> BusinessHours:
    make_desk()
    return make_hours()


@pytest.fixture
def cases(hours: BusinessHours) -> list[Case]:
    """Resolution in eight office hours from Wednesday noon: Thursday noon."""
    account = make_customer(make_process("", resolution(), hours=hours))
    cases = [make_case(account=account, now=NOON) for _ in range(3)]
    notice_changed_hours(NOON)
    return cases


def close_at(hours: BusinessHours, closes: time) -> None:
    for window in hours.windows.all():
        window.closes_at = closes
        window.save()


def follow(now: datetime = EDITED, batch: int = 100) -> int:
    """Notice and recalculate to the end; in how many batches."""
    notice_changed_hours(now)
    batches = 0
    while recalculate(now, batch):
        batches += 1
    return batches


def targets() -> set[datetime | None]:
    return set(CaseMilestone.objects.values_list("target_date", flat=True))


def test_hours_seen_for_the_first_time_move_nothing(hours: BusinessHours) -> None:
    assert notice_changed_hours(NOON) == []


def test_hours_that_nobody_edited_cost_nothing(cases: list[Case]) -> None:
    assert notice_changed_hours(EDITED) == []


def test_another_change_of_setup_moves_nothing(cases: list[Case]) -> None:
    make_user()
    ConfigurationRevision.advance()
    assert notice_changed_hours(EDITED) == []


def test_the_engine_remembers_the_revision_that_it_saw(cases: list[Case]) -> None:
    assert EngineLook.objects.get().revision_seen == ConfigurationRevision.current()


def test_shorter_days_move_open_targets(cases: list[Case], hours: BusinessHours) -> None:
    close_at(hours, time(15))
    follow()
    assert targets() == {datetime(2026, 3, 5, 14, tzinfo=UTC)}


def test_a_holiday_moves_them_too(cases: list[Case], hours: BusinessHours) -> None:
    hours.holidays.add(Holiday.objects.create(name="Storm", start_date=date(2026, 3, 5)))
    hours.save()
    follow()
    assert targets() == {datetime(2026, 3, 6, 12, tzinfo=UTC)}


def test_the_move_is_an_event_with_its_reason(cases: list[Case], hours: BusinessHours) -> None:
    close_at(hours, time(15))
    follow()
    moved = CaseEvent.objects.filter(case=cases[0], kind="target_moved").get()
    assert (moved.at, moved.details["why"], moved.details["new"]) == (
        EDITED,
        "business hours changed",
        "2026-03-05T14:00:00+00:00",
    )


def test_finished_ones_are_never_rewritten(cases: list[Case], hours: BusinessHours) -> None:
    complete_milestone(cases[0].pk, milestone="Resolution", by=None, now=NOON + timedelta(minutes=5))
    before = CaseMilestone.objects.filter(case=cases[0]).values().get()
    close_at(hours, time(15))
    follow()
    assert CaseMilestone.objects.filter(case=cases[0]).values().get() == before


def test_milestones_in_other_hours_stay(cases: list[Case], hours: BusinessHours) -> None:
    other = make_case(now=NOON)
    before = list(other.milestones.values())
    close_at(hours, time(15))
    follow()
    assert list(other.milestones.values()) == before


def test_the_cases_own_hours_count(hours: BusinessHours) -> None:
    account = make_customer(make_process("Unused"))
    process = make_process("", resolution(hours_from="case"))
    promised = make_entitlement(account, process, business_hours=hours, name="Own")
    make_case(account=account, entitlement=promised, now=NOON)
    notice_changed_hours(NOON)
    close_at(hours, time(15))
    follow()
    assert targets() == {datetime(2026, 3, 5, 14, tzinfo=UTC)}


def test_another_default_moves_those_that_have_no_hours_of_their_own(hours: BusinessHours) -> None:
    account = make_customer(make_process("", resolution(hours_from="case")))
    make_case(account=account, now=NOON)
    notice_changed_hours(NOON)
    assert targets() == {NOON + timedelta(hours=8)}
    hours.is_default = True
    hours.save()
    follow()
    assert targets() == {datetime(2026, 3, 5, 12, tzinfo=UTC)}


def test_it_goes_in_batches(cases: list[Case], hours: BusinessHours) -> None:
    close_at(hours, time(15))
    assert follow(batch=2) == 3
    work = Recalculation.objects.get()
    assert (work.cases, work.moved, work.finished_at) == (3, 3, EDITED)


def test_it_is_resumed_where_it_was_left(cases: list[Case], hours: BusinessHours) -> None:
    close_at(hours, time(15))
    notice_changed_hours(EDITED)
    recalculate(EDITED, 1)
    assert Recalculation.objects.get().cursor == cases[0].pk
    assert follow(EDITED + timedelta(hours=1)) == 2
    assert Recalculation.objects.get().cases == 3


def test_another_edit_meanwhile_begins_anew(cases: list[Case], hours: BusinessHours) -> None:
    close_at(hours, time(15))
    notice_changed_hours(EDITED)
    recalculate(EDITED, 1)
    close_at(hours, time(13))
    follow()
    assert targets() == {datetime(2026, 3, 6, 12, tzinfo=UTC)}


def test_a_target_that_moves_into_the_past_is_late(cases: list[Case], hours: BusinessHours) -> None:
    for window in hours.windows.all():
        window.opens_at = time(0)
        window.closes_at = time(0)
        window.save()
    late = datetime(2026, 3, 4, 21, tzinfo=UTC)
    follow(late)
    assert set(CaseMilestone.objects.values_list("violated_at", flat=True)) == {
        datetime(2026, 3, 4, 20, tzinfo=UTC)
    }


def test_a_warning_moves_although_its_target_stays(hours: BusinessHours) -> None:
    """An hour more on Wednesday evening, an hour less on Thursday morning."""
    row = resolution(triggers=[warning(None, 150)])
    make_case(account=make_customer(make_process("", row, hours=hours)), now=NOON)
    notice_changed_hours(NOON)
    hours.windows.filter(weekday=2).update(closes_at=time(18))
    hours.windows.filter(weekday=3).update(opens_at=time(10))
    hours.save()
    follow()
    assert CaseMilestone.objects.values_list("target_date", "due_at").get() == (
        datetime(2026, 3, 5, 12, tzinfo=UTC),
        datetime(2026, 3, 4, 17, 30, tzinfo=UTC),
    )


def test_a_case_that_cannot_be_looked_at_does_not_hold_up_the_rest(
    cases: list[Case], hours: BusinessHours
) -> None:
    Case.objects.filter(pk=cases[1].pk).update(memory={"tracks": {"Resolution": "gone"}})
    close_at(hours, time(15))
    follow()
    assert Case.objects.get(pk=cases[1].pk).set_aside
    assert CaseMilestone.objects.get(case=cases[2]).target_date == datetime(2026, 3, 5, 14, tzinfo=UTC)


def test_the_tick_goes_by_the_new_targets(hours: BusinessHours) -> None:
    row = resolution(triggers=[warning(None, 60)])
    make_case(account=make_customer(make_process("", row, hours=hours)), now=NOON)
    notice_changed_hours(NOON)
    close_at(hours, time(15))
    follow()
    tick(datetime(2026, 3, 5, 13, tzinfo=UTC), 10)
    assert FiredTrigger.objects.get().due == datetime(2026, 3, 5, 13, tzinfo=UTC)
