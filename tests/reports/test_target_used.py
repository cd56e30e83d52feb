"""The share of the target's time that was used: percentiles by nearest rank, and how many used how much."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from hypothesis import given
from hypothesis import strategies as st

from cases.models import CaseMilestone
from cases.operations import extend_milestone, reply_to_case, resume_case, stop_case
from cases.reports.catalogue.target_used import MOST, Used
from tests.factory import NOON, first_response, make_case, make_customer, make_process
from tests.reports.desk import ask, minutes, opened, shown

DAY = "from=2026-03-04&to=2026-03-04"


class TestAPercentile:
    @given(st.lists(st.integers(0, MOST + 1), min_size=1), st.sampled_from([50, 90, 95]))
    def test_is_the_least_share_that_so_many_stayed_within(self, values: list[int], share: int) -> None:
        found = Used(Counter(values)).share(share)
        assert found in values
        assert 100 * sum(value <= found for value in values) >= share * len(values)
        assert 100 * sum(value < found for value in values) < share * len(values)

    def test_of_nothing_is_nothing(self) -> None:
        assert Used().share(50) is None


@pytest.mark.django_db
class TestTheReport:
    @pytest.fixture
    def answered(self, agent: User) -> User:
        """First Responses of an hour, answered after 6, 30, 60 and 90 minutes."""
        acme = make_customer(make_process("", first_response(60)), name="Acme")
        for after in (6, 30, 60, 90):
            case = make_case(account=acme, now=NOON, priority="High")
            reply_to_case(case.pk, body="Yes", by=agent, now=minutes(after))
        return agent

    def test_shows_what_half_and_nearly_all_stayed_within(self, answered: User) -> None:
        row = shown(ask("target-used", DAY))["First Response"]
        assert (row["Completed"], row["p50"], row["p90"], row["Over 100 %"]) == ("4", "50 %", "150 %", "1")

    def test_counts_how_many_used_how_much(self, answered: User) -> None:
        found = shown(ask("target-used", DAY), table=1)
        used = {name: row["Milestones"] for name, row in found.items() if row["Milestones"] != "0"}
        assert used == {"≤ 10 %": "1", "≤ 50 %": "1", "≤ 100 %": "1", "≤ 150 %": "1"}

    def test_a_number_opens_those_of_its_range(self, answered: User) -> None:
        assert opened("target-used", f"{DAY}&used=41-50") == 1
        assert opened("target-used", f"{DAY}&used=half") == 4

    def test_a_second_too_late_is_over_100_percent(self, agent: User) -> None:
        case = make_case(account=make_customer(make_process("", first_response(60))), now=NOON)
        reply_to_case(case.pk, body="Yes", by=agent, now=minutes(60) + timedelta(seconds=1))
        assert shown(ask("target-used", DAY))["All"]["p50"] == "101 %"

    def test_leaves_out_what_stood_still(self, agent: User) -> None:
        case = make_case(account=make_customer(make_process("", first_response(60))), now=NOON)
        stop_case(case.pk, reason="A part", by=agent, now=minutes(10))
        resume_case(case.pk, by=agent, now=minutes(40))
        reply_to_case(case.pk, body="Yes", by=agent, now=minutes(60))
        assert shown(ask("target-used", DAY))["All"]["p50"] == "50 %"

    def test_is_a_share_of_the_extended_time(self, agent: User) -> None:
        case = make_case(account=make_customer(make_process("", first_response(60))), now=NOON)
        extend_milestone(
            case.pk, milestone="First Response", minutes=60, reason="Agreed", by=agent, now=minutes(5)
        )
        reply_to_case(case.pk, body="Yes", by=agent, now=minutes(60))
        assert shown(ask("target-used", DAY))["All"]["p50"] == "50 %"

    def test_says_of_how_many_nothing_was_recorded(self, answered: User) -> None:
        CaseMilestone.objects.filter(completion_date=minutes(6)).update(elapsed_seconds=None)
        found = ask("target-used", DAY)
        assert "1 have no record of what they took." in found.notes
        assert shown(found)["All"]["Completed"] == "3"
