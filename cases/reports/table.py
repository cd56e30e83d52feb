"""A report's table: what it shows, what a file gets of it, and the cases that each number opens."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from cases.queries.csv_text import Cell as Raw

Tone = Literal["", "late", "met", "quiet"]


@dataclass(frozen=True, slots=True)
class Cell:
    """`value` is what a file gets, `told` what the page shows.

    `opens` is the query string of the cases behind it, empty where it opens none; `shade`, 0 to 10, how dark
    its ground is in a table that is a map.
    """

    value: Raw
    told: str
    opens: str = ""
    tone: Tone = ""
    shade: int | None = None


@dataclass(frozen=True, slots=True)
class Column:
    label: str
    is_number: bool = True
    help: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """The first cell of a row is its heading. `left_out` is how many rows the page does not show."""

    key: str
    title: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    total: Sequence[Cell] = ()
    is_map: bool = False
    tone: Tone = ""
    note: str = ""
    when_empty: str = "There is nothing in this period."
    shown: int = 200

    @property
    def shown_rows(self) -> Sequence[Sequence[Cell]]:
        return self.rows[: self.shown]

    def as_lines(self) -> Iterator[Sequence[Raw]]:
        """As a file has it: the head, every row, the total."""
        yield [column.label for column in self.columns]
        for row in (*self.rows, *([self.total] if self.total else [])):
            yield [cell.value for cell in row]

    @property
    def left_out(self) -> int:
        return max(len(self.rows) - self.shown, 0)


def text(value: str, opens: str = "") -> Cell:
    return Cell(value, value, opens)


def count(value: int, opens: str = "", tone: Tone = "") -> Cell:
    """A number of milestones or cases; of none there is nothing to open."""
    return Cell(value, f"{value:,}", opens if value else "", tone if value else "quiet")


def percent(value: float | None, opens: str = "", tone: Tone = "") -> Cell:
    if value is None:
        return NOTHING
    return Cell(round(value, 4), told_percent(value), opens, tone)


def change(value: float | None, before: float | None) -> Cell:
    """In percentage points."""
    if value is None or before is None:
        return NOTHING
    points = value - before
    return Cell(round(points, 4), told_points(points))


NOTHING = Cell(None, "–", tone="quiet")


def told_percent(value: float) -> str:
    """Rounded down, so that 100 % means all of them."""
    return f"{math.floor(value * 10 + 1e-9) / 10:.1f} %"


def told_points(points: float) -> str:
    """“+1.2 pt”."""
    rounded = round(points, 1)
    sign = "+" if rounded > 0 else "−" if rounded < 0 else "±"
    return f"{sign}{abs(rounded):.1f} pt"


@dataclass(frozen=True, slots=True)
class Figure:
    """A number that stands large above the table, with what is said of it below."""

    label: str
    told: str
    opens: str = ""
    notes: Sequence[str] = field(default_factory=tuple)
    tone: Tone = ""
