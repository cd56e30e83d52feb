"""Celery's doors into the engine: they read the clock and knock. What is due stands in the database."""

from __future__ import annotations

import threading
import time
from datetime import datetime

from celery import shared_task
from django.conf import settings
from django.db import connection
from django.utils import timezone

from cases.delivery.deliver import Courier, note_look
from cases.delivery.digest import collect
from cases.delivery.prune import prune as prune_batch
from cases.engine.due import tick as tick_batch
from cases.engine.recalculate import notice_changed_hours, recalculate
from cases.engine.rule_clock import notice_changed_rule
from cases.engine.set_aside import PASSING
from cases.estimates.refresh import refresh
from cases.mail.read import read_next
from cases.operations.mail_reports import mail_next
from cases.operations.rollout import roll_out

LONGEST_TURN = 60.0
LONGEST_DELIVERING = 20.0
"""A knock delivers for so long: what hangs must not keep all processes of a worker from the tick."""

PRUNED_AT_ONCE = 1000

_delivering = threading.Lock()


def the_time() -> datetime:
    """By the database's clock where it has one: workers whose clocks differ agree on what is due."""
    if connection.vendor != "postgresql":
        return timezone.now()
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        (now,) = cursor.fetchone()
    return now


@shared_task
def tick() -> None:
    """Look at all that is due, batch after batch; then at edited hours and rollouts, and between two batches
    of theirs at what has become due.
    """
    deadline = time.monotonic() + LONGEST_TURN
    _look_at_all_due(deadline)
    notice_changed_rule(the_time())
    notice_changed_hours(the_time())
    while _long_work() and time.monotonic() < deadline:
        _look_at_all_due(deadline)


def _look_at_all_due(deadline: float) -> None:
    while tick_batch(the_time(), settings.ENGINE_BATCH_SIZE).more and time.monotonic() < deadline:
        continue


def _long_work() -> bool:
    """One batch. Whether there may be more to do."""
    now, size = the_time(), settings.ENGINE_BATCH_SIZE
    return recalculate(now, size) or roll_out(now, size)


@shared_task
def deliver() -> None:
    """Do all that waits in the outbox. One at a time in a process: the others must stay free for the tick."""
    if not _delivering.acquire(blocking=False):
        return
    try:
        collect(the_time())
        with Courier() as courier:
            _carry(courier, time.monotonic() + LONGEST_DELIVERING)
        note_look(the_time())
    finally:
        _delivering.release()


def _carry(courier: Courier, deadline: float) -> None:
    """Turn after turn; when the time is up, only what is under way is waited for and marked.

    While the database is away nothing new is sent, and what has been sent is remembered until it is back.
    """
    more, patience = True, deadline + LONGEST_TURN
    while more:
        try:
            if time.monotonic() < deadline:
                more = courier.turn(the_time())
            else:
                more = courier.finish(the_time())
        except PASSING:
            if time.monotonic() > patience:
                raise
            connection.close()
            time.sleep(1)


@shared_task
def prune() -> None:
    """Forget deliveries that ended long ago."""
    deadline = time.monotonic() + LONGEST_TURN
    while prune_batch(the_time(), PRUNED_AT_ONCE) and time.monotonic() < deadline:
        continue


@shared_task
def read_mail() -> None:
    """Read all mailboxes that are due, batch after batch."""
    deadline = time.monotonic() + LONGEST_TURN
    while read_next(the_time()) and time.monotonic() < deadline:
        continue


@shared_task
def refresh_estimates() -> None:
    """Count anew how long milestones took, if that was last done an hour ago."""
    refresh(the_time())


@shared_task
def mail_reports() -> None:
    """Put the saved reports that are due into the outbox, one after the other."""
    deadline = time.monotonic() + LONGEST_TURN
    while mail_next(the_time()) and time.monotonic() < deadline:
        continue
