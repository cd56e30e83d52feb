"""One line of a list: a case with its next milestone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cases.engine.load import Loaded, load_clocks
from cases.models import Case
from cases.queries.face import Face
from cases.queries.late_chance import LateChance
from cases.queries.tracker import next_face


@dataclass(frozen=True, slots=True)
class Line:
    """One case of the list with its next milestone, and the name of its entitlement process.

    `chance` is that of the next milestone to become late, where the list shows it.
    """

    case: Case
    face: Face | None
    process: str = ""
    chance: LateChance | None = None

    @property
    def is_late(self) -> bool:
        return self.face is not None and self.face.level == "late"


def lines_of(cases: Sequence[Case], now: datetime) -> list[Line]:
    """`READABLE` cases as lines, in their order, in two queries."""
    loaded = load_clocks(list(cases))
    return [_line(loaded[case.pk], now) for case in cases]


def _line(work: Loaded, now: datetime) -> Line:
    process = work.definition.name if work.case.process_version_id else ""
    return Line(work.case, next_face(work, now), process)
