"""One configuration is applied at a time: a row with a lease, which a dead process loses by itself."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db import transaction

from cases.models import ConfigurationApply
from cases.operations.actor import name_of

LEASE = timedelta(minutes=2)


class AnotherApplies(Exception):
    """Somebody else is at it. `str()` says since when."""


@transaction.atomic
def begin_apply(by: User | None, now: datetime) -> uuid.UUID:
    """Take the turn. Raises AnotherApplies; one that gave no sign of life for the lease has died."""
    ConfigurationApply.objects.get_or_create(pk=1)
    row = ConfigurationApply.objects.select_for_update().get(pk=1)
    if row.token is not None and row.alive_at is not None and now < row.alive_at + LEASE:
        raise AnotherApplies(_words(row, now))
    row.token, row.by, row.started_at, row.alive_at = uuid.uuid4(), name_of(by), now, now
    row.save()
    return row.token


def still_applying(token: uuid.UUID, now: datetime) -> None:
    """A sign of life, between two steps. Raises AnotherApplies when somebody has taken over."""
    if not ConfigurationApply.objects.filter(pk=1, token=token).update(alive_at=now):
        raise AnotherApplies(
            "Another apply has taken over meanwhile: this one gave no sign of life for long."
        )


def end_apply(token: uuid.UUID) -> None:
    ConfigurationApply.objects.filter(pk=1, token=token).update(token=None)


def _words(row: ConfigurationApply, now: datetime) -> str:
    who = f" by {row.by}" if row.by else ""
    assert row.alive_at is not None
    left = max(int((row.alive_at + LEASE - now).total_seconds()), 1)
    return (
        f"Another apply{who} is at work {row}. If it has died, its turn ends by itself in {left} s. "
        "Nothing has been changed."
    )
