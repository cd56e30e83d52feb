"""Taking cases, and going on from one to the next."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from cases.models import Case
from cases.operations import change_case, reply_to_case, stop_case
from entitlements.models import Queue
from tests.factory import (
    first_response,
    make_account,
    make_case,
    make_customer,
    make_process,
    make_user,
    resolution,
)
from tests.pages.conftest import logged_in


@pytest.fixture
def cases(agent: User, ago: Any) -> list[Case]:
    """By urgency: A, B, C, and D that nothing was promised."""
    Queue.objects.create(name="Motor")
    customer = make_customer(make_process("", first_response(60), resolution(480)))
    urgency = (("A", 55, "Motor"), ("B", 45, "Claims"), ("C", 35, "Motor"))
    made = [make_case(name, account=customer, queue=queue, now=ago(age)) for name, age, queue in urgency]
    return [*made, make_case("D", account=make_account(), now=ago(100))]


def took(client: Client, **form: str) -> str:
    """The subject of the case that the agent got; empty without one."""
    answer = client.post("/cases/take/", form)
    number = answer["Location"].strip("/").partition("/")[2]
    found = Case.objects.filter(number=number).first()
    return found.subject if found else ""


def test_the_most_urgent_comes_first_and_none_twice(client: Client, agent: User, cases: list[Case]) -> None:
    assert [took(client) for _ in range(5)] == ["A", "B", "C", "D", ""]
    assert set(Case.objects.values_list("owner", flat=True)) == {agent.pk}


def test_nothing_to_take_is_said(client: Client) -> None:
    page = client.post("/cases/take/", follow=True).content.decode()
    assert "Nothing to take: every running case in your queues has an owner." in page


def test_what_is_stopped_or_closed_is_left(client: Client, agent: User, cases: list[Case], ago: Any) -> None:
    stop_case(cases[0].pk, reason="Parts", by=agent, now=ago(1))
    change_case(cases[1].pk, fields={"status": "Closed"}, by=agent, now=ago(1))
    assert took(client) == "C"


def test_whoever_works_queues_takes_from_them_or_from_none(
    client: Client, agent: User, cases: list[Case]
) -> None:
    Queue.objects.get(name="Claims").members.add(agent)
    assert [took(client), took(client), took(client)] == ["B", "D", ""]


def test_a_restricted_queue_is_for_its_members(client: Client, cases: list[Case]) -> None:
    Queue.objects.filter(name="Motor").update(is_restricted=True)
    assert took(client) == "B"


def test_the_lists_filters_count(client: Client, cases: list[Case]) -> None:
    assert took(client, list="show=late&queue=Claims") == "B"
    assert took(client, list="q=nothing") == ""
    assert took(client, list="priority=nonsense&%00") == "A"


def test_a_certain_one(client: Client, agent: User, cases: list[Case]) -> None:
    answer = client.post(f"/cases/{cases[2].number}/take/")
    assert answer["Location"] == f"/cases/{cases[2].number}/"
    assert Case.objects.get(pk=cases[2].pk).owner == agent
    assert client.post(f"/cases/{cases[2].number}/take/")["Location"] == f"/cases/{cases[2].number}/"


def test_what_another_has_is_not_taken_from_them(client: Client, cases: list[Case]) -> None:
    bob = make_user("bob", first_name="Bob", last_name="Lee")
    logged_in(bob).post(f"/cases/{cases[0].number}/take/")
    page = client.post(f"/cases/{cases[0].number}/take/", follow=True).content.decode()
    assert f"Bob Lee has {cases[0].number}." in page
    assert Case.objects.get(pk=cases[0].pk).owner == bob


def test_a_closed_one_is_not_taken(client: Client, agent: User, cases: list[Case], ago: Any) -> None:
    change_case(cases[0].pk, fields={"status": "Closed"}, by=agent, now=ago(1))
    assert "is closed." in client.post(f"/cases/{cases[0].number}/take/", follow=True).content.decode()


def after(client: Client, case: Case | None = None) -> str:
    """The subject of the case that comes next; empty at the end."""
    answer = client.get(f"/cases/next/?from={case.number if case else ''}")
    number = answer["Location"].strip("/").partition("/")[2]
    found = Case.objects.filter(number=number).first()
    return found.subject if found else ""


def test_the_next_one_is_the_most_urgent_not_offered_yet(
    client: Client, agent: User, cases: list[Case], ago: Any
) -> None:
    client.get("/cases/")
    assert after(client) == "A"
    assert after(client, cases[0]) == "B"
    reply_to_case(cases[1].pk, body="Coming", by=agent, now=ago(0))
    assert after(client, cases[1]) == "C"
    make_case("New and urgent", account=cases[0].account, now=ago(59))
    assert after(client, cases[2]) == "New and urgent"
    assert [after(client), after(client)] == ["D", ""]


def test_looking_at_the_list_begins_anew(client: Client, cases: list[Case]) -> None:
    assert after(client, cases[0]) == "B"
    client.get("/cases/")
    assert after(client) == "A"


def test_it_goes_by_the_list_that_one_came_from(client: Client, cases: list[Case]) -> None:
    client.get("/cases/?queue=Motor")
    assert [after(client), after(client), after(client)] == ["A", "C", ""]


def test_what_others_have_or_what_stands_still_is_passed_over(
    client: Client, agent: User, cases: list[Case], ago: Any
) -> None:
    change_case(cases[0].pk, fields={"owner": make_user("bob").username}, by=agent, now=ago(1))
    stop_case(cases[1].pk, reason="Parts", by=agent, now=ago(1))
    assert after(client) == "C"


def test_what_is_closed_is_passed_over_also_after_a_search(
    client: Client, agent: User, cases: list[Case], ago: Any
) -> None:
    change_case(cases[0].pk, fields={"status": "Closed"}, by=agent, now=ago(1))
    client.get("/cases/?show=everything&q=C-0")
    assert after(client) == "B"


HOSTILE = ["%00", "9" * 5000, "-", "x.y", "%F0%9F%92%A5", "priority=nope&after=[1]", '"']


def test_no_cookie_does_harm(client: Client, cases: list[Case]) -> None:
    for name in ("list", "list_offered"):
        for value in HOSTILE:
            client.cookies[name] = value
            assert client.get("/cases/next/").status_code == 302, (name, value)
        assert client.get(f"/cases/{cases[0].number}/").status_code == 200
