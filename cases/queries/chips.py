"""The chips over the case list, and the tiles and lanes of what is at risk: in words, and how many."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db.models import Count, IntegerField, Subquery

from cases.models.case import CaseQuerySet
from cases.queries.chip_filters import chip_filter
from cases.queries.face import Level
from cases.queries.moment import Moment

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


CHIPS: dict[str, tuple[str, str]] = {
    "open": ("Open", ""),
    "late": ("Late", Level.LATE),
    "soon": ("Due < 30 m", Level.RISK),
    "next": ("Due < 2 h", Level.RISK),
    "today": ("Due today", Level.WATCH),
    "before-close": ("Due by close of business", Level.WATCH),
    "within-30m": ("Not late yet, due within 30 m", Level.RISK),
    "within-2h": ("Due in 30 m to 2 h", Level.RISK),
    "by-close": ("Due in 2 h to close of business", Level.WATCH),
    "next-day": ("Due on the next business day", Level.CALM),
    "stopped": ("Stopped", Level.STOPPED),
    "stopped-long": ("Stopped > 1 day", Level.STOPPED),
    "answered": ("Stopped, customer answered", Level.STOPPED),
    "unwatched": ("No milestones", Level.UPCOMING),
    "unassigned": ("Unassigned", Level.UPCOMING),
    "risk-unassigned": ("At risk, unassigned", Level.RISK),
    "mine": ("Mine", ""),
    "followed": ("I follow", ""),
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
    "followed",
    "everything",
    "closed",
)
COUNTED = ("open", "late", "soon", "today", "stopped", "unwatched", "unassigned", "mine", "followed")


def counted_chips(cases: CaseQuerySet, moment: Moment, chosen: str, is_narrowed: bool) -> list[Chip]:
    """The chips over a list of these cases, in one query.

    Of all cases each chip has an index to count from; few that are found once are counted in one go.
    """
    counts = (count_found if is_narrowed else count_cases)(cases, moment, COUNTED)
    return [
        Chip(key, label, level, counts.get(key), key == chosen)
        for key, (label, level) in CHIPS.items()
        if key in ON_THE_LIST or key == chosen
    ]


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
