"""How long we wait between two attempts, and when we give up: about three days in all."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

from django.conf import settings

BACK_OFF = (
    timedelta(seconds=5),
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=8),
    timedelta(hours=24),
    timedelta(hours=36),
)
GIVES_UP_AFTER = timedelta(hours=72)
LONGEST_ASKED_WAIT = timedelta(hours=24)
"""However long the other side asks us to wait."""


def next_attempt(
    attempts: int, failing_since: datetime, now: datetime, asked: timedelta | None
) -> datetime | None:
    """When to try again after so many attempts; None: never."""
    if attempts >= min(settings.DELIVERY_ATTEMPTS, len(BACK_OFF) + 1):
        return None
    last = failing_since + GIVES_UP_AFTER
    if now >= last:
        return None
    wait: timedelta = BACK_OFF[attempts - 1] * random.uniform(0.9, 1.1)
    return min(now + max(wait, min(asked or wait, LONGEST_ASKED_WAIT)), last)
