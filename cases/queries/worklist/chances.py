"""Lines of a list or board with the chance that their next milestone becomes late."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from cases.queries.late_chance import late_chances
from cases.queries.worklist.line import Line


def with_chances(lines: Sequence[Line]) -> list[Line]:
    """The same lines in their order, in one query for all. `cases/_chance.html` shows a line's `chance`."""
    chances = late_chances(line.face for line in lines if line.face)
    return [
        replace(line, chance=chances.get(line.face.occurrence.key or 0)) if line.face else line
        for line in lines
    ]
