"""Deliveries that ended long ago are forgotten; dead ones, and those of open cases, stay."""

from __future__ import annotations

from datetime import timedelta

import pytest

from cases.delivery.prune import prune
from cases.models import Delivery, ReportMailing, SavedReport
from cases.operations import change_case
from tests.delivery.endpoints import make_endpoint, waiting_message
from tests.delivery.waiting import LATE, LEAD, violate
from tests.factory import make_user

pytestmark = pytest.mark.django_db
LONG_AFTER = LATE + timedelta(days=91)


@pytest.mark.parametrize(("state", "kept"), [("done", 0), ("cancelled", 0), ("dead", 1), ("waiting", 1)])
def test_only_what_has_ended_well_is_forgotten(state: str, kept: int) -> None:
    waiting_message(make_endpoint())
    Delivery.objects.update(state=state)
    prune(LONG_AFTER, 10)
    assert Delivery.objects.count() == kept


def test_what_is_not_old_stays() -> None:
    waiting_message(make_endpoint())
    Delivery.objects.update(state="done")
    assert prune(LATE + timedelta(days=89), 10) == 0


def test_what_an_open_case_shows_stays_with_it() -> None:
    case = violate({"kind": "email", "to": LEAD})
    Delivery.objects.update(state="done", done_at=LATE)
    assert prune(LONG_AFTER, 10) == 0
    change_case(case.pk, fields={"status": "Closed"}, by=None, now=LATE)
    assert prune(LONG_AFTER, 10) == 1


def test_no_more_than_so_many_go_at_once() -> None:
    endpoint = make_endpoint()
    for number in range(3):
        waiting_message(endpoint, number)
    Delivery.objects.update(state="done")
    assert (prune(LONG_AFTER, 2), prune(LONG_AFTER, 2), prune(LONG_AFTER, 2)) == (2, 1, 0)


def test_mailed_reports_are_forgotten_too() -> None:
    saved = SavedReport.objects.create(owner=make_user(), name="Kept", report="compliance")
    for days in (0, 5):
        at = LATE + timedelta(days=days)
        ReportMailing.objects.create(report=saved, period=f"day {at:%F}", due_at=at, made_at=at)
    prune(LONG_AFTER, 10)
    assert ReportMailing.objects.get().made_at == LATE + timedelta(days=5)
