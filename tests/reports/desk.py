"""A desk with one milestone of each result, and what its reports say."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from django.contrib.auth.models import User
from django.http import QueryDict

from cases.models import Case
from cases.operations import change_case, reply_to_case, waive_milestone
from cases.reports.page import Answer, answer, behind
from cases.reports.registry import BY_KEY
from cases.reports.table import Cell
from entitlements.models import Account, EntitlementProcess
from tests.factory import NOON, first_response, make_case, make_customer, make_process

LATER = NOON + timedelta(days=1)


def minutes(count: float) -> datetime:
    return NOON + timedelta(minutes=count)


def one_of_each(agent: User, process: EntitlementProcess | None = None, name: str = "Acme") -> Account:
    """First Responses in an hour, all due on the day of NOON; seen the day after, one is open and late.

    Two met, one missed, one open and late, one cancelled, one waived; and one is not due yet.
    """
    acme = make_customer(process or make_process("Gold", first_response(60)), name=name)

    def begun(start: float = 0, **given: Any) -> Case:
        return make_case(account=acme, now=minutes(start), owner=agent, **given)

    for reply in (10, 60):
        reply_to_case(begun(priority="High").pk, body="Yes", by=agent, now=minutes(reply))
    reply_to_case(begun(priority="High").pk, body="Sorry", by=agent, now=minutes(90))
    begun(priority="Low", queue="Claims")
    change_case(begun().pk, fields={"status": "Closed"}, by=agent, now=minutes(20))
    excused = begun()
    waive_milestone(excused.pk, milestone="First Response", reason="Agreed", by=agent, now=minutes(80))
    begun(60 * 24 - 30)
    return acme


def ask(key: str, query: str = "", now: datetime = LATER) -> Answer:
    """In UTC."""
    return answer(BY_KEY[key], QueryDict(query), now, UTC)


def opened(key: str, query: str, now: datetime = LATER) -> int:
    """How many rows a number opens."""
    return behind(BY_KEY[key], QueryDict(query), now, UTC).rows.count()


def shown(found: Answer, table: int = 0) -> dict[str, dict[str, str]]:
    """A table as it is read: by the heading of each row, then by that of each column. “All” is the total."""
    one = found.findings.tables[table]
    heads = [column.label for column in one.columns]
    rows = [*one.rows, *([one.total] if one.total else [])]
    return {row[0].told: dict(zip(heads, [cell.told for cell in row], strict=True)) for row in rows}


def numbers(found: Answer) -> list[Cell]:
    """Every number of the tables that opens something."""
    rows = [row for table in found.findings.tables for row in (*table.rows, table.total)]
    return [cell for row in rows for cell in row if isinstance(cell.value, int) and cell.opens]
