"""What is a user's own: notifications."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.models import User

from cases.models import Notification


def mark_notifications_read(user: User, now: datetime, notification_id: int | None = None) -> int:
    """One, or all of the user's. How many were unread."""
    unread = Notification.objects.filter(user=user, read_at=None)
    if notification_id is not None:
        unread = unread.filter(pk=notification_id)
    return unread.update(read_at=now)
