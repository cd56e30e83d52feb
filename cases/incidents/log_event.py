"""One event of the log: an incident as it was after an update."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from cases.incidents.log_file import Row
from cases.incidents.names import STATUS_OF_STATE, known, priority_named

EARLIEST_YEAR = 1970
LONGEST = {"number": 60, "priority": 60, "assignment_group": 80}


class UnusableRow(Exception):
    """`str()` says why."""


@dataclass(frozen=True, slots=True)
class LogEvent:
    """`count` numbers the updates of an incident from 0; `by` made this one. Instants are UTC."""

    lines: tuple[int, ...]
    number: str
    count: int
    at: datetime
    by: str
    opened_at: datetime
    opened_by: str
    status: str
    priority: str
    queue: str
    assigned_to: str
    origin: str
    subject: str
    description: str


@dataclass(frozen=True, slots=True)
class Clock:
    """Reads the log's local times. `now` is the moment of the import: nothing in a log is later."""

    zone: ZoneInfo
    now: datetime


def event_of(row: Row, clock: Clock) -> LogEvent:
    """Raises UnusableRow."""
    values = row.values
    for name, longest in LONGEST.items():
        if len(values[name]) > longest:
            raise UnusableRow(f"{name} is longer than {longest} characters")
    return LogEvent(
        lines=row.lines,
        number=_number(values["number"]),
        count=_count(values["sys_mod_count"]),
        at=_instant("sys_updated_at", values, clock),
        by=known(values.get("sys_updated_by", ""))[:150],
        opened_at=_instant("opened_at", values, clock),
        opened_by=known(values.get("opened_by", ""))[:150],
        status=_status(values["incident_state"]),
        priority=priority_named(values["priority"]),
        queue=known(values["assignment_group"]),
        assigned_to=known(values["assigned_to"]),
        origin=known(values.get("contact_type", ""))[:60],
        subject=_subject(values),
        description=_description(values),
    )


def _number(text: str) -> str:
    number = known(text)
    if not number:
        raise UnusableRow("no incident number")
    return number


def _count(text: str) -> int:
    if not re.fullmatch(r"\d{1,9}", text.strip(), re.ASCII):
        raise UnusableRow(f"sys_mod_count “{text[:60]}” is not a whole number")
    return int(text)


def _status(text: str) -> str:
    status = STATUS_OF_STATE.get(known(text))
    if status is None:
        raise UnusableRow(f"unknown incident_state “{text[:60]}”")
    return status


_DAY_FIRST = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})[ T](\d{1,2}):(\d{2})(?::(\d{2}))?", re.ASCII)


def _instant(name: str, values: Mapping[str, str], clock: Clock) -> datetime:
    """A day-first local time. One that the zone skips moves forward; of two alike it is the first."""
    text = values[name].strip()
    parts = _DAY_FIRST.fullmatch(text)
    if parts is None:
        raise UnusableRow(f"{name} “{text[:60]}” is not a time such as 29-02-2016 01:16")
    day, month, year, hour, minute, second = (int(part or 0) for part in parts.groups())
    try:
        local = datetime(year, month, day, hour, minute, second, tzinfo=clock.zone)
    except ValueError as fault:
        raise UnusableRow(f"{name} “{text[:60]}” does not exist: {fault}") from fault
    if year < EARLIEST_YEAR:
        raise UnusableRow(f"{name} “{text[:60]}” is before {EARLIEST_YEAR}")
    instant = local.astimezone(UTC)
    if instant > clock.now:
        raise UnusableRow(f"{name} “{text[:60]}” has not come yet")
    return instant


def _subject(values: Mapping[str, str]) -> str:
    parts = [known(values.get(name, "")) for name in ("category", "subcategory", "u_symptom")]
    return ", ".join(part for part in parts if part) or f"Incident {known(values['number'])}"


ABOUT = {"caller_id": "Called by", "location": "Location", "cmdb_ci": "Item", "problem_id": "Problem"}


def _description(values: Mapping[str, str]) -> str:
    told = [(label, known(values.get(name, ""))) for name, label in ABOUT.items()]
    return "\n".join(f"{label}: {text}" for label, text in told if text)
