"""Warnings that wait to be collected → one mail for each person, and each warning's own row says so."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from cases.engine.outbox import Parcel, put
from cases.models import Delivery, DeliveryState, DigestEntry

MOST = 500
"""Warnings that are collected in one go."""


def collect(now: datetime) -> int:
    """Put what is to be collected by now into mails. How many warnings were."""
    with transaction.atomic():
        entries = DigestEntry.objects.filter(collect_at__lte=now).order_by("collect_at", "pk")
        due = list(entries.select_for_update(skip_locked=True).values_list("pk", "recipient")[:MOST])
        if not due:
            return 0
        keys = [key for key, _ in due]
        rows = Delivery.objects.select_for_update().filter(
            pk__in=keys, state=DeliveryState.WAITING, lease=None
        )
        waiting = {row.pk: row for row in rows.order_by("pk")}
        by_recipient: dict[str, list[Delivery]] = defaultdict(list)
        for key, recipient in due:
            if key in waiting:
                by_recipient[recipient.lower()].append(waiting[key])
        for alerts in by_recipient.values():
            _collected(alerts, now)
        DigestEntry.objects.filter(pk__in=keys).delete()
    return len(due)


def _collected(alerts: Sequence[Delivery], now: datetime) -> None:
    """One alone leaves as it is."""
    keys = [one.pk for one in alerts]
    if len(alerts) == 1:
        Delivery.objects.filter(pk__in=keys).update(next_attempt_at=now)
        return
    carrier = f"digest:{keys[0]}"
    put([_mail(carrier, alerts)], now)
    Delivery.objects.filter(pk__in=keys).update(
        state=DeliveryState.DONE,
        done_at=now,
        attempts=1,
        next_attempt_at=None,
        result={"collected_in": carrier, "to": [alerts[0].recipient]},
    )


def _mail(key: str, alerts: Sequence[Delivery]) -> Parcel:
    lines = [_line(one.payload.get("values", {})) for one in alerts]
    return Parcel(
        key=key,
        kind="email",
        event="milestone.warned",
        recipient=alerts[0].recipient,
        payload={
            "subject": f"{len(alerts)} milestones are due soon",
            "body": "\n".join(["These milestones are due soon:", "", *lines]) + "\n",
        },
    )


def _line(values: dict[str, str]) -> str:
    said = {"milestone.name": "?", "case.number": "?", **values}
    return (
        f"* {said['case.number']}: {said['milestone.name']}, due {said.get('milestone.target_date', '?')}\n"
        f"  {said.get('case.subject', '')}\n  {said.get('case.link', '')}"
    )
