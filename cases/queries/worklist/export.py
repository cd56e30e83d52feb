"""A list as CSV: row by row, so that a hundred thousand cases need no more memory than five hundred."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from django.contrib.auth.models import User

from cases.engine.load import READABLE
from cases.models import Case
from cases.models.case import CaseQuerySet
from cases.queries.csv_text import Cell
from cases.queries.moment import Moment
from cases.queries.worklist.filters import matching
from cases.queries.worklist.line import Line, lines_of
from cases.queries.worklist.order import page_of, place_of, read_place
from cases.queries.worklist.wanted import Wanted

BATCH = 500
HEAD = (
    *(
        "Case",
        "Subject",
        "Account",
        "Tier",
        "Contact",
        "Queue",
        "Owner",
        "Priority",
        "Status",
        "Stage",
        "Type",
    ),
    *("Process", "Created", "Closed", "Next milestone", "Milestone state", "Due", "Minutes left", "Late"),
)


def rows_of(wanted: Wanted, user: User, now: datetime) -> Iterator[Sequence[Cell]]:
    """The head, then a row for each case of the list, whichever page it stands on. Instants are UTC.

    What is wanted is settled at once, in the viewer's zone; rows are read as they are asked for.
    """
    cases = matching(Case.objects.visible_to(user), replace(wanted, after=""), Moment.at(now, user))
    return _rows(cases, wanted.sort, now)


def _rows(cases: CaseQuerySet, sort: str, now: datetime) -> Iterator[Sequence[Cell]]:
    yield HEAD
    place = ""
    while True:
        found = page_of(cases, sort, read_place(place, sort), BATCH, READABLE)
        for line in lines_of(found, now):
            yield _row(line)
        if len(found) < BATCH:
            return
        place = place_of(found[-1], sort)


def _row(line: Line) -> list[Cell]:
    case, face = line.case, line.face
    left = face.left if face else None
    return [
        *(case.number, case.subject, str(case.account or ""), case.account.tier if case.account else ""),
        *(str(case.contact or ""), case.queue_id or "", case.owner.get_username() if case.owner else ""),
        *(case.priority_id or "", case.status_id, case.stage_id or "", case.type),
        line.process,
        *(_instant(case.created_at), _instant(case.closed_at)),
        face.title if face else "",
        str(face.occurrence.state) if face else "",
        _instant(face.occurrence.target_date if face else None),
        round(left.total_seconds() / 60) if left is not None else "",
        "yes" if line.is_late else "no",
    ]


def _instant(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S}" if at else ""
