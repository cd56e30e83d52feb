"""What was said in public on a case is told to those who follow it, in the desk."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.models import User

from cases.engine.recipients import team_of
from cases.models import Case, Notification


def tell_team(case: Case, what: str, *, by: User | None, now: datetime) -> None:
    """A notification for each of the team who may see the case, but for who did it.

    Call it in the transaction of what happened.
    """
    text = f"{what}: {case.number} {case.subject}"[:300]
    told = team_of(case).exclude(pk=by.pk) if by is not None else team_of(case)
    Notification.objects.bulk_create(
        Notification(case=case, user=user, text=text, created_at=now) for user in told
    )
