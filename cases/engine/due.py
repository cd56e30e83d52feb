"""The tick: claim what is due, look, write. Its cost grows with what is due, not with what is open."""

from __future__ import annotations

import heapq
import logging
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from django.db import transaction
from django.db.models import F

from cases.engine.evaluate import decide
from cases.engine.load import load, lock_cases
from cases.engine.write import Decided, write
from cases.models import Case, CaseMilestone, EngineLook

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Looked:
    """What one tick did: cases looked at, triggers fired or skipped, and whether more may be due."""

    cases: int = 0
    fired: int = 0
    more: bool = False


def tick(now: datetime, batch_size: int) -> Looked:
    """Look at up to `batch_size` cases that are due by `now`, the longest due first."""
    due = due_cases(now, batch_size)
    if not due:
        _note_look(now, lag=0.0)
        return Looked()
    lag = max(0.0, (now - min(due.values())).total_seconds())
    try:
        looked = _look(list(due), now)
    except Exception:
        log.exception("A batch of %d cases failed; looking at each alone", len(due))
        looked = _look_at_each(list(due), now)
    _note_look(now, lag)
    return Looked(looked.cases, looked.fired, more=len(due) >= batch_size)


def due_cases(now: datetime, limit: int) -> dict[int, datetime]:
    """Cases at which the engine must look by `now`, and since when; the longest due first."""
    milestones = CaseMilestone.objects.due(now).order_by("due_at").values_list("due_at", "case_id")
    entries = Case.objects.filter(enters_at__lte=now).order_by("enters_at").values_list("enters_at", "pk")
    found: dict[int, datetime] = {}
    for due_at, case_id in heapq.merge(milestones[:limit], entries[:limit]):
        if due_at is not None:
            found.setdefault(case_id, due_at)
    return dict(islice(found.items(), limit))


def _look(case_ids: list[int], now: datetime) -> Looked:
    """All in one transaction; cases that somebody else holds are left to the next tick."""
    with transaction.atomic():
        works = load(lock_cases(case_ids, skip_locked=True))
        decided = [Decided(work, decide(work, (), now)) for work in works.values()]
        write(decided, now)
    return Looked(len(decided), sum(len(one.changes.firings) for one in decided))


def _look_at_each(case_ids: list[int], now: datetime) -> Looked:
    """One case that cannot be looked at is set aside with its error, and the others go on."""
    cases = fired = 0
    for case_id in case_ids:
        try:
            looked = _look([case_id], now)
        except Exception as fault:
            log.exception("Case %s is set aside", case_id)
            _set_aside(case_id, f"{type(fault).__name__}: {fault}")
        else:
            cases, fired = cases + looked.cases, fired + looked.fired
    return Looked(cases, fired)


def _set_aside(case_id: int, error: str) -> None:
    with transaction.atomic():
        Case.objects.filter(pk=case_id).update(set_aside=error, enters_at=None, revision=F("revision") + 1)
        CaseMilestone.objects.filter(case_id=case_id).update(due_at=None)


def _note_look(now: datetime, lag: float) -> None:
    EngineLook.objects.update_or_create(pk=1, defaults={"looked_at": now, "lag_seconds": lag})
