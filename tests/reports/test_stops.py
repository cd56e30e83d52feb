"""The stops audit: why, by whom and how long; and what was kept only by it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import User

from cases.models import Case
from cases.operations import change_case, reply_to_case, resume_case, stop_case
from tests.factory import NOON, first_response, make_case, make_customer, make_process, make_user
from tests.reports.desk import ask, opened, shown

DAY = "from=2026-03-04&to=2026-03-04"
LATER = NOON + timedelta(hours=10)
pytestmark = pytest.mark.django_db


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


@pytest.fixture
def case(agent: User) -> Case:
    """An answer is due within the hour."""
    return make_case(account=make_customer(make_process("", first_response(60))), now=NOON, owner=agent)


def stopped(case: Case, by: User, since: float, until: float | None, reason: str = "A part") -> None:
    stop_case(case.pk, reason=reason, by=by, now=NOON + minutes(since))
    if until is not None:
        resume_case(case.pk, by=by, now=NOON + minutes(until))


def test_stops_are_summed_by_reason(agent: User, case: Case) -> None:
    stopped(case, agent, 10, 20)
    stopped(case, agent, 30, 60)
    stopped(case, agent, 70, 75, "The customer")
    row = shown(ask("stops", DAY, now=LATER))["A part"]
    assert [row[name] for name in ("Stops", "Cases", "Together, h", "Average, h", "Longest, h")] == [
        *("2", "1"),
        *("40 m", "20 m", "30 m"),
    ]


def test_one_that_lasts_counts_up_to_now(agent: User, case: Case) -> None:
    stopped(case, agent, 0, None)
    row = shown(ask("stops", DAY, now=LATER))["A part"]
    assert (row["Together, h"], row["Still stopped"]) == ("10 h", "1")


def test_who_stopped_it(agent: User, case: Case) -> None:
    stopped(case, agent, 10, 20)
    stopped(case, make_user("bob"), 30, 60)
    rows = shown(ask("stops", f"{DAY}&by=person", now=LATER))
    assert {name: row["Stops"] for name, row in rows.items()} == {"Amy Pond": "1", "bob": "1"}


def test_a_status_stops_by_its_name(agent: User, case: Case) -> None:
    change_case(case.pk, fields={"status": "Waiting on Customer"}, by=agent, now=NOON + minutes(5))
    assert "By status" in shown(ask("stops", f"{DAY}&by=kind", now=LATER))


def test_a_promise_that_was_kept_only_by_a_stop(agent: User, case: Case) -> None:
    stopped(case, agent, 10, 50)
    reply_to_case(case.pk, body="Yes", by=agent, now=NOON + minutes(90))
    assert opened("stops", f"{DAY}&kept=yes", now=LATER) == 1


def test_a_stop_that_was_not_needed_is_none_of_these(agent: User, case: Case) -> None:
    stopped(case, agent, 10, 20)
    reply_to_case(case.pk, body="Yes", by=agent, now=NOON + minutes(60))
    assert opened("stops", f"{DAY}&kept=yes", now=LATER) == 0


def test_a_reason_opens_its_cases(agent: User, case: Case) -> None:
    stopped(case, agent, 10, None)
    assert opened("stops", f"{DAY}&so=A part", now=LATER) == 1
    assert opened("stops", f"{DAY}&so=A part&lasting=yes", now=LATER) == 1
    assert opened("stops", f"{DAY}&so=Another", now=LATER) == 0
