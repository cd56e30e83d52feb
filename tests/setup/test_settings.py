"""Entitlement Settings, with what each means for the cases that are open."""

from __future__ import annotations

import re
from typing import Any

import pytest

from cases.models import EngineLook
from cases.operations import change_case, reply_to_case
from cases.queries.timeline import timeline_of
from entitlements.models import EntitlementSettings
from tests.factory import NOON, make_case, make_user
from tests.setup.administrator import Setup, page

ADDRESS = page("entitlementsettings")


def text_of(answer: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", answer.content.decode()))


def wait_for_the_customer(case: Any) -> None:
    change_case(case.pk, fields={"status": "Waiting on Customer"}, by=None, now=NOON)


class TestPausing:
    def test_that_is_off_says_which_cases_run_all_the_same(self, setup: Setup) -> None:
        EntitlementSettings.objects.update_or_create(pk=1, defaults={"allow_pausing": False})
        wait_for_the_customer(make_case(now=NOON))
        said = text_of(setup.get(ADDRESS))
        assert "1 status stops the clock: Waiting on Customer (1 open case)." in said
        assert "It is off. The clocks of 1 open case in such a status run all the same." in said

    def test_that_is_on_says_which_cases_stand_still(self, setup: Setup) -> None:
        EntitlementSettings.objects.update_or_create(pk=1, defaults={"allow_pausing": True})
        wait_for_the_customer(make_case(now=NOON))
        assert "It is on. 1 open case stands still because of its status" in text_of(setup.get(ADDRESS))

    @pytest.mark.parametrize("turned_on", [True, False])
    def test_what_is_said_of_turning_it_is_so(self, setup: Setup, turned_on: bool) -> None:
        """Cases that are in such a status already follow only with their next change of it."""
        EntitlementSettings.objects.update_or_create(pk=1, defaults={"allow_pausing": not turned_on})
        case = make_case(now=NOON)
        wait_for_the_customer(case)
        EntitlementSettings.objects.update(allow_pausing=turned_on)
        EntitlementSettings.objects.get().save()
        reply_to_case(case.pk, body="Hello.", by=make_user("ann"), now=NOON)
        case.refresh_from_db()
        assert case.is_stopped is not turned_on


class TestTheTimeline:
    def test_tells_of_milestones_unless_that_is_turned_off(self, setup: Setup) -> None:
        case = make_case(now=NOON)
        with_them = [entry.what for entry in timeline_of(case, NOON).entries]
        assert any("First Response" in what for what in with_them)
        setup.post(ADDRESS, at_risk_percent="75")
        assert not EntitlementSettings.objects.get().milestone_feed_items
        without = [entry.what for entry in timeline_of(case, NOON).entries]
        assert without
        assert not any("First Response" in what for what in without)
        assert any("First Response" in one.what for one in timeline_of(case, NOON, "milestones").entries)


class TestTheEnginePage:
    def test_says_how_it_stands(self, setup: Setup) -> None:
        text = text_of(setup.get("/setup/cases/enginelook/"))
        assert "The engine has not looked in the last 24 hours" in text
        assert "None." in text

    def test_draws_the_day(self, setup: Setup) -> None:
        EngineLook.objects.update_or_create(pk=1, defaults={})
        answer = setup.get("/setup/cases/enginelook/")
        assert answer.status_code == 200
