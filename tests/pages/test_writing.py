"""Who else is writing on a case, asked by pages whose tracker asks no more."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote

import pytest
from django.contrib.auth.models import User
from django.test import Client

from cases import operations
from cases.models import Case
from tests.factory import make_case, make_user


@pytest.fixture
def case(desk: None, ago: Any) -> Case:
    return make_case("Burst pipe", now=ago(30))


def told(client: Client, case: Case) -> str:
    answer = client.get(f"/cases/{case.number}/writing/")
    assert (answer.status_code, answer.content) == (204, b"")
    return unquote(answer["X-Writing"])


def test_others_who_write_and_nobody_else(client: Client, case: Case, agent: User, ago: Any) -> None:
    zoe = make_user("zoe", first_name="Zoë")
    operations.keep_draft(case.pk, kind="reply", body="Mine", by=agent, now=ago(0))
    assert told(client, case) == ""
    operations.keep_draft(case.pk, kind="reply", body="Hers", by=zoe, now=ago(0))
    assert told(client, case) == "Zoë is writing a reply."


def test_not_who_stopped_half_a_minute_ago(client: Client, case: Case, ago: Any) -> None:
    operations.keep_draft(case.pk, kind="note", body="Hm", by=make_user("bob"), now=ago(0.6))
    assert told(client, case) == ""


def test_it_costs_one_query_beside_the_log_in(
    client: Client, case: Case, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(3):  # The session, the user with the roles, the case.
        told(client, case)
