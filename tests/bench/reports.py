"""The board and each report with a million case milestones in history and 100,000 open cases.

A figure is the median of whole requests: session, queries, template. Reports are asked for twice: as they
open, and over the whole of three years.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from statistics import median
from time import perf_counter

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

import tests.bench.ready  # noqa: F401  (first: models need it)
from cases.reports.registry import REPORTS
from tests.bench.fill import Bar
from tests.bench.full_desk import WORDS
from tests.bench.large_desk import fill_large_desk
from tests.bench.table import Row, show

OF_BOARD, OF_REPORT = 200.0, 1000.0
TIMES = 5
YEARS = timedelta(days=1095)
BOARDS = {
    "": "",
    "one milestone": "milestone=Resolution",
    "both milestones": "milestone=First+Response&milestone=Resolution",
    "one queue": "queue=Queue+0",
    "one owner": "owner=agent0",
    "the largest account": "account=Company+0",
    "one process": "process=Gold",
    "one priority": "priority=High",
    "one queue, one priority": "queue=Queue+0&priority=High",
    "one milestone, one queue": "milestone=Resolution&queue=Queue+0",
    "one milestone, the largest account": "milestone=Resolution&account=Company+0",
    "one milestone, one owner, one priority": "milestone=Resolution&owner=agent0&priority=High",
    "a word": f"q={WORDS[0]}",
}
"""What narrows the board, and the address of that."""


def run(now: datetime) -> list[Row]:
    ground = fill_large_desk(now, Bar())
    client = Client(headers={"host": "localhost"})
    client.force_login(ground.supervisor)
    rows: list[Row] = [("", "median", "aim", "", "queries")]
    for told, query in BOARDS.items():
        rows.append(_figure(client, f"at-risk board{told and ', '}{told}", f"/at-risk/?{query}", OF_BOARD))
    rows.append(_figure(client, "list of reports", "/reports/", OF_REPORT))
    whole = f"from={now - YEARS:%Y-%m-%d}&to={now:%Y-%m-%d}"
    for report in REPORTS:
        ways = {"": "", **dict(report.entries), "over three years": whole}
        for told, query in ways.items():
            what = f"{report.title}, {told}" if told else report.title
            rows.append(_figure(client, what, f"/reports/{report.key}/?{query}", OF_REPORT))
    return rows


def _figure(client: Client, what: str, address: str, aim: float) -> Row:
    """The first answer, which is not timed, tells how many queries there are."""
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(address)
        queries = len(captured)
    assert answer.status_code == 200, f"{address}: {answer.status_code}"
    spent = median(_milliseconds(client, address) for _ in range(TIMES))
    verdict = "met" if spent <= aim else "MISSED"
    return (what, f"{spent:,.0f} ms", f"≤ {aim:,.0f} ms", verdict, str(queries))


def _milliseconds(client: Client, address: str) -> float:
    start = perf_counter()
    client.get(address)
    return (perf_counter() - start) * 1000


if __name__ == "__main__":
    show("The board and the reports, 1,000,000 milestones ended, 100,000 cases open", run(timezone.now()))
