"""Deliveries that wait: a milestone is violated and its action is an email alert."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from cases.engine.due import tick
from cases.models import Case, Delivery
from tests.factory import NOON, first_response, make_case, make_customer, make_desk, make_process, violation

LATE = NOON + timedelta(minutes=61)
LEAD = ["lead@example.com"]


def violate(*actions: dict[str, Any], cases: int = 1, **given: Any) -> Case:
    """The last of so many cases whose first response is late, with these actions."""
    make_desk()
    process = make_process("", first_response(60, triggers=[violation(0, *actions)]))
    account = given.pop("account", None) or make_customer(process)
    for _ in range(cases):
        case = make_case(account=account, now=NOON, **given)
    tick(LATE, 100)
    case.refresh_from_db()
    return case


def waiting_mail(cases: int = 1, **parameters: Any) -> Delivery:
    """The first of the mails that wait."""
    violate({"kind": "email", "to": LEAD, **parameters}, cases=cases)
    return Delivery.objects.order_by("pk")[0]
