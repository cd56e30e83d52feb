"""Every number of the reports on results equals what the log of events tells, worked out without them.

A number's address says what it counts. It is read here anew, and counted over the log.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs

import pytest

from cases.reports.basis import BASES
from cases.reports.grouping import BY
from cases.reports.table import Cell
from tests.engine.incident_log import WHOLE, run
from tests.factory import NOON
from tests.reports.desk import ask
from tests.reports.from_events import Heard, heard_of_all, names_of_all
from tests.reports.random_desk import let_things_happen

pytestmark = pytest.mark.django_db
DECIDED = {"met", "missed", "open_late"}
NO_FILTER = {"from", "to", "basis", "compare", "source", "by", "step", "show", "result", "weekday", "hour"}


class Log:
    """What the events tell, asked in the language of the reports' addresses."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        names = names_of_all()
        self.heard = [(one, names[key]) for key, one in heard_of_all().items()]

    def count(self, address: str, results: set[str] | None = None) -> int:
        asked = parse_qs(address)
        wanted = results or set(asked.get("result", ()))
        return sum(not wanted or one.verdict(self.now) in wanted for one in self._of(asked))

    def percent(self, address: str) -> float:
        """Of what compliance is a share of: what was met, or the results that the address names."""
        named = set(parse_qs(address)["result"])
        part = self.count(address, {"met"} if named == DECIDED else named)
        return round(100 * part / self.count(address, DECIDED), 4)

    def _of(self, asked: dict[str, list[str]]) -> Iterator[Heard]:
        filters = {name: values for name, values in asked.items() if name not in NO_FILTER}
        first, last = (datetime.fromisoformat(asked[name][0]).replace(tzinfo=UTC) for name in ("from", "to"))
        is_imported = asked.get("source") == ["imported"]
        for one, names in self.heard:
            at = one.date(asked.get("basis", ["due"])[0])
            if at is None or not first <= at < last + timedelta(days=1) or not _is_at(at, asked):
                continue
            is_wanted = all(_told(names[name]) in values for name, values in filters.items())
            if is_wanted and (names["imported"] is not None) == is_imported:
                yield one


def _is_at(at: datetime, asked: dict[str, list[str]]) -> bool:
    """On the weekday and in the hour that were asked for."""
    told = {"weekday": f"{at.isoweekday()}", "hour": f"{at.hour}"}
    return all(told[name] in asked.get(name, told.values()) for name in told)


def _told(name: object) -> str:
    """As an address has it."""
    return "-" if name is None else str(name)


def compared(key: str, query: str, log: Log) -> int:
    """How many cells of the report were compared with the log."""
    found = ask(key, query, log.now)
    cells = [cell for table in found.findings.tables for row in (*table.rows, table.total) for cell in row]
    numbers = [cell for cell in cells if cell.opens and not isinstance(cell.value, str)]
    assert {cell.opens: cell.value for cell in numbers} == {
        cell.opens: _expected(cell, log) for cell in numbers
    }
    return len(numbers)


def _expected(cell: Cell, log: Log) -> float:
    return log.percent(cell.opens) if isinstance(cell.value, float) else log.count(cell.opens)


def test_on_a_desk_where_anything_happens() -> None:
    last = let_things_happen(seed=2)
    log = Log(last + timedelta(hours=5))
    days = f"from={last - timedelta(days=9):%Y-%m-%d}&to={last:%Y-%m-%d}"
    for basis in BASES:
        cells = sum(compared("compliance", f"{days}&basis={basis}&by={by}", log) for by in dict(BY))
        assert cells > 100
        for step in ("day", "week", "month"):
            assert compared("trend", f"{days}&basis={basis}&step={step}", log) > 5
        for shows in ("missed", "share", "all"):
            assert compared("hours", f"{days}&basis={basis}&show={shows}", log) > 5


def test_narrowed_as_an_address_can_say() -> None:
    last = let_things_happen(seed=3)
    log = Log(last + timedelta(days=1))
    days = f"from={last - timedelta(days=20):%Y-%m-%d}&to={last + timedelta(days=2):%Y-%m-%d}"
    for narrow in ("queue=Motor&queue=-", "owner=amy", "priority=-&priority=High", "milestone=Update"):
        assert compared("compliance", f"{days}&{narrow}&basis=created", log) > 5


@pytest.mark.postgresql
def test_on_real_incidents() -> None:
    run(WHOLE)
    log = Log(NOON)
    days = "from=2016-02-01&to=2016-06-30&source=imported"
    assert sum(compared("compliance", f"{days}&by={by}", log) for by in dict(BY)) > 150
    assert all(compared("trend", f"{days}&step={step}", log) > 15 for step in ("week", "month"))
    assert all(compared("hours", f"{days}&show={shows}", log) > 15 for shows in ("missed", "share", "all"))
