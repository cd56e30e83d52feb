"""Incident logs for tests: parts of the real one, and rows made up."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from io import StringIO
from pathlib import Path

from django.core.management import call_command

WHOLE = Path(__file__).parent.parent / "data" / "incidents" / "servicenow_incidents.csv"
LINES = WHOLE.read_text().splitlines()
HEADER = LINES[0]

PLAIN = (
    "INC0000045",  # resolved at its second event
    "INC0000047",  # waited for the user once
    "INC0000062",  # Moderate, then High
    "INC0000102",  # waited, was late, and came back after it was resolved
    "INC0000131",  # its first event is dated before its opening
    "INC0000341",  # Low, then Critical
)
WITHOUT_BEGINNING = ("INC0000130", "INC0000134", "INC0000135", "INC0000137", "INC0000164")
EXCERPT = (*PLAIN, *WITHOUT_BEGINNING, *(f"INC{number:07d}" for number in range(46, 90)))


def events() -> dict[str, list[dict[str, str]]]:
    """The rows of each incident of the whole log."""
    found: dict[str, list[dict[str, str]]] = {}
    for row in csv.DictReader(LINES):
        found.setdefault(row["number"], []).append(row)
    return found


def excerpt(path: Path, numbers: Iterable[str] = EXCERPT) -> Path:
    """The rows of some incidents, as a file."""
    wanted = set(numbers)
    rows = [line for line in LINES[1:] if line.partition(",")[0] in wanted]
    return written(path, rows)


def written(path: Path, rows: Iterable[str]) -> Path:
    path.write_text("\n".join([HEADER, *rows]) + "\n")
    return path


def row(
    number: str = "INC1", state: str = "New", count: int = 0, at: str = "01-03-2016 09:00", **more: str
) -> str:
    """A row of an incident opened on 1 March 2016 at 9."""
    values = {
        "number": number,
        "incident_state": state,
        "sys_mod_count": str(count),
        "opened_at": "01-03-2016 09:00",
        "sys_updated_at": at,
        "priority": "3 - Moderate",
        **more,
    }
    return ",".join(values.get(name, "?") for name in HEADER.split(","))


def run(path: Path, *options: str) -> str:
    """What the command prints."""
    out = StringIO()
    call_command("import_incidents", str(path), *options, stdout=out)
    return out.getvalue()


def table(printed: str) -> dict[tuple[str, str], list[str]]:
    """The cells of the compliance table by priority and milestone."""
    lines = printed.partition("Priority  Milestone")[2].partition("\n\n")[0].splitlines()[1:]
    cells = [line.split() for line in lines]
    return {(one[0], one[1]): one[2:] for one in cells}
