"""What became of attempts → rows, many in one transaction.

Nothing happens where the lease is no longer ours.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from cases.delivery.circuit import Tried, learn_health, switch_off
from cases.delivery.outcome import CannotArrive, Gone, Receipt, TryLater
from cases.delivery.patience import next_attempt
from cases.engine.rows import update_rows
from cases.models import Delivery, DeliveryState

KEPT_TRIES = 5
NAMES = ("state", "attempts", "failing_since", "next_attempt_at", "done_at", "error", "result", "tries")


@dataclass(frozen=True, slots=True)
class Attempt:
    """A leased delivery that was tried, and how it ended."""

    delivery: Delivery
    ended: Receipt | Exception


@dataclass(frozen=True, slots=True)
class Held:
    """How a row stands when its attempt is marked."""

    lease: uuid.UUID | None
    state: str
    error: str


def settle(attempts: Sequence[Attempt], now: datetime) -> None:
    """Mark what arrived as done; what did not waits, each time with more patience, or is dead."""
    if not attempts:
        return
    with transaction.atomic():
        held = _held(attempts)
        ours = [
            one
            for one in attempts
            if one.delivery.pk in held and held[one.delivery.pk].lease == one.delivery.lease
        ]
        rows = [[one.delivery.pk, *_values(one, held[one.delivery.pk], now), None, None] for one in ours]
        update_rows(Delivery, [*NAMES, "lease", "leased_until"], rows)
        _tell_endpoints(ours, now)


def _held(attempts: Sequence[Attempt]) -> dict[int, Held]:
    rows = Delivery.objects.select_for_update().filter(pk__in=[one.delivery.pk for one in attempts])
    found = rows.order_by("pk").values_list("pk", "lease", "state", "error")
    return {key: Held(lease, state, error) for key, lease, state, error in found}


def _values(one: Attempt, held: Held, now: datetime) -> tuple[Any, ...]:
    """Of NAMES. One that was cancelled while it was under way stays so, unless it arrived."""
    delivery, ended = one.delivery, one.ended
    attempts, tries = delivery.attempts + 1, _tries(one, now)
    if isinstance(ended, Receipt):
        return DeliveryState.DONE.value, attempts, None, None, now, "", dict(ended.result), tries
    since, error = delivery.failing_since or now, _error(ended)
    if held.state == DeliveryState.CANCELLED:
        return held.state, attempts, since, None, None, held.error, {}, tries
    again = None
    if not isinstance(ended, CannotArrive):
        asked = ended.after if isinstance(ended, TryLater) else None
        again = next_attempt(attempts, since, now, asked)
    if again is None:
        return DeliveryState.DEAD.value, attempts, since, None, None, error, {}, tries
    return DeliveryState.WAITING.value, attempts, since, again, None, error, {}, tries


def _tries(one: Attempt, now: datetime) -> list[Any]:
    """The last attempts, this one too."""
    trace: Mapping[str, Any] = getattr(one.ended, "trace", {})
    error = "" if isinstance(one.ended, Receipt) else _error(one.ended)
    tried = {"at": now.isoformat(), **trace, "error": error}
    return [*one.delivery.tries, tried][-KEPT_TRIES:]


def _error(fault: Exception) -> str:
    known = isinstance(fault, TryLater | CannotArrive)
    words = str(fault) if known else f"{type(fault).__name__}: {fault}"
    return words.replace("\x00", "�")[:2_000]


def _tell_endpoints(ours: Sequence[Attempt], now: datetime) -> None:
    tried: dict[str, list[Tried]] = defaultdict(list)
    for one in ours:
        if one.delivery.endpoint_id is None:
            continue
        after = one.ended.after if isinstance(one.ended, TryLater) else None
        error = "" if isinstance(one.ended, Receipt) else _error(one.ended)
        tried[one.delivery.endpoint_id].append(Tried(error, after))
    if tried:
        learn_health(tried, now)
    for one in ours:
        if isinstance(one.ended, Gone) and one.delivery.endpoint_id is not None:
            switch_off(one.delivery.endpoint_id, str(one.ended))
