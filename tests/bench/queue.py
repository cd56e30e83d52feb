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
QUERIES = 9


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
        **_searches(),
        "milestone, running, < 2 h left": {"milestone": "First Response", "clock": "running", "left": "2h"},
    }
    for what, query in pages.items():
        rows += _figures(what, supervisor, "/cases/", query)
    rows += _figures("first page of an agent", agent, "/cases/", {})
    rows += _figures("what has changed (poll)", supervisor, "/cases/changes/", {"seen": _seen(supervisor)})
    rows += _figures("my work", agent, "/", {})
    rows.append(_effects_of_a_thousand(supervisor))
    return rows


def _searches() -> dict[str, dict[str, Any]]:
    often = WORDS[0]
    far = Case.objects.filter(subject__contains=often).order_by("-next_target", "-pk")[200:201].get()
    words = {
        "a number": "C-954321",
        "digits of a number": "9543",
        "a number of two digits": "42",
        "a rare word": WORDS[-1],
        "a word with a mistake": f"{WORDS[-1]}x",
        "two usual words": f"{WORDS[300]} {WORDS[400]}",
        "the most frequent word": often,
        "the two most frequent words": f"{often} {WORDS[1]}",
        "a frequent and a rare word": f"{often} {WORDS[-1]}",
        "the beginning of most words": often[:3],
        "a word in every account": "Company",
        "one account": '"Company 12"',
        "one letter": often[0],
        "two letters": often[:2],
    }
    narrowed = {
        "the most frequent word, far down": {"q": often, "after": place_of(far, "due")},
        "the most frequent word, late": {"q": often, "show": "late"},
        "the most frequent word, closed ones too": {"q": often, "show": "everything", "sort": "-number"},
        "the most frequent word, one queue": {"q": often, "queue": "Queue 3"},
        "two words, one owner, one priority": {
            "q": f"{WORDS[300]} {WORDS[1]}",
            "owner": "agent3",
            "priority": "High",
        },
    }
    found = {what: {"q": said} for what, said in words.items()} | narrowed
    return {f"search: {what}": query for what, query in found.items()}


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
