"""Lanes by horizon: late, in 30 minutes, in two hours, by close of business, the business day after."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from cases.engine.load import READABLE, load_clocks
from cases.models import Case, CaseMilestone, MilestoneStatus
from cases.models.case import CaseQuerySet
from cases.queries.board.cards import Card, card_of, estimated
from cases.queries.board.duty import Duty
from cases.queries.chip_filters import LANES_TO_COME, chip_filter, is_due_row, is_late_row, span_of_lane
from cases.queries.chips import COUNTED_UP_TO
from cases.queries.moment import Moment
from cases.queries.time_left import RUNNING

IN_A_LANE = 10
LANES = ("late", *LANES_TO_COME)


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
    if moment.milestones:
        keys = {lane: _first_by_milestone(lane, cases, moment) for lane in LANES}
    else:
        keys = {lane: _first(cases.filter(chip_filter(lane, moment))) for lane in LANES}
    read: list[Case] = list(READABLE.filter(pk__in=[key for found in keys.values() for key in found]))
    cards = estimated([card_of(work, moment, duty) for work in load_clocks(read).values()])
    by_key = {card.case.pk: card for card in cards}
    return [
        Lane(lane, label, until, [by_key[key] for key in keys[lane] if key in by_key], counts[lane])
        for lane, (label, until) in zip(LANES, _labels(moment), strict=True)
    ]


def _first(cases: CaseQuerySet) -> list[int]:
    return list(cases.next_due_first().values_list("pk", flat=True)[:IN_A_LANE])


def _first_by_milestone(lane: str, cases: CaseQuerySet, moment: Moment) -> list[int]:
    """By the targets of the moment's milestones, from which it begins: an index has them in this order.

    Late ones that stand still come last.
    """
    own = CaseMilestone.objects.filter(milestone__in=moment.milestone_keys)
    rows = own.filter(case__in=cases.order_by().filter(is_closed=False).values("pk"))
    late = is_late_row(moment.now)
    if lane == "late":
        violated = Q(case__milestone_status=MilestoneStatus.OPEN_VIOLATION)
        wanted = [rows.filter(RUNNING, target_date__lt=moment.now), rows.filter(late, violated)]
    else:
        start, end = span_of_lane(lane, moment)
        of_case = own.order_by().filter(case=OuterRef("case"))
        earlier = of_case.filter(late | is_due_row(moment.now, start))
        wanted = [rows.filter(~Exists(earlier), is_due_row(start, end))]
    found: dict[int, None] = {}
    for each in wanted:
        if len(found) < IN_A_LANE:
            ordered = each.order_by(F("target_date").asc(nulls_last=True), "case")
            found |= dict.fromkeys(ordered.values_list("case", flat=True)[: 2 * IN_A_LANE])
    return list(found)[:IN_A_LANE]


def _labels(moment: Moment) -> Iterator[tuple[str, datetime | None]]:
    close, next_close = moment.closes
    tomorrow = timezone.localtime(moment.now).date() + timedelta(days=1)
    is_tomorrow = timezone.localtime(next_close - timedelta(microseconds=1)).date() == tomorrow
    yield "Late now", None
    yield "In 30 minutes", None
    yield "In 2 hours", None
    yield "By close of business", close
    yield "Tomorrow" if is_tomorrow else "Next business day", next_close
