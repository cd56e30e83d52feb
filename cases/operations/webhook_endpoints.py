"""What administrators do to webhook endpoints: a new secret, a test, off and on."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db import transaction

from cases.delivery.circuit import cancel_waiting
from cases.delivery.webhook import TEST
from cases.engine.news import VERSION
from cases.engine.outbox import Parcel, put
from cases.models import Delivery, DeliveryKind, EndpointHealth
from entitlements.core.simulation import as_utc
from entitlements.models import ChangeVerb, WebhookEndpoint
from entitlements.models.webhook_endpoint import new_secret
from entitlements.operations.audit import write_down_change

BOTH_SIGN_FOR = timedelta(hours=24)


@transaction.atomic
def rotate_secret(name: str, by: User | None, now: datetime) -> str:
    """The new secret. For a day messages are signed with the old one too."""
    endpoint = WebhookEndpoint.objects.select_for_update().get(pk=name)
    endpoint.old_secret, endpoint.old_secret_until = endpoint.secret, now + BOTH_SIGN_FOR
    endpoint.secret = new_secret()
    endpoint.save()
    write_down_change(endpoint, ChangeVerb.DID, by=by, now=now, remark="New secret")
    return endpoint.secret


@transaction.atomic
def send_test(name: str, by: str, now: datetime) -> Delivery:
    """A message of type “test”, also to an endpoint that is off. A circuit that is open is tried at once."""
    endpoint = WebhookEndpoint.objects.get(pk=name)
    EndpointHealth.objects.filter(endpoint=endpoint).update(rests_until=None)
    key = f"test:{uuid.uuid4().hex}:{name}"
    body = {"type": TEST, "version": VERSION, "timestamp": as_utc(now), "data": {"by": by}}
    parcel = Parcel(
        key=key, kind=DeliveryKind.WEBHOOK, event=TEST, recipient=name, endpoint=name, payload=body
    )
    put([parcel], now)
    return Delivery.objects.get(key=key)


@transaction.atomic
def follow_switch(endpoint: WebhookEndpoint, was_active: bool) -> int:
    """An endpoint was saved: what waits for one that is off now is cancelled; how many."""
    if endpoint.is_active and not was_active:
        EndpointHealth.objects.filter(endpoint=endpoint).delete()
        WebhookEndpoint.objects.filter(pk=endpoint.pk).update(note="")
    if was_active and not endpoint.is_active:
        return cancel_waiting(endpoint.pk, "An administrator switched the endpoint off.")
    return 0
