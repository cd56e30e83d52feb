"""Extending and waiving a milestone: by supervisors alone, and with the effect shown first."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from cases import operations
from cases.models import Case, CaseEvent, CaseMilestone
from cases.queries.worklist.rows import missed
from tests.factory import first_response, make_case, make_customer, make_process, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def supervisor(client: Client) -> User:
    sue = make_user("sue", "Supervisors")
    client.force_login(sue)
    return sue


@pytest.fixture
def case(agent: User, ago: Any) -> Case:
    return make_case(account=make_customer(make_process("", first_response(60))), now=ago(90))


def address(case: Case) -> str:
    return f"/cases/{case.number}/milestones/{milestone(case).pk}/relief/"


def milestone(case: Case) -> CaseMilestone:
    return CaseMilestone.objects.get(case=case)


def post(client: Client, case: Case, **given: Any) -> Any:
    said = {"what": "extend", "minutes": "1h", "reason": "The part is late", **given}
    return client.post(address(case), said)


def test_an_agent_may_not(client: Client, case: Case) -> None:
    assert client.get(address(case)).status_code == 403
    assert post(client, case, confirmed="1").status_code == 403
    assert "Extend or waive" not in client.get(f"/cases/{case.number}/").content.decode()


def test_a_supervisor_finds_it_on_the_milestone(client: Client, case: Case, supervisor: User) -> None:
    assert f'href="{address(case)}"' in client.get(f"/cases/{case.number}/tracker/").content.decode()


def test_the_effect_is_shown_and_nothing_has_changed(client: Client, case: Case, supervisor: User) -> None:
    before = milestone(case).target_date
    page = post(client, case).content.decode()
    assert "instead of" in page
    assert "Do it" in page
    assert milestone(case).target_date == before
    assert not CaseEvent.objects.filter(kind="milestone_extended").exists()


def test_an_extension_moves_the_target_and_takes_the_violation_back(
    client: Client, case: Case, supervisor: User, ago: Any
) -> None:
    operations.change_case(case.pk, fields={"subject": "Looked at"}, by=supervisor, now=ago(5))
    assert milestone(case).is_violated
    answer = post(client, case, confirmed="1")
    assert answer.status_code == 302
    one = milestone(case)
    assert one.target_date == case.created_at + timedelta(minutes=120)
    assert not one.is_violated
    page = client.get(answer["Location"]).content.decode()
    assert "First Response: extended by 1 h: The part is late" in page
    assert "“First Response” is extended." in page


def test_a_waived_one_is_not_missed(client: Client, case: Case, supervisor: User, ago: Any) -> None:
    operations.reply_to_case(case.pk, body="Late", by=supervisor, now=ago(1))
    assert CaseMilestone.objects.filter(missed(ago(0), None)).count() == 1
    assert "counts neither" in client.get(address(case)).content.decode()
    post(client, case, what="waive", minutes="", confirmed="1")
    assert CaseMilestone.objects.filter(missed(ago(0), None)).count() == 0
    case.refresh_from_db()
    assert case.milestone_status == "compliant"
    assert "Waived" in client.get(f"/cases/{case.number}/tracker/").content.decode()


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"reason": " "}, "Say why."),
        ({"minutes": ""}, "Say by how much."),
        ({"minutes": "soon"}, "soon"),
        ({"minutes": "0"}, "1 minute or more"),
        ({"minutes": "999999h"}, "ten years"),
        ({"what": "forget"}, "forget"),
        ({"reason": "x" * 301}, "300 characters"),
    ],
)
def test_what_makes_no_sense_is_said_at_its_field(
    client: Client, case: Case, supervisor: User, given: dict[str, str], why: str
) -> None:
    answer = post(client, case, confirmed="1", **given)
    assert answer.status_code == 422
    assert why in answer.content.decode()
    assert milestone(case).extension == 0


def test_what_the_engine_refuses_is_said(client: Client, case: Case, supervisor: User, ago: Any) -> None:
    operations.reply_to_case(case.pk, body="Done", by=supervisor, now=ago(1))
    for confirmed in ({}, {"confirmed": "1"}):
        assert "is completed already" in post(client, case, **confirmed).content.decode()


def test_a_milestone_of_another_case_is_not_found(client: Client, case: Case, supervisor: User) -> None:
    other = make_case(account=case.account, now=case.created_at)
    there = f"/cases/{other.number}/milestones/{milestone(case).pk}/relief/"
    assert client.get(there).status_code == 404
