"""Two workers never send one delivery at once, and one that died is taken over."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections

from cases.delivery.deliver import deliver
from cases.delivery.lease import lease_due, mark_done, mark_failed
from cases.models import Delivery
from tests.delivery.post_office import open_post_office
from tests.delivery.waiting import LATE, waiting_mail

pytestmark = pytest.mark.django_db(transaction=True)
EXPIRED = LATE + timedelta(seconds=121)


def at_once(doing: Callable[[], Any], workers: int) -> None:
    def run() -> None:
        try:
            doing()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(workers) as threads:
        for one in [threads.submit(run) for _ in range(workers)]:
            one.result(60)


def test_two_workers_send_each_mail_once(settings: Any) -> None:
    waiting_mail(cases=8)
    with open_post_office(settings, hesitates=0.02) as office:

        def work() -> None:
            while deliver(LATE):
                continue

        at_once(work, 2)
    assert len(office.ids) == len(set(office.ids)) == 8
    assert set(Delivery.objects.values_list("state", "attempts")) == {("done", 1)}


def test_what_is_leased_is_nobody_elses(settings: Any) -> None:
    waiting_mail()
    assert lease_due(LATE) is not None
    assert lease_due(LATE + timedelta(seconds=1)) is None


def test_a_dead_workers_lease_ends_and_another_takes_over(settings: Any) -> None:
    mail = waiting_mail()
    lease_due(LATE)
    with open_post_office(settings) as office:
        assert not deliver(EXPIRED - timedelta(seconds=2))
        assert deliver(EXPIRED)
    mail.refresh_from_db()
    assert (mail.state, len(office.taken)) == ("done", 1)


def test_a_worker_that_lost_its_lease_changes_nothing(settings: Any) -> None:
    mail = waiting_mail()
    slow = lease_due(LATE)
    fast = lease_due(EXPIRED)
    assert slow is not None and fast is not None
    mark_done(fast, EXPIRED, {"to": []})
    mark_failed(slow, EXPIRED, "TimeoutError")
    mail.refresh_from_db()
    assert (mail.state, mail.error, mail.attempts) == ("done", "", 1)


def test_a_worker_that_lost_its_lease_does_not_end_the_others(settings: Any) -> None:
    waiting_mail()
    slow = lease_due(LATE)
    fast = lease_due(EXPIRED)
    assert slow is not None and fast is not None
    mark_failed(slow, EXPIRED, "TimeoutError")
    assert Delivery.objects.get().lease == fast.lease


def test_each_mail_is_leased_when_its_turn_has_come(settings: Any) -> None:
    waiting_mail(cases=3)
    lease_due(LATE)
    assert Delivery.objects.filter(lease=None).count() == 2


def test_after_its_end_nothing_is_leased(settings: Any) -> None:
    waiting_mail()
    with open_post_office(settings):
        deliver(LATE)
    assert not Delivery.objects.exclude(lease=None, leased_until=None).exists()
