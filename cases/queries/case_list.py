"""The case list: next due first, filtered by what stands in the address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.contrib.auth.models import User
from django.db.models import Q

from cases.engine.load import READABLE, load, organisation
from cases.models import Case
from cases.models.case import CaseQuerySet
from cases.queries.chips import CHIPS, Chip, Moment, chip_filter
from cases.queries.face import Face
from cases.queries.tracker import next_face
from entitlements.core.definition import Organisation

PAGE = 50
FILTERS = {"priority": "priority_id", "status": "status_id", "queue": "queue_id", "owner": "owner__username"}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list shows. `after` is where the page before it ended."""

    show: str = "open"
    words: str = ""
    filters: Mapping[str, str] = field(default_factory=dict)
    after: str = ""

    @classmethod
    def of(cls, query: Mapping[str, str]) -> Wanted:
        """From an address. What is unknown there counts as not said."""
        said = {name: value.replace("\x00", "") for name, value in query.items()}
        show = said.get("show", "")
        return cls(
            show=show if show in CHIPS else "open",
            words=said.get("q", "").strip()[:100],
            filters={name: said[name] for name in FILTERS if said.get(name)},
            after=said.get("after", ""),
        )


@dataclass(frozen=True, slots=True)
class Line:
    """One case of the list with its next milestone."""

    case: Case
    face: Face | None

    @property
    def is_late(self) -> bool:
        return self.face is not None and self.face.level == "late"


@dataclass(frozen=True, slots=True)
class CaseList:
    wanted: Wanted
    lines: list[Line]
    chips: list[Chip]
    more_after: str
    organisation: Organisation


def list_cases(wanted: Wanted, user: User, now: datetime) -> CaseList:
    """One page of cases. The number of queries does not depend on how many there are."""
    moment = Moment.at(now, user)
    cases = _matching(wanted, moment)
    page = list(_after(cases, wanted)[: PAGE + 1])
    shown, loaded = page[:PAGE], load(page[:PAGE])
    works = list(loaded.values())
    return CaseList(
        wanted=wanted,
        lines=[Line(case, next_face(loaded[case.pk], now)) for case in shown],
        chips=moment.counted(wanted.show),
        more_after=_place(shown[-1]) if len(page) > PAGE else "",
        organisation=works[0].organisation if works else organisation(),
    )


def _matching(wanted: Wanted, moment: Moment) -> CaseQuerySet:
    cases = READABLE.filter(moment.seen, chip_filter(wanted.show, moment))
    if wanted.words:
        words = wanted.words
        cases = cases.filter(
            Q(number__icontains=words) | Q(subject__icontains=words) | Q(account__name__icontains=words)
        )
    for name, value in wanted.filters.items():
        cases = cases.filter(**{FILTERS[name]: None if value == "-" else value})
    return cases.order_by("-pk") if wanted.show == "closed" else cases.next_due_first()


def _place(case: Case) -> str:
    due = case.next_target.isoformat() if case.next_target else ""
    return f"{due}_{case.pk}"


def _after(cases: CaseQuerySet, wanted: Wanted) -> CaseQuerySet:
    """The cases that come after the place where the page before ended."""
    due, _, key = wanted.after.partition("_")
    if not key.isdecimal():
        return cases
    if wanted.show == "closed":
        return cases.filter(pk__lt=int(key))
    if not due:
        return cases.filter(next_target__isnull=True, pk__gt=int(key))
    try:
        at = datetime.fromisoformat(due)
    except ValueError:
        return cases
    if at.tzinfo is None:
        return cases
    later = Q(next_target__gt=at) | Q(next_target=at, pk__gt=int(key)) | Q(next_target__isnull=True)
    return cases.filter(later)
