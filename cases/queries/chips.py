"""The chips over the case list and the tiles of what is at risk: which cases each means, and how many."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db.models import Count, Exists, IntegerField, OuterRef, Q, Subquery
from django.utils import timezone

from cases.engine.load import READABLE, load
from cases.models import MilestoneStatus, Stop
from cases.models.case import CaseQuerySet
from cases.queries.face import Level
from cases.queries.tracker import next_face

SOON = timedelta(minutes=30)
NEXT = timedelta(hours=2)
TOO_LONG = timedelta(days=1)
LOOKED_AT = 300
COUNTED_UP_TO = 1000


@dataclass(frozen=True, slots=True)
class Chip:
    """`count` is None where counting would tell nothing. Nothing is counted further than COUNTED_UP_TO."""

    key: str
    label: str
    level: str
    count: int | None
    chosen: bool

    @property
    def told(self) -> str:
        """The count in words: “1,000+” where there are more."""
        if self.count is None:
            return ""
        return f"{COUNTED_UP_TO:,}+" if self.count > COUNTED_UP_TO else f"{self.count:,}"


@dataclass(frozen=True, slots=True)
class Moment:
    """Now, the end of the viewer's day, and who looks."""

    now: datetime
    midnight: datetime
    user: User

    @classmethod
    def at(cls, now: datetime, user: User) -> Moment:
        local = timezone.localtime(now)
        midnight = (local + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
        return cls(now, midnight, user)

    def counted(self, cases: CaseQuerySet, chosen: str, is_narrowed: bool) -> list[Chip]:
        """The chips over a list of these cases, in one query.

        Of all cases each chip has an index to count from; few that are found once are counted in one go.
        """
        counts = (count_found if is_narrowed else count_cases)(cases, self, COUNTED)
        return [
            Chip(key, label, level, counts.get(key), key == chosen)
            for key, (label, level) in CHIPS.items()
            if key in ON_THE_LIST or key == chosen
        ]


CHIPS: dict[str, tuple[str, str]] = {
    "open": ("Open", ""),
    "late": ("Late", Level.LATE),
    "soon": ("Due < 30 m", Level.RISK),
    "next": ("Due < 2 h", Level.RISK),
    "today": ("Due today", Level.WATCH),
    "stopped": ("Stopped", Level.STOPPED),
    "stopped-long": ("Stopped > 1 day", Level.STOPPED),
    "unwatched": ("No milestones", Level.UPCOMING),
    "unassigned": ("Unassigned", Level.UPCOMING),
    "risk-unassigned": ("At risk, unassigned", Level.RISK),
    "mine": ("Mine", ""),
    "closed": ("Closed", ""),
    "everything": ("All", ""),
}
ON_THE_LIST = (
    "open",
    "late",
    "soon",
    "today",
    "stopped",
    "unwatched",
    "unassigned",
    "mine",
    "everything",
    "closed",
)
COUNTED = ("open", "late", "soon", "today", "stopped", "unwatched", "unassigned", "mine")


def chip_filter(key: str, moment: Moment) -> Q:
    """Which cases a chip means."""
    return _FILTERS[key](moment)


class CountUpTo(Subquery):
    """How many rows a query gives, up to its limit: counting on would cost much and tell little."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) AS counted)"
    output_field = IntegerField()


def count_cases(cases: CaseQuerySet, moment: Moment, keys: Iterable[str]) -> dict[str, int]:
    """How many of the cases each means, up to one more than COUNTED_UP_TO, in one query."""
    plain, keys = cases.order_by(), list(keys)
    counts = [
        CountUpTo(plain.filter(chip_filter(key, moment)).values("pk")[: COUNTED_UP_TO + 1]) for key in keys
    ]
    row = User.objects.filter(pk=moment.user.pk).order_by().values_list(*counts).get()
    return dict(zip(keys, row, strict=True))


def count_found(cases: CaseQuerySet, moment: Moment, keys: Iterable[str]) -> dict[str, int]:
    """The same of open cases, all of them looked at once, in one query."""
    counts = {key.replace("-", "_"): Count("pk", filter=chip_filter(key, moment)) for key in keys}
    found = cases.order_by().filter(is_closed=False).aggregate(**counts)
    return {key.replace("_", "-"): count for key, count in found.items()}


def at_risk_and_unassigned(now: datetime) -> list[int]:
    """Open cases of nobody that are late or at risk, of those due next. The core says which (§10)."""
    nobodys = READABLE.filter(is_closed=False, owner__isnull=True, next_target__isnull=False).order_by(
        "next_target", "pk"
    )[:LOOKED_AT]
    found = [(key, next_face(work, now)) for key, work in load(list(nobodys)).items()]
    return [key for key, face in found if face is not None and face.level in (Level.LATE, Level.RISK)]


def _late(moment: Moment) -> Q:
    overdue = Q(next_target__lt=moment.now) | Q(milestone_status=MilestoneStatus.OPEN_VIOLATION)
    return Q(is_closed=False) & overdue


def _due_before(moment: Moment, end: datetime) -> Q:
    return Q(is_closed=False, next_target__gte=moment.now, next_target__lt=end)


def _stopped_long(moment: Moment) -> Q:
    old = Stop.objects.filter(
        case=OuterRef("pk"), case_milestone__isnull=True, until__isnull=True, since__lt=moment.now - TOO_LONG
    )
    return Q(is_closed=False, is_stopped=True) & Q(Exists(old))


_FILTERS: dict[str, Callable[[Moment], Q]] = {
    "open": lambda moment: Q(is_closed=False),
    "late": _late,
    "soon": lambda moment: _due_before(moment, moment.now + SOON),
    "next": lambda moment: _due_before(moment, moment.now + NEXT),
    "today": lambda moment: _due_before(moment, moment.midnight),
    "stopped": lambda moment: Q(is_closed=False, is_stopped=True),
    "stopped-long": _stopped_long,
    "unwatched": lambda moment: Q(is_closed=False, has_open_milestones=False),
    "unassigned": lambda moment: Q(is_closed=False, owner__isnull=True),
    "risk-unassigned": lambda moment: Q(pk__in=at_risk_and_unassigned(moment.now)),
    "mine": lambda moment: Q(is_closed=False, owner=moment.user),
    "closed": lambda moment: Q(is_closed=True),
    "everything": lambda moment: Q(),
}
