"""A draft is published, with the reason kept, and goes out to open cases where that is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from cases.models import Rollout
from cases.operations.rollout import hold_unfinished, replace, start_rollout
from cases.operations.written_down import write_down
from entitlements.models import ChangeVerb, ProcessVersion
from entitlements.operations.audit import write_down_change
from entitlements.operations.versions import publish_version, retire_version


@dataclass(frozen=True, slots=True)
class Published:
    """`rollout` is None where cases under way keep their version."""

    version: ProcessVersion
    rollout: Rollout | None


@transaction.atomic
def publish(version: ProcessVersion, *, open_cases: bool, reason: str, by: User, now: datetime) -> Published:
    """Raises PublishedVersion, CannotPublish; then nothing was changed."""
    before = hold_unfinished(version.process_id)
    published = publish_version(version, by, now, reason)
    replace(before, now)
    rollout = start_rollout(published, by=by, reason=reason, now=now) if open_cases else None
    scope = "open cases go over too" if open_cases else "new cases only"
    write_down(published, f"Published, {scope}.", reason, by)
    if rollout:
        going = f"Went out to {rollout.total} open cases."
        write_down_change(published, ChangeVerb.DID, by=by, now=now, remark=going)
    return Published(published, rollout)


@transaction.atomic
def retire(version: ProcessVersion, *, reason: str, by: User, now: datetime) -> ProcessVersion:
    """Raises NotPublished."""
    retired = retire_version(version, by, now, reason)
    write_down(retired, "Retired.", reason, by)
    return retired


@transaction.atomic
def apply_to_open_cases(version: ProcessVersion, *, reason: str, by: User, now: datetime) -> Rollout:
    """Raises NotPublished, CannotRollOut."""
    rollout = start_rollout(version, by=by, reason=reason, now=now)
    what = f"Applied to {rollout.total} open cases."
    write_down(version, what, reason, by)
    write_down_change(version, ChangeVerb.DID, by=by, now=now, remark=f"{what} {reason}".strip())
    return rollout
