"""A configuration as rows of Setup, so that the desk itself can perform a scenario."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db.models import Model

from entitlements.as_code.read import Configuration
from entitlements.core.definition import HoursFrom, Process
from entitlements.core.definition import ProcessMilestone as RowValue
from entitlements.core.definition import Trigger as TriggerValue
from entitlements.core.expressions import CustomFields
from entitlements.core.hours import MINUTES_A_DAY, Hours
from entitlements.models import (
    Account,
    Action,
    BusinessHours,
    BusinessHoursWindow,
    CasePriority,
    CaseStage,
    CaseStatus,
    CustomField,
    Entitlement,
    EntitlementProcess,
    EntitlementSettings,
    Holiday,
    Milestone,
    ProcessMilestone,
    ProcessVersion,
    Queue,
    Trigger,
    WhoseHours,
)
from entitlements.models.process import VersionState

Given = Mapping[str, Any]
CHOICES: dict[str, type[Model]] = {"stage": CaseStage, "priority": CasePriority, "queue": Queue}


def set_up(given: Given, configuration: Configuration, custom: CustomFields) -> None:
    """Rows for everything that the configuration of a scenario speaks of."""
    organisation = configuration.organisation
    EntitlementSettings.objects.create(pk=1, allow_pausing=organisation.allow_pausing)
    for position, status in enumerate(organisation.statuses):
        CaseStatus.objects.create(
            name=status.name,
            position=position,
            is_default=status.default,
            is_closed=status.closed,
            stops_clock=status.stops_clock,
        )
    for status in organisation.statuses:
        CaseStatus.objects.filter(name=status.name).update(
            on_customer_message=status.on_customer_message or None
        )
    for kind, model in CHOICES.items():
        for name in dict.fromkeys(_named(given, kind)):
            model._default_manager.create(name=name)
    for key, field_type in custom:
        CustomField.objects.create(key=key, label=key, type=field_type)
    for value in configuration.hours.values():
        _hours(value, is_default=_is_default(given, value.name))
    written = {one["name"]: one for one in given["config"].get("entitlement_processes") or ()}
    for process in configuration.processes.values():
        _process(process, written[process.name])


def promise(given: Given, process: str, account: str = "Customer") -> Entitlement:
    """The scenario's entitlement, for an account of its own. Its dates are whole days."""
    starts, ends = given.get("start_of_entitlement"), given.get("end_of_entitlement")
    hours = (given.get("case") or {}).get("business_hours", given.get("business_hours"))
    return Entitlement.objects.create(
        name="Promise",
        account=Account.objects.get_or_create(name=account)[0],
        process=EntitlementProcess.objects.get(name=process),
        business_hours=BusinessHours.objects.get(name=hours) if hours else None,
        start_date=_midnight(starts).date() if starts else date(2000, 1, 1),
        end_date=_midnight(ends).date() - timedelta(days=1) if ends else None,
    )


def can_be_promised(given: Given) -> bool:
    """Whether its entitlement begins and ends at midnight, as the desk's do."""
    ends = [given.get("start_of_entitlement"), given.get("end_of_entitlement")]
    return all(_midnight(one).time() == time() for one in ends if one)


def _midnight(written: Any) -> datetime:
    value = written if isinstance(written, datetime) else datetime.fromisoformat(str(written))
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _named(given: Any, key: str) -> Iterator[str]:
    """Every value that stands under this key, or in the settings' list of them."""
    if isinstance(given, Mapping):
        for name, value in given.items():
            if name == key and isinstance(value, str) and value:
                yield value
            elif name == f"{key}s" or name == "priorities" and key == "priority":
                yield from value
            else:
                yield from _named(value, key)
    elif isinstance(given, list):
        for value in given:
            yield from _named(value, key)


def _is_default(given: Given, name: str) -> bool:
    written = given["config"].get("business_hours") or ()
    return any(one["name"] == name and one.get("default", False) for one in written)


def _hours(value: Hours, is_default: bool) -> None:
    hours = BusinessHours.objects.create(
        name=value.name,
        time_zone=value.time_zone,
        public_holidays=value.public_holidays,
        is_default=is_default,
    )
    for window in value.windows:
        BusinessHoursWindow.objects.create(
            business_hours=hours,
            weekday=window.weekday,
            opens_at=_clock(window.opens),
            closes_at=_clock(window.closes % MINUTES_A_DAY),
        )
    for holiday in value.holidays:
        row = Holiday.objects.create(
            name=holiday.name,
            start_date=holiday.starts.date(),
            start_time=holiday.starts.time(),
            end_date=holiday.ends.date(),
            end_time=holiday.ends.time(),
            rule=holiday.rule,
        )
        hours.holidays.add(row)


def _clock(minutes: int) -> time:
    return time(minutes // 60, minutes % 60)


def _process(process: Process, written: Given) -> None:
    row = EntitlementProcess.objects.create(name=process.name)
    version = ProcessVersion.objects.create(
        process=row,
        enter_at=process.enter_at,
        exit_when=process.exit_when.text if process.exit_when else "",
        on_reentry=str(process.on_reentry),
        **_chosen_hours(written.get("business_hours")),
    )
    for position, (value, one) in enumerate(zip(process.rows, written["milestones"], strict=True)):
        _row(version, position, value, one.get("business_hours"))
    ProcessVersion.objects.filter(pk=version.pk).update(state=VersionState.PUBLISHED)


def _chosen_hours(name: str | None) -> dict[str, Any]:
    if name is None:
        return {"hours_from": WhoseHours.INHERITED}
    if name == "case":
        return {"hours_from": WhoseHours.CASE}
    if name == "24/7":
        return {"hours_from": WhoseHours.ALWAYS}
    return {"hours_from": WhoseHours.NAMED, "business_hours": BusinessHours.objects.get(name=name)}


def _row(version: ProcessVersion, position: int, value: RowValue, hours: str | None) -> None:
    kind, _ = Milestone.objects.get_or_create(
        name=value.milestone, defaults={"recurrence": str(value.recurrence)}
    )
    row = ProcessMilestone.objects.create(
        version=version,
        milestone=kind,
        position=position,
        minutes=value.minutes,
        formula=value.formula.text if value.formula else "",
        start=value.start,
        when=value.when.text if value.when else "",
        completed_by=str(value.completed_by),
        completion=value.completion.text if value.completion else "",
        pause_when=value.pause_when.text if value.pause_when else "",
        cancel_when_criteria_end=value.cancel_when_criteria_end,
        **_chosen_hours(hours),
    )
    assert value.hours_from is not HoursFrom.MILESTONE or hours
    for place, trigger in enumerate(value.triggers):
        _trigger(row, place, trigger)


def _trigger(row: ProcessMilestone, position: int, value: TriggerValue) -> None:
    trigger = Trigger.objects.create(
        row=row, position=position, kind=str(value.kind), minutes=value.minutes, percent=value.percent
    )
    for place, action in enumerate(value.actions):
        Action.objects.create(
            trigger=trigger, position=place, kind=action.kind, parameters=dict(action.parameters)
        )
