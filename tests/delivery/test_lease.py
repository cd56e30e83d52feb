"""Two workers never send one delivery at once, and one that died is taken over."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connections

from cases.delivery.deliver import deliver
from cases.delivery.lease import lease_due
from cases.delivery.outcome import Receipt
from cases.delivery.settle import Attempt, settle
from cases.models import Delivery
from tests.delivery.post_office import open_post_office
from tests.delivery.waiting import LATE, waiting_mail

pytestmark = pytest.mark.django_db(transaction=True)
EXPIRED = LATE + timedelta(seconds=121)


def lease_one(now: datetime) -> Delivery:
    (leased,) = lease_due(now, 1)
    return leased


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
    lease_one(LATE)
    assert lease_due(LATE + timedelta(seconds=1), 1) == []


def test_a_dead_workers_lease_ends_and_another_takes_over(settings: Any) -> None:
    mail = waiting_mail()
    lease_one(LATE)
    with open_post_office(settings) as office:
        assert not deliver(EXPIRED - timedelta(seconds=2))
        assert deliver(EXPIRED)
    mail.refresh_from_db()
    assert (mail.state, len(office.taken)) == ("done", 1)


def test_a_worker_that_lost_its_lease_changes_nothing(settings: Any) -> None:
    mail = waiting_mail()
    slow, fast = lease_one(LATE), lease_one(EXPIRED)
    settle([Attempt(fast, Receipt({"to": []}))], EXPIRED)
    settle([Attempt(slow, TimeoutError())], EXPIRED)
    mail.refresh_from_db()
    assert (mail.state, mail.error, mail.attempts) == ("done", "", 1)


def test_a_worker_that_lost_its_lease_does_not_end_the_others(settings: Any) -> None:
    waiting_mail()
    slow, fast = lease_one(LATE), lease_one(EXPIRED)
    settle([Attempt(slow, TimeoutError())], EXPIRED)
    assert Delivery.objects.get().lease == fast.lease


def test_no_more_is_leased_than_was_asked_for(settings: Any) -> None:
    waiting_mail(cases=3)
    lease_due(LATE, 2)
    assert Delivery.objects.filter(lease=None).count() == 1


def test_the_longest_waiting_is_leased_first() -> None:
    waiting_mail(cases=3)
    assert [one.case and one.case.number for one in lease_due(LATE, 2)] == ["C-000001", "C-000002"]


def test_no_more_mails_are_under_way_than_the_setting_says(settings: Any) -> None:
    settings.MAILS_AT_ONCE = 2
    waiting_mail(cases=4)
    assert (len(lease_due(LATE, 10)), len(lease_due(LATE, 10))) == (2, 0)


def test_after_its_end_nothing_is_leased(settings: Any) -> None:
    waiting_mail()
    with open_post_office(settings):
        deliver(LATE)
    assert not Delivery.objects.exclude(lease=None, leased_until=None).exists()
