"""The queue with 100,000 open cases: what an agent waits for, page by page."""

from __future__ import annotations

import re
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

import tests.bench.ready  # noqa: F401  (first: models need it)
from cases.models import Case
from cases.queries.worklist.order import place_of
from tests.bench.full_desk import WORDS, fill_desk
from tests.bench.table import Row, at_most, milliseconds, show

MANY = 100_000
AIM = 150.0
QUERIES = 8


def run() -> list[Row]:
    """Each figure is the median of a whole request: session, queries, template."""
    supervisor, agent = fill_desk(MANY, timezone.now())
    rows: list[Row] = [("", "median", "aim", "")]
    deep = Case.objects.filter(next_target__isnull=False).order_by("-next_target", "-pk")[200:201].get()
    pages: dict[str, dict[str, Any]] = {
        "first page": {},
        "page at the other end": {"after": place_of(deep, "due")},
        "late": {"show": "late"},
        "due today": {"show": "today"},
        "unassigned": {"show": "unassigned"},
        "without milestones": {"show": "unwatched"},
        "one queue": {"queue": "Queue 3"},
        "one owner, two priorities": {"owner": "agent3", "priority": ["Low", "High"]},
        "by priority": {"sort": "priority"},
        "newest first": {"sort": "-number"},
        "search: a number": {"q": "C-954321"},
        "search: a rare word": {"q": WORDS[-1]},
        "search: two usual words": {"q": f"{WORDS[300]} {WORDS[400]}"},
        "search: the most frequent word": {"q": WORDS[0]},
        "milestone, running, < 2 h left": {"milestone": "First Response", "clock": "running", "left": "2h"},
    }
    for what, query in pages.items():
        rows += _figures(what, supervisor, "/cases/", query)
    rows += _figures("first page of an agent", agent, "/cases/", {})
    rows += _figures("what has changed (poll)", supervisor, "/cases/changes/", {"seen": _seen(supervisor)})
    rows += _figures("my work", agent, "/", {})
    rows.append(_effects_of_a_thousand(supervisor))
    return rows


def _effects_of_a_thousand(user: Any) -> Row:
    """The page that shows what a change would do to as many cases as can be chosen at once."""
    form = {"all": "1", "list": "show=open", "do": "priority:Low"}
    spent = milliseconds(lambda: _client(user).post("/cases/bulk/", form), times=2)
    return ("effect of a change on 1,000 cases", f"{spent:,.0f} ms")


def _client(user: Any) -> Client:
    client = Client(headers={"host": "localhost"})
    client.force_login(user)
    return client


def _seen(user: Any) -> str:
    page = _client(user).get("/cases/").content.decode()
    return re.findall(r"seen=([\d.-]+)", page)[0]


def _figures(what: str, user: Any, address: str, query: dict[str, Any]) -> list[Row]:
    client = _client(user)

    def ask() -> None:
        answer = client.get(address, query)
        assert answer.status_code in (200, 204), answer.status_code

    spent = milliseconds(ask, times=9)
    with CaptureQueriesContext(connection) as queries:
        ask()
    if len(queries) > QUERIES:
        what = f"{what} ({len(queries)} queries)"
    return [at_most(what, spent, AIM, " ms")]


if __name__ == "__main__":
    show(f"The queue, {MANY:,} open cases", run())
