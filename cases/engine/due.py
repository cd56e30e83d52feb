"""The tick: claim what is due, look, write. Its cost grows with what is due, not with what is open."""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from django.db import transaction

from cases.engine.evaluate import decide
from cases.engine.load import load, lock_cases
from cases.engine.set_aside import together_or_each
from cases.engine.write import Decided, write
from cases.models import Case, CaseMilestone, EngineLook


@dataclass(frozen=True, slots=True)
class Looked:
    """What one tick did: cases looked at, triggers fired or skipped, and whether more may be due."""

    cases: int = 0
    fired: int = 0
    more: bool = False


@dataclass(frozen=True, slots=True)
class Due:
    """Cases at which the engine must look, the longest due first; since when; and whether there are more."""

    cases: list[int]
    since: datetime
    more: bool


def tick(now: datetime, batch_size: int) -> Looked:
    """Look at up to `batch_size` cases that are due by `now`, the longest due first.

    There is nothing more for this tick when somebody else holds all that is due.
    """
    due = due_cases(now, batch_size)
    if due is None:
        _note_look(now, lag=0.0)
        return Looked()
    looks = together_or_each(lambda case_ids: _look(case_ids, now), due.cases)
    _note_look(now, (now - due.since).total_seconds())
    cases = sum(look.cases for look in looks)
    held_by_others = not cases and bool(looks)
    return Looked(cases, sum(look.fired for look in looks), more=due.more and not held_by_others)


def due_cases(now: datetime, limit: int) -> Due | None:
    """Cases at which the engine must look by `now`. A case counts once, however much of it is due."""
    milestones = CaseMilestone.objects.due(now).order_by("due_at").values_list("due_at", "case_id")[:limit]
    entering = Case.objects.filter(enters_at__lte=now).order_by("enters_at")
    entries = entering.values_list("enters_at", "pk")[:limit]
    found: dict[int, datetime] = {}
    for due_at, case_id in heapq.merge(milestones, entries):
        if due_at is not None:
            found.setdefault(case_id, due_at)
    if not found:
        return None
    more = limit in (len(milestones), len(entries)) or len(found) > limit
    return Due(list(islice(found, limit)), min(found.values()), more)


def _look(case_ids: Sequence[int], now: datetime) -> Looked:
    """All in one transaction; cases that somebody else holds are left to the next tick."""
    with transaction.atomic():
        works = load(lock_cases(case_ids, skip_locked=True))
        decided = [Decided(work, decide(work, (), now)) for work in works.values()]
        write(decided, now)
    return Looked(len(decided), sum(len(one.changes.firings) for one in decided))


def _note_look(now: datetime, lag: float) -> None:
    EngineLook.objects.update_or_create(pk=1, defaults={"looked_at": now, "lag_seconds": lag})
