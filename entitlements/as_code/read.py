"""Configuration and scenarios, as plain mappings from YAML, turned into core values.

Durations, expressions and hours are checked on the way; what is wrong is said with the path of its key.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from entitlements.as_code.keys import ConfigurationError, Given, at_key, each
from entitlements.as_code.processes import read_process
from entitlements.core.calendar import ALWAYS, Timeline, compile_hours
from entitlements.core.definition import DEFAULT_STATUSES, Organisation, Process, Recurrence, Status
from entitlements.core.expressions import CUSTOM_TYPES, CustomFields
from entitlements.core.hours import Holiday, Hours, windows_from_mapping


@dataclass(frozen=True)
class Configuration:
    """What a configuration file describes, as far as the engine is concerned."""

    organisation: Organisation
    hours: Mapping[str, Hours] = field(default_factory=dict)
    processes: Mapping[str, Process] = field(default_factory=dict)
    default_hours: Timeline = ALWAYS


def read_configuration(given: Given, custom: CustomFields = ()) -> Configuration:
    """`custom` are types of custom fields; those that the configuration defines itself go before.

    Raises ConfigurationError at the first mistake.
    """
    if not isinstance(given, Mapping):
        raise ConfigurationError("", "a configuration has keys: settings, milestones, …")
    custom = tuple(sorted({**dict(custom), **declared_fields(given)}.items()))
    queues = tuple(each(given, "queues", lambda one: str(one["name"])))
    with at_key("settings"):
        organisation = _organisation(given.get("settings") or {}, queues)
    holidays = dict(each(given, "holidays", lambda one: (one["name"], read_holiday(one))))
    hours = dict(each(given, "business_hours", lambda one: (one["name"], _hours(one, holidays))))
    default = each(given, "business_hours", lambda one: one["name"] if one.get("default") else None)
    recurrences = dict(each(given, "milestones", _milestone))
    processes = each(
        given, "entitlement_processes", lambda one: read_process(one, recurrences, hours, custom)
    )
    return Configuration(
        organisation,
        hours,
        {process.name: process for process in processes},
        next((compile_hours(hours[name]) for name in default if name is not None), ALWAYS),
    )


def declared_fields(given: Given) -> dict[str, str]:
    """The types of the custom fields that a configuration defines, by key."""
    return dict(each(given, "custom_fields", _custom_field))


def _custom_field(given: Given) -> tuple[str, str]:
    kind = given.get("type", "text")
    if kind not in CUSTOM_TYPES:
        raise ConfigurationError("type", f"there is no type “{kind}”; there are: {', '.join(CUSTOM_TYPES)}")
    return str(given["key"]), kind


def _milestone(given: Given) -> tuple[str, Recurrence]:
    return given["name"], Recurrence(given.get("recurrence", "none"))


def _organisation(given: Given, queues: tuple[str, ...]) -> Organisation:
    statuses = given.get("statuses")
    return Organisation(
        allow_pausing=bool(given.get("allow_pausing", False)),
        at_risk_percent=int(given.get("at_risk_percent", 75)),
        statuses=tuple(Status(**status) for status in statuses) if statuses else DEFAULT_STATUSES,
        stages=tuple(given.get("stages") or ()),
        priorities=tuple(given.get("priorities") or ()),
        queues=queues,
    )


def read_holiday(given: Given) -> Holiday:
    rule = str(given.get("repeats", ""))
    if "date" in given:
        return Holiday.whole_day(given["name"], _day(given["date"]), rule)
    return Holiday(given["name"], _wall_clock(given["from"]), _wall_clock(given["to"]), rule)


def _day(value: Any) -> date:
    return value if isinstance(value, date) else date.fromisoformat(value)


def _wall_clock(value: Any) -> datetime:
    if isinstance(value, datetime):
        return value.replace(tzinfo=None)
    return datetime.fromisoformat(str(value))


def _hours(given: Given, holidays: Mapping[str, Holiday]) -> Hours:
    return Hours(
        name=given["name"],
        time_zone=given.get("time_zone", "UTC"),
        windows=windows_from_mapping(given["open"]),
        holidays=tuple(holidays[name] for name in given.get("holidays") or ()),
        public_holidays=given.get("public_holidays", ""),
    )
