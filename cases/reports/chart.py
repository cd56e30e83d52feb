"""A report's charts as values: what is drawn, not how. Each has a table under it that says the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Role(StrEnum):
    """What a series is, from which come its colour, its pattern or dashes, and the shape of its points."""

    MET = "met"
    MISSED = "missed"
    OPEN_LATE = "open_late"
    NOW = "now"
    BEFORE = "before"
    OTHER = "other"
    QUIET = "quiet"


class Kind(StrEnum):
    """Bars lie, so that names fit beside them; columns stand, for what goes on in time or along a scale."""

    BARS = "bars"
    COLUMNS = "columns"
    LINES = "lines"


@dataclass(frozen=True, slots=True)
class Series:
    """`values` in the order of the labels, None where there is none; `notes` are written beside bars."""

    label: str
    values: Sequence[float | None]
    role: Role = Role.NOW
    notes: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Chart:
    """`line` is drawn across it, with `line_label`: at a value, or in columns at `line_at`, a label's place.

    Bars and columns of several series are stacked.
    """

    key: str
    title: str
    kind: Kind
    labels: Sequence[str]
    series: Sequence[Series]
    unit: str = ""
    least: float | None = None
    most: float | None = None
    line: float | None = None
    line_label: str = ""
    line_at: float | None = None

    @property
    def values_id(self) -> str:
        """Of the element that holds its values."""
        return f"chart-{self.key}-values"

    @property
    def size(self) -> int:
        """Of how many bars it consists: it grows with them."""
        return len(self.labels) if self.kind is Kind.BARS else 0

    def as_json(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "labels": list(self.labels),
            "series": [
                {"label": one.label, "values": list(one.values), "role": one.role, "notes": list(one.notes)}
                for one in self.series
            ],
            "unit": self.unit,
            "least": self.least,
            "most": self.most,
            "line": self.line,
            "lineLabel": self.line_label,
            "lineAt": self.line_at,
        }
