"""The list is told what has changed, and does not jump."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from cases.models import Case
from cases.operations import change_case
from tests.factory import first_response, make_case, make_customer, make_process


@pytest.fixture
def cases(agent: User, ago: Any) -> list[Case]:
    customer = make_customer(make_process("", first_response(60)))
    return [
        make_case(name, account=customer, now=ago(age)) for name, age in (("A", 50), ("B", 40), ("C", 30))
    ]


def address(client: Client, query: str = "") -> str:
    """What the page asks, as it stands in it."""
    page = client.get(f"/cases/{query}").content.decode()
    found = re.search(r'id="list_changes"[^>]*hx-get="([^"]+)"', page)
    assert found
    return found[1].replace("&amp;", "&")


def test_nothing_new_is_no_content(client: Client, cases: list[Case]) -> None:
    answer = client.get(address(client))
    assert answer.status_code == 204
    assert answer.content == b""


def test_it_counts_what_is_new_gone_and_other(
    client: Client, agent: User, cases: list[Case], ago: Any
) -> None:
    asked = address(client)
    make_case("New", account=cases[0].account, now=ago(1))
    change_case(cases[0].pk, fields={"status": "Closed"}, by=agent, now=ago(0))
    change_case(cases[1].pk, fields={"priority": "High"}, by=agent, now=ago(0))
    page = client.get(asked).content.decode()
    assert "3 changes · show" in page
    assert 'href="/cases/?' in page


def test_what_the_list_does_not_show_is_no_change(
    client: Client, agent: User, cases: list[Case], ago: Any
) -> None:
    change_case(cases[0].pk, fields={"priority": "High"}, by=agent, now=ago(1))
    asked = address(client, "?priority=High")
    change_case(cases[1].pk, fields={"stage": "Intake"}, by=agent, now=ago(0))
    assert client.get(asked).status_code == 204
    change_case(cases[1].pk, fields={"priority": "High"}, by=agent, now=ago(0))
    assert "1 change · show" in client.get(asked).content.decode()


def test_an_empty_list_hears_of_its_first_case(client: Client, agent: User, ago: Any) -> None:
    asked = address(client)
    make_case(now=ago(1))
    assert "1 change · show" in client.get(asked).content.decode()


def test_it_costs_few_queries(client: Client, cases: list[Case], django_assert_max_num_queries: Any) -> None:
    asked = address(client)
    with django_assert_max_num_queries(4):
        client.get(asked)


def test_any_memory_will_do(client: Client, cases: list[Case]) -> None:
    for seen in ("", "x", "1.1-", "-.-", "%00", "1.1" * 999):
        assert client.get(f"/cases/changes/?seen={seen}").status_code in (200, 204), seen
