"""All flips, as a spreadsheet reads them."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TextIO

from cases.replay.outcome import Outcome
from cases.replay.report import FlippedCase

HEADER = (
    *("case", "priority", "milestone", "occurrence", "recorded", "draft"),
    *("recorded_target", "recorded_end", "draft_target", "draft_end"),
)
FORMULA_BEGINS = ("=", "+", "-", "@", "\t", "\r")


class FlipsFile:
    """Written as the cases come."""

    def __init__(self, file: TextIO) -> None:
        self._writer = csv.writer(file, lineterminator="\n")
        self._writer.writerow(HEADER)

    def add(self, flipped: Iterable[FlippedCase]) -> None:
        self._writer.writerows([harmless(cell) for cell in _row(one)] for one in flipped)


def harmless(cell: str) -> str:
    """A cell that a spreadsheet would take for a formula begins with an apostrophe."""
    return f"'{cell}" if cell.startswith(FORMULA_BEGINS) else cell


def _row(one: FlippedCase) -> list[str]:
    recorded, draft = one.flip.recorded, one.flip.draft
    return [
        one.number,
        one.priority,
        recorded.milestone,
        str(recorded.number),
        recorded.result,
        draft.result,
        *_dates(recorded),
        *_dates(draft),
    ]


def _dates(outcome: Outcome) -> list[str]:
    return [_as_text(outcome.target), _as_text(outcome.ended)]


def _as_text(at: datetime | None) -> str:
    return "" if at is None else at.astimezone(UTC).isoformat().replace("+00:00", "Z")
