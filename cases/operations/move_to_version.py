"""Open cases go over to the published version of their process, in batches that can be resumed (§3.2)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import F, Q

from cases.engine.load import Loaded, change_processes, load, lock_cases
from cases.engine.set_aside import together_or_each
from cases.engine.write import Decided, write
from cases.models import Case
from cases.models.case import CaseQuerySet
from cases.operations.actor import name_of
from entitlements.core.changes import Kind
from entitlements.core.engine import evaluate
from entitlements.core.facts import VersionApplied
from entitlements.models import ProcessVersion, VersionState


@dataclass(frozen=True, slots=True)
class Moved:
    """What one batch did: cases looked at and moved, targets moved; the next one begins after `last`."""

    looked_at: int
    cases: int
    targets: int
    last: int


def cases_behind(process_ids: Collection[int] | None = None) -> CaseQuerySet:
    """Cases under way on another version than the published one of their process: of these processes, or any.

    What has been moved is no longer behind, so a move that died goes on where it was.
    """
    published = Q(process_version__process__versions__state=VersionState.PUBLISHED)
    under_way = Q(is_closed=False) | Q(has_open_milestones=True)
    behind = Case.objects.filter(under_way, published).exclude(process_version__state=VersionState.PUBLISHED)
    return behind if process_ids is None else behind.filter(process_version__process__in=process_ids)


def move_batch(
    process_ids: Collection[int] | None, *, after: int, batch_size: int, by: User | None, now: datetime
) -> Moved | None:
    """Move the next cases in order of their keys; None when there are none after this one."""
    behind = cases_behind(process_ids).filter(pk__gt=after).order_by("pk")
    case_ids = list(behind.values_list("pk", flat=True)[:batch_size])
    if not case_ids:
        return None
    done = together_or_each(lambda keys: _move(keys, name_of(by), now), case_ids)
    cases, targets = sum(moved for moved, _ in done), sum(targets for _, targets in done)
    return Moved(len(case_ids), cases, targets, case_ids[-1])


def _move(case_ids: Sequence[int], by: str, now: datetime) -> tuple[int, int]:
    """How many cases and how many targets moved. Somebody may have moved them meanwhile, or closed them."""
    with transaction.atomic():
        locked = load(lock_cases(case_ids))
        still_behind = cases_behind().filter(pk__in=locked).values_list("pk", flat=True)
        decided = _decided([locked[key] for key in still_behind], by, now)
        write(decided, now)
    moves = sum(change.kind is Kind.MOVED for one in decided for change in one.changes.log)
    return len(decided), moves


def _decided(works: Iterable[Loaded], by: str, now: datetime) -> list[Decided]:
    """What was planned until now goes by the old version, what follows by the new one."""
    decided = []
    for version_id, group in _by_new_version(works).items():
        before = {work.case.pk: work.definition for work in group}
        change_processes(group, version_id)
        for work in group:
            fact = VersionApplied(now, by, definition=work.definition)
            old = before[work.case.pk]
            decided.append(Decided(work, evaluate(old, work.organisation, work.state, [fact], now)))
    return decided


def _by_new_version(works: Iterable[Loaded]) -> dict[int, list[Loaded]]:
    """The cases by the version that is published of their process."""
    by_old: dict[int | None, list[Loaded]] = defaultdict(list)
    for work in works:
        by_old[work.case.process_version_id].append(work)
    published = ProcessVersion.objects.filter(state=VersionState.PUBLISHED)
    pairs = published.filter(process__versions__in=[key for key in by_old if key is not None])
    new = dict(pairs.values_list(F("process__versions"), "pk"))
    grouped: dict[int, list[Loaded]] = defaultdict(list)
    for old, group in by_old.items():
        if old in new:
            grouped[new[old]] += group
    return grouped
