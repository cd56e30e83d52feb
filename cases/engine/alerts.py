"""When the mail of an alert leaves: warnings keep to the hours of the desk and may be collected."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cases.models import DigestEntry
from entitlements.core.calendar import Timeline
from entitlements.core.definition import TriggerKind

PATIENCE = timedelta(minutes=10)
"""An alert that nobody has collected so long after its time leaves by itself."""


@dataclass(frozen=True, slots=True)
class Leaving:
    """`due` is the first moment to send it; `collect_at` when it goes with others, if it does."""

    due: datetime
    collect_at: datetime | None = None


def leaving(kind: str, alerts: tuple[Timeline, int], now: datetime) -> Leaving:
    """Of an alert of this kind of trigger. `alerts`: the hours for warnings, the minutes of a digest."""
    if kind != TriggerKind.WARNING:
        return Leaving(now)
    hours, minutes = alerts
    opens = now if hours.is_open(now) else hours.next_opening(now) or now
    if not minutes:
        return Leaving(opens)
    collect_at = _next_round(opens, minutes)
    return Leaving(collect_at + PATIENCE, collect_at)


def _next_round(after: datetime, minutes: int) -> datetime:
    """The next whole number of such spans since midnight, so that what is near goes together."""
    midnight = after.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    span = timedelta(minutes=minutes)
    return midnight + span * math.ceil((after - midnight) / span)


def wait_to_be_collected(rows: Iterable[tuple[int, str, datetime]]) -> None:
    """Deliveries by key, with their recipients and moments."""
    DigestEntry.objects.bulk_create(
        DigestEntry(delivery_id=key, recipient=recipient, collect_at=at) for key, recipient, at in rows
    )
