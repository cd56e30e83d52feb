"""Do what is waiting in the outbox, one delivery after the other.

Each is leased when its turn has come: a lease taken for many could end while the first of them hang.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime

from cases.delivery import email
from cases.delivery.lease import lease_due, mark_dead, mark_done, mark_failed
from cases.engine.recipients import Directory
from cases.models import Delivery, EngineLook

log = logging.getLogger(__name__)

Send = Callable[[Delivery, Directory], dict[str, object]]
SENDERS: dict[str, Send] = {"email": email.send}


def deliver(now: datetime) -> bool:
    """Lease and do the delivery that is due the longest.

    Whether there was one. One that fails waits for its next try; the rest go on.
    """
    delivery = lease_due(now)
    if delivery is not None:
        _do(delivery, Directory(now), now)
    EngineLook.objects.update_or_create(pk=1, defaults={"delivered_at": now})
    return delivery is not None


def _do(delivery: Delivery, directory: Directory, now: datetime) -> None:
    try:
        result = SENDERS[delivery.kind](delivery, directory)
    except email.NobodyToWriteTo as fault:
        mark_dead(delivery, str(fault))
    except Exception as fault:
        log.warning("Delivery %s failed: %s", delivery.token, fault)
        mark_failed(delivery, now, f"{type(fault).__name__}: {fault}")
    else:
        mark_done(delivery, now, result)
