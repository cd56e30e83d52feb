"""Business hours were edited: the targets of open occurrences move, in batches that can be resumed (§5.5)."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from cases.engine.evaluate import decide
from cases.engine.load import load, lock_cases
from cases.engine.set_aside import together_or_each
from cases.engine.write import Decided, write
from cases.models import CaseMilestone, EngineLook, HoursSeen, Recalculation
from entitlements.core.changes import Kind
from entitlements.core.facts import HoursChanged
from entitlements.models import BusinessHours, ConfigurationRevision, WhoseHours


def notice_changed_hours(now: datetime) -> list[Recalculation]:
    """Plan a recalculation for hours that were edited since the engine last saw them.

    One query when nothing was.
    """
    token = ConfigurationRevision.current()
    if EngineLook.objects.filter(pk=1, revision_seen=token).exists():
        return []
    with transaction.atomic():
        planned = [_plan(hours, now) for hours in _edited_hours()]
        EngineLook.objects.update_or_create(pk=1, defaults={"revision_seen": token})
    return planned


def _edited_hours() -> list[BusinessHours]:
    """Remembers all as they are now; those seen for the first time have moved nothing."""
    seen = dict(HoursSeen.objects.values_list("business_hours_id", "fingerprint"))
    edited = []
    for hours in BusinessHours.objects.prefetch_related("windows", "holidays"):
        fingerprint = _fingerprint(hours)
        if seen.get(hours.pk) == fingerprint:
            continue
        if hours.pk in seen:
            edited.append(hours)
        HoursSeen.objects.update_or_create(business_hours=hours, defaults={"fingerprint": fingerprint})
    return edited


def _fingerprint(hours: BusinessHours) -> str:
    """Of what the hours say, and whether the cases that have none of their own count in them."""
    said = repr(hours.value()) + (" by default" if hours.is_default else "")
    return hashlib.sha256(said.encode()).hexdigest()


def _plan(hours: BusinessHours, now: datetime) -> Recalculation:
    """A pass that is under way begins again: it may have gone by the hours as they were."""
    Recalculation.objects.filter(business_hours=hours, finished_at=None).delete()
    total = _affected(hours.pk, 0).count()
    return Recalculation.objects.create(business_hours=hours, started_at=now, total=total)


def recalculate(now: datetime, batch_size: int) -> bool:
    """One batch of the oldest unfinished recalculation. Whether there may be more to do."""
    with transaction.atomic():
        unfinished = Recalculation.objects.select_for_update(skip_locked=True)
        work = unfinished.filter(finished_at=None).order_by("started_at").first()
        if work is None:
            return False
        case_ids = list(_affected(work.business_hours_id, work.cursor)[:batch_size])
        moved = sum(together_or_each(lambda keys: _move(keys, now), case_ids)) if case_ids else 0
        if case_ids:
            work.cursor = max(case_ids)
        else:
            work.finished_at = now
        work.cases, work.moved = work.cases + len(case_ids), work.moved + moved
        work.save()
    return True


def _affected(business_hours_id: int, cursor: int) -> QuerySet[CaseMilestone, int]:
    """Open cases past the cursor with a milestone that counts in these hours, or in the case's own."""
    counts = counting_in(business_hours=business_hours_id)
    cases = CaseMilestone.objects.open().filter(counts, case_id__gt=cursor)
    return cases.order_by("case_id").values_list("case_id", flat=True).distinct()


def counting_in(**hours: object) -> Q:
    """Case milestones that count in hours by their own rows or their version's, or in the case's own hours.

    `hours` is a condition on the foreign key, such as `business_hours=1`.
    """
    named, inherited = WhoseHours.NAMED, WhoseHours.INHERITED
    row, version = "process_milestone__", "process_milestone__version__"
    of_row = {f"{row}{key}": value for key, value in hours.items()}
    of_version = {f"{version}{key}": value for key, value in hours.items()}
    return (
        Q(**{f"{row}hours_from": named}, **of_row)
        | Q(**{f"{row}hours_from": WhoseHours.CASE})
        | Q(**{f"{row}hours_from": inherited, f"{version}hours_from": named}, **of_version)
        | Q(**{f"{row}hours_from": inherited, f"{version}hours_from": WhoseHours.CASE})
    )


def _move(case_ids: Sequence[int], now: datetime) -> int:
    with transaction.atomic():
        works = load(lock_cases(case_ids)).values()
        decided = [Decided(work, decide(work, (HoursChanged(now),), now)) for work in works]
        write(decided, now)
    return sum(change.kind is Kind.MOVED for one in decided for change in one.changes.log)
