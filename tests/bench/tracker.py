"""The tracker's fragment beside a bare view: what an open case page asks for again and again."""

import re
from collections.abc import Callable
from datetime import timedelta
from statistics import median
from time import perf_counter

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import include, path
from django.utils import timezone

import tests.bench.ready  # noqa: F401  (first: models need it)
from cases.models import Case
from tests.bench.table import Row, at_most, show
from tests.factory import (
    first_response,
    make_case,
    make_customer,
    make_desk,
    make_process,
    make_user,
    resolution,
    warning,
)

ROUNDS, CALLS_A_ROUND = 40, 5
SESSION_AND_USER = 2


def bare(request: HttpRequest, queries: int) -> HttpResponse:
    """As many queries as it is told, the session's and the user's among them: a row by its key each."""
    assert request.user.is_authenticated
    for _ in range(queries - SESSION_AND_USER):
        Case.objects.get(pk=1)
    return HttpResponse("bare")


urlpatterns = [path("bare/<int:queries>/", bare), path("", include("servicedesk.urls"))]


def run() -> list[Row]:
    make_desk()
    agent, now = make_user("agent"), timezone.now()
    triggers = [warning(50), warning(75, 0, {"kind": "email", "to": ["owner"]})]
    process = make_process("", first_response(60, triggers=triggers), resolution(triggers=triggers))
    case = make_case(account=make_customer(process), now=now - timedelta(minutes=10), owner=agent)
    client = Client(headers={"host": "localhost"})
    client.force_login(agent)
    with override_settings(ROOT_URLCONF=__name__):
        return _figures(client, f"/cases/{case.number}/tracker/")


def _figures(client: Client, full: str) -> list[Row]:
    look = re.search(r'hx-get="([^"]*)"', client.get(full).content.decode())
    assert look is not None
    unchanged = look[1].replace("&amp;", "&")
    queries = _queries_of(lambda: client.get(full))
    spent = _in_turn(
        lambda: client.get(f"/bare/{queries}/"),
        lambda: client.get(full),
        lambda: client.get(unchanged),
    )
    return [
        ("", "queries", "median"),
        (f"a bare view of {queries} queries", str(queries), f"{spent[0]:.2f} ms"),
        ("the tracker, in full", str(queries), f"{spent[1]:.2f} ms"),
        ("the tracker, unchanged", str(_queries_of(lambda: client.get(unchanged))), f"{spent[2]:.2f} ms"),
        at_most("queries of the tracker in full", queries, 6),
        _at_least("its requests per second beside the bare view's", spent[0] / spent[1], 0.6),
        _at_least("unchanged ones per second beside full ones", spent[1] / spent[2], 2),
    ]


def _at_least(what: str, ratio: float, aim: float) -> Row:
    return what, f"{ratio:.2f}", f"aim ≥ {aim:g}", "met" if ratio >= aim else "MISSED"


def _queries_of(call: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as queries:
        call()
    return len(queries)


def _in_turn(*calls: Callable[[], object]) -> list[float]:
    """Median milliseconds of each call; they take turns, so that a slow moment hits all alike."""
    spent: list[list[float]] = [[] for _ in calls]
    for _ in range(ROUNDS):
        for call, times in zip(calls, spent, strict=True):
            start = perf_counter()
            for _ in range(CALLS_A_ROUND):
                call()
            times.append((perf_counter() - start) / CALLS_A_ROUND)
    return [median(times) * 1000 for times in spent]


if __name__ == "__main__":
    show("Tracker", run())
