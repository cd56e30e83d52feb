"""What the desk needs for the incidents: made where it is missing, never changed where it is there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from cases.incidents.names import CLOSED, NEW, PRIORITIES, STATUS_OF_STATE, WAITING
from entitlements.models import (
    Account,
    CasePriority,
    CaseStatus,
    CustomField,
    Entitlement,
    EntitlementProcess,
    EntitlementSettings,
    ProcessVersion,
    Queue,
)

SOURCE = "ServiceNow incidents"
"""The name of the account and of the entitlement of all imported incidents, and of their process."""

ASSIGNED_TO = "assigned_to"
"""The custom field with the log's resolver, who is no user of this desk."""


class CannotConfigure(Exception):
    """The desk is set up in a way in which the incidents would not mean what they say. `str()` says how."""


@dataclass(frozen=True)
class Ground:
    """What every imported case stands on."""

    account: Account
    entitlement: Entitlement
    version: ProcessVersion


def allow_pausing(wanted: bool | None) -> bool:
    """Whether statuses stop the clock. `wanted` settles it for a desk where it is off or not yet decided.

    Raises CannotConfigure when it is off and nothing is wanted: an import cannot be done over.
    """
    settings = EntitlementSettings.objects.filter(pk=1).first()
    if settings is None:
        settings = EntitlementSettings(pk=1, allow_pausing=wanted is not False)
        settings.save(force_insert=True)
    elif not settings.allow_pausing and wanted is None:
        raise CannotConfigure(
            "“Allow pausing of case milestones” is off in Entitlement Settings, so the states “Awaiting …” "
            "would stop no clock. Choose: --allow-pausing turns it on for the desk, --no-allow-pausing "
            "imports without stops."
        )
    elif not settings.allow_pausing and wanted:
        settings.allow_pausing = True
        settings.save()
    return settings.allow_pausing


def add_statuses() -> None:
    """Raises CannotConfigure when a status of the same name means something else here."""
    there = {status.name: status for status in CaseStatus.objects.all()}
    has_default = any(status.is_default for status in there.values())
    for position, name in enumerate(STATUS_OF_STATE.values()):
        if name in there:
            _check_meaning(there[name])
            continue
        there[name] = CaseStatus.objects.create(
            name=name,
            position=10 * position,
            is_default=name == NEW and not has_default,
            is_closed=name == CLOSED,
            stops_clock=name in WAITING,
            on_customer_message=there["Working"] if name == "Waiting on Customer" else None,
        )


def _check_meaning(status: CaseStatus) -> None:
    closes, stops = status.name == CLOSED, status.name in WAITING
    if status.is_closed != closes:
        raise CannotConfigure(f"The status “{status.name}” is {'no' if closes else 'a'} closed one here.")
    if status.stops_clock != stops:
        raise CannotConfigure(
            f"The status “{status.name}” {'stops no' if stops else 'stops the'} clock here."
        )


def add_priorities(names: Iterable[str]) -> None:
    there = set(CasePriority.objects.values_list("name", flat=True))
    for name in sorted({*PRIORITIES, *names} - there - {""}):
        position = PRIORITIES.index(name) if name in PRIORITIES else 0
        CasePriority.objects.create(name=name, position=position)


def add_queues(names: Iterable[str]) -> None:
    there = set(Queue.objects.values_list("name", flat=True))
    for name in sorted(set(names) - there - {""}):
        Queue.objects.create(name=name)


def add_assigned_to() -> None:
    """Raises CannotConfigure when there is such a field of another type."""
    field, _ = CustomField.objects.get_or_create(key=ASSIGNED_TO, defaults={"label": "Assigned to"})
    if field.type != "text":
        raise CannotConfigure(f"The custom field “{ASSIGNED_TO}” is not a text here.")


def add_entitlement(process: EntitlementProcess, first_day: date) -> Entitlement:
    """The promise to all callers of the log, from the day of its first incident on."""
    account, _ = Account.objects.get_or_create(name=SOURCE)
    entitlement, _ = Entitlement.objects.get_or_create(
        name=SOURCE, account=account, defaults={"process": process, "start_date": first_day}
    )
    if entitlement.start_date > first_day:
        entitlement.start_date = first_day
        entitlement.save()
    return entitlement
