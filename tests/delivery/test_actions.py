"""Actions inside the database: done in the transaction that records their trigger."""

from __future__ import annotations

from datetime import timedelta

import pytest

from cases.engine.due import tick
from cases.models import Case, CaseEvent, Delivery, FiredTrigger, Notification, Task
from cases.operations import Refused, complete_milestone, finish_task, mark_notifications_read
from entitlements.models import Queue
from tests.delivery.waiting import LATE, LEAD, violate
from tests.factory import (
    NOON,
    first_response,
    make_case,
    make_customer,
    make_desk,
    make_process,
    make_user,
    violation,
)

pytestmark = pytest.mark.django_db
MAIL = {"kind": "email", "to": LEAD}
TASK = {"kind": "task", "subject": "Call the customer", "assign_to": "ann", "due": "30m"}


def test_every_action_has_one_delivery() -> None:
    make_user("ann")
    violate(MAIL, TASK, {"kind": "notify", "to": ["ann"]}, {"kind": "escalate"})
    assert list(Delivery.objects.order_by("pk").values_list("kind", "state", "attempts")) == [
        ("email", "waiting", 0),
        ("task", "done", 1),
        ("notify", "done", 1),
        ("escalate", "done", 1),
    ]


def test_looking_again_makes_no_second_one() -> None:
    violate(MAIL)
    tick(LATE + timedelta(hours=1), 10)
    assert (FiredTrigger.objects.count(), Delivery.objects.count()) == (1, 1)


def test_a_mail_waits_for_its_turn_now() -> None:
    violate(MAIL)
    assert Delivery.objects.get().next_attempt_at == LATE


def test_a_task_has_subject_person_and_time() -> None:
    ann = make_user("ann")
    case = violate(TASK)
    task = Task.objects.get()
    assert (task.case, task.subject, task.assigned_to) == (case, "Call the customer", ann)
    assert task.due_at == NOON + timedelta(minutes=90, microseconds=1)


def test_a_task_is_the_owners_unless_somebody_is_named() -> None:
    ann = make_user("ann")
    violate({"kind": "task", "subject": "Call"}, owner=ann)
    assert Task.objects.get().assigned_to == ann


def test_a_task_for_nobody_is_still_there() -> None:
    violate({"kind": "task", "subject": "Call"})
    assert Task.objects.get().assigned_to is None


def test_a_task_is_finished_once() -> None:
    ann = make_user("ann")
    violate(TASK)
    task = Task.objects.get()
    finish_task(task.case_id, task.pk, by=ann, now=LATE)
    with pytest.raises(Refused, match="done already"):
        finish_task(task.case_id, task.pk, by=ann, now=LATE)


@pytest.mark.parametrize(
    ("to", "reached"),
    [
        ("owner", ["ann"]),
        ("queue", ["bob", "cid"]),
        ("supervisors", ["sue"]),
        ("sue", ["sue"]),
        ("nobody", []),
    ],
)
def test_a_notification_reaches_whom_it_names(to: str, reached: list[str]) -> None:
    make_desk()
    ann, bob, cid = (make_user(name) for name in ("ann", "bob", "cid"))
    make_user("sue", "Supervisors")
    Queue.objects.get(name="Claims").members.set([bob, cid, make_user("gone", is_active=False)])
    violate({"kind": "notify", "to": [to]}, owner=ann, queue="Claims")
    assert list(Notification.objects.order_by("pk").values_list("user__username", flat=True)) == reached


def test_somebody_named_twice_is_notified_once() -> None:
    ann = make_user("ann")
    violate({"kind": "notify", "to": ["owner", "ann"]}, owner=ann)
    assert Notification.objects.count() == 1


def test_a_notification_says_what_is_the_matter() -> None:
    make_user("ann")
    violate({"kind": "notify", "to": ["ann"]})
    assert Notification.objects.get().text == "C-000001: First Response is late"


def test_notifications_are_read_once() -> None:
    ann = make_user("ann")
    violate({"kind": "notify", "to": ["ann"]})
    assert (mark_notifications_read(ann, LATE), mark_notifications_read(ann, LATE)) == (1, 0)


def test_nobody_reads_anothers_notifications() -> None:
    make_user("ann")
    violate({"kind": "notify", "to": ["ann"]})
    key = Notification.objects.get().pk
    assert mark_notifications_read(make_user("bob"), LATE, key) == 0


def test_an_assignment_changes_owner_and_queue() -> None:
    make_user("ann")
    case = violate({"kind": "assign", "queue": "Claims", "user": "ann"})
    assert (case.queue_id, case.owner and case.owner.username) == ("Claims", "ann")


def test_an_assignment_to_somebody_who_is_gone_is_a_fault_on_the_case() -> None:
    case = violate({"kind": "assign", "user": "ghost"}, owner=make_user("ann"))
    assert (case.owner, case.set_aside) == (None, "")
    assert "there is no such user" in case.memory["faults"]["owner"]


def test_an_assignment_to_a_queue_that_is_gone_is_a_fault_on_the_case() -> None:
    case = violate({"kind": "assign", "queue": "Gone"})
    assert (case.queue, case.set_aside) == (None, "")
    assert "Unknown queue “Gone”" in case.memory["faults"]["action"]


def test_an_escalation_raises_level_and_flag() -> None:
    case = violate({"kind": "escalate", "level": 2})
    assert (case.escalation_level, case.is_escalated) == (2, True)


def test_a_field_update_is_an_event_at_its_own_time() -> None:
    case = violate({"kind": "set", "priority": "High"})
    event = CaseEvent.objects.get(case=case, kind="field_changed")
    assert (event.at, event.recorded_at, event.by) == (NOON + timedelta(hours=1, microseconds=1), LATE, "")


def test_a_field_update_that_cannot_be_is_a_fault_and_the_trigger_fired() -> None:
    case = violate({"kind": "set", "priority": "Nonsense"})
    assert FiredTrigger.objects.get().outcome == "fired"
    assert "Unknown priority" in case.memory["faults"]["action"]


def test_an_action_that_cannot_be_done_does_not_hinder_the_next() -> None:
    make_user("ann")
    case = violate(
        {"kind": "set", "priority": "Nonsense"},
        {"kind": "webhook", "endpoint": "Nowhere"},
        {"kind": "assign", "user": "ghost"},
        {"kind": "notify", "to": ["ann"]},
        {"kind": "escalate"},
    )
    assert "Unknown priority" in case.memory["faults"]["action"]
    assert (Notification.objects.count(), case.escalation_level, case.set_aside) == (1, 1, "")


def test_a_chain_of_updates_ends_after_five_with_an_error_on_the_case() -> None:
    """Each tier is late at once and chooses the next."""
    make_desk()
    names = [f"Type {number}" for number in range(9)]
    tiers = [
        {
            "milestone": "Answer",
            "minutes": 60,
            "when": f'case.type == "{name}"',
            "triggers": [violation(0, {"kind": "set", "type": follows})],
        }
        for name, follows in zip(names, [*names[1:], names[0]], strict=True)
    ]
    case = make_case(account=make_customer(make_process("", *tiers)), type=names[0], now=NOON)
    tick(LATE, 10)
    case = Case.objects.get(pk=case.pk)
    assert (case.type, case.set_aside) == ("Type 5", "")
    assert any("ended after 5" in fault for fault in case.memory["faults"].values())
    assert CaseEvent.objects.filter(
        case=case, kind="fault", details__message__icontains="ended after 5"
    ).exists()


def test_a_success_sends_its_mail_with_the_completion() -> None:
    make_desk()
    row = first_response(60, triggers=[{"kind": "success", "actions": [MAIL]}])
    case = make_case(account=make_customer(make_process("", row)), now=NOON)
    complete_milestone(case.pk, milestone="First Response", by=None, now=NOON)
    assert Delivery.objects.get().next_attempt_at == NOON


def test_fields_in_the_words_of_a_notification_and_a_task_are_replaced() -> None:
    make_user("ann")
    words = "{{case.number}}: {{milestone.name}} is {{milestone.news}}, {{account.tier}} {{nonsense}}"
    violate({**TASK, "subject": words}, {"kind": "notify", "to": ["ann"], "text": words})
    said = "C-000001: First Response is late, Premium {{nonsense}}"
    assert (Task.objects.get().subject, Notification.objects.get().text) == (said, said)
