"""Setup: Webhook Endpoints."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from cases.delivery.deliver import deliver
from cases.models import Delivery
from entitlements.models import SetupChange, WebhookEndpoint
from tests.delivery.endpoints import make_endpoint, waiting_message
from tests.delivery.receiver import open_receiver
from tests.factory import first_response, make_process, violation
from tests.setup.administrator import Setup, errors, page_of

NAMED = {"name": "Operations", "url": "https://hooks.example.com/desk", "is_active": "on"}


class TestANewOne:
    def test_is_made_with_a_secret_that_is_shown_once(self, setup: Setup) -> None:
        shown = setup.add("webhookendpoint", **NAMED, events=["milestone.violated"])
        endpoint = WebhookEndpoint.objects.get()
        assert endpoint.events == ["milestone.violated"]
        assert endpoint.secret in shown.content.decode()
        assert "no-store" in shown.headers["Cache-Control"]
        assert endpoint.secret not in setup.get(page_of(endpoint)).content.decode()

    @pytest.mark.parametrize(
        ("url", "says"),
        [
            ("http://127.0.0.1/", "loopback"),
            ("http://169.254.169.254/latest/", "link-local"),
            ("https://[::1]/", "loopback"),
            ("https://user:word@example.com/", "a name and a password"),
            ("https://example.com:22/", "Port 22"),
            ("javascript:alert(1)", "valid URL"),
            ("", "required"),
        ],
    )
    def test_goes_to_no_inner_address(self, setup: Setup, url: str, says: str) -> None:
        answer = setup.add("webhookendpoint", **{**NAMED, "url": url})
        assert says in errors(answer, "url")
        assert not WebhookEndpoint.objects.exists()

    @pytest.mark.parametrize("line", ["no colon", "Webhook-Id: mine", "X: a\x00b", "Host: x", "Ä: x", ": x"])
    def test_has_no_headers_that_could_not_be(self, setup: Setup, line: str) -> None:
        assert errors(setup.add("webhookendpoint", **NAMED, headers=line), "headers")

    def test_keeps_its_headers_by_name(self, setup: Setup) -> None:
        setup.add("webhookendpoint", **NAMED, headers="Authorization: Bearer x:y\r\nX-Desk: 1")
        assert WebhookEndpoint.objects.get().headers == {"Authorization": "Bearer x:y", "X-Desk": "1"}

    def test_hears_of_no_event_that_there_is_not(self, setup: Setup) -> None:
        assert errors(setup.add("webhookendpoint", **NAMED, events=["case.eaten"]), "events")


def test_a_new_secret_leaves_the_old_one_valid_for_a_day(setup: Setup, desk: None) -> None:
    endpoint = make_endpoint()
    old = endpoint.secret
    shown = setup.post(page_of(endpoint, "secret")).content.decode()
    endpoint.refresh_from_db()
    now = datetime.now(UTC)
    assert endpoint.secret in shown and old not in shown
    (change,) = SetupChange.objects.all()
    assert (change.remark, change.lines, change.by) == ("New secret", [], setup.user)
    assert endpoint.secrets(now) == [endpoint.secret, old]
    assert endpoint.secrets(now + timedelta(hours=25)) == [endpoint.secret]


def test_a_test_is_sent_and_its_answer_shown(setup: Setup, desk: None, settings: Any) -> None:
    with open_receiver(settings) as receiver:
        endpoint = make_endpoint(url=receiver.url())
        setup.post(page_of(endpoint, "test"))
        deliver(datetime.now(UTC))
    page = setup.get(page_of(Delivery.objects.get())).content.decode()
    assert "thanks" in page and "&quot;type&quot;: &quot;test&quot;" in page
    assert "delivery-state" in setup.get(page_of(endpoint)).content.decode()


def test_switching_it_off_cancels_what_waits(setup: Setup, desk: None) -> None:
    endpoint = make_endpoint(url="https://hooks.example.com/desk")
    waiting_message(endpoint)
    setup.change(endpoint, url=endpoint.url)
    assert Delivery.objects.get().state == "cancelled"


def test_what_failed_there_is_tried_again_together(setup: Setup, desk: None) -> None:
    endpoint = make_endpoint()
    for number in range(3):
        waiting_message(endpoint, number)
    Delivery.objects.update(state="dead", next_attempt_at=None)
    assert "3 will be tried again" in setup.post(page_of(endpoint, "retry")).content.decode()
    assert set(Delivery.objects.values_list("state", flat=True)) == {"waiting"}


def test_what_arrived_is_sent_again_under_the_same_id(setup: Setup, desk: None) -> None:
    message = waiting_message(make_endpoint())
    Delivery.objects.update(state="done", next_attempt_at=None)
    setup.post(page_of(message, "again"))
    again = Delivery.objects.get()
    assert (again.state, again.token) == ("waiting", message.token)


@pytest.mark.parametrize("verb", ["test", "secret", "retry"])
def test_nothing_is_done_by_following_a_link(setup: Setup, desk: None, verb: str) -> None:
    assert setup.client.get(page_of(make_endpoint(), verb)).status_code == 405


def test_one_that_actions_name_is_not_deleted(setup: Setup, desk: None) -> None:
    endpoint = make_endpoint()
    make_process(
        "Premium", first_response(triggers=[violation(0, {"kind": "webhook", "endpoint": "Operations"})])
    )
    setup.delete(endpoint)
    assert WebhookEndpoint.objects.exists()
