"""The chance that open milestones become late: an estimate from how similar ones went, with its reasons."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Q

from cases.estimates.similar import Found, Group, look_up
from cases.estimates.survivors import Survivors
from cases.models import TimesTaken
from cases.queries.face import Face, Level
from entitlements.core.state import Occurrence

MAY_BECOME_LATE = frozenset({Level.CALM, Level.WATCH, Level.RISK, Level.STOPPED, Level.UPCOMING})
LIKELY = 0.5


@dataclass(frozen=True, slots=True)
class LateChance:
    """What can be said of one open milestone that is not late yet.

    `found` is None where there is not enough history: then there is no figure, and none is shown. `used` and
    `promised` are its own time, without stops.
    """

    found: Found | None
    group: Group
    used: timedelta
    promised: timedelta
    minutes: int

    @property
    def told(self) -> str:
        """“about 35 %”, “under 1 %”, or that there is not enough history."""
        if self.found is None:
            return "not enough history"
        short = self.short
        return short if short.startswith(("under", "over")) else f"about {short}"

    @property
    def short(self) -> str:
        """“35 %”; nothing without history."""
        return in_words(self.found.share.value) if self.found else ""

    @property
    def value_percent(self) -> float:
        return round(100 * self.found.share.value, 1) if self.found else 0.0

    @property
    def is_likely(self) -> bool:
        return self.found is not None and self.found.share.value >= LIKELY

    @property
    def like(self) -> int:
        """How many similar ones had used as much and were not over yet."""
        return round(self.found.share.at_risk) if self.found else 0

    @property
    def like_late(self) -> int:
        return round(self.found.share.late) if self.found else 0

    @property
    def between(self) -> tuple[int, int]:
        """The interval in percent: the estimate is no surer than that."""
        share = self.found.share if self.found else None
        return (round(100 * share.low), round(100 * share.high)) if share else (0, 100)

    def still_needed(self, part: float) -> timedelta | None:
        """This part of those that came as far needed no longer from here; None: too long to tell."""
        if self.found is None:
            return None
        left = self.found.share.at_risk * (1 - part)
        share = self.found.survivors.share_when_left(left)
        whole = timedelta(minutes=self.minutes)
        return None if share is None else max(share * whole - self.used, timedelta(0))


def in_words(chance: float) -> str:
    """In steps as coarse as an estimate deserves: fives between 10 and 90, else ones."""
    percent = 100 * chance
    if percent < 1:
        return "under 1 %"
    if percent > 99:
        return "over 99 %"
    return f"{round(percent / 5) * 5 if 10 <= percent <= 90 else round(percent)} %"


def late_chances(faces: Iterable[Face]) -> dict[int, LateChance]:
    """By the key of the occurrence, for all in one query; none for what is late, over or without target.

    Reads the table that the beat refreshes, never the past itself. For lines of a list or board:
    `worklist.chances.with_chances`.
    """
    asked = {face.occurrence.key or 0: face for face in faces if _is_open_question(face)}
    if not asked:
        return {}
    groups = {key: _group_of(face.occurrence) for key, face in asked.items()}
    table = _read(groups.values())
    return {key: _chance(face, groups[key], table) for key, face in asked.items()}


def _is_open_question(face: Face) -> bool:
    return face.level in MAY_BECOME_LATE and not face.violated and bool(face.occurrence.minutes)


def _group_of(one: Occurrence) -> Group:
    return Group(one.milestone, one.minutes, one.priority_at_start, one.queue_at_start)


def _read(groups: Iterable[Group]) -> dict[Group, Survivors]:
    """Of these and all wider groups, those with enough history. Milestones go by name."""
    asked = list(groups)
    rows = TimesTaken.objects.filter(
        Q(minutes__isnull=True) | Q(minutes__in={one.minutes for one in asked}),
        Q(priority__isnull=True) | Q(priority__in={one.priority for one in asked}),
        Q(queue__isnull=True) | Q(queue__in={one.queue for one in asked}),
        milestone__name__in={one.milestone for one in asked},
    ).values_list("milestone__name", "minutes", "priority", "queue", "survivors")
    return {
        Group(name, minutes, priority, queue): Survivors(longer)
        for name, minutes, priority, queue, longer in rows
    }


def _chance(face: Face, group: Group, table: dict[Group, Survivors]) -> LateChance:
    minutes = face.occurrence.minutes or 1
    promised = face.occurrence.promised or timedelta(0)
    used = promised - (face.left or timedelta(0))
    whole = timedelta(minutes=minutes)
    found = look_up(group, table.get, used / whole, promised / whole)
    return LateChance(found, group, used, promised, minutes)
