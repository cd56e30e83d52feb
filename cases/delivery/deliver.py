"""The courier: leases what is due, sends it in a few threads, and marks what became of it.

Threads only send; all that needs the database is done between the sends, by the thread that owns the
courier, in sets. Nothing is in a transaction while something is under way.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from datetime import datetime
from types import TracebackType

from django.conf import settings

from cases.delivery import email, reply, report_mail, webhook
from cases.delivery.lease import give_back, lease_due
from cases.delivery.outcome import NotTried, Send
from cases.delivery.settle import Attempt, settle
from cases.engine.recipients import Directory
from cases.engine.set_aside import PASSING
from cases.models import Delivery, EngineLook

log = logging.getLogger(__name__)

Prepare = Callable[[Delivery, datetime], Send]
PREPARERS: dict[str, Prepare] = {
    "email": lambda delivery, now: email.prepare(delivery, Directory(now)),
    "reply": reply.prepare,
    "report": report_mail.prepare,
    "webhook": webhook.prepare,
}
LONGEST_WAIT = 1.0
"""Seconds until the courier looks again whether more is due while all that it sends hangs."""


GATHERING = 0.02
"""Seconds in which more comes back after the first, to be marked with it."""

LEASED_A_THREAD = 4


class Courier:
    """Sends several at once. Use it as a context: leaving it waits for what is under way and marks it."""

    def __init__(self) -> None:
        self._places: int = settings.DELIVERY_THREADS
        self._pool = ThreadPoolExecutor(self._places, thread_name_prefix="courier")
        self._under_way: dict[Future[Attempt], Delivery] = {}
        self._ended: list[Attempt] = []

    def __enter__(self) -> Courier:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pool.shutdown(wait=True, cancel_futures=True)

    def turn(self, now: datetime) -> bool:
        """Mark what has come back, and send what is due as far as there are places. Whether to go on."""
        self.settle(now)
        most = LEASED_A_THREAD * self._places
        leased = lease_due(now, most - len(self._under_way)) if 2 * len(self._under_way) <= most else []
        self._send(leased, now)
        if self._under_way:
            wait(self._under_way, LONGEST_WAIT, FIRST_COMPLETED)
            wait(self._under_way, GATHERING)
        return bool(leased or self._under_way or self._ended)

    def finish(self, now: datetime) -> bool:
        """Wait a little for what is under way and mark it. Whether more of it is."""
        wait(self._under_way, LONGEST_WAIT)
        self.settle(now)
        return bool(self._under_way)

    def settle(self, now: datetime) -> None:
        """What cannot be marked since the database is away is kept for the next time."""
        for future in [future for future in self._under_way if future.done()]:
            del self._under_way[future]
            self._ended.append(future.result())
        give_back([one.delivery for one in self._ended if isinstance(one.ended, NotTried)])
        settle([one for one in self._ended if not isinstance(one.ended, NotTried)], now)
        self._ended = []

    def _send(self, leased: list[Delivery], now: datetime) -> None:
        until = time.monotonic() + settings.DELIVERY_LEASE_SECONDS - settings.DELIVERY_SECONDS
        for delivery in leased:
            try:
                send = PREPARERS[delivery.kind](delivery, now)
            except PASSING:
                raise
            except Exception as fault:
                self._ended.append(Attempt(delivery, fault))
            else:
                self._under_way[self._pool.submit(_attempt, delivery, send, until)] = delivery


def deliver(now: datetime) -> bool:
    """Send what is due now and wait for what becomes of it. Whether there was anything."""
    with Courier() as courier:
        there_was = courier.turn(now)
        while courier.finish(now):
            continue
    note_look(now)
    return there_was


def note_look(now: datetime) -> None:
    EngineLook.objects.update_or_create(pk=1, defaults={"delivered_at": now})


def _attempt(delivery: Delivery, send: Send, until: float) -> Attempt:
    """`until`: after this the lease could end while we send, and somebody else would send it too."""
    try:
        if time.monotonic() > until:
            raise NotTried
        return Attempt(delivery, send())
    except Exception as fault:
        log.info("Delivery %s: %s", delivery.token, fault)
        return Attempt(delivery, fault)
