"""Celery's doors into the engine: they read the clock and knock. What is due stands in the database."""

from __future__ import annotations

import time

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from cases.delivery.deliver import deliver as deliver_batch
from cases.engine.due import tick as tick_batch
from cases.engine.recalculate import notice_changed_hours, recalculate
from cases.engine.rule_clock import notice_changed_rule
from cases.mail.read import read_next
from cases.operations.rollout import roll_out

LONGEST_TURN = 60.0


@shared_task
def tick() -> None:
    """Look at all that is due, batch after batch; then at edited hours and rollouts, and between two batches
    of theirs at what has become due.
    """
    deadline = time.monotonic() + LONGEST_TURN
    _look_at_all_due(deadline)
    notice_changed_hours(timezone.now())
    notice_changed_rule(timezone.now())
    while _long_work() and time.monotonic() < deadline:
        _look_at_all_due(deadline)


def _look_at_all_due(deadline: float) -> None:
    while tick_batch(timezone.now(), settings.ENGINE_BATCH_SIZE).more and time.monotonic() < deadline:
        continue


def _long_work() -> bool:
    """One batch. Whether there may be more to do."""
    now, size = timezone.now(), settings.ENGINE_BATCH_SIZE
    return recalculate(now, size) or roll_out(now, size)


@shared_task
def deliver() -> None:
    """Do all that waits in the outbox."""
    deadline = time.monotonic() + LONGEST_TURN
    while deliver_batch(timezone.now()) and time.monotonic() < deadline:
        continue


@shared_task
def read_mail() -> None:
    """Read all mailboxes that are due, batch after batch."""
    deadline = time.monotonic() + LONGEST_TURN
    while read_next(timezone.now()) and time.monotonic() < deadline:
        continue
