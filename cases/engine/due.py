"""The tick: claim what is due, look, write. Its cost grows with what is due, not with what is open."""

from __future__ import annotations

import heapq
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from django.db import transaction
from django.db.models import F, QuerySet

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
    try:
        return _look_at_batch(now, batch_size)
    except Exception:
        log.exception("A batch failed; looking at each of its cases alone")
        return _look_at_each(list(due_cases(now, batch_size)), now)


def due_cases(now: datetime, limit: int) -> dict[int, datetime]:
    """Cases at which the engine must look by `now`, and since when; the longest due first."""
    return _due(CaseMilestone.objects.all(), Case.objects.all(), now, limit)


def _claimed(now: datetime, limit: int) -> dict[int, datetime]:
    """The same without those that another tick is looking at, and ours until the transaction ends."""
    milestones = CaseMilestone.objects.select_for_update(skip_locked=True)
    return _due(milestones, Case.objects.select_for_update(skip_locked=True), now, limit)


def _due(
    among: QuerySet[CaseMilestone], entering: QuerySet[Case], now: datetime, limit: int
) -> dict[int, datetime]:
    milestones = among.filter(due_at__lte=now).order_by("due_at").values_list("due_at", "case_id")
    entries = entering.filter(enters_at__lte=now).order_by("enters_at").values_list("enters_at", "pk")
    found: dict[int, datetime] = {}
    for due_at, case_id in heapq.merge(milestones[:limit], entries[:limit]):
        if due_at is not None:
            found.setdefault(case_id, due_at)
    return dict(islice(found.items(), limit))


def _look_at_batch(now: datetime, batch_size: int) -> Looked:
    """All in one transaction. A case that an operation holds is left to the next tick."""
    with transaction.atomic():
        due = _claimed(now, batch_size)
        looked = _look(list(due), now)
        _note_look(now, due)
    return Looked(looked.cases, looked.fired, more=len(due) >= batch_size)


def _look(case_ids: list[int], now: datetime) -> Looked:
    if not case_ids:
        return Looked()
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


def _note_look(now: datetime, due: Mapping[int, datetime]) -> None:
    lag = max(0.0, (now - min(due.values(), default=now)).total_seconds())
    look = {"looked_at": now, "lag_seconds": lag}
    if not EngineLook.objects.filter(pk=1).update(**look):
        EngineLook.objects.get_or_create(pk=1, defaults=look)
