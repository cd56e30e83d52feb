"""The file: from bytes to rows of text, each with its lines; what is not a row is listed."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TextIO

NEEDED = (
    *("number", "incident_state", "sys_mod_count", "opened_at", "sys_updated_at"),
    *("priority", "assignment_group", "assigned_to"),
)
"""Other columns of the log are used where there are any."""


class UnreadableLog(Exception):
    """The file as a whole is no incident log. `str()` says why."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row by column names. It ends in `lines[-1]`; the first line of the file is its header."""

    lines: tuple[int, ...]
    values: dict[str, str]


@dataclass(frozen=True, slots=True)
class Rejected:
    """Lines that cannot be used, and why."""

    lines: tuple[int, ...]
    why: str

    def __str__(self) -> str:
        word = "line" if len(self.lines) == 1 else "lines"
        return f"{word} {ranges(self.lines)}: {self.why}"


def ranges(lines: Iterable[int]) -> str:
    """“3, 7–9”."""
    ordered = sorted(lines)
    starts = [ordered[0], *(line for before, line in pairwise(ordered) if line != before + 1)]
    ends = [*(before for before, line in pairwise(ordered) if line != before + 1), ordered[-1]]
    return ", ".join(
        str(start) if start == end else f"{start}–{end}" for start, end in zip(starts, ends, strict=True)
    )


def read_log(path: Path) -> tuple[list[Row], list[Rejected]]:
    """The rows that have the right shape, and the others. Raises UnreadableLog."""
    rows: list[Row] = []
    rejected: list[Rejected] = []
    try:
        # What is not UTF-8 spoils its own row and no other.
        with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as file:
            for read in _rows(file):
                (rows if isinstance(read, Row) else rejected).append(read)  # type: ignore[arg-type]
    except OSError as fault:
        raise UnreadableLog(f"{path} cannot be read: {fault.strerror}.") from fault
    if not rows and not rejected:
        raise UnreadableLog(f"{path} has a header and not a single row.")
    return rows, rejected


def _rows(file: TextIO) -> Iterator[Row | Rejected]:
    reader = csv.reader(file)
    header = _header(reader)
    while True:
        first = reader.line_num + 1
        try:
            cells = next(reader, None)
        except csv.Error as fault:
            yield Rejected(_lines(first, reader.line_num), f"not a row of CSV: {fault}")
            continue
        if cells is None:
            return
        if cells:
            yield _checked(_lines(first, reader.line_num), cells, header)


def _header(reader: Iterator[list[str]]) -> list[str]:
    try:
        header = [name.strip() for name in next(reader, [])]
    except csv.Error as fault:
        raise UnreadableLog(f"The first line is not a header of CSV: {fault}.") from fault
    if not header:
        raise UnreadableLog("The file is empty: it has not even a header.")
    missing = [name for name in NEEDED if name not in header]
    if missing:
        raise UnreadableLog(
            f"The header lacks {', '.join(missing)}: this is not an incident log in CSV with commas."
        )
    return header


def _checked(lines: tuple[int, ...], cells: list[str], header: list[str]) -> Row | Rejected:
    if len(cells) != len(header):
        return Rejected(lines, f"{len(cells)} columns where the header has {len(header)}")
    if any("\udc80" <= character <= "\udcff" for cell in cells for character in cell):
        return Rejected(lines, "not UTF-8")
    if any("\0" in cell for cell in cells):
        return Rejected(lines, "a NUL character")
    return Row(lines, dict(zip(header, cells, strict=True)))


def _lines(first: int, last: int) -> tuple[int, ...]:
    return tuple(range(first, max(first, last) + 1))
