"""What the address of the list can ask for, of cases and of one row of their milestones."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.http import QueryDict
from django.test import Client

from cases.models import Case, CaseMilestone
from cases.operations import change_case, reply_to_case, stop_case
from cases.queries.case_list import list_cases
from cases.queries.worklist.around import read_around
from cases.queries.worklist.wanted import read_wanted
from entitlements.models import Queue
from tests.factory import (
    first_response,
    make_account,
    make_case,
    make_customer,
    make_entitlement,
    make_hours,
    make_process,
    resolution,
)

FRIDAY = datetime(2026, 3, 6, 16, tzinfo=UTC)


def shown(client: Client, query: str = "") -> list[str]:
    """The subjects on the page, in order."""
    page = client.get(f"/cases/{query}").content.decode()
    return re.findall(r'class="cell-subject"><a[^>]*>([^<]*)<', page)


def found(user: User, query: str, now: datetime) -> list[str]:
    """The subjects of the first cases at that moment."""
    around = read_around(user)
    wanted = read_wanted(QueryDict(query), around)
    assert wanted.problems == ()
    return [line.case.subject for line in list_cases(wanted, around, user, now).lines]


@pytest.fixture
def four(agent: User, ago: Any) -> list[Case]:
    """Three of Acme, of whom one is the agent's, and one of nobody's customer."""
    Queue.objects.create(name="Motor")
    acme = make_customer(make_process("Gold", first_response(60), resolution(480)), name="Acme")
    return [
        make_case("Hail", account=acme, now=ago(50), priority="High", queue="Motor", owner=agent),
        make_case("Theft", account=acme, now=ago(40), priority="Low", queue="Claims"),
        make_case("Flood", account=acme, now=ago(30), stage="Intake"),
        make_case("Bees", account=make_account("Nobody & Co"), now=ago(20)),
    ]


OF_THE_CASE = {
    "?priority=High&priority=Low": ["Hail", "Theft"],
    "?priority=-": ["Flood", "Bees"],
    "?priority=-&priority=High": ["Hail", "Flood", "Bees"],
    "?owner=%40me": ["Hail"],
    "?owner=-": ["Theft", "Flood", "Bees"],
    "?queue=Motor&owner=amy": ["Hail"],
    "?queue=Motor&owner=-": [],
    "?queue=-": ["Flood", "Bees"],
    "?account=acme": ["Hail", "Theft", "Flood"],
    "?account=ac": [],
    "?process=Gold": ["Hail", "Theft", "Flood"],
    "?process=-": ["Bees"],
    "?stage=Intake": ["Flood"],
    "?status=New": ["Hail", "Theft", "Flood", "Bees"],
}


def test_fields_of_the_case(client: Client, four: list[Case]) -> None:
    assert {query: shown(client, query) for query in OF_THE_CASE} == OF_THE_CASE


ORDERS = {
    "?sort=number": ["Hail", "Theft", "Flood", "Bees"],
    "?sort=-number": ["Bees", "Flood", "Theft", "Hail"],
    "?sort=priority": ["Hail", "Theft", "Flood", "Bees"],
    "?sort=waiting": ["Hail", "Theft", "Flood", "Bees"],
}


def test_orders(client: Client, four: list[Case]) -> None:
    assert {query: shown(client, query) for query in ORDERS} == ORDERS


@pytest.mark.parametrize("sort", ["due", "number", "-number", "priority", "waiting"])
def test_pages_of_every_order_hold_each_case_once(
    client: Client, four: list[Case], sort: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = shown(client, f"?sort={sort}")
    monkeypatch.setattr("cases.queries.case_list.PAGE", 1)
    paged, after = [], ""
    for _ in whole:
        page = client.get("/cases/", {"sort": sort, "after": after}).context["list"]
        paged += [line.case.subject for line in page.lines]
        after = page.more_after
    assert paged == whole
    assert after == ""


def test_chips_count_within_the_filters(client: Client, four: list[Case]) -> None:
    chips = {chip.key: chip.count for chip in client.get("/cases/?priority=High").context["list"].chips}
    assert (chips["open"], chips["mine"], chips["unassigned"]) == (1, 1, 0)


def test_a_chip_stops_counting_at_a_thousand(
    client: Client, four: list[Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cases.queries.chips.COUNTED_UP_TO", 2)
    chips = {chip.key: chip.told for chip in client.get("/cases/").context["list"].chips}
    assert (chips["open"], chips["mine"]) == ("2+", "1")


OF_A_ROW = {
    "?milestone=First+Response&clock=completed": ["Hail"],
    "?milestone=First+Response&clock=running": ["Theft", "Flood"],
    "?milestone=Resolution&clock=running": ["Theft", "Flood", "Hail"],
    "?clock=stopped": [],
    "?breached=yes": [],
    "?milestone=First+Response&left=25m": ["Theft"],
    "?milestone=First+Response&left=35": ["Theft", "Flood"],
    "?milestone=Resolution&left=35": [],
    "?left=1d": ["Theft", "Flood", "Hail"],
    "?result=met": ["Hail"],
    "?result=missed": [],
}


def test_one_row_of_milestones(client: Client, agent: User, four: list[Case], ago: Any) -> None:
    reply_to_case(four[0].pk, body="Coming", by=agent, now=ago(45))
    assert {query: shown(client, query) for query in OF_A_ROW} == OF_A_ROW


def test_late_without_an_engine_is_breached_and_missed(client: Client, four: list[Case], ago: Any) -> None:
    CaseMilestone.objects.filter(case=four[1], milestone__name="First Response").update(target_date=ago(1))
    assert shown(client, "?breached=yes") == ["Theft"]
    assert shown(client, "?result=missed") == ["Theft"]
    assert shown(client, "?milestone=Resolution&breached=yes") == []


def test_a_stopped_one_has_no_time_running_out(
    client: Client, agent: User, four: list[Case], ago: Any
) -> None:
    stop_case(four[1].pk, reason="Parts", by=agent, now=ago(1))
    assert shown(client, "?milestone=First+Response&left=25m") == ["Hail"]
    assert shown(client, "?milestone=First+Response&clock=stopped") == ["Theft"]


class TestTimeLeft:
    """Less than so much of the milestone's own time: nights and weekends do not count."""

    def test_in_the_hours_of_the_process(self, agent: User) -> None:
        office = make_process("Office", first_response(120), hours=make_hours())
        make_case("Weekend", account=make_customer(office), now=FRIDAY)
        always = make_process("Always", first_response(120))
        make_case("No weekend", account=make_customer(always), now=FRIDAY + timedelta(days=2, hours=16))
        saturday = FRIDAY + timedelta(hours=30)
        assert found(agent, "clock=running&left=61m", saturday) == ["Weekend"]
        assert found(agent, "clock=running&left=60m", saturday) == []
        sunday_night = FRIDAY + timedelta(days=2, hours=16, minutes=59)
        assert found(agent, "clock=running&left=61m", sunday_night) == ["Weekend"]
        assert sorted(found(agent, "clock=running&left=62m", sunday_night)) == ["No weekend", "Weekend"]

    def test_in_the_hours_of_the_case(self, agent: User) -> None:
        process = make_process("Own", first_response(120), hours_from="case")
        make_hours("Default", is_default=True)
        night = make_hours(
            "Late shift", opens=datetime(2026, 1, 1, 12).time(), closes=datetime(2026, 1, 1, 20).time()
        )
        by_default, of_account, of_entitlement = make_account(), make_account(), make_account()
        of_account.business_hours = night
        of_account.save()
        make_entitlement(by_default, process)
        make_entitlement(of_account, process)
        make_entitlement(of_entitlement, process, business_hours=night)
        make_case("Default", account=by_default, now=FRIDAY)
        make_case("Account", account=of_account, now=FRIDAY)
        make_case("Entitlement", account=of_entitlement, now=FRIDAY)
        at_five = FRIDAY + timedelta(hours=1)
        assert found(agent, "left=60m", at_five) == []
        assert sorted(found(agent, "left=61m", at_five)) == ["Account", "Default", "Entitlement"]
        at_six = FRIDAY + timedelta(hours=2) - timedelta(seconds=1)
        assert sorted(found(agent, "left=30m", at_six)) == ["Account", "Entitlement"]


BAD = [
    "show=nonsense",
    "priority=Highest",
    "status=Nonsense",
    "queue=Nowhere",
    "owner=ghost",
    "stage=%F0%9F%92%A5",
    "process=None",
    "milestone=Nothing",
    "clock=ticking",
    "left=soon",
    "left=-5m",
    "left=99999d",
    "left=0",
    "breached=perhaps",
    "result=won",
    "since=2026-02-30",
    "since=99999-01-01",
    "sort=random",
    "view=7",
    "view=abc",
    "view=99999999999999999999999",
]


def test_what_does_not_exist_is_said_and_left_out(client: Client, four: list[Case]) -> None:
    for query in BAD:
        answer = client.get(f"/cases/?{query}")
        assert answer.status_code == 200, query
        assert "It was left out." in answer.content.decode(), query
        assert len(answer.context["list"].lines) == 4, query


def test_nothing_at_all_is_no_mistake(client: Client, four: list[Case]) -> None:
    page = client.get("/cases/?status=%00&priority=&left=&q=")
    assert page.context["list"].wanted.problems == ()


def test_no_address_fails_on_nonsense(client: Client, four: list[Case]) -> None:
    for address in ("/cases/changes/", "/cases/export.csv", "/cases/next/", "/"):
        for query in ("&".join(BAD), "after=[1]", "seen=x.y-%00", "after=[[[["):
            answer = client.get(f"{address}?{query}")
            assert answer.status_code in (200, 204, 302), (address, query)
            if answer.streaming:
                assert b"Hail" in b"".join(answer)


def test_a_place_that_does_not_exist_is_the_beginning(client: Client, four: list[Case]) -> None:
    for after in ("[", "{}", "[1]", '["2026-01-01", 1]', '["x", 2]', "[null, null]", "[true, 1]"):
        assert len(client.get("/cases/", {"after": after}).context["list"].lines) == 4, after


def test_an_old_address_leads_to_the_list(client: Client, four: list[Case]) -> None:
    assert client.get("/?show=late&priority=High")["Location"] == "/cases/?show=late&priority=High"


def test_the_way_back_from_a_case_keeps_the_filters(client: Client, four: list[Case]) -> None:
    client.get("/cases/?priority=High&after=[1]")
    page = client.get(f"/cases/{four[0].number}/").content.decode()
    assert '<a href="/cases/?priority=High">Cases</a>' in page


def test_a_closed_case_is_found_among_all(client: Client, agent: User, four: list[Case], ago: Any) -> None:
    change_case(four[0].pk, fields={"status": "Closed"}, by=agent, now=ago(0))
    assert "Hail" not in shown(client, "?priority=High")
    assert shown(client, "?show=everything&priority=High") == ["Hail"]
