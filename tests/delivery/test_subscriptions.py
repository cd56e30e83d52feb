"""Endpoints that hear of events: a message an event, with its facts (docs/webhooks.md)."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from cases.engine.due import tick
from cases.models import Delivery
from cases.operations import (
    change_case,
    complete_milestone,
    create_case,
    reply_to_case,
    resume_case,
    stop_case,
)
from entitlements.core.outbound import OutboundEvent
from entitlements.models import EntitlementSettings
from tests.delivery.endpoints import make_endpoint
from tests.factory import (
    NOON,
    first_response,
    make_case,
    make_customer,
    make_desk,
    make_process,
    make_user,
    warning,
)

pytestmark = pytest.mark.django_db
SCHEMA = json.loads((Path(__file__).parents[2] / "docs" / "webhook.schema.json").read_text())
ALL = [event.value for event in OutboundEvent]


def told() -> list[str]:
    return list(Delivery.objects.order_by("pk").values_list("event", flat=True))


def payload(event: str) -> dict[str, Any]:
    found: dict[str, Any] = Delivery.objects.filter(event=event).order_by("pk")[0].payload
    return found


def eventful_life() -> None:
    """One case to which everything happens that an endpoint can hear of."""
    make_desk()
    EntitlementSettings.objects.update(allow_pausing=True)
    make_user("ann")
    rows = [
        first_response(60, triggers=[warning(30)]),
        {"milestone": "Resolution", "minutes": 600},
    ]
    account = make_customer(make_process("", *rows))
    case = create_case(subject="Leak", by=None, account=account, now=NOON)
    tick(NOON + timedelta(minutes=45), 10)
    tick(NOON + timedelta(minutes=61), 10)
    later = NOON + timedelta(minutes=70)
    stop_case(case.pk, reason="Waiting", by=None, now=later)
    resume_case(case.pk, by=None, now=later + timedelta(minutes=1))
    complete_milestone(case.pk, milestone="First Response", by=None, now=later + timedelta(minutes=2))
    change_case(case.pk, fields={"owner": "ann"}, by=None, now=later + timedelta(minutes=3))
    change_case(case.pk, fields={"status": "Closed"}, by=None, now=later + timedelta(minutes=4))
    change_case(case.pk, fields={"status": "New"}, by=None, now=later + timedelta(minutes=5))
    change_case(case.pk, fields={"escalation_level": 1}, by=None, now=later) if False else None


def test_each_event_is_told_in_its_order() -> None:
    make_endpoint(events=ALL)
    eventful_life()
    assert [event for event in told() if event.startswith("case.")] == [
        *("case.created", "case.changed", "case.changed", "case.closed", "case.changed", "case.reopened"),
    ]
    assert [event for event in told() if event.startswith("milestone.")][:8] == [
        *("milestone.started", "milestone.started", "milestone.warned", "milestone.violated"),
        *("milestone.stopped", "milestone.stopped", "milestone.resumed", "milestone.resumed"),
    ]
    assert {"milestone.completed", "milestone.cancelled"} <= set(told())


def test_every_message_fits_the_published_schema() -> None:
    make_endpoint(events=ALL)
    eventful_life()
    validator = Draft202012Validator(SCHEMA, format_checker=FormatChecker())
    bodies = Delivery.objects.values_list("payload", flat=True)
    wrong = [error.message for body in bodies for error in validator.iter_errors(body)]
    assert wrong == []


def test_the_schema_knows_every_event() -> None:
    assert SCHEMA["properties"]["type"]["enum"] == [*ALL, "test"]


@pytest.mark.parametrize(
    "change",
    [
        {"type": "case.eaten"},
        {"version": 2},
        {"timestamp": "yesterday"},
        {"data": {}},
        {"type": "milestone.started"},
    ],
)
def test_the_schema_refuses_what_is_no_message(change: dict[str, Any]) -> None:
    make_endpoint(events=["case.created"])
    make_desk()
    create_case(subject="Leak", by=None, now=NOON)
    validator = Draft202012Validator(SCHEMA, format_checker=FormatChecker())
    assert list(validator.iter_errors({**payload("case.created"), **change}))


def test_only_what_it_subscribed_to_is_told() -> None:
    make_endpoint(events=["milestone.violated"])
    eventful_life()
    assert told() == ["milestone.violated"]


def test_each_subscriber_gets_its_own() -> None:
    make_endpoint("One", events=["case.created"])
    make_endpoint("Two", events=["case.created"])
    make_endpoint("Off", events=["case.created"], is_active=False)
    make_desk()
    create_case(subject="Leak", by=None, now=NOON)
    assert sorted(Delivery.objects.values_list("endpoint_id", flat=True)) == ["One", "Two"]


def test_a_change_says_what_was_and_what_is() -> None:
    make_endpoint(events=["case.changed"])
    make_desk()
    ann = make_user("ann")
    case = create_case(subject="Leak", by=None, now=NOON)
    change_case(case.pk, fields={"priority": "High"}, by=ann, now=NOON)
    data = payload("case.changed")["data"]
    assert (data["change"]["field"], data["change"]["new"], data["by"]) == ("priority", "High", "ann")
    assert data["case"]["priority"] == "High"


def test_its_time_is_that_of_the_event_and_not_of_the_look() -> None:
    make_endpoint(events=["milestone.violated"])
    make_desk()
    make_case(account=make_customer(make_process("", first_response(60))), now=NOON)
    tick(NOON + timedelta(hours=3), 10)
    assert payload("milestone.violated")["timestamp"].startswith("2026-03-04T13:00:00")


def test_what_was_refused_is_told_to_nobody() -> None:
    make_endpoint(events=ALL)
    make_desk()
    case = create_case(subject="Leak", by=None, now=NOON)
    number = len(told())
    with pytest.raises(Exception, match="Unknown priority"):
        change_case(case.pk, fields={"priority": "Nonsense"}, by=None, now=NOON)
    assert len(told()) == number


def test_a_reply_is_no_event_by_itself() -> None:
    make_endpoint(events=ALL)
    make_desk()
    case = create_case(subject="Leak", by=None, now=NOON)
    reply_to_case(case.pk, body="Hello", by=make_user("ann"), now=NOON)
    assert told() == ["case.created"]
