"""A case that comes back: what counts then, over many looks."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from cases.models import Case
from cases.operations import change_case, reply_to_case
from tests.factory import NOON, first_response, make_case, make_customer, make_desk, make_process, make_user

pytestmark = pytest.mark.django_db


def minutes(number: int) -> datetime:
    return NOON + timedelta(minutes=number)


def reopened_with_a_reply(on_reentry: str) -> Case:
    """Answered, closed, reopened, answered again before First Response is wanted, and then it is."""
    make_desk()
    row = first_response(when='case.stage == "Intake"')
    account = make_customer(make_process("", row, on_reentry=on_reentry))
    case, agent = make_case(account=account, stage="Intake", now=NOON), make_user()
    reply_to_case(case.pk, body="Hello.", by=agent, now=minutes(5))
    change_case(case.pk, fields={"status": "Closed", "stage": "Settlement"}, by=agent, now=minutes(10))
    change_case(case.pk, fields={"status": "Working"}, by=agent, now=minutes(20))
    reply_to_case(case.pk, body="Hello again.", by=agent, now=minutes(25))
    return change_case(case.pk, fields={"stage": "Intake"}, by=agent, now=minutes(30))


def test_what_was_completed_counts() -> None:
    case = reopened_with_a_reply("keep")
    assert list(case.milestones.values_list("number", "completion_date")) == [(1, minutes(5))]


def test_begun_anew_an_earlier_reply_of_this_run_completes_at_birth() -> None:
    case = reopened_with_a_reply("restart")
    completions = case.milestones.order_by("number").values_list("number", "completion_date")
    assert list(completions) == [(1, minutes(5)), (2, minutes(25))]
