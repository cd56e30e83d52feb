"""The way into the outbox: `put`. One row for each effect on each target, exactly once by its key."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any, NamedTuple

from cases.engine.rows import insert_rows
from cases.models import Delivery, DeliveryKind, DeliveryState

FIELDS = (
    "id key kind event case fired_trigger action message recipient endpoint payload late expires_at "
    "state token created_at attempts next_attempt_at done_at error result tries"
).split()


class Parcel(NamedTuple):
    """What is to be delivered. The other names are those of `Delivery`; foreign rows are given by key.

    `key` says what it is, 320 letters at most, and is put once only: "trigger:17:4:lead@example.com".
    `due` is the first moment to try it, now unless it is given. One that has an `error` cannot be
    delivered: it is dead from the start, for an administrator to see.
    """

    key: str
    kind: str
    event: str = ""
    case: int | None = None
    fired_trigger: int | None = None
    action: int | None = None
    message: int | None = None
    recipient: str = ""
    endpoint: str | None = None
    payload: Mapping[str, Any] = MappingProxyType({})
    late: str = ""
    due: datetime | None = None
    expires_at: datetime | None = None
    error: str = ""


def put(parcels: Iterable[Parcel], now: datetime) -> int:
    """Make a row of each whose key is new; how many were. Call it in the transaction that records why."""
    given = {parcel.key: parcel for parcel in parcels}
    known = set(Delivery.objects.filter(key__in=list(given)).values_list("key", flat=True))
    new = [parcel for key, parcel in given.items() if key not in known]
    # Somebody else may put the same at this moment: the key decides, and theirs stays.
    Delivery.objects.bulk_create((_row(parcel, now) for parcel in new), ignore_conflicts=True)
    return len(new)


def put_new(parcels: Sequence[Parcel], now: datetime, keys: Sequence[int] = ()) -> None:
    """`put` by stream, for parcels of what has just been recorded.

    `keys` are those that their rows get, where other rows will refer to them.
    """
    if keys:
        values = [_values(key, parcel, now) for key, parcel in zip(keys, parcels, strict=True)]
        insert_rows(Delivery, FIELDS, values)
    else:
        insert_rows(Delivery, FIELDS[1:], [_values(None, parcel, now)[1:] for parcel in parcels])


def _row(parcel: Parcel, now: datetime) -> Delivery:
    values = dict(zip(FIELDS, _values(None, parcel, now), strict=True))
    foreign = ("case", "fired_trigger", "action", "message", "endpoint")
    return Delivery(**{f"{name}_id" if name in foreign else name: value for name, value in values.items()})


def _values(pk: int | None, parcel: Parcel, now: datetime) -> list[Any]:
    return [
        pk,
        parcel.key,
        str(parcel.kind),
        parcel.event,
        parcel.case,
        parcel.fired_trigger,
        parcel.action,
        parcel.message,
        parcel.recipient,
        parcel.endpoint,
        dict(parcel.payload),
        parcel.late,
        parcel.expires_at,
        *_standing(parcel, now),
    ]


def _standing(parcel: Parcel, now: datetime) -> list[Any]:
    """From `state` on."""
    if parcel.error:
        return [DeliveryState.DEAD.value, uuid.uuid4(), now, 0, None, None, parcel.error, {}, []]
    if parcel.kind in OUTSIDE:
        due = parcel.due or now
        return [DeliveryState.WAITING.value, uuid.uuid4(), now, 0, due, None, "", {}, []]
    return [DeliveryState.DONE.value, uuid.uuid4(), now, 1, None, now, "", {}, []]


OUTSIDE = frozenset(
    kind.value for kind in (DeliveryKind.EMAIL, DeliveryKind.REPLY, DeliveryKind.REPORT, DeliveryKind.WEBHOOK)
)
"""Kinds that wait for a worker; the others have been done when their row is written."""
