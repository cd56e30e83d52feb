"""The report on estimates: what it says, and that each number opens the milestones that it counts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

import pytest
from django.test import Client
from django.utils import timezone

from cases.estimates.backtest import WEEK, WEEKS
from cases.estimates.refresh import refresh
from tests.estimates.past import DAY, ended_ones, spread
from tests.factory import first_response, make_case, make_customer, make_desk, make_process, make_user

pytestmark = pytest.mark.django_db
REPORT = "/reports/estimates/"


@pytest.fixture
def client(db: None) -> Client:
    make_desk()
    client = Client()
    client.force_login(make_user("sue", "Supervisors"))
    return client


@pytest.fixture
def now() -> Iterator[datetime]:
    yield timezone.now()


@pytest.fixture
def tested(client: Client, now: datetime) -> None:
    """Estimated 40 %, of which 2 of 8 became late; then one group without enough history."""
    process = make_process("", first_response(60))
    case = make_case(account=make_customer(process), now=now, priority="High", queue="Claims")
    since = now - WEEKS * WEEK
    ended_ones(case, spread(60, 40), since - DAY)
    ended_ones(case, spread(6, 2), since + DAY)
    rare = make_process("", {**first_response(60), "milestone": "Callback"})
    other = make_case(account=make_customer(rare), now=now)
    ended_ones(other, spread(3, 0), since + DAY)
    refresh(now)


def words(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", page))


def test_it_says_so_before_the_first_test(client: Client) -> None:
    assert "There is no estimate to compare yet" in client.get(REPORT).content.decode()


def test_it_compares_what_was_estimated_with_what_happened(client: Client, tested: None) -> None:
    seen = words(client.get(f"{REPORT}?used=0").content.decode())
    assert "Estimated on average 40.0 % of 8 milestones" in seen
    assert "Became late 25.0 % 2 of them" in seen
    assert "40 to 50 % 8 40.0 % 2 25.0 % 7 to 59 % yes" in seen
    assert "Not enough history 3 no figure was shown" in seen


def test_the_squared_error_is_brier_s(client: Client, tested: None) -> None:
    """(6 · 0.4² + 2 · 0.6²) ÷ 8 = 0.21; always saying 25 %: 0.1875."""
    seen = words(client.get(f"{REPORT}?used=0").content.decode())
    assert "Squared error 0.210 always the average: 0.188" in seen


def test_every_number_opens_what_it_counts(client: Client, tested: None) -> None:
    page = client.get(f"{REPORT}?used=0").content.decode()
    links = re.findall(r'href="(/reports/estimates/opened/\?[^"]*)">(\d+)</a>', page)
    assert len(links) >= 8
    figures = re.findall(
        r'href="(/reports/estimates/opened/\?[^"]*)">[\d.]+ %</a></b><span>(?:of )?(\d+)', page
    )
    assert len(figures) == 2
    for address, told in (*links, *figures):
        opened = client.get(address.replace("&amp;", "&"))
        assert opened.context["page"].count == int(told), address


def test_it_can_be_narrowed(client: Client, tested: None) -> None:
    seen = words(client.get(f"{REPORT}?used=0&milestone=Callback").content.decode())
    assert "Estimated on average – of 0 milestones" in seen
    assert "Not enough history 3" in seen


def test_it_is_a_file_too(client: Client, tested: None) -> None:
    lines = b"".join(client.get(f"{REPORT}export.csv?used=0")).decode()
    assert "40 to 50 %,8,40.0,2,25.0," in lines


def test_what_an_address_gets_wrong_is_told(client: Client, tested: None) -> None:
    page = client.get(f"{REPORT}?used=41&milestone=Nothing").content.decode()
    assert page.count("It was left out.") == 2


def test_agents_see_it_not(client: Client) -> None:
    agent = Client()
    agent.force_login(make_user("amy"))
    assert agent.get(REPORT).status_code == 403
