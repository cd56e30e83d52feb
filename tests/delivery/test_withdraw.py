"""What has not left and is no longer news is cancelled, with the reason."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from cases.delivery.deliver import deliver
from cases.delivery.lease import lease_due
from cases.delivery.outcome import Receipt, TryLater
from cases.delivery.settle import Attempt, settle
from cases.engine.due import tick
from cases.models import Case, Delivery
from cases.operations import change_case, complete_milestone
from tests.delivery.post_office import open_post_office
from tests.delivery.waiting import LATE, LEAD, violate
from tests.factory import NOON, first_response, make_case, make_customer, make_desk, make_process, warning

pytestmark = pytest.mark.django_db
MAIL = {"kind": "email", "to": LEAD}
SOON = NOON + timedelta(minutes=45)


def warned() -> Case:
    """A case of whose first response a warning waits to leave."""
    make_desk()
    row = first_response(60, triggers=[warning(50, 0, MAIL)], when='case.priority != "Low"')
    case = make_case(account=make_customer(make_process("", row)), now=NOON)
    tick(SOON, 10)
    return case


def outcome() -> tuple[str, str]:
    (delivery,) = Delivery.objects.all()
    return delivery.state, delivery.error


def test_a_warning_is_moot_once_the_milestone_is_completed() -> None:
    complete_milestone(warned().pk, milestone="First Response", by=None, now=SOON)
    assert outcome() == ("cancelled", "The milestone was completed before this warning left.")


def test_a_warning_is_moot_once_the_milestone_is_cancelled() -> None:
    change_case(warned().pk, fields={"priority": "Low"}, by=None, now=SOON)
    assert outcome() == ("cancelled", "The milestone was cancelled before this left.")


def test_a_violation_stays_news_when_the_milestone_is_completed_late() -> None:
    case = violate(MAIL)
    complete_milestone(case.pk, milestone="First Response", by=None, now=LATE)
    assert outcome() == ("waiting", "")


def test_what_was_withdrawn_is_not_sent(settings: Any) -> None:
    complete_milestone(warned().pk, milestone="First Response", by=None, now=SOON)
    with open_post_office(settings) as office:
        deliver(SOON)
    assert office.offered == []


def test_what_was_under_way_and_arrived_is_done() -> None:
    case = warned()
    leased = lease_due(SOON, 1)
    complete_milestone(case.pk, milestone="First Response", by=None, now=SOON)
    settle([Attempt(leased[0], Receipt())], SOON)
    assert outcome() == ("done", "")


def test_what_was_under_way_and_failed_is_not_tried_again() -> None:
    case = warned()
    leased = lease_due(SOON, 1)
    complete_milestone(case.pk, milestone="First Response", by=None, now=SOON)
    settle([Attempt(leased[0], TryLater("busy"))], SOON)
    assert outcome() == ("cancelled", "The milestone was completed before this warning left.")
    assert lease_due(SOON + timedelta(days=1), 1) == []


def test_what_has_left_stays_done(settings: Any) -> None:
    case = warned()
    with open_post_office(settings):
        deliver(SOON)
    complete_milestone(case.pk, milestone="First Response", by=None, now=SOON)
    assert outcome() == ("done", "")


def test_what_expires_before_it_could_leave_is_cancelled() -> None:
    warned()
    Delivery.objects.update(expires_at=SOON + timedelta(minutes=5))
    assert lease_due(SOON + timedelta(minutes=5), 1) == []
    assert outcome() == ("cancelled", "It was no longer news when it could have left.")
