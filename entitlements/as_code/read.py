"""Configuration and scenarios, as plain mappings from YAML, turned into core values.

Durations, expressions and hours are checked on the way; what is wrong is said with the path of its key.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

from entitlements.core.durations import minutes_of
from entitlements.core.calendar import ALWAYS, Timeline, compile_hours
from entitlements.core.definition import (
    DEFAULT_STATUSES,
    ENTRY,
    Action,
    CompletedBy,
    HoursFrom,
    OnReentry,
    Organisation,
    Process,
    ProcessMilestone,
    Recurrence,
    Status,
    Trigger,
    TriggerKind,
)
from entitlements.core.expressions import Expression, Kind, Scope, compile_expression
from entitlements.core.hours import Holiday, Hours, windows_from_mapping

Given = Mapping[str, Any]


class ConfigurationError(ValueError):
    """A configuration that cannot be used: the path of the key, and what is wrong with it."""

    def __init__(self, path: str, message: str) -> None:
        self.path, self.message = path, message
        super().__init__(f"{path}: {message}" if path else message)


@contextmanager
def _at(path: str) -> Any:
    """Say at which key a value was wrong."""
    try:
        yield
    except ConfigurationError as fault:
        inner = f".{fault.path}" if fault.path and not fault.path.startswith("[") else fault.path
        raise ConfigurationError(f"{path}{inner}", fault.message) from None
    except (ValueError, TypeError, AttributeError) as fault:
        raise ConfigurationError(path, str(fault)) from None
    except KeyError as fault:
        raise ConfigurationError(path, f"“{fault.args[0]}” is missing or unknown") from None


@dataclass(frozen=True)
class Configuration:
    """What a configuration file describes, as far as the engine is concerned."""

    organisation: Organisation
    hours: Mapping[str, Hours] = field(default_factory=dict)
    processes: Mapping[str, Process] = field(default_factory=dict)


def read_configuration(given: Given) -> Configuration:
    """Raises ConfigurationError at the first mistake."""
    with _at("settings"):
        organisation = _organisation(given.get("settings") or {})
    holidays = {}
    for place, holiday in enumerate(given.get("holidays") or ()):
        with _at(f"holidays[{place}]"):
            holidays[holiday["name"]] = _holiday(holiday)
    hours = {}
    for place, one in enumerate(given.get("business_hours") or ()):
        with _at(f"business_hours[{place}]"):
            hours[one["name"]] = _hours(one, holidays)
    milestones = {}
    for place, milestone in enumerate(given.get("milestones") or ()):
        with _at(f"milestones[{place}]"):
            milestones[milestone["name"]] = Recurrence(milestone.get("recurrence", "none"))
    processes = {}
    for place, process in enumerate(given.get("entitlement_processes") or ()):
        with _at(f"entitlement_processes[{place}]"):
            processes[process["name"]] = _process(process, milestones, hours)
    return Configuration(organisation, hours, processes)


def _organisation(given: Given) -> Organisation:
    statuses = given.get("statuses")
    return Organisation(
        allow_pausing=bool(given.get("allow_pausing", False)),
        at_risk_percent=int(given.get("at_risk_percent", 75)),
        statuses=tuple(Status(**status) for status in statuses) if statuses else DEFAULT_STATUSES,
        stages=tuple(given.get("stages") or ()),
        priorities=tuple(given.get("priorities") or ()),
    )


def _holiday(given: Given) -> Holiday:
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


def _process(given: Given, milestones: Mapping[str, Recurrence], hours: Mapping[str, Hours]) -> Process:
    rows: list[ProcessMilestone] = []
    tiers: dict[str, int] = {}
    for place, one in enumerate(given.get("milestones") or ()):
        with _at(f"milestones[{place}]"):
            name = one["milestone"]
            tiers[name] = tiers.get(name, 0) + 1
            chosen = one.get("business_hours"), given.get("business_hours")
            rows.append(_row(one, f"row{place + 1}", milestones[name], tiers[name], *_chosen(chosen, hours)))
    return Process(
        name=given["name"],
        rows=tuple(rows),
        enter_at=given.get("enter_at", "created_at"),
        exit_when=_condition(given.get("exit_when"), Scope.CASE),
        on_reentry=OnReentry(given.get("on_reentry", "keep")),
    )


def _chosen(
    named: tuple[str | None, str | None], hours: Mapping[str, Hours]
) -> tuple[Timeline, HoursFrom]:
    """The hours of a row, first that is set: its own, its process's, else 24/7 (§2.7)."""
    for name, source in zip(named, (HoursFrom.MILESTONE, HoursFrom.PROCESS), strict=True):
        if name == "case":
            return ALWAYS, HoursFrom.CASE
        if name == "24/7":
            return ALWAYS, source
        if name is not None:
            return compile_hours(hours[name]), source
    return ALWAYS, HoursFrom.NOTHING


def _row(
    given: Given, key: str, recurrence: Recurrence, tier: int, hours: Timeline, hours_from: HoursFrom
) -> ProcessMilestone:
    completed_by, completion = _completion(given.get("complete_on", "manual"))
    formula = given.get("formula")
    if (formula is None) == (given.get("minutes") is None):
        raise ConfigurationError("", "give either minutes or a formula")
    by_default = recurrence is not Recurrence.INDEPENDENT
    return ProcessMilestone(
        key=key,
        milestone=given["milestone"],
        recurrence=recurrence,
        tier=tier,
        minutes=None if formula else _target_minutes(given["minutes"]),
        formula=compile_expression(formula, Kind.MINUTES, Scope.MILESTONE) if formula else None,
        start=given.get("start", ENTRY),
        when=_condition(given.get("when"), Scope.CASE),
        completed_by=completed_by,
        completion=completion,
        pause_when=_condition(given.get("pause_when"), Scope.MILESTONE),
        cancel_when_criteria_end=bool(given.get("cancel_when_criteria_end", by_default)),
        hours=hours,
        hours_from=hours_from,
        triggers=tuple(_triggers(given.get("triggers") or (), key)),
    )


def _target_minutes(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise ConfigurationError("minutes", f"a target is a whole number of minutes, 1 or more, not {value!r}")
    return value


def _completion(given: Any) -> tuple[CompletedBy, Expression | None]:
    if isinstance(given, Mapping):
        return CompletedBy.CRITERIA, _condition(given["when"], Scope.MILESTONE)
    return CompletedBy(given), None


def _condition(text: str | None, scope: Scope) -> Expression | None:
    return compile_expression(text, Kind.CONDITION, scope) if text else None


def _triggers(given: Sequence[Given], row: str) -> list[Trigger]:
    found = []
    for place, one in enumerate(given):
        with _at(f"triggers[{place}]"):
            kinds = [kind for kind in TriggerKind if str(kind) in one]
            if len(kinds) != 1:
                raise ConfigurationError("", "a trigger is one of success, warning, violation")
            key = f"{row}.trigger{place + 1}"
            minutes, percent = _offset(kinds[0], one[str(kinds[0])])
            actions = tuple(_actions(one.get("actions") or (), key))
            found.append(Trigger(key, kinds[0], minutes, percent, actions))
    return found


def _offset(kind: TriggerKind, value: Any) -> tuple[int, int | None]:
    if kind is TriggerKind.SUCCESS:
        return 0, None
    text = str(value)
    if kind is TriggerKind.WARNING and text.endswith("%"):
        return 0, int(text[:-1])
    return minutes_of(text), None


def _actions(given: Sequence[Given], trigger: str) -> list[Action]:
    found = []
    for place, one in enumerate(given):
        ((kind, parameters),) = one.items()
        found.append(Action(f"{trigger}.action{place + 1}", kind, MappingProxyType(dict(parameters or {}))))
    return found
