"""The tick: claim what is due, look, write. Its cost grows with what is due, not with what is open."""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from cases.engine.escalation_steps import take_steps
from cases.engine.evaluate import decide
from cases.engine.load import load, lock_cases
from cases.engine.pulse import note_look
from cases.engine.set_aside import together_or_each
from cases.engine.write import Decided, write
from cases.models import Case, CaseMilestone, Escalation, RuleClock


@dataclass(frozen=True, slots=True)
class Looked:
    """What one tick did: cases looked at, triggers fired or skipped, steps of escalations taken, and whether
    more may be due.
    """

    cases: int = 0
    fired: int = 0
    steps: int = 0
    more: bool = False


@dataclass(frozen=True, slots=True)
class Due:
    """Cases at which the engine must look, the longest due first; since when; and whether there are more."""

    cases: list[int]
    since: datetime
    more: bool


def tick(now: datetime, batch_size: int) -> Looked:
    """Look at up to `batch_size` cases that are due by `now`, the longest due first.

    They are ours from the choice to the last write, so that two ticks share what is due.
    """
    with transaction.atomic():
        due = due_cases(now, batch_size)
        looks = together_or_each(lambda case_ids: _look(case_ids, now), due.cases) if due else []
    cases, fired = sum(look.cases for look in looks), sum(look.fired for look in looks)
    steps = sum(look.steps for look in looks)
    note_look(now, (now - due.since).total_seconds() if due else 0.0, cases, fired)
    return Looked(cases, fired, steps, more=due is not None and due.more)


def due_cases(now: datetime, limit: int) -> Due | None:
    """Cases at which the engine must look by `now`, without those that somebody holds.

    Call it in a transaction: it locks them. A case counts once, however much of it is due.
    """
    sources = [[(one.due_at, one.case_id) for one in rows[:limit]] for rows in _free_rows(now)]
    sources.append([(case.enters_at, case.pk) for case in _free_entries(now)[:limit]])
    found: dict[int, datetime] = {}
    for due_at, case_id in heapq.merge(*sources):
        if due_at is not None:
            found.setdefault(case_id, due_at)
    if not found:
        return None
    more = any(len(rows) == limit for rows in sources) or len(found) > limit
    return Due(list(islice(found, limit)), min(found.values()), more)


def _free_rows(now: datetime) -> list[QuerySet[Any]]:
    """Of each table with a due column the longest due first, without those whose case somebody holds."""
    due: list[QuerySet[Any]] = [
        CaseMilestone.objects.due(now),
        Escalation.objects.due(now),
        RuleClock.objects.filter(due_at__lte=now),
    ]
    return [
        rows.order_by("due_at")
        .select_related("case")
        .only("due_at", "case__id")
        .select_for_update(skip_locked=True, of=("case",))
        for rows in due
    ]


def _free_entries(now: datetime) -> QuerySet[Case]:
    entering = Case.objects.filter(enters_at__lte=now).order_by("enters_at")
    return entering.only("enters_at").select_for_update(skip_locked=True)


def _look(case_ids: Sequence[int], now: datetime) -> Looked:
    with transaction.atomic():
        works = load(lock_cases(case_ids))
        decided = [Decided(work, decide(work, (), now)) for work in works.values()]
        write(decided, now)
        steps = take_steps(list(works), now)
    fired = sum(len(one.changes.firings) for one in decided)
    return Looked(len(decided), fired, steps)
