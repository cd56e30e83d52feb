"""Lanes by horizon: late, in 30 minutes, in two hours, by close of business, the business day after."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F, OuterRef, Subquery
from django.utils import timezone

from cases.engine.load import READABLE, load_clocks
from cases.models import Case, CaseMilestone
from cases.models.case import CaseQuerySet
from cases.queries.board.cards import Card, card_of, estimated
from cases.queries.board.duty import Duty
from cases.queries.chip_filters import chip_filter
from cases.queries.chips import COUNTED_UP_TO
from cases.queries.moment import Moment
from cases.queries.time_left import RUNNING

IN_A_LANE = 12
LANES = ("late", "within-30m", "within-2h", "by-close", "next-day")


@dataclass(frozen=True, slots=True)
class Lane:
    """A horizon with its first cases, next due first; `key` opens all of them in the list.

    `until` is where it ends, if that needs saying. `count` goes no further than COUNTED_UP_TO.
    """

    key: str
    label: str
    until: datetime | None
    cards: Sequence[Card]
    count: int

    @property
    def told(self) -> str:
        return f"{COUNTED_UP_TO:,}+" if self.count > COUNTED_UP_TO else f"{self.count:,}"

    @property
    def more(self) -> str:
        """How many it holds besides, in words; nothing where all of them are shown."""
        unseen = min(self.count, COUNTED_UP_TO) - len(self.cards)
        return f"{unseen:,}{'+' if self.count > COUNTED_UP_TO else ''} more" if unseen > 0 else ""


def lanes_of(cases: CaseQuerySet, moment: Moment, duty: Duty, counts: Mapping[str, int]) -> list[Lane]:
    """Each case stands in one lane. One query for each lane, and four for all their cards."""
    keys = {lane: _first(cases.filter(chip_filter(lane, moment)), moment) for lane in LANES}
    read: list[Case] = list(READABLE.filter(pk__in=[key for found in keys.values() for key in found]))
    cards = estimated([card_of(work, moment, duty) for work in load_clocks(read).values()])
    by_key = {card.case.pk: card for card in cards}
    return [
        Lane(lane, label, until, [by_key[key] for key in keys[lane] if key in by_key], counts[lane])
        for lane, (label, until) in zip(LANES, _labels(moment), strict=True)
    ]


def _first(cases: CaseQuerySet, moment: Moment) -> list[int]:
    if not moment.milestones:
        return list(cases.next_due_first().values_list("pk", flat=True)[:IN_A_LANE])
    rows = CaseMilestone.objects.filter(RUNNING, case=OuterRef("pk"), milestone__name__in=moment.milestones)
    first = Subquery(rows.order_by("target_date").values("target_date")[:1])
    ordered = cases.annotate(first_target=first).order_by(F("first_target").asc(nulls_last=True), "pk")
    return list(ordered.values_list("pk", flat=True)[:IN_A_LANE])


def _labels(moment: Moment) -> Iterator[tuple[str, datetime | None]]:
    close, next_close = moment.closes
    tomorrow = timezone.localtime(moment.now).date() + timedelta(days=1)
    is_tomorrow = timezone.localtime(next_close - timedelta(microseconds=1)).date() == tomorrow
    yield "Late now", None
    yield "In 30 minutes", None
    yield "In 2 hours", None
    yield "By close of business", close
    yield "Tomorrow" if is_tomorrow else "Next business day", next_close
