"""“Why this time?”: a page, a panel and JSON that say the same; nobody else's milestone."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils.html import strip_tags

from cases import operations
from cases.estimates.refresh import refresh
from cases.models import Case
from entitlements.core.simulation import as_utc
from entitlements.models import WhoseHours
from tests.estimates.past import ended_ones, spread
from tests.factory import (
    NOON,
    first_response,
    make_account,
    make_case,
    make_customer,
    make_entitlement,
    make_hours,
    make_process,
    make_user,
    resolution,
)
from tests.pages.conftest import logged_in

JSON = {"Accept": "application/json"}
BY_PRIORITY = 'case.priority == "High" ? 30 : 240'


def address(case: Case, milestone: str = "First Response") -> str:
    key = case.milestones.filter(milestone__name=milestone).values_list("pk", flat=True).last()
    return f"/cases/{case.number}/why/{key}/"


def words(client: Client, where: str, **headers: str) -> str:
    page = client.get(where, headers=headers).content.decode()
    return html.unescape(re.sub(r"\s+", " ", strip_tags(page.replace("<", " <"))))


def told(client: Client, where: str) -> dict[str, Any]:
    answer = client.get(where, headers=JSON)
    assert answer["Content-Type"] == "application/json"
    found: dict[str, Any] = answer.json()
    return found


def of_process(*milestones: Any, now: Any = NOON, **given: Any) -> Case:
    process = make_process("Gold", *milestones, hours=given.pop("hours", None))
    return make_case(account=make_customer(process), now=now, **given)


@pytest.fixture
def case(desk: None, agent: User) -> Iterator[Case]:
    """Wednesday 16:00 in an office that closes at 17:00, 240 minutes, stopped for ten on Thursday."""
    case = of_process(first_response(240), hours=make_hours(), now=NOON + timedelta(hours=4))
    next_day = NOON + timedelta(hours=22)
    operations.stop_case(case.pk, reason="Waiting for parts", by=agent, now=next_day)
    operations.resume_case(case.pk, by=agent, now=next_day + timedelta(minutes=10))
    yield case


class TestThePage:
    def test_says_how_the_target_came_about(self, client: Client, case: Case) -> None:
        seen = words(client, address(case))
        assert (
            "4 h of open time in “Office” from Wed 4 Mar 16:00, plus 10 m stopped, end Thu 5 Mar 12:10."
            in seen
        )
        assert "when the case entered the process “Gold”, as it was created" in seen
        assert "240 minutes (4 h)" in seen
        assert "“Office” (UTC), chosen by the process" in seen
        assert "stopped by amy: Waiting for parts" in seen
        assert "4 h promised + 10 m stopped = 4 h 10 m of open time up to the target" in seen

    def test_shows_every_move_of_the_target(self, client: Client, case: Case) -> None:
        seen = words(client, address(case))
        assert "Originally Thu 5 Mar 12:00" in seen
        assert "Thu 5 Mar 10:00 · amy the clock stopped: from Thu 5 Mar 12:00 to none" in seen
        assert "Thu 5 Mar 10:10 · amy the clock went on: from none to Thu 5 Mar 12:10" in seen

    def test_says_why_a_target_moved(self, client: Client, agent: User, ago: Any) -> None:
        case = of_process({"milestone": "M", "minutes": None, "formula": BY_PRIORITY}, now=ago(10))
        operations.change_case(case.pk, fields={"priority": "High"}, by=agent, now=ago(5))
        seen = words(client, address(case, "M"))
        assert "priority → High: from" in seen
        assert "where case.priority is “High”" in seen

    def test_names_the_tiers_that_were_not_chosen(self, client: Client, ago: Any) -> None:
        tiers = [first_response(30, when='case.priority == "High"'), first_response(240)]
        seen = words(client, address(of_process(*tiers, now=ago(5), priority="Low")))
        assert (
            'Tier 1 , 30 minutes, for case.priority == "High" : '
            "its criteria do not hold, where case.priority is “Low”." in seen
        )

    def test_says_of_whom_the_case_has_its_hours(self, client: Client, ago: Any) -> None:
        process = make_process("", first_response(60, hours_from=WhoseHours.CASE))
        account = make_account("Acme")
        make_entitlement(account, process, business_hours=make_hours("Acme's"), name="Acme Gold")
        seen = words(client, address(make_case(account=account, now=ago(5))))
        assert "the case's own: those of its entitlement “Acme Gold”" in seen

    def test_tells_the_times_in_the_calendars_zone(self, client: Client, ago: Any) -> None:
        berlin = make_hours(days=range(7), time_zone="Europe/Berlin")
        case = of_process(first_response(60), hours=berlin, now=NOON)
        seen = words(client, address(case))
        assert "Times in Europe/Berlin, the zone of “Office”." in seen
        assert "Wed 4 Mar 13:00" in seen

    def test_and_in_the_viewers_where_there_is_no_calendar(self, client: Client, ago: Any) -> None:
        client.cookies["time_zone"] = "Asia/Tokyo"
        seen = words(client, address(of_process(first_response(60), now=NOON)))
        assert "Times in Asia/Tokyo, your zone: 24/7 has none." in seen
        assert "Wed 4 Mar 21:00" in seen

    def test_a_fragment_for_htmx(self, client: Client, case: Case) -> None:
        fragment = client.get(address(case), headers={"HX-Request": "true"}).content.decode()
        assert fragment.lstrip().startswith('<section id="why-panel"')
        assert "<html" not in fragment
        page = client.get(address(case)).content.decode()
        table = re.compile(r"<table.*</table>", re.DOTALL)
        assert table.findall(fragment) == table.findall(page) != []

    def test_no_script_or_style_stands_in_it(self, client: Client, case: Case) -> None:
        fragment = client.get(address(case), headers={"HX-Request": "true"}).content.decode()
        assert not re.search(r"<script|<style|style=|\son\w+=", fragment)

    def test_what_people_wrote_is_text(self, client: Client, agent: User, ago: Any) -> None:
        case = of_process(first_response(60), now=ago(10))
        operations.stop_case(case.pk, reason="<script>alert(1)</script>", by=agent, now=ago(5))
        page = client.get(address(case)).content.decode()
        assert "&lt;script&gt;alert(1)" in page
        assert "<script>alert" not in page

    def test_a_finished_one_goes_by_the_version_that_it_had(
        self, client: Client, agent: User, ago: Any
    ) -> None:
        case = of_process(first_response(60), resolution(480), now=ago(30))
        operations.reply_to_case(case.pk, body="Hello", by=agent, now=ago(20))
        other = make_process("Silver", first_response(5), first_response(6))
        Case.objects.filter(pk=case.pk).update(process_version=other.published_version())
        seen = words(client, address(case))
        assert "with 50 m to spare" in seen
        assert "Tiers that were not chosen" not in seen


class TestTheAnswerInJson:
    def test_adds_up(self, client: Client, case: Case) -> None:
        x = told(client, address(case))
        target = NOON + timedelta(hours=24, minutes=10)
        assert (x["target_date"], x["original_target"]) == (as_utc(target), "2026-03-05T12:00:00Z")
        assert x["segments"][0]["from"] == x["start_date"]
        assert x["segments"][-1]["to"] == x["target_date"]
        assert sum(one["counted_s"] for one in x["segments"]) == x["segments"][-1]["sum_s"] == 240 * 60
        assert sum(one["stopped_s"] for one in x["segments"]) == x["stopped_s"] == 600
        assert [one["kind"] for one in x["segments"]] == ["open", "closed", "open", "stopped", "open"]
        assert all(a["to"] == b["from"] for a, b in zip(x["segments"], x["segments"][1:], strict=False))

    def test_says_what_decided(self, client: Client, case: Case) -> None:
        x = told(client, address(case))
        assert (x["case"], x["milestone"], x["occurrence"], x["tier"]) == (
            case.number,
            "First Response",
            1,
            1,
        )
        assert (x["hours"], x["hours_from"], x["time_zone"]) == ("Office", "process", "UTC")
        assert (x["minutes"], x["formula"], x["adds_up"]) == (240, None, True)

    def test_has_the_moves(self, client: Client, case: Case) -> None:
        assert told(client, address(case))["moves"] == [
            {
                "at": "2026-03-05T10:00:00Z",
                "from": "2026-03-05T12:00:00Z",
                "to": None,
                "why": "the clock stopped",
                "by": "amy",
            },
            {
                "at": "2026-03-05T10:10:00Z",
                "from": None,
                "to": "2026-03-05T12:10:00Z",
                "why": "the clock went on",
                "by": "amy",
            },
        ]

    def test_has_the_inputs_of_a_formula_and_of_tiers(self, client: Client, ago: Any) -> None:
        formula = {"milestone": "M", "minutes": None, "formula": BY_PRIORITY}
        other = {**formula, "when": "case.created_at < case.closed_at"}
        x = told(client, address(of_process(other, formula, now=NOON, priority="Low"), "M"))
        assert (x["tier"], x["inputs"]) == (2, {"case.priority": "Low"})
        assert x["tiers_not_chosen"] == [
            {
                "tier": 1,
                "criteria": "case.created_at < case.closed_at",
                "target": BY_PRIORITY,
                "why": "its criteria do not hold",
                "inputs": {"case.created_at": as_utc(NOON), "case.closed_at": None},
            }
        ]

    def test_of_a_stopped_one_has_no_target(self, client: Client, agent: User, ago: Any) -> None:
        case = of_process(first_response(60), now=ago(30))
        operations.stop_case(case.pk, reason="x", by=agent, now=ago(20))
        x = told(client, address(case))
        assert (x["state"], x["target_date"], x["left_s"]) == ("stopped", None, 50 * 60)
        assert "no target now; 50 m left" in x["sentence"]

    def test_comes_only_when_it_is_asked_for(self, client: Client, case: Case) -> None:
        for accept in ("*/*", "text/html,*/*;q=0.8", "text/plain"):
            assert client.get(address(case), headers={"Accept": accept})["Content-Type"].startswith(
                "text/html"
            )


class TestTheWayThere:
    def test_every_milestone_of_the_tracker_has_its_link(self, client: Client, ago: Any) -> None:
        case = of_process(first_response(60), resolution(480), now=ago(10))
        tracker = client.get(f"/cases/{case.number}/tracker/").content.decode()
        for name in ("First Response", "Resolution"):
            link = f'href="{address(case, name)}" hx-get="{address(case, name)}" hx-target="#why"'
            assert link in tracker

    def test_another_cases_milestone_is_not_found(self, client: Client, case: Case) -> None:
        other = make_case()
        key = case.milestones.get().pk
        assert client.get(f"/cases/{other.number}/why/{key}/").status_code == 404
        assert client.get(f"/cases/{other.number}/why/{key}/", headers=JSON).status_code == 404
        assert client.get(f"/cases/{case.number}/why/999999/").status_code == 404
        assert client.get(f"/cases/C-999999/why/{key}/").status_code == 404

    def test_who_has_no_role_is_refused(self, case: Case) -> None:
        nobody = make_user("nobody")
        nobody.groups.clear()
        assert logged_in(nobody).get(address(case)).status_code == 403
        assert Client().get(address(case)).status_code == 302

    def test_it_takes_eight_queries_at_most(
        self, client: Client, agent: User, case: Case, django_assert_max_num_queries: Any
    ) -> None:
        for number in range(20):
            at = NOON + timedelta(hours=23, minutes=number * 2)
            operations.stop_case(case.pk, reason="x", by=agent, now=at)
            operations.resume_case(case.pk, by=agent, now=at + timedelta(minutes=1))
        client.get(address(case))
        with django_assert_max_num_queries(8):
            assert client.get(address(case)).status_code == 200

    def test_a_case_without_milestones_still_says_why(self, client: Client, ago: Any) -> None:
        case = make_case(account=None, now=ago(1))
        seen = words(client, f"/cases/{case.number}/")
        assert "No milestones: the case has no account and no contact" in seen
        assert "Why this time?" not in seen


class TestTheChanceOfBeingLate:
    """An estimate from the desk's past; see tests/estimates for how it comes about."""

    def test_without_history_it_says_so(self, client: Client, desk: None, ago: Any) -> None:
        seen = words(client, address(of_process(first_response(60), now=ago(5))))
        assert "Will it be late? Estimate Not enough history for an honest figure" in seen

    def test_it_is_an_estimate_with_its_reasons(self, client: Client, desk: None, ago: Any) -> None:
        case = of_process(first_response(60), now=ago(5))
        where = address(case)
        ended_ones(case, spread(60, 40), ago(2000))
        refresh(ago(1))
        seen = words(client, where)
        assert "Will it be late? Estimate About 40 % to become late; between 31 and 50 % as far" in seen
        assert "A figure from this desk's own past, no promise" in seen
        chance = told(client, where)["chance_of_being_late"]
        assert (chance["estimate"], chance["similar"], chance["similar_late"]) == (0.4, 100, 40)

    def test_what_is_late_needs_none(self, client: Client, desk: None, ago: Any) -> None:
        case = of_process(first_response(60), now=ago(90))
        assert "Will it be late?" not in words(client, address(case))
        assert told(client, address(case))["chance_of_being_late"] is None
