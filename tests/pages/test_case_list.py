"""The case list: order, chips, filters, search, pages, and a number of queries that stays."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from cases.estimates.refresh import refresh
from cases.models import Case, EngineLook
from cases.operations import change_case, stop_case
from cases.queries import case_list
from tests.estimates.past import ended_ones, spread
from tests.factory import first_response, make_account, make_case, make_customer, make_process


def shown(client: Client, query: str = "") -> list[str]:
    """The subjects on the page, in order."""
    page = client.get(f"/cases/{query}").content.decode()
    return re.findall(r'class="cell-subject"><a[^>]*>([^<]*)<', page)


@pytest.fixture
def three(desk: None, ago: Any) -> list[Case]:
    """Late, due in 10 minutes, due in 50."""
    customer = make_customer(make_process("", first_response(60)), name="Acme")
    return [
        make_case("On track", account=customer, now=ago(10)),
        make_case("Late", account=customer, now=ago(70), priority="High"),
        make_case("At risk", account=customer, now=ago(50)),
    ]


def test_the_next_due_comes_first(client: Client, three: list[Case]) -> None:
    assert shown(client) == ["Late", "At risk", "On track"]


def test_cases_without_a_target_come_last(client: Client, three: list[Case]) -> None:
    make_case("Unpromised", account=make_account())
    assert shown(client)[-1] == "Unpromised"


def test_closed_cases_are_left_out(client: Client, agent: User, three: list[Case], ago: Any) -> None:
    change_case(three[1].pk, fields={"status": "Closed"}, by=agent, now=ago(0))
    assert shown(client) == ["At risk", "On track"]
    assert shown(client, "?show=closed") == ["Late"]


@pytest.mark.parametrize(
    ("chip", "subjects"),
    [
        ("late", ["Late"]),
        ("soon", ["At risk"]),
        ("next", ["At risk", "On track"]),
        ("unassigned", ["Late", "At risk", "On track"]),
        ("mine", []),
        ("stopped", []),
        ("risk-unassigned", ["Late", "At risk"]),
        ("of nothing known", ["Late", "At risk", "On track"]),
    ],
)
def test_a_chip_shows_what_it_says(client: Client, three: list[Case], chip: str, subjects: list[str]) -> None:
    assert shown(client, f"?show={chip}") == subjects


def test_a_chip_counts_what_it_shows(client: Client, three: list[Case]) -> None:
    chips = {chip.key: chip.count for chip in client.get("/cases/").context["list"].chips}
    assert chips["late"] == 1
    assert chips["soon"] == 1
    assert chips["open"] == 3
    assert chips["mine"] == 0


def test_stopped_cases_have_a_chip(client: Client, agent: User, three: list[Case], ago: Any) -> None:
    stop_case(three[0].pk, reason="Waiting for parts", by=agent, now=ago(0))
    assert shown(client, "?show=stopped") == ["On track"]


def test_a_case_stopped_for_more_than_a_day_is_told_apart(client: Client, agent: User, ago: Any) -> None:
    old, new = make_case("Long", now=ago(3000)), make_case("Short", now=ago(3000))
    stop_case(old.pk, reason="x", by=agent, now=ago(2000))
    stop_case(new.pk, reason="x", by=agent, now=ago(20))
    assert shown(client, "?show=stopped-long") == ["Long"]


def test_filters_stand_in_the_address(client: Client, agent: User, three: list[Case], ago: Any) -> None:
    change_case(three[0].pk, fields={"owner": "amy"}, by=agent, now=ago(0))
    assert shown(client, "?priority=High") == ["Late"]
    assert shown(client, "?owner=amy") == ["On track"]
    assert shown(client, "?owner=-") == ["Late", "At risk"]
    assert shown(client, "?status=Working") == []


@pytest.mark.parametrize("words", ["risk", "AT RISK", "c-000003"])
def test_search_finds_subjects_and_numbers(client: Client, three: list[Case], words: str) -> None:
    words = words.replace("c-000003", three[2].number.lower())
    assert shown(client, f"?show=everything&q={words}") == ["At risk"]


def test_search_finds_accounts(client: Client, three: list[Case]) -> None:
    assert len(shown(client, "?q=acm")) == 3


@pytest.mark.parametrize("q", ["%", "_", "\\", "'", "\x00", "💥", "a" * 5000])
def test_search_takes_anything(client: Client, three: list[Case], q: str) -> None:
    assert client.get("/cases/", {"q": q}).status_code == 200


@pytest.mark.parametrize(
    "after", ["", "x", "_", "_x", "2026-99-01_3", "_99999999999999999999", "2026-01-01T00:00:00_1"]
)
def test_a_page_that_does_not_exist_is_no_fault(client: Client, three: list[Case], after: str) -> None:
    assert client.get("/cases/", {"after": after}).status_code == 200


def test_pages_follow_each_other(client: Client, three: list[Case], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(case_list, "PAGE", 2)
    make_case("Unpromised 1", account=make_account())
    make_case("Unpromised 2", account=make_account())
    pages, after = [], ""
    for _ in range(3):
        found = client.get("/cases/", {"after": after}).context["list"]
        pages.append([line.case.subject for line in found.lines])
        after = found.more_after
    assert pages == [["Late", "At risk"], ["On track", "Unpromised 1"], ["Unpromised 2"]]
    assert after == ""


@pytest.mark.parametrize("count", [3, 60])
def test_its_queries_do_not_grow(
    client: Client, three: list[Case], count: int, ago: Any, django_assert_max_num_queries: Any
) -> None:
    customer = three[0].account
    for _ in range(count - 3):
        make_case(account=customer, now=ago(5))
    client.get("/cases/")
    with django_assert_max_num_queries(8):
        page = client.get("/cases/")
    assert len(page.context["list"].lines) == min(count, case_list.PAGE)


def test_late_needs_no_engine(client: Client, three: list[Case]) -> None:
    page = client.get("/cases/?show=late").content.decode()
    assert 'data-level="late"' in page
    assert "late 10 m" in page


def test_what_customers_write_is_text(client: Client, three: list[Case]) -> None:
    make_case("<script>alert(1)</script>", account=three[0].account)
    page = client.get("/cases/").content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def test_due_dates_are_the_viewers(client: Client, three: list[Case]) -> None:
    client.cookies["time_zone"] = "Asia/Tokyo"
    assert "Times in Asia/Tokyo" in client.get("/cases/").content.decode()
    client.cookies["time_zone"] = "../../etc/passwd"
    assert "Times in UTC" in client.get("/cases/").content.decode()


def test_the_engine_is_missed_after_two_minutes(client: Client) -> None:
    assert "engine-banner" in client.get("/cases/").content.decode()


def test_the_engine_is_not_missed_before(client: Client, ago: Any) -> None:
    look = EngineLook.objects.create(pk=1, looked_at=ago(1))
    assert "engine-banner" not in client.get("/cases/").content.decode()
    look.looked_at = ago(0) - timedelta(seconds=121)
    look.save()
    assert "engine-banner" in client.get("/cases/").content.decode()


def test_a_column_tells_the_chance_of_being_late(client: Client, three: list[Case], ago: Any) -> None:
    client.post("/cases/columns/", {"column": ["chance"]})
    assert client.get("/cases/").content.decode().count("no history") == 2
    ended_ones(three[0], spread(60, 40), ago(2000))
    refresh(ago(1))
    page = client.get("/cases/").content.decode()
    assert re.findall(r"</span> ([\w ]+ %)</span>", page) == ["over 99 %", "40 %"]
