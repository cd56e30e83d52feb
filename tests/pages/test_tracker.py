"""The milestone tracker: every state in words, and what an unchanged look costs."""

from __future__ import annotations

import re
from datetime import date, timedelta
from html import unescape
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.html import strip_tags

from cases import operations
from cases.engine.due import tick
from cases.models import Case
from tests.factory import (
    first_response,
    make_account,
    make_case,
    make_customer,
    make_entitlement,
    make_hours,
    make_process,
    resolution,
    success,
    violation,
    warning,
)


def html(client: Client, case: Case, query: str = "") -> str:
    return client.get(f"/cases/{case.number}/tracker/{query}").content.decode()


def words(client: Client, case: Case) -> str:
    """What a reader sees, in one line."""
    return re.sub(r"\s+", " ", strip_tags(html(client, case).replace("<", " <"))).replace("&quot;", '"')


def case_with(*milestones: Any, now: Any, **given: Any) -> Case:
    customer = make_customer(make_process("", *milestones, hours=given.pop("hours", None)))
    return make_case(account=customer, now=now, **given)


@pytest.mark.parametrize(
    ("minutes_ago", "level", "told"),
    [
        (10, "On track", "49 m"),
        (35, "Watch", "24 m"),
        (50, "At risk", "9 m"),
        (75, "Late", "late 15 m"),
        (60 * 30, "Late", "late 1 d 5 h"),
    ],
)
def test_a_running_one_says_how_it_stands(
    client: Client, ago: Any, minutes_ago: int, level: str, told: str
) -> None:
    case = case_with(first_response(60), now=ago(minutes_ago))
    assert f"{level} {told}" in words(client, case)


def test_seconds_are_told_below_two_minutes(client: Client, ago: Any) -> None:
    case = case_with(first_response(60), now=ago(59))
    assert re.search(r"At risk (59|58|57) s", words(client, case))


def test_the_next_due_is_the_big_one(client: Client, ago: Any) -> None:
    case = case_with(resolution(480), first_response(60), now=ago(10))
    article = html(client, case).split("</article>")[0]
    assert 'data-milestone="First Response"' in article
    assert 'data-milestone="Resolution"' not in article


def test_one_that_is_met_says_with_how_much_to_spare(client: Client, agent: User, ago: Any) -> None:
    case = case_with(first_response(60), now=ago(100))
    operations.reply_to_case(case.pk, body="Hello", by=agent, now=ago(52))
    assert "Met 12 m to spare" in words(client, case)


def test_one_that_was_missed_says_by_how_much(client: Client, agent: User, ago: Any) -> None:
    case = case_with(first_response(60), now=ago(100))
    operations.reply_to_case(case.pk, body="Hello", by=agent, now=ago(20))
    assert "Missed by 20 m" in words(client, case)


def test_a_stopped_one_says_why_and_since_when(client: Client, agent: User, ago: Any) -> None:
    case = case_with(first_response(60), now=ago(50))
    operations.stop_case(
        case.pk, reason="Waiting for parts", until_customer_answers=True, by=agent, now=ago(30)
    )
    seen = words(client, case)
    assert "Stopped · Waiting for parts — until the customer answers since" in seen
    assert "Stopped 40 m" in seen
    assert "none while stopped" in seen
    assert "data-look-every" not in html(client, case)


def test_after_a_stop_it_shows_where_the_target_was(client: Client, agent: User, ago: Any) -> None:
    case = case_with(first_response(60), now=ago(50))
    operations.stop_case(case.pk, reason="x", by=agent, now=ago(30))
    operations.resume_case(case.pk, by=agent, now=ago(20))
    assert "originally" in words(client, case)


def test_outside_hours_is_not_stopped(client: Client, ago: Any) -> None:
    elsewhen = [(ago.now.weekday() + 2) % 7]
    case = case_with(first_response(60), now=ago(10), hours=make_hours(days=elsewhen))
    seen = words(client, case)
    assert "On track 1 h outside hours · resumes" in seen
    assert "Stopped" not in seen


def test_open_periods_come_with_it(client: Client, ago: Any) -> None:
    case = case_with(first_response(60), now=ago(10), hours=make_hours())
    assert re.search(r'data-open="\[\[\d{13}, \d{13}\], ', html(client, case))


def test_a_sequential_one_is_upcoming(client: Client, agent: User, ago: Any) -> None:
    update = {"milestone": "Update", "minutes": 60, "recurrence": "sequential", "completed_by": "agent_reply"}
    case = case_with(update, now=ago(30))
    operations.reply_to_case(case.pk, body="Hello", by=agent, now=ago(20))
    seen = words(client, case)
    assert "Update 2" in seen
    assert "Upcoming" in seen


@pytest.mark.parametrize(
    ("criteria", "told"),
    [
        ('case.is_closed || case.stage == "Resolved"', "Completed by Closed is yes or Stage equals Resolved"),
        ("size(case.subject) > 90", "Completed by size(case.subject) > 90"),
    ],
)
def test_criteria_that_complete_it_are_told_in_words(
    client: Client, ago: Any, criteria: str, told: str
) -> None:
    row = {"milestone": "Fix", "minutes": 60, "completed_by": "criteria", "completion": criteria}
    assert told in unescape(words(client, case_with(row, now=ago(10))))


def test_words_cost_no_query(client: Client, ago: Any) -> None:
    def queries(completed: dict[str, str]) -> int:
        rows = [{"milestone": f"Step {place}", "minutes": 60, **completed} for place in range(4)]
        case = case_with(*rows, now=ago(10))
        html(client, case)
        with CaptureQueriesContext(connection) as asked:
            html(client, case)
        return len(asked)

    criteria = {"completed_by": "criteria", "completion": 'case.stage == "Resolved"'}
    assert queries(criteria) == queries({"completed_by": "manual"})


def test_a_cancelled_one_keeps_its_reason(client: Client, agent: User, ago: Any) -> None:
    case = case_with({"milestone": "Call", "minutes": 60}, now=ago(30))
    operations.change_case(case.pk, fields={"status": "Closed"}, by=agent, now=ago(10))
    assert "left the process" in words(client, case)


def test_what_completes_it_and_what_comes_next(client: Client, ago: Any) -> None:
    triggers = [warning(75, 0, {"kind": "email", "to": ["owner"]}), violation(30)]
    case = case_with(first_response(60, triggers=triggers), now=ago(10))
    seen = words(client, case)
    assert "Completed by a public reply by an agent" in seen
    assert "Warning at 75 %" in seen
    assert "Email alert to owner" in seen
    assert '<line class="ring-mark" x1="60" x2="60" y1="1" y2="11" transform="rotate(270 60 60)"' in html(
        client, case
    )


def test_whom_the_next_trigger_would_tell_now(client: Client, agent: User, ago: Any) -> None:
    to = {"kind": "email", "to": ["owner", "contact", "lead@example.com"]}
    case = case_with(first_response(60, triggers=[warning(75, 0, to)]), now=ago(10))
    assert "Email alert to owner (nobody), contact (nobody), lead@example.com" in words(client, case)
    operations.change_case(case.pk, fields={"owner": agent.username}, by=agent, now=ago(5))
    assert f"Email alert to owner ({agent.get_full_name() or agent.username})" in words(client, case)


def test_the_browser_is_told_when_the_next_thing_is_planned(client: Client, ago: Any) -> None:
    case = case_with(first_response(60, triggers=[warning(75)]), now=ago(10))
    planned = case.created_at + timedelta(minutes=45)
    assert f'data-changes-at="{int(planned.timestamp() * 1000)}"' in html(client, case)


def test_what_fired_and_what_became_of_it(client: Client, agent: User, ago: Any) -> None:
    triggers = [success({"kind": "email", "to": ["owner"]}), violation(0, {"kind": "escalate", "level": 2})]
    case = case_with(first_response(60, triggers=triggers), now=ago(70))
    tick(ago(0), 10)
    operations.reply_to_case(case.pk, body="Sorry", by=agent, now=ago(0))
    seen = words(client, case)
    assert "Violation at the target fired" in seen
    assert "Escalation to level 2: done" in seen
    assert "Email alert to owner: waiting" in seen


def test_a_formula_that_fails_is_shown(client: Client, ago: Any) -> None:
    failing = {"milestone": "Bad", "minutes": None, "formula": "case.escalation_level * 10"}
    case = case_with(failing, now=ago(5))
    seen = words(client, case)
    assert "No target" in seen
    assert "a target is 1 minute or more" in seen


@pytest.mark.parametrize(
    ("ends", "starts", "why"),
    [
        (date(2026, 3, 2), date(2025, 1, 1), "no active entitlement for Acme since 3 March 2026"),
        (None, date(2999, 1, 1), "the entitlement of Acme starts only on 1 January 2999"),
    ],
)
def test_a_case_without_milestones_says_why(
    client: Client, ago: Any, ends: date | None, starts: date, why: str
) -> None:
    acme = make_account("Acme")
    make_entitlement(acme, make_process(), start_date=starts, end_date=ends)
    assert f"No milestones: {why}." in words(client, make_case(account=acme, now=ago(1)))


def test_a_case_of_nobody_says_so(client: Client, ago: Any) -> None:
    case = make_case(account=None, now=ago(1))
    assert "No milestones: the case has no account and no contact" in words(client, case)


def test_nothing_changed_is_204(client: Client, ago: Any) -> None:
    case = case_with(first_response(60), now=ago(10))
    look = re.search(r'hx-get="([^"]*)"', html(client, case))
    assert look is not None
    again = client.get(look[1].replace("&amp;", "&"))
    assert again.status_code == 204
    assert again.content == b""
    assert abs(int(again["X-Server-Time"]) / 1000 - ago.now.timestamp()) < 60


def test_something_changed_is_sent(client: Client, agent: User, ago: Any) -> None:
    case = case_with(first_response(60), now=ago(10))
    look = re.search(r'hx-get="([^"]*)"', html(client, case))
    assert look is not None
    operations.reply_to_case(case.pk, body="Hello", by=agent, now=ago(0))
    again = client.get(look[1].replace("&amp;", "&"))
    assert again.status_code == 200
    assert "Met" in again.content.decode()
    assert again["HX-Trigger-After-Swap"] == "case-changed"


def test_the_same_partial_stands_in_the_page(client: Client, ago: Any) -> None:
    case = case_with(first_response(60), now=ago(10))
    page = client.get(f"/cases/{case.number}/").content.decode()
    assert '<section id="tracker"' in page
    assert html(client, case).lstrip().startswith('<section id="tracker"')


def test_an_unchanged_look_costs_three_queries(
    client: Client, ago: Any, django_assert_max_num_queries: Any
) -> None:
    case = case_with(first_response(60), now=ago(10))
    tag = client.get(f"/cases/{case.number}/tracker/").context["tracker"].tag
    with django_assert_max_num_queries(3):
        client.get(f"/cases/{case.number}/tracker/", {"seen": tag})


@pytest.mark.parametrize("replies", [1, 30])
def test_a_full_look_costs_the_same_however_much_happened(
    client: Client, agent: User, ago: Any, replies: int, django_assert_max_num_queries: Any
) -> None:
    call = {"milestone": "Call", "minutes": 5, "recurrence": "independent", "completed_by": "agent_reply"}
    case = case_with(
        first_response(60, triggers=[success({"kind": "notify", "to": ["owner"]})]), call, now=ago(100)
    )
    for number in range(replies):
        operations.reply_to_case(case.pk, body="Hello", by=agent, now=ago(90) + timedelta(minutes=number))
    html(client, case)
    # Six of the tracker's own; the session and the user come before it.
    with django_assert_max_num_queries(6):
        html(client, case)


def test_a_case_that_does_not_exist(client: Client) -> None:
    assert client.get("/cases/C-999999/tracker/").status_code == 404
    assert client.get("/cases/C-999999/").status_code == 404
