"""Changes of a case's fields."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User

from cases.models import Case, CaseEvent
from cases.operations import Refused, StalePage, change_case
from entitlements.models import CustomField
from tests.factory import NOON, make_account, make_case, make_desk, make_user

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(minutes=10)


@pytest.fixture
def agent() -> User:
    return make_user("ann")


@pytest.fixture
def case() -> Case:
    make_desk()
    return make_case(now=NOON, priority="Low")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("status", "Working"),
        ("stage", "Intake"),
        ("priority", "High"),
        ("type", "Damage"),
        ("origin", "Phone"),
        ("queue", "Claims"),
        ("owner", "ann"),
        ("subject", "Fire in the attic"),
    ],
)
def test_a_field_changes_and_the_event_says_who_and_what(
    case: Case, agent: User, name: str, value: str
) -> None:
    change_case(case.pk, fields={name: value}, by=agent, now=LATER)
    event = CaseEvent.objects.get(kind="field_changed")
    assert (event.by, event.at, event.details["field"], event.details["new"]) == ("ann", LATER, name, value)
    case.refresh_from_db()
    assert str(getattr(case, name)) == value


def test_an_owner_can_be_taken_away(case: Case, agent: User) -> None:
    change_case(case.pk, fields={"owner": "ann"}, by=agent, now=NOON)
    assert change_case(case.pk, fields={"owner": ""}, by=agent, now=LATER).owner is None


def test_what_is_so_already_is_no_event(case: Case, agent: User) -> None:
    change_case(case.pk, fields={"priority": "Low"}, by=agent, now=LATER)
    assert not CaseEvent.objects.filter(kind="field_changed").exists()


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"status": "Nonsense"}, "Unknown status"),
        ({"status": ""}, "Unknown status"),
        ({"priority": "Nonsense"}, "Unknown priority"),
        ({"owner": "nobody"}, "no active user"),
        ({"owner": "gone"}, "no active user"),
        ({"queue": "Nonsense"}, "no queue"),
        ({"subject": " "}, "needs a subject"),
        ({"subject": "x" * 251}, "at most 250"),
        ({"type": "x" * 61}, "at most 60"),
        ({"type": "a\x00"}, "cannot be kept"),
        ({"number": "C-1"}, "not a field"),
        ({"entitlement": "Gold"}, "not a field"),
        ({"account": "Another"}, "not a field"),
        ({"custom.mood": "good"}, "no field"),
        ({"priority": "High", "status": "Nonsense"}, "Unknown status"),
        ({"priority": 3}, "is a text"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_changes(
    case: Case, agent: User, fields: dict[str, Any], why: str
) -> None:
    make_user("gone", is_active=False)
    before = Case.objects.values().get()
    events = CaseEvent.objects.count()
    with pytest.raises(Refused, match=why):
        change_case(case.pk, fields=fields, by=agent, now=LATER)
    assert (Case.objects.values().get(), CaseEvent.objects.count()) == (before, events)


def test_a_stale_page_is_told_who_was_faster(case: Case, agent: User) -> None:
    change_case(case.pk, fields={"priority": "High"}, by=make_user("bob"), now=NOON)
    with pytest.raises(StalePage, match="bob set priority to “High”"):
        change_case(case.pk, fields={"priority": "Medium"}, shown={"priority": "Low"}, by=agent, now=LATER)


def test_two_who_want_the_same_do_not_quarrel(case: Case, agent: User) -> None:
    change_case(case.pk, fields={"priority": "High"}, by=make_user("bob"), now=NOON)
    change_case(case.pk, fields={"priority": "High"}, shown={"priority": "Low"}, by=agent, now=LATER)


def test_another_field_of_a_stale_page_may_change(case: Case, agent: User) -> None:
    change_case(case.pk, fields={"priority": "High"}, by=make_user("bob"), now=NOON)
    shown = {"priority": "Low", "type": ""}
    changed = change_case(case.pk, fields={"type": "Damage"}, shown=shown, by=agent, now=LATER)
    assert (changed.priority_id, changed.type) == ("High", "Damage")


def test_closing_completes_resolution_and_cancels_the_rest(case: Case, agent: User) -> None:
    change_case(case.pk, fields={"status": "Closed"}, by=agent, now=LATER)
    assert dict(case.milestones.values_list("milestone__name", "state")) == {
        "First Response": "cancelled",
        "Resolution": "completed",
    }


def test_a_reopened_case_enters_again(case: Case, agent: User) -> None:
    change_case(case.pk, fields={"status": "Closed"}, by=agent, now=LATER)
    case = change_case(case.pk, fields={"status": "Working"}, by=agent, now=LATER)
    assert (case.run, case.reopen_count, case.closed_at) == (2, 1, None)


def test_every_change_makes_a_new_revision(case: Case, agent: User) -> None:
    changed = change_case(case.pk, fields={"priority": "High"}, by=agent, now=LATER)
    assert changed.revision == case.revision + 1


def test_custom_fields_change_on_cases_without_a_process_too(agent: User) -> None:
    make_desk()
    CustomField.objects.create(key="visit", label="Visit", type="date")
    case = make_case(account=make_account(), now=NOON)
    visit = datetime(2026, 3, 5, 9, tzinfo=UTC)
    change_case(case.pk, fields={"custom.visit": visit}, by=agent, now=LATER)
    case.refresh_from_db()
    assert case.custom == {"visit": "2026-03-05T09:00:00+00:00"}


def test_a_custom_number_is_a_number(agent: User) -> None:
    make_desk()
    CustomField.objects.create(key="damage", label="Damage", type="number")
    case = make_case(now=NOON)
    with pytest.raises(Refused, match="not a number"):
        change_case(case.pk, fields={"custom.damage": float("nan")}, by=agent, now=LATER)
