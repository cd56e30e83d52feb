"""A configuration that was looked at as a plan is applied from Setup, and it is written down by whom."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.db import transaction

from cases.operations.apply_file import Clock, turn
from cases.queries.plan import Plan
from entitlements.as_code.configuration_file import ConfigurationFile
from entitlements.models import ConfigurationRevision
from entitlements.operations.apply_configuration import Applied

BATCH = 200


@dataclass
class MovedCases:
    """Open cases that went over to another version, and their targets that moved."""

    cases: int = 0
    targets: int = 0


def import_configuration(
    file: ConfigurationFile, plan: Plan, *, reason: str, by: User, clock: Clock
) -> Applied:
    """Raises AnotherApplies, DeskHasChanged and ConfigurationError; then nothing has been changed."""
    with turn(by, clock) as ours, transaction.atomic():
        applied = ours.objects(file.says, plan.changes)
        names = ", ".join(f"{change.kind} {change.name}" for change in applied.changes)
        _write_down(f"Applied a configuration file. {reason} ({names})", by)
    return applied


def move_open_cases(
    process_ids: Collection[int] | None, *, by: User, clock: Clock, go_on: Callable[[], bool]
) -> MovedCases:
    """As far as `go_on` lets; what is left can be moved by doing it again. Raises AnotherApplies."""
    done = MovedCases()
    with turn(by, clock) as ours:
        for moved in ours.open_cases(process_ids, BATCH):
            done.cases, done.targets = done.cases + moved.cases, done.targets + moved.targets
            if not go_on():
                break
    if done.cases:
        _write_down(f"Moved {done.cases} open cases to the published versions.", by)
    return done


def _write_down(what: str, by: User) -> None:
    LogEntry.objects.create(
        user=by,
        content_type=ContentType.objects.get_for_model(ConfigurationRevision),
        object_id="1",
        object_repr="Configuration",
        action_flag=CHANGE,
        change_message=what,
    )
