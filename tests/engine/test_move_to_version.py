"""Open cases go over to another version of their process, in batches that can be resumed (§3.2)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User

from cases.engine.due import tick
from cases.models import Case, CaseEvent, CaseMilestone, Delivery, FiredTrigger, Task
from cases.operations import change_case, complete_milestone, reply_to_case, stop_case
from cases.operations.move_to_version import cases_behind, move_batch
from cases.queries.timeline import timeline_of
from entitlements.models import Account, EntitlementProcess, ProcessVersion
from entitlements.operations.versions import new_draft, publish_version
from tests.as_code.desks import put
from tests.factory import (
    NOON,
    first_response,
    make_case,
    make_customer,
    make_desk,
    make_process,
    make_user,
    warning,
)

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(minutes=30)


@pytest.fixture
def account() -> Account:
    """First Response in 60 minutes, Resolution in 480."""
    make_desk()
    return make_customer(make_process("P"))


def publish(*milestones: Mapping[str, Any], **process: Any) -> ProcessVersion:
    """A new version of P with these milestones, as a file writes them."""
    names = dict.fromkeys(one["milestone"] for one in milestones)
    (version,) = put(
        {
            "milestones": [{"name": name} for name in names],
            "entitlement_processes": [{"name": "P", "milestones": list(milestones), **process}],
        }
    ).versions
    return version


FIRST = {"milestone": "First Response", "minutes": 60, "complete_on": "agent_reply"}
RESOLUTION = {"milestone": "Resolution", "minutes": 480, "complete_on": "case_closed"}


def move(now: datetime = LATER, by: User | None = None, batch: int = 100) -> list[int]:
    """To the end; how many cases in each batch."""
    after, batches = 0, []
    while moved := move_batch(None, after=after, batch_size=batch, by=by, now=now):
        after = moved.last
        batches.append(moved.cases)
    return batches


def milestone(case: Case, name: str = "First Response") -> CaseMilestone:
    return CaseMilestone.objects.get(case=case, milestone__name=name)


def test_publishing_alone_changes_nothing(account: Account) -> None:
    case = make_case(account=account, now=NOON)
    publish(FIRST | {"minutes": 120}, RESOLUTION)
    tick(LATER, 100)
    assert milestone(case).target_date == NOON + timedelta(minutes=60)


def test_targets_move_and_everything_else_stays(account: Account) -> None:
    case = make_case(account=account, now=NOON)
    before = milestone(case)
    version = publish(FIRST | {"minutes": 120}, RESOLUTION)
    assert move() == [1]
    after = milestone(case)
    assert after.process_milestone.version == version
    assert after.target_date == NOON + timedelta(minutes=120)
    assert (after.pk, after.number, after.came_at, after.start_date, after.original_target) == (
        before.pk,
        before.number,
        before.came_at,
        before.start_date,
        before.original_target,
    )


def test_who_moved_it_and_when_is_an_event(account: Account) -> None:
    case = make_case(account=account, now=NOON)
    publish(FIRST | {"minutes": 120}, RESOLUTION)
    move(by=make_user("ada"))
    event = CaseEvent.objects.get(case=case, kind="version_applied")
    assert (event.by, event.at, event.details["old"], event.details["version"]) == ("ada", LATER, 1, 2)
    told = [entry.what for entry in timeline_of(case, LATER).entries]
    assert "Moved to version 2 of the process “P”" in told


def test_the_move_of_a_target_is_recorded(account: Account) -> None:
    case = make_case(account=account, now=NOON)
    publish(FIRST | {"minutes": 120}, RESOLUTION)
    move()
    assert (
        CaseEvent.objects.get(case=case, kind="target_moved").details["why"]
        == "another version of the process"
    )


def test_gone_and_new_milestones(account: Account) -> None:
    case = make_case(account=account, now=NOON)
    publish(FIRST, {"milestone": "Triage", "minutes": 15})
    move()
    gone, new = milestone(case, "Resolution"), milestone(case, "Triage")
    assert (gone.state, gone.reason) == ("cancelled", "not in version 2")
    assert (new.start_date, new.violated_at) == (NOON, NOON + timedelta(minutes=15))


def test_what_had_fired_does_not_fire_again(account: Account) -> None:
    done = warning(50, 0, {"kind": "task", "subject": "Look"})
    process = make_process("Q", first_response(triggers=[done]))
    case = make_case(account=make_customer(process), now=NOON)
    tick(LATER, 100)
    draft = new_draft(process)
    draft.rows.update(minutes=50)
    publish_version(draft, None, LATER)
    assert move(LATER + timedelta(minutes=1)) == [1]
    tick(LATER + timedelta(minutes=5), 100)
    assert FiredTrigger.objects.filter(case_milestone__case=case).count() == 1
    assert Task.objects.filter(case=case).count() == 1


def test_new_triggers_in_the_past_fire_at_once_with_their_actions(account: Account) -> None:
    case = make_case(account=account, now=NOON)
    late = {"violation": "0m", "actions": [{"notify": {"to": ["owner"]}}]}
    publish(FIRST | {"minutes": 10, "triggers": [{"warning": "50%"}, late]}, RESOLUTION)
    move()
    fired = FiredTrigger.objects.filter(case_milestone__case=case).order_by("pk")
    assert [(one.kind, one.outcome, one.late) for one in fired] == [
        ("warning", "skipped", "late"),
        ("violation", "fired", "late"),
    ]
    assert Delivery.objects.count() == 1


def test_what_is_planned_afterwards_goes_by_the_new_version(account: Account) -> None:
    make_case(account=account, now=NOON)
    publish(FIRST | {"minutes": 120, "triggers": [{"warning": "30m"}]}, RESOLUTION)
    move()
    tick(NOON + timedelta(minutes=90), 100)
    assert FiredTrigger.objects.get().due == NOON + timedelta(minutes=90)


def test_finished_ones_are_never_rewritten(account: Account) -> None:
    case = make_case(account=account, now=NOON)
    reply_to_case(case.pk, body="Yes.", by=make_user(), now=NOON + timedelta(minutes=5))
    before = CaseMilestone.objects.filter(milestone__name="First Response").values().get()
    publish(FIRST | {"minutes": 1}, RESOLUTION)
    move()
    assert CaseMilestone.objects.filter(milestone__name="First Response").values().get() == before


def test_stops_stay(account: Account) -> None:
    case = make_case(account=account, now=NOON)
    stop_case(case.pk, reason="A part", by=None, now=NOON + timedelta(minutes=10))
    publish(FIRST | {"minutes": 120}, RESOLUTION)
    move()
    assert (milestone(case).state, milestone(case).minutes, milestone(case).target_date) == (
        "stopped",
        120,
        None,
    )


def test_the_tier_that_is_wanted_now(account: Account) -> None:
    case = make_case(account=account, now=NOON, priority="High")
    high = FIRST | {"minutes": 20, "when": 'case.priority == "High"'}
    publish(FIRST | {"when": 'case.priority == "Low"'}, high, RESOLUTION)
    move(NOON + timedelta(minutes=5))
    assert CaseMilestone.objects.filter(case=case, milestone__name="First Response").count() == 1
    assert milestone(case).target_date == NOON + timedelta(minutes=20)


def test_an_earlier_reply_completes_what_a_reply_completes_now(account: Account) -> None:
    case = make_case(account=account, now=NOON)
    reply_to_case(case.pk, body="Yes.", by=make_user(), now=NOON + timedelta(minutes=5))
    publish(FIRST, RESOLUTION | {"complete_on": "agent_reply"})
    move()
    assert milestone(case, "Resolution").completion_date == NOON + timedelta(minutes=5)


def test_later_work_goes_by_the_new_version(account: Account) -> None:
    case = make_case(account=account, now=NOON)
    publish(FIRST | {"formula": 'case.priority == "High" ? 40 : 120', "minutes": None}, RESOLUTION)
    move()
    change_case(case.pk, fields={"priority": "High"}, by=None, now=LATER)
    assert milestone(case).target_date == NOON + timedelta(minutes=40)
    complete_milestone(case.pk, milestone="Resolution", by=None, now=LATER)


def test_closed_cases_stay(account: Account) -> None:
    case = make_case(account=account, now=NOON)
    change_case(case.pk, fields={"status": "Closed"}, by=None, now=NOON)
    publish(FIRST, RESOLUTION | {"minutes": 5})
    assert move() == []


def test_other_processes_stay(account: Account) -> None:
    make_case(account=account, now=NOON)
    publish(FIRST, RESOLUTION | {"minutes": 5})
    other = EntitlementProcess.objects.create(name="Other")
    assert not cases_behind([other.pk]).exists()
    assert cases_behind([EntitlementProcess.objects.get(name="P").pk]).exists()


def test_a_case_that_waits_to_enter_enters_the_new_version(account: Account) -> None:
    process = make_process("Q", enter_at="last_customer_message_at")
    case = make_case(account=make_customer(process), now=NOON)
    draft = new_draft(process)
    draft.enter_at = "created_at"
    draft.save()
    publish_version(draft, None, LATER)
    move()
    assert milestone(case).start_date == NOON


def test_it_goes_in_batches_and_is_resumed_where_it_was(account: Account) -> None:
    for _ in range(5):
        make_case(account=account, now=NOON)
    publish(FIRST | {"minutes": 120}, RESOLUTION)
    move_batch(None, after=0, batch_size=2, by=None, now=LATER)
    assert cases_behind().count() == 3
    assert move(batch=2) == [2, 1]
    assert move() == []


def test_several_versions_behind_at_once(account: Account) -> None:
    make_case(account=account, now=NOON)
    publish(FIRST, RESOLUTION | {"minutes": 200})
    make_case(account=account, now=NOON)
    publish(FIRST, RESOLUTION | {"minutes": 300})
    assert move() == [2]
    assert set(Case.objects.values_list("process_version__number", flat=True)) == {3}
    assert set(CaseMilestone.objects.values_list("process_milestone__version__number", flat=True)) == {3}


def test_a_case_that_cannot_be_looked_at_does_not_hold_up_the_rest(account: Account) -> None:
    cases = [make_case(account=account, now=NOON) for _ in range(3)]
    Case.objects.filter(pk=cases[1].pk).update(memory={"tracks": {"Resolution": "gone"}})
    publish(FIRST | {"minutes": 120}, RESOLUTION)
    assert move() == [2]
    assert Case.objects.get(pk=cases[1].pk).set_aside


def test_many_cases_take_few_statements(account: Account, django_assert_max_num_queries: Any) -> None:
    for _ in range(60):
        make_case(account=account, now=NOON)
    publish(FIRST | {"minutes": 120}, RESOLUTION)
    with django_assert_max_num_queries(45):
        assert move() == [60]
