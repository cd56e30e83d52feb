"""The flat export as a page and as a file."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from cases.models import Case
from cases.operations import reply_to_case
from cases.reports.flat_export.columns import NAMES
from tests.factory import first_response, make_case, make_customer, make_process

FILE = "/reports/export/case-milestones.csv"


@pytest.fixture
def case(agent: User, ago: Any) -> Case:
    acme = make_customer(make_process("Gold", first_response(60)), name="=Acme")
    case = make_case("Pipe", account=acme, owner=agent, now=ago(120))
    reply_to_case(case.pk, body="Yes", by=agent, now=ago(90))
    return case


def rows(client: Client, query: str = "?basis=created") -> list[dict[str, str]]:
    answer = client.get(FILE + query)
    assert answer.streaming
    return list(csv.DictReader(io.StringIO(b"".join(answer).decode("utf-8-sig"))))


def test_it_has_the_documented_columns_as_they_are_documented(
    supervisor: Client, case: Case, ago: Any
) -> None:
    (row,) = rows(supervisor)
    assert tuple(row) == NAMES
    assert row["case_number"] == case.number
    assert row["account_name"] == "'=Acme"
    assert (row["result"], row["target_used_percent"], row["case_is_closed"]) == ("met", "50.0", "false")
    assert row["case_created_at"] == f"{ago(120).replace(tzinfo=None).isoformat()}Z"
    assert (row["waived_at"], row["case_custom"]) == ("", "{}")


def test_days_narrow_it(supervisor: Client, case: Case, ago: Any) -> None:
    day = f"{ago(120):%Y-%m-%d}"
    before = f"{ago(120) - timedelta(days=1):%Y-%m-%d}"
    assert len(rows(supervisor, f"?basis=created&first_day={day}&last_day={day}")) == 1
    assert rows(supervisor, f"?basis=created&first_day={before}&last_day={before}") == []


@pytest.mark.parametrize(
    "query",
    [
        *("", "?basis=nonsense", "?basis=due&first_day=x", "?basis=due&last_day=0001-01-01"),
        *("?basis=due&first_day=2026-03-02&last_day=2026-03-01", "?basis=due&last_day=9999-12-31"),
    ],
)
def test_what_makes_no_sense_gets_a_message(supervisor: Client, case: Case, query: str) -> None:
    answer = supervisor.get(FILE + query)
    assert answer.status_code == 400
    assert 'role="alert"' in answer.content.decode()


def test_only_supervisors_take_it(client: Client) -> None:
    for address in ("/reports/export/", FILE):
        assert client.get(address).status_code == 403
        assert Client().get(address).status_code == 302


def test_the_page_says_what_each_column_means(supervisor: Client) -> None:
    text = supervisor.get("/reports/export/").content.decode()
    assert all(f"<code>{name}</code>" in text for name in NAMES)
