"""Celery's doors into the engine: they read the clock and knock. What is due stands in the database."""

from __future__ import annotations

import time

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from cases.delivery.deliver import deliver as deliver_batch
from cases.engine.due import tick as tick_batch
from cases.engine.recalculate import notice_changed_hours, recalculate

LONGEST_TURN = 60.0


@shared_task
def tick() -> None:
    """Look at all that is due, batch after batch; then at edited hours."""
    deadline = time.monotonic() + LONGEST_TURN
    while tick_batch(timezone.now(), settings.ENGINE_BATCH_SIZE).more and time.monotonic() < deadline:
        continue
    notice_changed_hours(timezone.now())
    while recalculate(timezone.now(), settings.ENGINE_BATCH_SIZE) and time.monotonic() < deadline:
        continue


@shared_task
def deliver() -> None:
    """Do all that waits in the outbox."""
    deadline = time.monotonic() + LONGEST_TURN
    while deliver_batch(timezone.now()) and time.monotonic() < deadline:
        continue
