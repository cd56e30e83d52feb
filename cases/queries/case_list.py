"""The case list: what stands in the address, in its order, a page at a time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import User

from cases.engine.load import READABLE
from cases.models import Case
from cases.queries.chip_filters import chip_filter
from cases.queries.chips import Chip, counted_chips
from cases.queries.moment import Moment
from cases.queries.worklist.around import Around
from cases.queries.worklist.chances import with_chances
from cases.queries.worklist.columns import COLUMNS, Column, columns_of
from cases.queries.worklist.filters import narrowed
from cases.queries.worklist.line import Line, lines_of
from cases.queries.worklist.order import page_of, place_of, read_place
from cases.queries.worklist.wanted import Wanted
from entitlements.core.definition import Organisation

PAGE = 50


@dataclass(frozen=True, slots=True)
class CaseList:
    """`seen` tells of each case which revision is shown, for the question what has changed since."""

    wanted: Wanted
    lines: list[Line]
    chips: list[Chip]
    columns: list[Column]
    more_after: str
    seen: str
    organisation: Organisation

    @property
    def has_column(self) -> dict[str, bool]:
        """By the column's key."""
        return {column.key: True for column in self.columns}


def list_cases(wanted: Wanted, around: Around, user: User, now: datetime) -> CaseList:
    """One page of the cases that the user may see. Its queries do not depend on how many there are."""
    moment = Moment.at(now, user).of(wanted.row.milestones)
    found = narrowed(Case.objects.visible_to(user), wanted, moment)
    place = read_place(wanted.after, wanted.sort)
    listed = found.filter(chip_filter(wanted.show, moment))
    page = page_of(listed, wanted.sort, place, PAGE + 1, READABLE)
    shown = page[:PAGE]
    columns = columns_of(around.columns)
    lines = lines_of(shown, now)
    return CaseList(
        wanted=wanted,
        lines=with_chances(lines) if COLUMNS["chance"] in columns else lines,
        chips=counted_chips(found, moment, wanted.show, wanted.is_narrowed),
        columns=columns,
        more_after=place_of(shown[-1], wanted.sort) if len(page) > PAGE else "",
        seen=seen_of(shown),
        organisation=around.organisation,
    )


def seen_of(cases: list[Case]) -> str:
    """Keys and revisions, as short as an address should be."""
    return "-".join(f"{case.pk}.{case.revision}" for case in cases)
