"""The circuit breaker of webhook endpoints: one that has failed some times in a row rests.

While it rests all that is due for it is put off in one statement, so that nobody has to look past it; then a
single delivery tries whether it is back. Its state stands in the database, so that all workers share it.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F, QuerySet
from django.db.models.functions import Coalesce

from cases.delivery.patience import GIVES_UP_AFTER
from cases.models import Delivery, DeliveryState, EndpointHealth
from entitlements.models import ConfigurationRevision, WebhookEndpoint

FAILURES = 5
"""So many in a row, and the endpoint rests."""

FIRST_REST = timedelta(seconds=30)
LONGEST_REST = timedelta(minutes=30)
LONGEST_ASKED_REST = timedelta(hours=1)
SAME_ANSWER_FOR = timedelta(minutes=1)
PROBE = timedelta(minutes=1)
"""How long a probe may take before the next one is sent; longer than any attempt."""


class Health:
    """What is known of some endpoints at one moment of leasing."""

    def __init__(self, endpoints: set[str], now: datetime) -> None:
        self.now = now
        rows = EndpointHealth.objects.filter(endpoint__in=endpoints) if endpoints else ()
        known = {row.endpoint_id: row for row in rows}
        self._resting = {
            key: row.rests_until for key, row in known.items() if row.rests_until and row.rests_until > now
        }
        self._on_probation = {
            key for key, row in known.items() if row.failures >= FAILURES and key not in self._resting
        }
        self._probed: set[str] = set()

    def may_try(self, endpoint: str | None) -> bool:
        return endpoint not in self._resting and endpoint not in self._probed

    def tried(self, endpoint: str | None) -> None:
        if endpoint is not None and endpoint in self._on_probation:
            self._probed.add(endpoint)

    def begin_probes(self) -> None:
        """The others of an endpoint that is being probed wait for what comes of it."""
        if self._probed:
            until = self.now + PROBE
            EndpointHealth.objects.filter(endpoint__in=self._probed).update(rests_until=until)

    def put_off(self) -> None:
        """All that is due for those that rest: until they have rested, or for ever after three days."""
        for endpoint, until in self._resting.items():
            put_off(endpoint, until, self.now)


def put_off(endpoint: str, until: datetime, now: datetime) -> None:
    """Nothing that waits for the endpoint is tried before then; what has waited for too long is dead."""
    waiting = Delivery.objects.filter(endpoint=endpoint, state=DeliveryState.WAITING, lease=None)
    early = waiting.filter(next_attempt_at__lt=until)
    early.filter(failing_since__lte=now - GIVES_UP_AFTER).update(
        state=DeliveryState.DEAD,
        next_attempt_at=None,
        error="The endpoint did not answer for three days.",
    )
    early.update(next_attempt_at=until, failing_since=Coalesce(F("failing_since"), now))


@dataclass(frozen=True, slots=True)
class Tried:
    """How an attempt at an endpoint ended: `error` is empty if it arrived; `after`: the wait it asked for."""

    error: str = ""
    after: timedelta | None = None


def learn_health(tried: Mapping[str, Sequence[Tried]], now: datetime) -> None:
    """Count what became of attempts at endpoints, in their order, in the transaction that marks them.

    One that answers as it did is not written down each time: many in a row cost no statement more.
    """
    healths = {one.endpoint_id: one for one in _locked(tried)}
    new = sorted(set(tried) - set(healths))
    if new:
        EndpointHealth.objects.bulk_create(
            (EndpointHealth(endpoint_id=endpoint) for endpoint in new), ignore_conflicts=True
        )
        healths |= {one.endpoint_id: one for one in _locked(new)}
    for endpoint, health in sorted(healths.items()):
        if any(one.error for one in tried[endpoint]) or not _answers_as_before(health, now):
            _learn(health, tried[endpoint], now)


def _locked(endpoints: Iterable[str]) -> QuerySet[EndpointHealth]:
    found = EndpointHealth.objects.filter(endpoint__in=list(endpoints)).order_by("endpoint_id")
    return found.select_for_update()


def _answers_as_before(health: EndpointHealth, now: datetime) -> bool:
    lately = health.answered_at is not None and now - health.answered_at < SAME_ANSWER_FOR
    return lately and not health.failures and health.rests_until is None


def _learn(health: EndpointHealth, tries: Sequence[Tried], now: datetime) -> None:
    rested = health.rests_until
    for one in tries:
        _count(health, one, now)
    health.save()
    if health.rests_until is not None and health.rests_until > now and health.failures:
        put_off(health.endpoint_id, health.rests_until, now)
    elif rested is not None and not health.failures:
        _go_on(health.endpoint_id, now)


def switch_off(endpoint: str, why: str) -> None:
    """Nothing goes there until an administrator says so; what waits for it is cancelled."""
    if WebhookEndpoint.objects.filter(pk=endpoint, is_active=True).update(is_active=False, note=why[:300]):
        ConfigurationRevision.advance()
    cancel_waiting(endpoint, why)


def cancel_waiting(endpoint: str, why: str) -> int:
    """Cancel what waits for an endpoint and is not under way; how many."""
    waiting = Delivery.objects.filter(endpoint=endpoint, state=DeliveryState.WAITING, lease=None)
    return waiting.update(state=DeliveryState.CANCELLED, next_attempt_at=None, error=why)


def _count(health: EndpointHealth, one: Tried, now: datetime) -> None:
    if not one.error:
        health.failures, health.failing_since, health.rests_until = 0, None, None
        health.answered_at, health.error = now, ""
        return
    health.failures += 1
    health.failing_since = health.failing_since or now
    health.error = one.error
    rest = _rest(health.failures)
    if one.after:
        rest = max(rest, min(one.after, LONGEST_ASKED_REST))
    if rest:
        health.rests_until = now + rest


def _rest(failures: int) -> timedelta:
    """Twice as long with each failure beyond the fifth."""
    if failures < FAILURES:
        return timedelta(0)
    longer: timedelta = FIRST_REST * 2 ** min(failures - FAILURES, 10)
    return min(longer, LONGEST_REST) * random.uniform(0.9, 1.1)


def _go_on(endpoint: str, now: datetime) -> None:
    """The endpoint is back: what was put off only because it rested goes now."""
    waiting = Delivery.objects.filter(endpoint=endpoint, state=DeliveryState.WAITING, lease=None)
    waiting.filter(attempts=0, next_attempt_at__gt=now).update(next_attempt_at=now, failing_since=None)
