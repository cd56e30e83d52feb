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
from tests.bench.table import Row, show
from tests.factory import first_response, make_case, make_customer, make_desk, make_process, resolution, warning
from tests.factory import make_user

ROUNDS, AT_ONCE = 40, 5


def bare(request: HttpRequest, queries: int) -> HttpResponse:
    """As many queries as it is told, the session's and the user's among them, each of one row by its key."""
    assert request.user.is_authenticated
    for _ in range(queries - 2):
        Case.objects.get(pk=1)
    return HttpResponse("<p>bare</p>")


urlpatterns = [path("bare/<int:queries>/", bare), path("", include("servicedesk.urls"))]


def run() -> list[Row]:
    make_desk()
    agent, now = make_user("agent"), timezone.now()
    triggers = [warning(50), warning(75, 0, {"kind": "email", "to": ["owner"]})]
    process = make_process("", first_response(60, triggers=triggers), resolution(triggers=triggers))
    case = make_case(account=make_customer(process), now=now - timedelta(minutes=10), owner=agent)
    with override_settings(ROOT_URLCONF=__name__):
        client = Client(headers={"host": "localhost"})
        client.force_login(agent)
        full = f"/cases/{case.number}/tracker/"
        look = re.search(r'hx-get="([^"]*)"', client.get(full).content.decode())
        assert look is not None
        count = queries_of(client, full)
        calls = {"bare": f"/bare/{count}/", "full": full, "same": look[1].replace("&amp;", "&")}
        print(count, queries_of(client, calls["bare"]), queries_of(client, calls["same"]))
        took = in_turn({name: lambda a=a: client.get(a) for name, a in calls.items()})
    print({k: v * 1000 for k, v in took.items()})
    return [("x", f"{took['bare']/took['full']:.2f}", f"{took['full']/took['same']:.2f}")]


def queries_of(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        client.get(address)
    return len(queries)


def in_turn(calls):
    spent = {name: [] for name in calls}
    for _ in range(ROUNDS):
        for name, call in calls.items():
            start = perf_counter()
            for _ in range(AT_ONCE):
                call()
            spent[name].append((perf_counter() - start) / AT_ONCE)
    return {name: median(times) for name, times in spent.items()}

if __name__ == "__main__":
    show("Tracker", run())
