"""A new case: what it is promised, and what is refused."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from cases.models import Case, CaseEvent, CaseNumber
from cases.operations import Refused, create_case
from entitlements.models import CustomField
from tests.factory import (
    NOON,
    make_account,
    make_case,
    make_contact,
    make_customer,
    make_desk,
    make_entitlement,
    make_process,
    make_user,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def desk() -> None:
    make_desk()


def test_the_accounts_entitlement_is_chosen() -> None:
    account = make_customer()
    assert make_case(account=account, now=NOON).entitlement == account.entitlements.get()


def test_the_contacts_own_entitlement_comes_first() -> None:
    account = make_customer()
    contact = make_contact(account)
    own = make_entitlement(account, make_process(), name="Ada's own", contact=contact)
    assert make_case(contact=contact, now=NOON).entitlement == own


def test_another_contacts_entitlement_is_not_taken() -> None:
    account = make_account()
    make_entitlement(account, make_process(), contact=make_contact(account, "Ada Byron"))
    assert make_case(contact=make_contact(account, "Grace Hopper"), now=NOON).entitlement is None


def test_a_customer_without_entitlement_gets_a_case_without_milestones() -> None:
    case = make_case(account=make_account(), now=NOON)
    assert (case.entitlement, case.milestones.count(), case.run) == (None, 0, 0)


@pytest.mark.parametrize(
    ("start", "end"),
    [(date(2026, 1, 1), date(2026, 3, 3)), (date(2026, 3, 5), None)],
    ids=["expired", "later"],
)
def test_an_entitlement_that_does_not_hold_today_is_not_taken(start: date, end: date | None) -> None:
    account = make_account()
    make_entitlement(account, make_process(), start, end_date=end)
    assert make_case(account=account, now=NOON).entitlement is None


def test_its_milestones_count_from_its_creation() -> None:
    case = make_case(now=NOON)
    targets = list(case.milestones.values_list("milestone__name", "target_date"))
    assert targets == [
        ("First Response", datetime(2026, 3, 4, 13, tzinfo=UTC)),
        ("Resolution", datetime(2026, 3, 4, 20, tzinfo=UTC)),
    ]


def test_it_follows_the_published_version() -> None:
    process = make_process()
    assert make_case(account=make_customer(process), now=NOON).process_version == process.published_version()


def test_its_creation_is_an_event_with_who_and_when() -> None:
    case = make_case(by=make_user("ann"), now=NOON)
    event = CaseEvent.objects.get(case=case, kind="case_created")
    assert (event.by, event.at, event.recorded_at) == ("ann", NOON, NOON)


def test_it_takes_the_default_status() -> None:
    assert make_case(now=NOON).status_id == "New"


def test_its_numbers_follow_each_other() -> None:
    assert [make_case(now=NOON).number for _ in range(3)] == ["C-000001", "C-000002", "C-000003"]


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"subject": "  "}, "needs a subject"),
        ({"subject": "x" * 251}, "at most 250 characters"),
        ({"subject": "null\x00"}, "cannot be kept"),
        ({"description": "half a pair \ud83d"}, "cannot be kept"),
        ({"description": "x" * 100_001}, "at most 100,000"),
        ({"status": "Nonsense"}, "Unknown status"),
        ({"stage": "Nonsense"}, "Unknown stage"),
        ({"priority": "Nonsense"}, "Unknown priority"),
        ({"queue": "Nonsense"}, "no queue"),
        ({"type": "x" * 61}, "at most 60"),
        ({"mood": "good"}, "no field “mood”"),
        ({"custom": {"mood": "good"}}, "no field “custom.mood”"),
    ],
)
def test_what_cannot_be_is_refused(given: dict[str, str], why: str) -> None:
    account = make_customer()
    with pytest.raises(Refused, match=why):
        make_case(**{"account": account, "now": NOON, **given})  # type: ignore[arg-type]
    assert (Case.objects.count(), CaseEvent.objects.count()) == (0, 0)


def test_a_refused_case_takes_no_number() -> None:
    account = make_customer()
    with pytest.raises(Refused):
        make_case(account=account, queue="Nonsense", now=NOON)
    assert not CaseNumber.objects.exists()


def test_a_contact_of_another_account_is_refused() -> None:
    contact = make_contact(make_account())
    with pytest.raises(Refused, match="another account"):
        make_case(account=make_account(), contact=contact, now=NOON)


def test_an_entitlement_of_another_account_is_refused() -> None:
    entitlement = make_customer().entitlements.get()
    with pytest.raises(Refused, match="another account"):
        create_case(subject="Leak", account=make_account(), entitlement=entitlement, by=None, now=NOON)


def test_custom_dates_start_milestones() -> None:
    CustomField.objects.create(key="visit", label="Visit", type="date")
    process = make_process("", {"milestone": "Visit", "minutes": 30, "start": "custom.visit"})
    visit = datetime(2026, 3, 5, 9, tzinfo=UTC)
    case = make_case(account=make_customer(process), custom={"visit": visit}, now=NOON)
    assert case.milestones.get().start_date == visit
