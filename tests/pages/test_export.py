"""The list as CSV: the same cases in the same order, safe to open in a spreadsheet, streamed."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from cases.models import Case
from cases.queries.csv_text import safe
from tests.factory import first_response, make_account, make_case, make_contact, make_customer, make_process
from tests.worklist.test_list_filters import shown


def rows(client: Client, query: str = "") -> list[dict[str, str]]:
    answer = client.get(f"/cases/export.csv{query}")
    text = b"".join(answer).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


@pytest.fixture
def cases(agent: User, ago: Any) -> list[Case]:
    acme = make_customer(make_process("Gold", first_response(60)), name="Acme", tier="Gold")
    return [
        make_case(
            'A "burst", pipe',
            account=acme,
            contact=make_contact(acme),
            owner=agent,
            priority="High",
            now=ago(70),
        ),
        make_case("Second\nline", account=acme, now=ago(30)),
        make_case("Unpromised", account=make_account(), now=ago(10)),
    ]


def test_it_says_what_the_list_says(client: Client, cases: list[Case]) -> None:
    first = rows(client)[0]
    assert first["Case"] == cases[0].number
    assert first["Subject"] == 'A "burst", pipe'
    assert (first["Account"], first["Tier"], first["Contact"]) == ("Acme", "Gold", "Ada Byron")
    assert (first["Owner"], first["Priority"], first["Process"]) == ("amy", "High", "Gold")
    assert (first["Next milestone"], first["Milestone state"], first["Late"]) == (
        "First Response",
        "running",
        "yes",
    )
    assert first["Minutes left"] == "-10"
    assert first["Due"] == f"{cases[0].created_at + timedelta(minutes=60):%Y-%m-%d %H:%M:%S}"
    assert rows(client)[2]["Due"] == ""


def test_it_has_the_lists_cases_in_its_order(client: Client, cases: list[Case]) -> None:
    for query in ("", "?sort=-number", "?show=late", "?priority=High", "?q=unpromised"):
        subjects = [row["Subject"].replace('"', "&quot;") for row in rows(client, query)]
        assert subjects == shown(client, query), query


def test_it_goes_on_over_the_pages(
    client: Client, cases: list[Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cases.queries.worklist.export.BATCH", 1)
    assert len(rows(client)) == 3
    assert len(rows(client, "?after=%5Bnull,1%5D")) == 3


def test_no_text_is_a_formula(client: Client, desk: None) -> None:
    for begin in ("=", "+", "-", "@", "\t=", "\r=", "\n=", " =", "＝"):
        assert safe(f"{begin}HYPERLINK(1)") == f"'{begin}HYPERLINK(1)"
    case = make_case(account=make_account(name="=HYPERLINK(1)"))
    Case.objects.filter(pk=case.pk).update(subject="@SUM(1)", type="+1")
    row = rows(client)[0]
    assert (row["Account"], row["Subject"], row["Type"]) == ("'=HYPERLINK(1)", "'@SUM(1)", "'+1")


def test_numbers_stay_numbers() -> None:
    assert safe(-10) == -10
    assert safe("10 - 3 = 7") == "10 - 3 = 7"


def test_it_is_a_file_and_streamed(client: Client, cases: list[Case]) -> None:
    answer = client.get("/cases/export.csv?q=%0d%0aSet-Cookie:x")
    assert answer.streaming
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"].startswith('attachment; filename="cases-')


def test_its_queries_grow_with_batches_alone(
    client: Client, cases: list[Case], django_assert_max_num_queries: Any
) -> None:
    rows(client)
    with django_assert_max_num_queries(7):
        rows(client)


def test_the_end_of_the_day_is_the_viewers(client: Client, cases: list[Case], ago: Any) -> None:
    """It is settled before the first row is read, while the viewer's zone still holds."""
    client.cookies["time_zone"] = "Pacific/Kiritimati"
    assert [row["Subject"] for row in rows(client, "?show=today")] == shown(client, "?show=today")
