"""A scenario as a person reads it in a review: what happened when, what came of it, and what differs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from itertools import groupby
from typing import Any

from entitlements.as_code.scenario_file import Ran
from entitlements.as_code.spans import span
from entitlements.as_code.story_words import in_words


def story(ran: Ran) -> str:
    """Several lines, with an empty one at the end. Times are in UTC."""
    return "\n".join(
        [
            _heading(ran.printed),
            *(f"    {line}" for line in _happened(ran)),
            "",
            *(f"    {line}" for line in _milestones(ran.printed["milestones"])),
            *(f"    refused or failed: {error}" for error in ran.printed["errors"]),
            *(f"  ✘ {mismatch}" for mismatch in ran.printed["mismatches"]),
            "",
        ]
    )


def _heading(printed: Mapping[str, Any]) -> str:
    count = len(printed["mismatches"])
    if printed["ok"]:
        return f"✔ {printed['scenario']}"
    return f"✘ {printed['scenario']}: {count} expectation{'s' * (count != 1)} not met"


def _happened(ran: Ran) -> Iterator[str]:
    """One line for each thing that happened, its time where it differs from that of the line before."""
    told = [(change.at, words) for change in ran.simulated.log if (words := in_words(change))]
    day = ""
    for at, together in groupby(told, key=lambda one: one[0]):
        today = _day(at)
        if today != day:
            yield today
            day = today
        clock = _clock(at)
        for number, (_, words) in enumerate(together):
            yield f"  {clock if not number else '':<15}  {words}"


def _milestones(rows: list[dict[str, Any]]) -> Iterator[str]:
    if not rows:
        yield "no milestone has come into being"
        return
    table = [["milestone", "tier", "state", "", "start", "target", "elapsed", "stopped"]]
    table += [_milestone(row) for row in rows]
    widths = [max(len(line[column]) for line in table) for column in range(len(table[0]))]
    for line in table:
        yield "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()


def _milestone(row: Mapping[str, Any]) -> list[str]:
    was_met = row["state"] == "completed" and not row["violated"]
    outcome = "met" if was_met else "missed" if row["violated"] else ""
    return [
        f"{row['milestone']} {row['occurrence']}",
        str(row["tier"]),
        row["state"],
        outcome,
        _instant(row["start_date"]),
        _instant(row["target_date"]) or "none",
        "" if row["elapsed_s"] is None else span(row["elapsed_s"]),
        "" if row["stopped_s"] is None else span(row["stopped_s"]),
    ]


def _instant(written: str | None) -> str:
    if written is None:
        return ""
    at = datetime.fromisoformat(written)
    return f"{_day(at)} {_clock(at)}"


def _day(at: datetime) -> str:
    return f"{at.astimezone(UTC):%a %Y-%m-%d}"


def _clock(at: datetime) -> str:
    """Seconds and their fractions only where there are some."""
    time = at.astimezone(UTC).time()
    return f"{time:%H:%M}" if not (time.second or time.microsecond) else time.isoformat()
