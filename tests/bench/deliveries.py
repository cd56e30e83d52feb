"""Outbound messages a second to a sink on this machine, and with one of a hundred endpoints dead.

The dead one takes connections and says nothing. Counted are the messages to the others.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from statistics import median
from time import perf_counter

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Max

import tests.bench.ready  # noqa: F401  (first: models need it)
from cases.delivery.deliver import Courier
from cases.engine.outbox import Parcel, put_new
from cases.models import Delivery, EndpointHealth
from entitlements.models import WebhookEndpoint
from tests.bench.table import Row, at_least, show
from tests.factory import NOON

ENDPOINTS = 100
MESSAGES = 3_000
ROUNDS = 3
PAYLOAD = {"type": "milestone.violated", "version": 1, "data": {"case": {"subject": "Water " * 20}}}


def run() -> list[Row]:
    with _sink() as port:
        settings.WEBHOOK_ALLOW = [f"127.0.0.1:{port}"]
        alive, with_dead = [], []
        for _ in range(ROUNDS):
            alive.append(_rate(port, dead=0))
            with_dead.append(_rate(port, dead=1))
    best, beside = median(alive), median(with_dead)
    return [
        (f"{MESSAGES:,} messages to {ENDPOINTS} endpoints, {settings.DELIVERY_THREADS} threads", "a second"),
        ("all endpoints answer", f"{best:,.0f}", f"{min(alive):,.0f} … {max(alive):,.0f}"),
        ("one of them is dead", f"{beside:,.0f}", f"{min(with_dead):,.0f} … {max(with_dead):,.0f}"),
        at_least("rate beside a dead endpoint", 100 * beside / best, 90, " %"),
    ]


def _rate(port: int, dead: int) -> float:
    """Messages a second to the endpoints that answer, until all of these have arrived."""
    _wait_for(port, dead)
    answering = Delivery.objects.filter(endpoint__url__endswith="/alive")
    expected, turns = answering.count(), 0
    start = perf_counter()
    with Courier() as courier:
        while courier.turn(NOON + timedelta(seconds=perf_counter() - start)):
            turns += 1
            if turns % 5 == 0 and not answering.exclude(state="done").exists():
                break
    assert not answering.exclude(state="done").exists()
    last = answering.aggregate(last=Max("done_at"))["last"]
    return float(expected / (last - NOON).total_seconds())


def _wait_for(port: int, dead: int) -> None:
    """The messages, from one endpoint to the next."""
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE cases_delivery, cases_endpointhealth CASCADE")
    EndpointHealth.objects.all().delete()
    WebhookEndpoint.objects.all().delete()
    names = [f"Endpoint {number}" for number in range(ENDPOINTS)]
    for number, name in enumerate(names):
        path = "dead" if number < dead else "alive"
        WebhookEndpoint.objects.create(name=name, url=f"http://127.0.0.1:{port}/{path}")
    with transaction.atomic():
        parcels = [
            Parcel(
                key=f"bench:{number}",
                kind="webhook",
                recipient=names[number % ENDPOINTS],
                endpoint=names[number % ENDPOINTS],
                payload=PAYLOAD,
            )
            for number in range(MESSAGES)
        ]
        put_new(parcels, NOON)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE cases_delivery")


@contextmanager
def _sink() -> Iterator[int]:
    command = [sys.executable, "-m", "tests.bench.sink"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None and process.stdin is not None
        try:
            yield int(process.stdout.readline())
        finally:
            process.stdin.close()


if __name__ == "__main__":
    show("Deliveries a second", run())
