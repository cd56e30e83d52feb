"""What is a user's own: notifications and tasks."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.models import User

from cases.engine.evaluate import Refused
from cases.models import Notification, Task


def mark_notifications_read(user: User, now: datetime, notification_id: int | None = None) -> int:
    """One, or all of the user's. How many were unread."""
    unread = Notification.objects.filter(user=user, read_at=None)
    if notification_id is not None:
        unread = unread.filter(pk=notification_id)
    return unread.update(read_at=now)


def finish_task(case_id: int, task_id: int, *, by: User, now: datetime) -> Task:
    """Raises Refused when the case has no such task or it is done."""
    if not Task.objects.filter(case_id=case_id, pk=task_id, done_at=None).update(done_at=now):
        raise Refused("This task is done already, or does not exist.")
    return Task.objects.get(pk=task_id)
