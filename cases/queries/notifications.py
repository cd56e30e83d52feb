"""A user's notifications."""

from django.contrib.auth.models import User

from cases.models import Notification

SHOWN = 100


def notifications_of(user: User) -> list[Notification]:
    """The latest hundred, the latest first."""
    return list(Notification.objects.filter(user=user).select_related("case")[:SHOWN])
