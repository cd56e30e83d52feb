"""Rows for tests: plain functions with good defaults, so that a test says only what it is about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time
from itertools import count
from typing import Any

from django.contrib.auth.models import Group, User
from django.utils import timezone

from cases.models import Case
from cases.operations import create_case
from entitlements.models import (
    Account,
    Action,
    BusinessHours,
    BusinessHoursWindow,
    CasePriority,
    CaseStage,
    CaseStatus,
    Contact,
    Entitlement,
    EntitlementProcess,
    EntitlementSettings,
    Milestone,
    ProcessMilestone,
    ProcessVersion,
    Queue,
    Trigger,
    WhoseHours,
)
from entitlements.models.process import VersionState

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
"""Wednesday noon of the default test week."""

PASSWORD = "correct horse battery staple"

_numbers = count(1)


def make_user(username: str = "", *roles: str, password: str = PASSWORD, **fields: Any) -> User:
    """A user in the groups named, an agent unless told otherwise."""
    user = User.objects.create_user(username or f"agent{next(_numbers)}", password=password, **fields)
    user.groups.set(Group.objects.get_or_create(name=role)[0] for role in roles or ("Agents",))
    return user


def make_desk(allow_pausing: bool = True) -> None:
    """Settings, statuses, stages, priorities and a queue, as most desks have them."""
    EntitlementSettings.objects.update_or_create(pk=1, defaults={"allow_pausing": allow_pausing})
    working = CaseStatus.objects.get_or_create(name="Working", defaults={"position": 2})[0]
    CaseStatus.objects.get_or_create(name="New", defaults={"position": 1, "is_default": True})
    CaseStatus.objects.get_or_create(
        name="Waiting on Customer",
        defaults={"position": 3, "stops_clock": True, "on_customer_message": working},
    )
    CaseStatus.objects.get_or_create(name="Closed", defaults={"position": 4, "is_closed": True})
    for position, name in enumerate(("Intake", "Assessment", "Settlement")):
        CaseStage.objects.get_or_create(name=name, defaults={"position": position})
    for position, name in enumerate(("Low", "Medium", "High")):
        CasePriority.objects.get_or_create(name=name, defaults={"position": position})
    Queue.objects.get_or_create(name="Claims")


def make_hours(
    name: str = "Office",
    *,
    days: Iterable[int] = range(5),
    opens: time = time(9),
    closes: time = time(17),
    time_zone: str = "UTC",
    **fields: Any,
) -> BusinessHours:
    """Monday (0) to Friday, 9 to 17."""
    hours = BusinessHours.objects.create(name=name, time_zone=time_zone, **fields)
    BusinessHoursWindow.objects.bulk_create(
        BusinessHoursWindow(business_hours=hours, weekday=day, opens_at=opens, closes_at=closes)
        for day in days
    )
    return hours


def make_account(name: str = "", tier: str = "Premium", **fields: Any) -> Account:
    return Account.objects.create(name=name or f"Account {next(_numbers)}", tier=tier, **fields)


def make_contact(account: Account, name: str = "Ada Byron", **fields: Any) -> Contact:
    fields.setdefault("email", f"{name.split()[0].lower()}@example.com")
    return Contact.objects.create(account=account, name=name, **fields)


def make_process(
    name: str = "",
    *milestones: Mapping[str, Any],
    hours: BusinessHours | None = None,
    published: bool = True,
    **version_fields: Any,
) -> EntitlementProcess:
    """A process with one version; by default First Response in 60 and Resolution in 480 minutes."""
    process = EntitlementProcess.objects.create(name=name or f"Process {next(_numbers)}")
    version = ProcessVersion.objects.create(
        process=process,
        business_hours=hours,
        **{"hours_from": WhoseHours.NAMED if hours else WhoseHours.INHERITED} | version_fields,
    )
    for position, milestone in enumerate(milestones or (first_response(), resolution())):
        _place(version, position, **milestone)
    if published:
        ProcessVersion.objects.filter(pk=version.pk).update(state=VersionState.PUBLISHED)
    return process


def first_response(minutes: int = 60, **fields: Any) -> dict[str, Any]:
    """What `make_process` takes: First Response, completed by an agent's reply."""
    return {
        "milestone": "First Response",
        "minutes": minutes,
        "completed_by": "agent_reply",
        **fields,
    }


def resolution(minutes: int = 480, **fields: Any) -> dict[str, Any]:
    """Resolution, completed when the case is closed."""
    return {"milestone": "Resolution", "minutes": minutes, "completed_by": "case_closed", **fields}


def warning(percent: int | None = None, minutes: int = 0, *actions: Mapping[str, Any]) -> dict[str, Any]:
    """A trigger for a milestone's `triggers`; an action is its kind with its parameters."""
    return {"kind": "warning", "percent": percent, "minutes": minutes, "actions": actions}


def violation(minutes: int = 0, *actions: Mapping[str, Any]) -> dict[str, Any]:
    return {"kind": "violation", "minutes": minutes, "actions": actions}


def success(*actions: Mapping[str, Any]) -> dict[str, Any]:
    return {"kind": "success", "actions": actions}


def make_entitlement(
    account: Account,
    process: EntitlementProcess,
    start_date: date = date(2020, 1, 1),
    **fields: Any,
) -> Entitlement:
    fields.setdefault("name", f"{account.name} {process.name}")
    return Entitlement.objects.create(account=account, process=process, start_date=start_date, **fields)


def make_customer(process: EntitlementProcess | None = None, **account_fields: Any) -> Account:
    """An account that was promised a process."""
    account = make_account(**account_fields)
    make_entitlement(account, process or make_process())
    return account


def make_case(subject: str = "Water in the cellar", *, now: datetime | None = None, **given: Any) -> Case:
    """A case of a customer with an entitlement, created `now` by the system."""
    if "account" not in given and "contact" not in given:
        given["account"] = make_customer()
    given.setdefault("by", None)
    return create_case(subject=subject, now=now or timezone.now(), **given)


def _place(
    version: ProcessVersion,
    position: int,
    *,
    milestone: str,
    recurrence: str = "none",
    triggers: Iterable[Mapping[str, Any]] = (),
    hours: BusinessHours | None = None,
    **fields: Any,
) -> None:
    kind, _ = Milestone.objects.get_or_create(name=milestone, defaults={"recurrence": recurrence})
    if hours is not None:
        fields |= {"hours_from": WhoseHours.NAMED, "business_hours": hours}
    row = ProcessMilestone.objects.create(version=version, milestone=kind, position=position, **fields)
    for place, trigger in enumerate(triggers):
        _add_trigger(row, place, **trigger)


def _add_trigger(
    row: ProcessMilestone,
    position: int,
    *,
    actions: Iterable[Mapping[str, Any]] = (),
    **fields: Any,
) -> None:
    trigger = Trigger.objects.create(row=row, position=position, **fields)
    for place, action in enumerate(actions):
        given = dict(action)
        kind = given.pop("kind")
        Action.objects.create(trigger=trigger, kind=kind, position=place, parameters=given)
