"""Bars of a trend as plain numbers for an SVG: readable on paper, without colour and without script."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cases.reports.results import compliance

HEIGHT = 100
"""Of a bar that is 100 percent high."""

STEP = 64
WIDTH = 40


@dataclass(frozen=True, slots=True)
class Bar:
    """`x`, `y`, `height` in the SVG's own units, y downward; a bar without anything decided has no height."""

    name: str
    label: str
    x: int
    middle: int
    y: float
    height: float

    @property
    def label_y(self) -> float:
        """The foot of its label, above the bar."""
        return self.y - 4


def bars(rows: Sequence[tuple[str, int, int]]) -> list[Bar]:
    """Of (name, kept, decided), from left to right."""
    found = []
    for place, (name, kept, decided) in enumerate(rows):
        share = compliance(kept, decided - kept, 0)
        height = round(HEIGHT * (share or 0) / 100, 1)
        label = "–" if share is None else f"{int(share)} %"
        x = place * STEP + (STEP - WIDTH) // 2
        found.append(Bar(name, label, x, place * STEP + STEP // 2, HEIGHT - height, height))
    return found
