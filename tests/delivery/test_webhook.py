"""Outbound messages, posted to a real HTTP server."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from standardwebhooks import Webhook

from cases.delivery.deliver import deliver
from cases.models import Delivery, EndpointHealth
from entitlements.models import WebhookEndpoint
from entitlements.models.webhook_endpoint import new_secret
from tests.delivery.endpoints import make_endpoint, state_of, waiting_message
from tests.delivery.receiver import OK, answer, drips, floods, hangs, open_receiver, says
from tests.delivery.waiting import LATE, violate

pytestmark = pytest.mark.django_db
BROKEN = answer("500 Internal Server Error", body=b"stack trace")


def test_a_triggers_message_arrives_with_the_facts_of_that_moment(settings: Any) -> None:
    make_endpoint("Operations")
    violate({"kind": "webhook", "endpoint": "Operations"}, subject="Leak")
    with open_receiver(settings) as receiver:
        WebhookEndpoint.objects.update(url=receiver.url())
        deliver(LATE)
    (request,) = receiver.received
    told = json.loads(request.body)
    assert (told["type"], told["version"]) == ("milestone.violated", 1)
    assert told["data"]["case"]["subject"] == "Leak"
    assert told["data"]["milestone"]["violated_at"] == "2026-03-04T13:00:00Z"
    assert Delivery.objects.get().state == "done"


def test_it_is_signed_as_standard_webhooks_says(settings: Any) -> None:
    with open_receiver(settings) as receiver:
        endpoint = make_endpoint(url=receiver.url())
        now = datetime.now(UTC)
        waiting_message(endpoint, now=now)
        deliver(now)
    (request,) = receiver.received
    assert Webhook(endpoint.secret).verify(request.body, request.headers)["type"] == "test"


def test_after_a_rotation_both_secrets_sign_until_the_old_one_ends(settings: Any) -> None:
    with open_receiver(settings) as receiver:
        old, until = new_secret(), LATE + timedelta(hours=24)
        endpoint = make_endpoint(url=receiver.url(), old_secret=old, old_secret_until=until)
        waiting_message(endpoint, 1)
        deliver(LATE)
        waiting_message(endpoint, 2)
        deliver(until)
    signatures = [request.headers["webhook-signature"].split() for request in receiver.received]
    assert [len(one) for one in signatures] == [2, 1]


def test_its_id_and_body_are_the_same_at_every_attempt(settings: Any) -> None:
    with open_receiver(settings, says(BROKEN, BROKEN, OK)) as receiver:
        message = waiting_message(make_endpoint(url=receiver.url()))
        for hours in range(3):
            deliver(LATE + timedelta(hours=hours))
    assert receiver.ids == [f"msg_{message.token.hex}"] * 3
    assert len({request.body for request in receiver.received}) == 1


def test_an_endpoints_own_headers_go_with_it_but_replace_none_of_ours(settings: Any) -> None:
    with open_receiver(settings) as receiver:
        headers = {"Authorization": "Bearer x", "Webhook-Id": "mine", "Host": "elsewhere"}
        waiting_message(make_endpoint(url=receiver.url(), headers=headers))
        deliver(LATE)
    given = receiver.received[0].headers
    assert (given["authorization"], given["host"]) == ("Bearer x", f"127.0.0.1:{receiver.port}")
    assert given["webhook-id"].startswith("msg_")


def test_request_and_answer_are_kept_for_the_last_tries(settings: Any) -> None:
    with open_receiver(settings, says(BROKEN, OK)) as receiver:
        message = waiting_message(make_endpoint(url=receiver.url()))
        for hours in range(2):
            deliver(LATE + timedelta(hours=hours))
    message.refresh_from_db()
    assert [(one["status"], one["answer"]) for one in message.tries] == [
        (500, "stack trace"),
        (200, "thanks"),
    ]
    assert message.tries[0]["error"] == "The endpoint answered 500 Internal Server Error."


def test_a_redirect_is_not_followed(settings: Any) -> None:
    moved = answer("301 Moved Permanently", "Location: http://169.254.169.254/latest/meta-data/")
    with open_receiver(settings, says(moved)) as receiver:
        message = waiting_message(make_endpoint(url=receiver.url()))
        deliver(LATE)
    state, error = state_of(message)
    assert (state, len(receiver.received)) == ("waiting", 1)
    assert "301" in error and "redirects are not followed" in error


def test_410_switches_the_endpoint_off_and_cancels_the_rest(settings: Any) -> None:
    with open_receiver(settings, says(answer("410 Gone"))) as receiver:
        endpoint = make_endpoint(url=receiver.url())
        first = waiting_message(endpoint, 1)
        later = waiting_message(endpoint, 2, due=LATE + timedelta(hours=1))
        deliver(LATE)
    endpoint.refresh_from_db()
    assert (endpoint.is_active, state_of(first)[0], state_of(later)[0]) == (False, "dead", "cancelled")
    assert "410" in endpoint.note


@pytest.mark.parametrize(
    ("asked", "least", "most"),
    [
        ("120", 120, 121),
        ("99999999999999", 86400, 86401),
        ("Wed, 04 Mar 2026 14:00:00 GMT", 3600, 3601),
        ("x", 4, 6),
    ],
)
def test_a_429_is_waited_for_within_a_day(settings: Any, asked: str, least: int, most: int) -> None:
    busy = answer("429 Too Many Requests", f"Retry-After: {asked}", "Date: Wed, 04 Mar 2026 13:00:00 GMT")
    with open_receiver(settings, says(busy)) as receiver:
        message = waiting_message(make_endpoint(url=receiver.url()))
        deliver(LATE)
    message.refresh_from_db()
    assert message.next_attempt_at is not None
    assert least <= (message.next_attempt_at - LATE).total_seconds() <= most


@pytest.mark.parametrize("behave", [hangs, drips])
def test_an_exchange_ends_in_time(settings: Any, behave: Any) -> None:
    settings.WEBHOOK_SECONDS = 0.4
    with open_receiver(settings, behave) as receiver:
        message = waiting_message(make_endpoint(url=receiver.url()))
        start = time.monotonic()
        deliver(LATE)
        took = time.monotonic() - start
    state, error = state_of(message)
    assert state == "waiting" and "TookTooLong" in error
    assert took < 5


def test_of_ten_gigabytes_only_the_beginning_is_read(settings: Any) -> None:
    settings.WEBHOOK_SECONDS = 5
    with open_receiver(settings, floods) as receiver:
        message = waiting_message(make_endpoint(url=receiver.url()))
        deliver(LATE)
    message.refresh_from_db()
    assert (message.state, len(message.tries[0]["answer"])) == ("done", 2000)


def test_bytes_that_are_no_text_are_kept_as_text(settings: Any) -> None:
    with open_receiver(settings, says(answer("200 OK", body=b"\x00\xff\xfe"))) as receiver:
        message = waiting_message(make_endpoint(url=receiver.url()))
        deliver(LATE)
    message.refresh_from_db()
    assert message.state == "done" and "\x00" not in message.tries[0]["answer"]


def test_an_address_of_the_inner_network_is_dead_at_once(settings: Any) -> None:
    with open_receiver(settings) as receiver:
        settings.WEBHOOK_ALLOW = []
        message = waiting_message(make_endpoint(url=receiver.url()))
        deliver(LATE)
    assert state_of(message) == ("dead", "127.0.0.1 is not a public address: it is loopback.")
    assert receiver.received == []


def test_a_deleted_endpoint_is_said(settings: Any) -> None:
    endpoint = make_endpoint()
    message = waiting_message(endpoint)
    endpoint.delete()
    deliver(LATE)
    assert state_of(message) == ("dead", "There is no webhook endpoint “Operations”.")


def test_an_endpoint_that_is_off_is_sent_nothing_but_a_test(settings: Any) -> None:
    with open_receiver(settings) as receiver:
        endpoint = make_endpoint(url=receiver.url(), is_active=False)
        waiting_message(endpoint)
        Delivery.objects.update(event="milestone.violated")
        deliver(LATE)
        assert state_of(Delivery.objects.get()) == ("dead", "The endpoint “Operations” is switched off.")
        waiting_message(endpoint, 2)
        deliver(LATE)
    assert len(receiver.received) == 1


def test_an_action_that_names_no_endpoint_is_dead_with_the_reason() -> None:
    violate({"kind": "webhook", "endpoint": "Nowhere"})
    assert (Delivery.objects.get().state, Delivery.objects.get().error) == (
        "dead",
        "There is no webhook endpoint “Nowhere”.",
    )


class TestAnEndpointThatFails:
    def test_rests_after_five_failures_and_then_one_message_tries(self, settings: Any) -> None:
        settings.WEBHOOKS_AT_ONCE = 2
        with open_receiver(settings, says(BROKEN)) as receiver:
            endpoint = make_endpoint(url=receiver.url())
            for number in range(20):
                waiting_message(endpoint, number)
            while deliver(LATE):
                continue
            after_rest = EndpointHealth.objects.get().rests_until
            assert after_rest is not None
            tried = len(receiver.received)
            assert 5 <= tried <= 6
            deliver(after_rest)
            assert len(receiver.received) == tried + 1

    def test_delays_nobody_else(self, settings: Any) -> None:
        with open_receiver(
            settings, lambda receiver, request, _: BROKEN if request.path == "/bad" else OK
        ) as receiver:
            bad, good = (
                make_endpoint("Bad", receiver.url("/bad")),
                make_endpoint("Good", receiver.url("/good")),
            )
            for number in range(40):
                waiting_message(bad, number)
            waiting_message(good)
            while deliver(LATE):
                continue
        assert [request.path for request in receiver.received].count("/good") == 1

    def test_gets_all_that_waited_once_it_is_back(self, settings: Any) -> None:
        behaviours = [BROKEN] * 8
        with open_receiver(settings, lambda *_: behaviours.pop() if behaviours else OK) as receiver:
            endpoint = make_endpoint(url=receiver.url())
            for number in range(20):
                waiting_message(endpoint, number)
            now = LATE
            for _ in range(12):
                while deliver(now):
                    continue
                now += timedelta(minutes=20)
        assert set(Delivery.objects.values_list("state", flat=True)) == {"done"}
        assert len(set(receiver.ids)) == 20

    def test_for_three_days_leaves_nothing_waiting_for_ever(self, settings: Any) -> None:
        with open_receiver(settings, says(BROKEN)) as receiver:
            endpoint = make_endpoint(url=receiver.url())
            for number in range(12):
                waiting_message(endpoint, number)
            now = LATE
            while Delivery.objects.filter(state="waiting").exists():
                deliver(now)
                now += timedelta(minutes=45)
                assert now < LATE + timedelta(days=4)
        assert set(Delivery.objects.values_list("state", flat=True)) == {"dead"}
        assert now > LATE + timedelta(days=2)
