"""Tasks on a case: added, given to somebody, done."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from cases.engine.evaluate import NoSuchCase, Refused
from cases.models import Case, DeskKind, Task
from cases.operations.record import record
from cases.operations.texts import check_text

LONGEST_SUBJECT = Task._meta.get_field("subject").max_length or 0
MOST_OPEN = 100


def add_task(
    case_id: int,
    *,
    subject: str,
    by: User,
    now: datetime,
    assigned_to: User | None = None,
    due_at: datetime | None = None,
) -> Task:
    """Raises Refused without a subject, for one that is there already, or with too many open ones."""
    subject = subject.strip()
    if not subject:
        raise Refused("Say what is to be done.")
    check_text("task", subject, LONGEST_SUBJECT)
    with transaction.atomic():
        if not Case.objects.select_for_update().filter(pk=case_id).exists():
            raise NoSuchCase("There is no such case.")
        still_open = Task.objects.filter(case_id=case_id, done_at=None)
        if still_open.filter(subject=subject, assigned_to=assigned_to, due_at=due_at).exists():
            raise Refused("This task is there already.")
        if still_open.count() >= MOST_OPEN:
            raise Refused(f"A case has at most {MOST_OPEN} open tasks.")
        task = Task.objects.create(
            case_id=case_id, subject=subject, assigned_to=assigned_to, due_at=due_at, created_at=now
        )
        record(case_id, DeskKind.TASK_ADDED, by=by, now=now, subject=subject, **_whose(assigned_to))
    return task


def assign_task(case_id: int, task_id: int, *, to: User | None, by: User, now: datetime) -> Task:
    """Raises Refused when the case has no such open task."""
    with transaction.atomic():
        task = _open_task(case_id, task_id)
        if task.assigned_to_id != (to.pk if to else None):
            task.assigned_to = to
            task.save(update_fields=["assigned_to"])
            record(case_id, DeskKind.TASK_ASSIGNED, by=by, now=now, subject=task.subject, **_whose(to))
    return task


def finish_task(case_id: int, task_id: int, *, by: User, now: datetime) -> Task:
    """Raises Refused when the case has no such task or it is done."""
    with transaction.atomic():
        task = _open_task(case_id, task_id)
        task.done_at = now
        task.save(update_fields=["done_at"])
        record(case_id, DeskKind.TASK_DONE, by=by, now=now, subject=task.subject)
    return task


def _open_task(case_id: int, task_id: int) -> Task:
    task = Task.objects.select_for_update().filter(case_id=case_id, pk=task_id, done_at=None).first()
    if task is None:
        raise Refused("This task is done already, or does not exist.")
    return task


def _whose(user: User | None) -> dict[str, str]:
    return {"to": user.get_full_name() or user.get_username()} if user else {}
