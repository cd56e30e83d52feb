"""PostgreSQL, Valkey, SMTP servers and endpoints that fail."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from datetime import timedelta

import psycopg
import redis
from django.db import connection

import tests.chaos.ready  # noqa: F401  (first: models need it)
from cases.delivery.deliver import deliver
from cases.models import Delivery, FiredTrigger
from entitlements.models import WebhookEndpoint
from tests.chaos.crowd import database_url, late_cases
from tests.chaos.faults_of_workers import EVERYTHING, KINDS, _listen
from tests.chaos.restart import away, postgresql_number, stop_all, valkey_arguments, valkey_number
from tests.chaos.result import Result, count_inside
from tests.chaos.stack import Stack, all_done, wait_for
from tests.delivery.endpoints import make_endpoint, waiting_message
from tests.delivery.post_office import open_post_office
from tests.delivery.receiver import Behave, answer, drips, floods, hangs, open_receiver, says
from tests.delivery.waiting import LATE

SIGQUIT = 3
SECONDS_WITHOUT_VALKEY = float(os.environ.get("CHAOS_VALKEY_SECONDS", "60"))


def postgresql_restarted(stack: Stack) -> Result:
    """Twice, at once and without a word, while ticks and deliveries are under way."""
    result, cases = Result(), 600
    late_cases(cases, EVERYTHING)
    url = database_url()
    with open_post_office(stack.settings) as office, open_receiver(stack.settings) as receiver:
        _listen(stack, office.port, receiver.port)
        with stack.running(workers=2):
            for reached in (lambda: FiredTrigger.objects.exists(), lambda: len(receiver.ids) > 20):
                result.expect(wait_for(reached, 120), "it did not come so far")
                number = postgresql_number(url)
                connection.close()
                with away(number, lambda: psycopg.connect(url).close(), SIGQUIT):
                    time.sleep(1)
            result.expect(wait_for(all_done), "not all was done in time")
        count_inside(result, cases, KINDS)
        result.sent("webhooks", cases, receiver.ids, at_most=3)
        result.sent("mails", cases, office.ids, at_most=3)
    stop_all()
    return result


def valkey_flushed_and_stopped(stack: Stack) -> Result:
    result, cases = Result(), 400
    late_cases(cases, EVERYTHING)
    url = os.environ["REDIS_URL"]
    with open_post_office(stack.settings) as office, open_receiver(stack.settings) as receiver:
        _listen(stack, office.port, receiver.port)
        with stack.running(workers=2):
            result.expect(wait_for(lambda: FiredTrigger.objects.exists(), 120), "it did not come so far")
            redis.Redis.from_url(url).flushall()
            again, arguments = (lambda: redis.Redis.from_url(url).ping()), valkey_arguments(url)
            with away(valkey_number(url), again, arguments=arguments):
                time.sleep(SECONDS_WITHOUT_VALKEY)
            result.expect(wait_for(all_done, 300), "not all was done in time")
        count_inside(result, cases, KINDS)
        result.sent("webhooks", cases, receiver.ids, at_most=2)
        result.sent("mails", cases, office.ids, at_most=2)
    stop_all()
    return result


def smtp_hangs_after_the_dot(stack: Stack) -> Result:
    """The server has taken each mail and says so too late; then it answers again."""
    result, cases = Result(), 12
    late_cases(cases, EVERYTHING)
    with (
        open_post_office(stack.settings, hesitates=8) as office,
        open_receiver(stack.settings) as receiver,
    ):
        _listen(stack, office.port, receiver.port)
        with stack.running():
            tried = Delivery.objects.filter(kind="email", attempts__gt=0)
            result.expect(wait_for(lambda: tried.exists(), 120), "no mail failed")
            others = Delivery.objects.filter(kind="webhook", state="done")
            result.expect(wait_for(lambda: others.count() == cases, 60), "the webhooks waited for the mails")
            office._hesitates = 0
            Delivery.objects.filter(state="waiting", lease=None).update(next_attempt_at=LATE)
            result.expect(wait_for(lambda: _all_arrived(), 240), "not all was done in time")
        count_inside(result, cases, KINDS)
        result.sent("webhooks", cases, receiver.ids, at_most=1)
        result.sent("mails", cases, (name for name in office.ids), at_most=9)
    result.remarks.append("the same Message-ID each time")
    return result


def endpoint_hangs(stack: Stack) -> Result:
    return _misbehaving(stack, hangs, "TookTooLong")


def endpoint_drips(stack: Stack) -> Result:
    return _misbehaving(stack, drips, "TookTooLong")


def endpoint_redirects(stack: Stack) -> Result:
    moved = answer("301 Moved Permanently", "Location: http://127.0.0.1/")
    return _misbehaving(stack, says(moved), "redirects are not followed")


def endpoint_asks_for_too_much_patience(stack: Stack) -> Result:
    busy = answer("429 Too Many Requests", "Retry-After: 99999999999")
    result = _misbehaving(stack, says(busy), "429")
    latest = Delivery.objects.filter(endpoint="Bad").order_by("-next_attempt_at")[0].next_attempt_at
    result.expect(latest and latest <= LATE + timedelta(hours=25), "it waits for longer than a day")
    return result


def endpoint_answers_ten_gigabytes(stack: Stack) -> Result:
    result = Result()
    stack.settings.WEBHOOK_SECONDS = 5
    with open_receiver(stack.settings, floods) as receiver:
        waiting_message(make_endpoint(url=receiver.url()))
        start = time.monotonic()
        deliver(LATE)
        result.expect(time.monotonic() - start < 6, "it took too long")
        result.sent("webhooks", 1, receiver.ids, at_most=1)
    result.expect(Delivery.objects.get().state == "done", "a 200 is a 200")
    return result


def endpoint_is_gone(stack: Stack) -> Result:
    result = Result()
    with open_receiver(stack.settings, says(answer("410 Gone"))) as receiver:
        endpoint = make_endpoint(url=receiver.url())
        for number in range(50):
            waiting_message(endpoint, number)
        while deliver(LATE):
            continue
        result.expect(len(receiver.ids) <= 32, "it went on although the endpoint was gone")
    states = set(Delivery.objects.values_list("state", flat=True))
    result.expect(states <= {"dead", "cancelled"}, f"states are {states}")
    result.expect(not WebhookEndpoint.objects.get().is_active, "it is still switched on")
    result.actions = 50
    return result


def endpoint_fails_for_three_days(stack: Stack) -> Result:
    """500 for three days by a clock that is moved; dead then, and replayed when it is back."""
    result, back = Result(), False
    broken, fine = answer("500 Internal Server Error"), answer("200 OK")
    with open_receiver(stack.settings, lambda *_: fine if back else broken) as receiver:
        endpoint = make_endpoint(url=receiver.url())
        for number in range(50):
            waiting_message(endpoint, number)
        now = LATE
        while Delivery.objects.filter(state="waiting").exists() and now < LATE + timedelta(days=5):
            deliver(now)
            now += timedelta(minutes=30)
        result.remarks.append(
            f"dead after {(now - LATE) / timedelta(hours=1):.0f} h, {len(receiver.ids)} requests"
        )
        result.expect(Delivery.objects.filter(state="dead").count() == 50, "not all are dead")
        result.expect(now > LATE + timedelta(hours=70), "it gave up too early")
        back = True
        Delivery.objects.update(state="waiting", attempts=0, failing_since=None, next_attempt_at=now)
        for _ in range(4):
            now += timedelta(hours=1)
            while deliver(now):
                continue
        result.sent("webhooks", 50, receiver.ids, at_most=100)
    result.expect(Delivery.objects.filter(state="done").count() == 50, "not all arrived when it was back")
    return result


def _misbehaving(stack: Stack, behave: Behave, error: str) -> Result:
    """Thirty messages to an endpoint that does so, and thirty to one that answers: these arrive at once."""
    result = Result()
    stack.settings.WEBHOOK_SECONDS = 2
    path: Callable[..., object] = lambda receiver, request, sock: (  # noqa: E731
        behave(receiver, request, sock) if request.path == "/bad" else answer("200 OK")
    )
    with open_receiver(stack.settings, path) as receiver:  # type: ignore[arg-type]
        bad, good = make_endpoint("Bad", receiver.url("/bad")), make_endpoint("Good", receiver.url("/good"))
        for number in range(30):
            waiting_message(bad, number)
        for number in range(30):
            waiting_message(good, number)
        start = time.monotonic()
        while deliver(LATE):
            continue
        result.remarks.append(f"all tried within {time.monotonic() - start:.1f} s")
        arrived = [one.id for one in receiver.received if one.path == "/good"]
        tried = [one.id for one in receiver.received if one.path == "/bad"]
    result.sent("webhooks to the other", 30, arrived, at_most=1)
    result.expect(len(tried) < 20, "it was not left alone")
    errors = set(Delivery.objects.filter(endpoint="Bad").exclude(error="").values_list("error", flat=True))
    result.expect(errors and all(error in one for one in errors), f"the reasons are {errors}")
    waiting = Delivery.objects.filter(endpoint="Bad", state="waiting").count()
    result.count("messages that wait for it", 30, waiting)
    return result


def _all_arrived() -> bool:
    """What failed meanwhile is tried at once and not when its patience is over."""
    Delivery.objects.filter(state="waiting", lease=None).update(next_attempt_at=LATE)
    return all_done()
