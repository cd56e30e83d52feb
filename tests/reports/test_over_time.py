"""The trend, and the map of weekdays and hours: in the viewer's zone, whatever the clocks do."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.models import User
from django.http import QueryDict

from cases.operations import reply_to_case
from cases.reports.page import answer, behind
from cases.reports.registry import BY_KEY
from entitlements.models import Account
from tests.factory import first_response, make_case, make_customer, make_process
from tests.reports.desk import ask, one_of_each, shown

pytestmark = pytest.mark.django_db
BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)


@pytest.fixture
def acme(agent: User) -> Account:
    return make_customer(make_process("Gold", first_response(60)), name="Acme")


def due(acme: Account, at: datetime, agent: User | None = None) -> None:
    """A First Response that is due then: met where an agent is named, else late."""
    case = make_case(account=acme, now=at.replace(hour=at.hour - 1) if at.hour else at)
    if agent:
        reply_to_case(case.pk, body="Yes", by=agent, now=case.created_at)


class TestTheTrend:
    def test_has_a_line_for_each_month_from_the_first_with_anything(self, agent: User, acme: Account) -> None:
        due(acme, datetime(2026, 2, 3, 9, tzinfo=UTC), agent)
        due(acme, datetime(2026, 4, 3, 9, tzinfo=UTC))
        found = ask("trend", "from=2025-05-01&to=2026-04-30", now=NOW)
        assert [*shown(found)] == ["Feb 2026", "Mar 2026", "Apr 2026", "All"]
        assert [row["Compliance"] for row in shown(found).values()] == ["100.0 %", "–", "0.0 %", "50.0 %"]
        assert "There is nothing before Feb 2026." in found.notes

    def test_weeks_begin_on_monday_and_end_with_the_period(self, agent: User, acme: Account) -> None:
        due(acme, datetime(2026, 3, 1, 9, tzinfo=UTC), agent)
        due(acme, datetime(2026, 3, 2, 9, tzinfo=UTC))
        found = shown(ask("trend", "from=2026-02-27&to=2026-03-03&step=week&compare=no", now=NOW))
        assert {name: (row["Met"], row["Open, late"]) for name, row in found.items()} == {
            "Week of 27 Feb": ("1", "0"),
            "Week of 2 Mar": ("0", "1"),
            "All": ("1", "1"),
        }

    def test_sets_each_month_beside_the_one_of_the_period_before(self, agent: User, acme: Account) -> None:
        due(acme, datetime(2026, 1, 15, 9, tzinfo=UTC), agent)
        due(acme, datetime(2026, 3, 15, 9, tzinfo=UTC))
        found = shown(ask("trend", "from=2026-03-01&to=2026-04-30", now=NOW))
        assert (found["Mar 2026"]["Compliance"], found["Mar 2026"]["Before"]) == ("0.0 %", "100.0 %")

    def test_a_month_is_the_viewers(self, agent: User, acme: Account) -> None:
        due(acme, datetime(2026, 3, 31, 22, 30, tzinfo=UTC), agent)
        query = QueryDict("from=2026-03-01&to=2026-04-30")
        assert shown(answer(BY_KEY["trend"], query, NOW, BERLIN))["Apr 2026"]["Met"] == "1"
        assert shown(answer(BY_KEY["trend"], query, NOW, UTC))["Mar 2026"]["Met"] == "1"

    def test_very_many_days_are_shown_by_the_month(self, agent: User, acme: Account) -> None:
        due(acme, datetime(2026, 3, 1, 9, tzinfo=UTC), agent)
        found = ask("trend", "from=2024-01-01&to=2026-03-31&step=day", now=NOW)
        assert "So many days are shown by the month." in found.notes
        assert "Mar 2026" in shown(found)

    def test_draws_the_line_that_was_promised(self, agent: User) -> None:
        one_of_each(agent)
        chart = ask("trend", now=NOW).findings.charts[0]
        assert (chart.line, chart.line_label) == (95.0, "promised 95 %")


class TestTheMapOfHours:
    def test_counts_what_was_missed_in_each_hour_of_the_week(self, agent: User) -> None:
        one_of_each(agent)
        found = shown(ask("hours", "from=2026-03-04&to=2026-03-04"))
        missed = {day: number for day, number in found["13–14"].items() if number != "–"}
        assert missed == {"Hour": "13–14", "Wed": "2"}

    def test_shows_the_share_or_all_that_counts(self, agent: User) -> None:
        one_of_each(agent)
        asked = "from=2026-03-04&to=2026-03-04&show="
        assert shown(ask("hours", f"{asked}share"))["13–14"]["Wed"] == "50 %"
        assert shown(ask("hours", f"{asked}all"))["13–14"]["Wed"] == "4"

    @pytest.mark.parametrize(("day", "hour"), [(28, "10–11"), (30, "11–12")])
    def test_an_hour_is_the_viewers_on_both_sides_of_a_clock_change(
        self, agent: User, acme: Account, day: int, hour: str
    ) -> None:
        due(acme, datetime(2026, 3, day, 9, 30, tzinfo=UTC))
        query = QueryDict("from=2026-03-01&to=2026-03-31")
        found = answer(BY_KEY["hours"], query, NOW, BERLIN)
        (row,) = [row for row in found.findings.tables[0].rows if any(cell.value for cell in row[1:])]
        assert row[0].told == hour
        (cell,) = [cell for cell in row[1:] if cell.value]
        assert behind(BY_KEY["hours"], QueryDict(cell.opens), NOW, BERLIN).rows.count() == 1
