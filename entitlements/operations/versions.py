"""Versions of an entitlement process: draft, publish, retire. What was published never changes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction

from entitlements.core.expressions import ExpressionError
from entitlements.core.hours import HoursError
from entitlements.models import (
    Action,
    ChangeVerb,
    ConfigurationRevision,
    EntitlementProcess,
    ProcessMilestone,
    ProcessVersion,
    Trigger,
    VersionState,
)
from entitlements.models.process import PublishedVersion
from entitlements.models.settings import read_custom_fields
from entitlements.operations.audit import write_down_change
from entitlements.queries.versions import lines_between

Row = ProcessMilestone | Trigger | Action


class CannotPublish(Exception):
    """The version is not fit to be published. `str()` says why."""


class DraftExists(Exception):
    """There is a draft of this process already: `draft`."""

    def __init__(self, draft: ProcessVersion) -> None:
        self.draft = draft
        super().__init__(f"Version {draft.number} is a draft already: go on with that one.")


class OtherMilestones(Exception):
    """An order was given of other milestones than those that the version has."""


class NotPublished(Exception):
    """Only the published version can be retired, or applied to open cases."""


@transaction.atomic
def create_process(process: EntitlementProcess) -> ProcessVersion:
    """Save a new process with an empty draft as its first version."""
    process.save()
    return ProcessVersion.objects.create(process=process, number=1)


@transaction.atomic
def new_draft(process: EntitlementProcess) -> ProcessVersion:
    """A draft to work on, copied from the published version, else from the latest. Raises DraftExists."""
    EntitlementProcess.objects.select_for_update().get(pk=process.pk)  # One new draft at a time.
    versions = list(process.versions.order_by("-number"))
    draft = next((version for version in versions if version.state == VersionState.DRAFT), None)
    if draft is not None:
        raise DraftExists(draft)
    if not versions:
        return ProcessVersion.objects.create(process=process, number=1)
    published = next(
        (version for version in versions if version.state == VersionState.PUBLISHED), versions[0]
    )
    return new_draft_from(published, versions[0].number + 1)


@transaction.atomic
def new_draft_from(version: ProcessVersion, number: int) -> ProcessVersion:
    """A copy of a version with its milestones, triggers and actions, as a draft."""
    draft = ProcessVersion.objects.create(
        process=version.process,
        number=number,
        enter_at=version.enter_at,
        exit_when=version.exit_when,
        on_reentry=version.on_reentry,
        hours_from=version.hours_from,
        business_hours=version.business_hours,
    )
    for row in version.rows.prefetch_related("triggers__actions"):
        _copy_row(row, draft)
    return draft


@transaction.atomic
def publish_version(
    version: ProcessVersion, by: User | None, now: datetime, reason: str = ""
) -> ProcessVersion:
    """Give the version to new cases; the one published before is retired. Cases under way keep theirs (§3.2).

    Raises PublishedVersion when it is no draft, CannotPublish when it is not fit.
    """
    draft = lock_draft(version)
    check_fit(draft)
    before = draft.process.published_version()
    for published in draft.process.versions.filter(state=VersionState.PUBLISHED):
        _retire(published, by, now, f"Version {draft.number} was published.")
    _put(
        draft,
        state=VersionState.PUBLISHED,
        published_at=now,
        published_by=by,
        published_reason=reason,
    )
    lines = lines_between(before, draft)
    write_down_change(draft, ChangeVerb.PUBLISHED, by=by, now=now, lines=lines, remark=reason)
    return draft


@transaction.atomic
def retire_version(
    version: ProcessVersion, by: User | None, now: datetime, reason: str = ""
) -> ProcessVersion:
    """New cases no longer get it; cases under way keep it. Raises NotPublished."""
    found = ProcessVersion.objects.select_for_update().get(pk=version.pk)
    if found.state != VersionState.PUBLISHED:
        raise NotPublished(f"{found} is not published.")
    _retire(found, by, now, reason)
    write_down_change(found, ChangeVerb.RETIRED, by=by, now=now, remark=reason)
    return found


def lock_draft(version: ProcessVersion) -> ProcessVersion:
    """The version, locked until the transaction ends, so that nobody publishes it meanwhile.

    Raises PublishedVersion when it is no draft.
    """
    locked = (
        ProcessVersion.objects.select_for_update(of=("self",)).select_related("process").get(pk=version.pk)
    )
    if locked.state != VersionState.DRAFT:
        raise PublishedVersion(f"{locked} is {locked.state}: it never changes. Make a new version of it.")
    return locked


@transaction.atomic
def move_row(row: ProcessMilestone, places: int) -> None:
    """Move a row up (-1) or down (1) in its draft. At the end it stays. Raises PublishedVersion."""
    lock_draft(row.version)
    rows = list(row.version.rows.order_by("position", "pk"))
    place = rows.index(row)
    rows.insert(min(max(place + places, 0), len(rows) - 1), rows.pop(place))
    _number(rows)


@transaction.atomic
def order_rows(version: ProcessVersion, keys: Sequence[int]) -> None:
    """Put the rows of a draft into the order of these keys. Raises PublishedVersion, OtherMilestones."""
    lock_draft(version)
    rows = {row.pk: row for row in version.rows.all()}
    if sorted(keys) != sorted(rows):
        raise OtherMilestones(
            "The milestones of this version have changed meanwhile: look at the list and order them again."
        )
    _number([rows[key] for key in keys])


def _number(rows: list[ProcessMilestone]) -> None:
    for position, one in enumerate(rows, start=1):
        one.position = position
    ProcessMilestone.objects.bulk_update(rows, ["position"])
    ConfigurationRevision.advance()


def _retire(version: ProcessVersion, by: User | None, now: datetime, reason: str) -> None:
    _put(version, state=VersionState.RETIRED, retired_at=now, retired_by=by, retired_reason=reason)


def _put(version: ProcessVersion, **values: object) -> None:
    for name, value in values.items():
        setattr(version, name, value)
    version.save(update_fields=list(values))


def check_fit(version: ProcessVersion) -> None:
    """Raises CannotPublish for a version that promises nothing, or that Setup no longer bears out."""
    if not version.rows.exists():
        raise CannotPublish("It has no milestones yet: it would promise nothing.")
    try:
        version.definition(read_custom_fields())
    except (ExpressionError, HoursError) as fault:
        raise CannotPublish(f"Something in it no longer fits the rest of Setup: {fault}") from fault


def _copy_row(row: ProcessMilestone, draft: ProcessVersion) -> None:
    triggers = list(row.triggers.all())
    copied = _copy(row, version=draft)
    for trigger in triggers:
        actions = list(trigger.actions.all())
        new_trigger = _copy(trigger, row=copied)
        for action in actions:
            _copy(action, trigger=new_trigger)


def _copy(one: Row, **owner: object) -> Any:
    values = {field.attname: getattr(one, field.attname) for field in one._meta.concrete_fields}
    del values[one._meta.pk.attname]
    for name in owner:
        del values[f"{name}_id"]
    return type(one)._default_manager.create(**values, **owner)
