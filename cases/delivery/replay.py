"""Another try for what is dead or was cancelled, and once more what has arrived, when somebody asks."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from cases.engine.outbox import OUTSIDE
from cases.models import Delivery, DeliveryState

NEVER_LEFT = (DeliveryState.DEAD, DeliveryState.CANCELLED)


def replay(delivery_id: int, now: datetime) -> bool:
    """Try a delivery again that is dead or was cancelled, from the first attempt. Whether it was."""
    return bool(replay_all([delivery_id], now))


def replay_all(delivery_ids: Iterable[int], now: datetime) -> int:
    """`replay` of many; how many."""
    return _again(list(delivery_ids), NEVER_LEFT, now)


def replay_of_endpoint(endpoint: str, now: datetime) -> int:
    """Try everything again that is dead at one endpoint; how many."""
    dead = Delivery.objects.filter(endpoint=endpoint, state=DeliveryState.DEAD)
    return _again(list(dead.values_list("pk", flat=True)), (DeliveryState.DEAD,), now)


def send_again(delivery_id: int, now: datetime) -> bool:
    """Send once more what has arrived, under the same id: the receiver lost it. Whether it had arrived."""
    return bool(_again([delivery_id], (DeliveryState.DONE,), now))


def _again(keys: list[int], states: tuple[DeliveryState, ...], now: datetime) -> int:
    again = Delivery.objects.filter(pk__in=keys, state__in=states, kind__in=OUTSIDE)
    return again.update(
        state=DeliveryState.WAITING,
        attempts=0,
        failing_since=None,
        expires_at=None,
        next_attempt_at=now,
        done_at=None,
        error="",
    )
