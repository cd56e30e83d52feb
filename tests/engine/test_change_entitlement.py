"""A case that is promised something else."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import User

from cases.models import Case, CaseEvent
from cases.operations import Refused, change_entitlement, reply_to_case
from entitlements.models import Account, Entitlement
from tests.factory import (
    NOON,
    first_response,
    make_account,
    make_case,
    make_customer,
    make_desk,
    make_entitlement,
    make_process,
    make_user,
    resolution,
)

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(minutes=30)


@pytest.fixture
def agent() -> User:
    return make_user("ann")


@pytest.fixture
def account() -> Account:
    make_desk()
    return make_customer(make_process("Silver", resolution()))


@pytest.fixture
def case(account: Account) -> Case:
    return make_case(account=account, now=NOON)


def gold(account: Account, *milestones: dict[str, object], **fields: object) -> Entitlement:
    return make_entitlement(account, make_process("Gold", *milestones), name="Gold promise", **fields)  # type: ignore[arg-type]


def states(case: Case) -> list[tuple[str, int, str]]:
    return list(case.milestones.order_by("pk").values_list("milestone__name", "number", "state"))


def test_the_case_leaves_one_process_and_enters_the_other(case: Case, account: Account, agent: User) -> None:
    change_entitlement(case.pk, entitlement=gold(account, first_response()), by=agent, now=LATER)
    assert states(case) == [("Resolution", 1, "cancelled"), ("First Response", 1, "running")]


def test_a_milestone_of_both_starts_once_more(case: Case, account: Account, agent: User) -> None:
    change_entitlement(case.pk, entitlement=gold(account, resolution(60)), by=agent, now=LATER)
    assert states(case) == [("Resolution", 1, "cancelled"), ("Resolution", 2, "running")]


def test_criteria_meet_the_new_entitlement_at_once(case: Case, account: Account, agent: User) -> None:
    rows = (
        first_response(30, when='entitlement.type == "Phone" && case.entitlement == "Gold promise"'),
        first_response(240),
    )
    change_entitlement(case.pk, entitlement=gold(account, *rows, type="Phone"), by=agent, now=LATER)
    assert list(
        case.milestones.filter(milestone__name="First Response").values_list("minutes", flat=True)
    ) == [30]


def test_an_earlier_reply_counts_in_the_new_process(case: Case, account: Account, agent: User) -> None:
    replied = NOON + timedelta(minutes=5)
    reply_to_case(case.pk, body="We are on our way.", by=agent, now=replied)
    change_entitlement(case.pk, entitlement=gold(account, first_response()), by=agent, now=LATER)
    assert case.milestones.get(milestone__name="First Response").completion_date == replied


def test_without_an_entitlement_the_case_has_left(case: Case, agent: User) -> None:
    case = change_entitlement(case.pk, entitlement=None, by=agent, now=LATER)
    assert (case.entry_date, case.process_version, states(case)) == (
        None,
        None,
        [("Resolution", 1, "cancelled")],
    )


def test_the_same_process_goes_on(case: Case, account: Account, agent: User) -> None:
    process = account.entitlements.get().process
    change_entitlement(
        case.pk, entitlement=make_entitlement(account, process, name="Renewed"), by=agent, now=LATER
    )
    assert states(case) == [("Resolution", 1, "running")]


def test_it_is_an_event_with_who_and_when(case: Case, account: Account, agent: User) -> None:
    change_entitlement(case.pk, entitlement=gold(account, first_response()), by=agent, now=LATER)
    event = CaseEvent.objects.get(kind="field_changed")
    assert (event.by, event.at, event.details["new"]) == ("ann", LATER, "Gold promise")


def test_another_accounts_entitlement_is_refused(case: Case, agent: User) -> None:
    with pytest.raises(Refused, match="another account"):
        change_entitlement(case.pk, entitlement=gold(make_account()), by=agent, now=LATER)
    case.refresh_from_db()
    assert case.process_version is not None
