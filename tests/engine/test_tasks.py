"""Celery's doors: one knock does all that is due."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone

from cases import tasks
from cases.models import CaseMilestone, Delivery, EngineLook, FiredTrigger, Recalculation
from tests.factory import (
    first_response,
    make_case,
    make_customer,
    make_desk,
    make_hours,
    make_process,
    violation,
)

pytestmark = pytest.mark.django_db
MAIL = {"kind": "email", "to": ["lead@example.com"]}


@pytest.fixture(autouse=True)
def late_cases(settings: Any) -> None:
    settings.ENGINE_BATCH_SIZE = 2
    make_desk()
    account = make_customer(make_process("", first_response(60, triggers=[violation(0, MAIL)])))
    for _ in range(5):
        make_case(account=account, now=timezone.now() - timedelta(minutes=61))


def test_one_tick_looks_at_batch_after_batch() -> None:
    tasks.tick()
    assert FiredTrigger.objects.count() == 5


def test_one_knock_delivers_all_that_waits() -> None:
    tasks.tick()
    tasks.deliver()
    assert len(mail.outbox) == 5
    assert set(Delivery.objects.values_list("state", flat=True)) == {"done"}


def test_both_leave_a_pulse() -> None:
    tasks.tick()
    tasks.deliver()
    pulse = EngineLook.objects.get()
    assert pulse.looked_at is not None and pulse.delivered_at is not None


def test_a_tick_follows_edited_hours() -> None:
    hours = make_hours(days=range(7), opens=time(0), closes=time(0))
    account = make_customer(make_process("", first_response(hours=hours)))
    case = make_case(account=account, now=timezone.now())
    tasks.tick()
    before = CaseMilestone.objects.get(case=case).target_date
    hours.windows.all().delete()
    hours.windows.create(weekday=0, opens_at=time(3), closes_at=time(3, 30))
    tasks.tick()
    assert Recalculation.objects.get().moved == 1
    assert CaseMilestone.objects.get(case=case).target_date != before
