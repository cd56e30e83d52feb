"""New case, notifications, and pages that say what went wrong."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from cases.models import Case, Notification
from tests.factory import make_case, make_contact, make_customer


def test_a_new_case_gets_its_entitlement(client: Client, agent: User) -> None:
    make_contact(make_customer(name="Acme"), "Ada Byron")
    form = {"subject": "Leak", "account": "acme", "contact": "ada byron", "priority": "High", "owner": "amy"}
    answer = client.post("/cases/new/", form)
    case = Case.objects.get()
    assert answer["Location"] == f"/cases/{case.number}/"
    assert (case.account.name, case.contact.name, case.owner) == ("Acme", "Ada Byron", agent)  # type: ignore[union-attr]
    assert case.milestones.count() == 2
    assert case.created_by == "amy"


def test_a_contact_alone_brings_its_account(client: Client) -> None:
    make_contact(make_customer(name="Acme"), "Ada Byron")
    client.post("/cases/new/", {"subject": "Leak", "contact": "Ada Byron"})
    assert Case.objects.get().account.name == "Acme"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("form", "why"),
    [
        ({"subject": ""}, "This field is required"),
        ({"subject": "x", "account": "Nobody"}, "There is no account “Nobody”"),
        ({"subject": "x", "account": "Acme", "contact": "Nobody"}, "There is no contact “Nobody” at Acme"),
        ({"subject": "x", "contact": "Ada"}, "There are 2 contacts “Ada”"),
        ({"subject": "x", "priority": "Nonsense"}, "not one of the available choices"),
        ({"subject": "x" * 300}, "at most 250 characters"),
    ],
)
def test_a_new_case_that_cannot_be(client: Client, form: dict[str, str], why: str) -> None:
    make_contact(make_customer(name="Acme"), "Ada")
    make_contact(make_customer(name="Other"), "Ada")
    answer = client.post("/cases/new/", {"description": "Keep me", **form})
    assert answer.status_code == 422
    assert why in answer.content.decode()
    assert "Keep me" in answer.content.decode()
    assert not Case.objects.exists()


@pytest.fixture
def notification(agent: User, ago: Any) -> Notification:
    return Notification.objects.create(
        user=agent, case=make_case(), text="C-1 is due soon", created_at=ago(1)
    )


def test_the_header_counts_what_is_unread(client: Client, notification: Notification) -> None:
    assert '<span class="count">1<' in client.get("/").content.decode()


def test_opening_one_marks_it_read(client: Client, notification: Notification) -> None:
    answer = client.post(f"/notifications/{notification.pk}/")
    assert answer["Location"] == f"/cases/{notification.case.number}/"
    assert '<span class="count">' not in client.get("/").content.decode()


def test_all_are_marked_read(client: Client, notification: Notification) -> None:
    client.post("/notifications/read/")
    notification.refresh_from_db()
    assert notification.read_at is not None


def test_nobody_opens_anothers(supervisor: Client, notification: Notification) -> None:
    assert supervisor.post(f"/notifications/{notification.pk}/").status_code == 404


def test_a_page_that_does_not_exist_looks_like_the_desk(client: Client) -> None:
    answer = client.get("/nowhere/")
    assert answer.status_code == 404
    assert "Back to the cases" in answer.content.decode()
