"""A user's notifications."""

from django.contrib.auth.models import User
from django.db.models import QuerySet

from cases.models import Notification, seen_by

SHOWN = 100


def notifications_of(user: User) -> list[Notification]:
    """The latest hundred, the latest first."""
    return list(all_notifications_of(user)[:SHOWN])


def all_notifications_of(user: User) -> QuerySet[Notification]:
    """Those of cases that have not moved out of the user's sight since."""
    mine = Notification.objects.filter(seen_by(user, "case__"), user=user)
    return mine.select_related("case")
