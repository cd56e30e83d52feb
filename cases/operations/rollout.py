"""A published version goes out to open cases: begun, done in batches by the tick, stopped, gone on with."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from cases.models import Rollout, RolloutFailure, RolloutState
from cases.operations.move_to_version import cases_behind, move_batch
from entitlements.models import ProcessVersion, VersionState
from entitlements.operations.versions import NotPublished

UNFINISHED = (RolloutState.UNDER_WAY, RolloutState.STOPPED)


class CannotRollOut(Exception):
    """`str()` says why. Nothing was changed."""


@transaction.atomic
def start_rollout(version: ProcessVersion, *, by: User | None, reason: str, now: datetime) -> Rollout:
    """Let the open cases of the process go over to this version; the tick does it.

    Raises NotPublished, and CannotRollOut while another rollout of the version is unfinished.
    """
    _hold_published(version.pk)
    if Rollout.objects.filter(version=version, state__in=UNFINISHED).exists():
        raise CannotRollOut(f"{version} goes out to open cases already: go on with that rollout.")
    total = cases_behind([version.process_id]).count()
    finished = {} if total else {"state": RolloutState.DONE, "finished_at": now}
    return Rollout.objects.create(
        version=version, by=by, reason=reason, started_at=now, total=total, **finished
    )


def hold_unfinished(process_id: int) -> list[Rollout]:
    """The rollouts of a process that are not at their end, locked; a batch that is at work is waited for.

    Like a batch, take them before the version: two that wait for one another would never end.
    """
    unfinished = Rollout.objects.select_for_update(of=("self",)).order_by("pk")
    return list(unfinished.filter(version__process=process_id, state__in=UNFINISHED))


def replace(rollouts: list[Rollout], now: datetime) -> None:
    """Another version of their process has been published."""
    for rollout in rollouts:
        rollout.state, rollout.finished_at = RolloutState.REPLACED, now
    Rollout.objects.bulk_update(rollouts, ["state", "finished_at"])


def roll_out(now: datetime, batch_size: int) -> bool:
    """One batch of the oldest rollout that is under way. Whether there may be more to do.

    A batch and the note of it are one transaction: a worker that is killed leaves nothing half done.
    """
    with transaction.atomic():
        waiting = Rollout.objects.select_for_update(skip_locked=True, of=("self",))
        under_way = waiting.filter(state=RolloutState.UNDER_WAY).order_by("started_at", "pk")
        rollout = under_way.select_related("version", "by").first()
        if rollout is None:
            return False
        _batch(rollout, now, batch_size)
        rollout.save()
    return True


def _batch(rollout: Rollout, now: datetime, batch_size: int) -> None:
    try:
        _hold_published(rollout.version_id)
    except NotPublished:
        rollout.state, rollout.finished_at = RolloutState.REPLACED, now
        return
    processes, after = [rollout.version.process_id], rollout.cursor
    moved = move_batch(processes, after=after, batch_size=batch_size, by=rollout.by, now=now)
    if moved is None:
        rollout.state, rollout.finished_at = RolloutState.DONE, now
        return
    rollout.cursor = moved.last
    rollout.looked_at += moved.looked_at
    rollout.cases, rollout.targets = rollout.cases + moved.cases, rollout.targets + moved.targets
    _note_failures(rollout, after)


def _note_failures(rollout: Rollout, after: int) -> None:
    """Those of the batch that are still behind because they were set aside."""
    failed = cases_behind([rollout.version.process_id]).exclude(set_aside="")
    RolloutFailure.objects.bulk_create(
        RolloutFailure(rollout=rollout, case_id=key, error=error)
        for key, error in failed.filter(pk__gt=after, pk__lte=rollout.cursor).values_list("pk", "set_aside")
    )


@transaction.atomic
def stop_rollout(rollout_id: int) -> None:
    """After the batch that is at work. What has gone over stays. Raises CannotRollOut at its end."""
    rollout = Rollout.objects.select_for_update().get(pk=rollout_id)
    if rollout.state not in UNFINISHED:
        raise CannotRollOut("It is at its end already.")
    rollout.state = RolloutState.STOPPED
    rollout.save(update_fields=["state"])


@transaction.atomic
def go_on_with_rollout(rollout_id: int) -> None:
    """Where it was stopped; one that is done tries those that failed once more.

    Raises NotPublished when another version was published meanwhile, CannotRollOut when nothing is left.
    """
    rollout = Rollout.objects.select_for_update().get(pk=rollout_id)
    _hold_published(rollout.version_id)
    if rollout.state == RolloutState.DONE:
        _begin_again(rollout)
    rollout.state, rollout.finished_at = RolloutState.UNDER_WAY, None
    rollout.save()


def _begin_again(rollout: Rollout) -> None:
    """With what is still behind."""
    left = cases_behind([rollout.version.process_id]).count()
    if not left:
        raise CannotRollOut("No open case is left on another version.")
    rollout.failures.all().delete()
    rollout.cursor, rollout.looked_at = 0, 0
    rollout.total = left


def _hold_published(version_id: int) -> ProcessVersion:
    """The version, which stays published until this transaction ends. Raises NotPublished."""
    found = ProcessVersion.objects.select_for_update(of=("self",), no_key=True)
    version = found.select_related("process").get(pk=version_id)
    if version.state != VersionState.PUBLISHED:
        raise NotPublished(f"{version} is not published.")
    return version
