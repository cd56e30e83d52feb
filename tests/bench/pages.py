"""What a person waits for: saving a case, the tracker, the list; in queries and milliseconds."""

from collections.abc import Callable
from datetime import timedelta
from unittest.mock import patch

import psycopg
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

import tests.bench.ready  # noqa: F401  (first: models need it)
from cases.models import Case
from cases.operations import change_case, create_case, reply_to_case
from tests.bench.crowd import copy_case
from tests.bench.table import Row, at_most, milliseconds, show
from tests.factory import make_case, make_customer, make_desk, make_user

FEW, MANY = 30, 20_000


def run() -> list[Row]:
    """Queries are counted in the second call: the first one compiles what is kept afterwards.

    A stream of rows (COPY) counts as one; the transaction's frame does not count.
    """
    make_desk()
    agent, account, now = make_user("agent"), make_customer(), timezone.now()
    case = make_case(account=account, now=now, owner=agent)
    client = Client(headers={"host": "localhost"})
    client.force_login(agent)

    def save() -> Case:
        return change_case(case.pk, fields={"priority": next(priorities)}, by=agent, now=timezone.now())

    priorities = iter(["Low", "High"] * 1_000)
    rows = [
        ("", "queries", "median"),
        *_figures("new case", lambda: create_case(subject="Hail", account=account, by=agent, now=now), 12),
        *_figures("case save", save, 12),
        *_figures("reply", lambda: reply_to_case(case.pk, body="Yes", by=agent, now=timezone.now()), 12),
        *_figures("tracker fragment", lambda: client.get(f"/cases/{case.number}/tracker/"), 6),
        *_figures("case page", lambda: client.get(f"/cases/{case.number}/"), 20),
    ]
    late = make_case(account=account, now=now - timedelta(minutes=30), owner=agent)
    copy_case(late, FEW)
    rows += _figures(f"case list, {Case.objects.count()} cases", lambda: client.get("/cases/"), 8)
    copy_case(make_case(account=account, now=now, owner=agent), MANY)
    rows += _figures(f"case list, {Case.objects.count():,} cases", lambda: client.get("/cases/"), 8)
    return rows


def _figures(what: str, call: Callable[[], object], most: int) -> list[Row]:
    call()
    streams = patch.object(psycopg.Cursor, "copy", autospec=True, side_effect=psycopg.Cursor.copy)
    with CaptureQueriesContext(connection) as queries, streams as copies:
        call()
    frame = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")
    count = copies.call_count + sum(not query["sql"].startswith(frame) for query in queries)
    return [(what, str(count), f"{milliseconds(call):.1f} ms"), at_most(f"  queries of {what}", count, most)]


if __name__ == "__main__":
    show("Pages", run())
