"""Where the time went: milestones by their hours and stops, cases by their owners and statuses."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import User

from cases.models import Case
from cases.operations import change_case, reply_to_case, resume_case, stop_case
from tests.factory import NOON, first_response, make_case, make_customer, make_hours, make_process, make_user
from tests.reports.desk import ask, opened, shown

WEEK = "from=2026-03-02&to=2026-03-08"
LATER = NOON + timedelta(days=5)
pytestmark = pytest.mark.django_db


def hours(count: float) -> timedelta:
    return timedelta(hours=count)


def in_office_hours(promised: int = 600) -> Case:
    """Begun on Wednesday at noon, in hours from 9 to 17."""
    process = make_process("Gold", first_response(promised), hours=make_hours())
    return make_case(account=make_customer(process, name="Acme"), now=NOON, priority="High")


class TestTheTimeOfMilestones:
    def test_runs_stands_still_and_lies_outside_hours(self, agent: User) -> None:
        case = in_office_hours()
        stop_case(case.pk, reason="A part", by=agent, now=NOON + hours(1))
        resume_case(case.pk, by=agent, now=NOON + hours(3))
        reply_to_case(case.pk, body="Yes", by=agent, now=NOON + hours(22))
        row = shown(ask("time", WEEK, now=LATER))["First Response"]
        assert (row["Running, h"], row["Stopped, h"], row["Outside hours, h"]) == ("4 h", "2 h", "16 h")
        assert (row["Together, h"], row["Average, h"], row["Stopped, %"]) == ("22 h", "22 h", "9.0 %")

    def test_is_not_known_before_the_end(self, agent: User) -> None:
        in_office_hours()
        assert shown(ask("time", WEEK, now=LATER)).keys() == {"All"}

    def test_is_nothing_outside_where_all_hours_count(self, agent: User) -> None:
        case = make_case(account=make_customer(make_process("", first_response(60))), now=NOON)
        reply_to_case(case.pk, body="Yes", by=agent, now=NOON + timedelta(minutes=9, microseconds=999_999))
        row = shown(ask("time", WEEK, now=LATER))["First Response"]
        assert (row["Running, h"], row["Outside hours, h"]) == ("9 m", "0 h")

    def test_can_be_divided_otherwise(self, agent: User) -> None:
        case = in_office_hours()
        reply_to_case(case.pk, body="Yes", by=agent, now=NOON + hours(1))
        for by, name in {"account": "Acme", "priority": "High", "version": "Gold v1"}.items():
            assert shown(ask("time", f"{WEEK}&by={by}", now=LATER))[name]["Ended"] == "1"


def handed_on(agent: User) -> Case:
    """Nobody's for one hour, Amy's for two, Bob's for four, Amy's again for eight; then closed."""
    case = make_case(account=make_customer(name="Acme"), now=NOON, queue="Claims")
    bob = make_user("bob")
    for after, fields in {
        1: {"owner": agent.username},
        3: {"owner": bob.username},
        5: {"status": "Working"},
        7: {"owner": agent.username},
        15: {"status": "Closed"},
    }.items():
        change_case(case.pk, fields=fields, by=agent, now=NOON + hours(after))
    return case


class TestWhoHadTheCases:
    def test_each_owner_for_so_long(self, agent: User) -> None:
        handed_on(agent)
        rows = shown(ask("hands", WEEK, now=LATER))
        assert {name: row["Together, h"] for name, row in rows.items()} == {
            "Amy Pond": "10 h",
            "bob": "4 h",
            "Nobody": "1 h",
            "All": "15 h",
        }

    def test_a_return_is_another_stay(self, agent: User) -> None:
        handed_on(agent)
        row = shown(ask("hands", WEEK, now=LATER))["Amy Pond"]
        assert (row["Stays"], row["Average stay, h"], row["Share"]) == ("2", "5 h", "66.6 %")

    def test_each_status_for_so_long(self, agent: User) -> None:
        handed_on(agent)
        rows = shown(ask("hands", f"{WEEK}&by=status", now=LATER))
        assert {name: row["Together, h"] for name, row in rows.items()} == {
            "Working": "10 h",
            "New": "5 h",
            "Closed": "0 h",
            "All": "15 h",
        }

    def test_what_never_changed_is_counted_whole(self, agent: User) -> None:
        handed_on(agent)
        assert shown(ask("hands", f"{WEEK}&by=queue", now=LATER))["Claims"]["Share"] == "100.0 %"

    def test_what_changes_after_the_closing_changes_nothing(self, agent: User) -> None:
        case = handed_on(agent)
        before = shown(ask("hands", WEEK, now=LATER))
        change_case(case.pk, fields={"owner": "bob"}, by=agent, now=NOON + hours(60))
        after = shown(ask("hands", WEEK, now=LATER))
        assert {name: row["Together, h"] for name, row in after.items()} == {
            name: row["Together, h"] for name, row in before.items()
        }

    def test_a_case_that_is_open_or_was_closed_at_another_time_is_not_in_it(self, agent: User) -> None:
        handed_on(agent)
        make_case(now=NOON)
        assert shown(ask("hands", WEEK, now=LATER))["All"]["Together, h"] == "15 h"
        assert shown(ask("hands", "from=2026-03-02&to=2026-03-04", now=LATER)).keys() == {"All"}

    @pytest.mark.parametrize(("was", "cases"), [("amy", 1), ("bob", 1), ("-", 1), ("sue", 0)])
    def test_a_name_opens_the_cases_that_it_had(self, agent: User, was: str, cases: int) -> None:
        handed_on(agent)
        assert opened("hands", f"{WEEK}&was={was}", now=LATER) == cases
