"""Rows as CSV that is safe to open in a spreadsheet."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence

Cell = str | int | float | None

# A cell that begins so is a formula to a spreadsheet, whoever wrote it.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def csv_lines(rows: Iterable[Sequence[Cell]]) -> Iterator[str]:
    """Line by line, so that nothing is kept in memory."""
    writer = csv.writer(_Echo())
    # Spreadsheets take a file without this mark for another encoding.
    yield "\ufeff"
    for row in rows:
        yield writer.writerow([safe(cell) for cell in row])


def safe(cell: Cell) -> Cell:
    """A text that would be taken for a formula begins with an apostrophe, which spreadsheets hide."""
    return f"'{cell}" if isinstance(cell, str) and cell.lstrip(" ").startswith(FORMULA) else cell


class _Echo:
    """A file that gives back what is written."""

    def write(self, text: str) -> str:
        return text
