"""Outbound messages: a POST signed as Standard Webhooks says (docs/webhooks.md)."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http.client import HTTPException
from typing import Any

from django.conf import settings
from standardwebhooks import Webhook

from cases.delivery.outcome import CannotArrive, Gone, Receipt, Send, TryLater
from cases.delivery.post import Answer, post
from cases.delivery.resolve import Forbidden
from cases.models import Delivery
from entitlements.core.outbound import OWN_HEADERS
from entitlements.models import WebhookEndpoint

LONGEST_EXCERPT = 2_000
TEST = "test"
"""The event of a message that an administrator asked for: it goes to an endpoint that is off, too."""

USER_AGENT = "Servicedesk-Webhooks/1"


@dataclass(frozen=True, slots=True)
class Request:
    """What is posted where."""

    url: str
    body: bytes
    headers: Mapping[str, str]


def prepare(delivery: Delivery, now: datetime) -> Send:
    """The attempt. Raises CannotArrive when the endpoint is not there any more, or is switched off."""
    endpoint = delivery.endpoint
    if endpoint is None:
        raise CannotArrive(f"There is no webhook endpoint “{delivery.recipient}”.")
    if not endpoint.is_active and delivery.event != TEST:
        raise CannotArrive(f"The endpoint “{endpoint.pk}” is switched off.")
    request = signed(delivery, endpoint, now)
    return lambda: _send(request)


def signed(delivery: Delivery, endpoint: WebhookEndpoint, now: datetime) -> Request:
    """The same body and webhook-id at every attempt; timestamp and signatures are those of `now`."""
    body = json.dumps(delivery.payload, ensure_ascii=False, separators=(",", ":"))
    name = f"msg_{delivery.token.hex}"
    moment = now.astimezone(UTC)
    signatures = [Webhook(secret).sign(name, moment, body) for secret in endpoint.secrets(now)]
    own = {key: str(value) for key, value in endpoint.headers.items() if key.lower() not in OWN_HEADERS}
    headers = {
        **own,
        "Content-Type": "application/json",
        "User-Agent": USER_AGENT,
        "webhook-id": name,
        "webhook-timestamp": str(math.floor(moment.timestamp())),
        "webhook-signature": " ".join(signatures),
    }
    return Request(endpoint.url, body.encode(), headers)


def _send(request: Request) -> Receipt:
    start = time.monotonic()
    trace: dict[str, Any] = {"url": request.url, "webhook-timestamp": request.headers["webhook-timestamp"]}
    try:
        answer = post(request.url, request.body, request.headers, settings.WEBHOOK_SECONDS)
    except Forbidden as fault:
        raise CannotArrive(str(fault), trace) from fault
    except (OSError, HTTPException, ValueError) as fault:
        trace["seconds"] = round(time.monotonic() - start, 3)
        raise TryLater(f"{type(fault).__name__}: {fault}", trace) from fault
    trace |= {
        "seconds": round(time.monotonic() - start, 3),
        "address": answer.address,
        "status": answer.status,
        "answer": excerpt(answer.body),
    }
    return _judged(answer, trace)


def _judged(answer: Answer, trace: Mapping[str, Any]) -> Receipt:
    """Only a 2xx means that it has arrived; what an answer says beyond its status is only shown."""
    said = f"{answer.status} {answer.reason}".strip()
    if 200 <= answer.status < 300:
        return Receipt({"status": answer.status}, trace)
    if answer.status == 410:
        raise Gone(f"The endpoint answered {said}: it wants no more messages.", trace)
    if 300 <= answer.status < 400:
        where = answer.headers.get("location", "")[:200]
        raise TryLater(f"The endpoint answered {said} to {where}: redirects are not followed.", trace)
    raise TryLater(f"The endpoint answered {said}.", trace, retry_after(answer))


def retry_after(answer: Answer) -> timedelta | None:
    """How long the answer asks us to wait (RFC 9110, 10.2.3): seconds, or until a date by its own clock."""
    text = answer.headers.get("retry-after", "").strip()
    if text.isascii() and text.isdigit():
        return timedelta(seconds=min(int(text[:12]), 10**9))
    until, said_at = _date(text), _date(answer.headers.get("date", ""))
    return max(until - said_at, timedelta(0)) if until and said_at else None


def _date(text: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def excerpt(body: bytes) -> str:
    """The beginning of an answer as text that every database takes."""
    return body[:LONGEST_EXCERPT].decode(errors="replace").replace("\x00", "�")
