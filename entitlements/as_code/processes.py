"""Entitlement processes, as plain mappings, turned into core values."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import count
from types import MappingProxyType
from typing import Any

from entitlements.as_code.fields import values_of
from entitlements.as_code.keys import ConfigurationError, Given, at_key, each
from entitlements.core.calendar import ALWAYS, Timeline, compile_hours
from entitlements.core.definition import (
    CRITERIA,
    ENTRY,
    LONGEST_TARGET,
    Action,
    CompletedBy,
    HoursFrom,
    OnReentry,
    Process,
    ProcessMilestone,
    Recurrence,
    Trigger,
    TriggerKind,
)
from entitlements.core.durations import minutes_of
from entitlements.core.expressions import CustomFields, Expression, Kind, Scope, compile_expression
from entitlements.core.hours import Hours
from entitlements.core.state import DATE_FIELDS


def read_process(
    given: Given, recurrences: Mapping[str, Recurrence], hours: Mapping[str, Hours], custom: CustomFields
) -> Process:
    tiers: dict[str, int] = {}

    def row(one: Given) -> ProcessMilestone:
        name = one["milestone"]
        if name not in recurrences:
            raise ConfigurationError("milestone", f"there is no milestone “{name}”")
        tiers[name] = tiers.get(name, 0) + 1
        chosen = _chosen((one.get("business_hours"), given.get("business_hours")), hours)
        key = f"row{sum(tiers.values())}"
        return _row(one, key, recurrences[name], tiers[name], chosen, custom)

    return Process(
        name=given["name"],
        rows=tuple(each(given, "milestones", row)),
        enter_at=_date_field(given, "enter_at", "created_at", custom),
        exit_when=_condition(given, "exit_when", Scope.CASE, custom),
        on_reentry=OnReentry(given.get("on_reentry", "keep")),
        custom=custom,
    )


def _date_field(given: Given, key: str, default: str, custom: CustomFields) -> str:
    """The name of a date-time field of the case, with or without `case.` before it."""
    name = str(given.get(key, default)).removeprefix("case.")
    if name in DATE_FIELDS:
        return name
    dates = [f"custom.{field}" for field, kind in custom if kind == "date"]
    for known in dates:
        if name in (known, known.removeprefix("custom.")):
            return known
    raise ConfigurationError(key, f"a case has no date-time field “{name}”")


def _chosen(named: tuple[str | None, str | None], hours: Mapping[str, Hours]) -> tuple[Timeline, HoursFrom]:
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
    given: Given,
    key: str,
    recurrence: Recurrence,
    tier: int,
    hours: tuple[Timeline, HoursFrom],
    custom: CustomFields,
) -> ProcessMilestone:
    completed_by, completion = _completion(given.get("complete_on", "manual"), custom)
    minutes, formula = _target(given, custom)
    by_default = recurrence is not Recurrence.INDEPENDENT
    start = given.get("start", ENTRY)
    return ProcessMilestone(
        key=key,
        milestone=given["milestone"],
        recurrence=recurrence,
        tier=tier,
        minutes=minutes,
        formula=formula,
        start=start if start in (ENTRY, CRITERIA) else _date_field(given, "start", ENTRY, custom),
        when=_condition(given, "when", Scope.CASE, custom),
        completed_by=completed_by,
        completion=completion,
        pause_when=_condition(given, "pause_when", Scope.MILESTONE, custom),
        cancel_when_criteria_end=bool(given.get("cancel_when_criteria_end", by_default)),
        hours=hours[0],
        hours_from=hours[1],
        triggers=tuple(_triggers(given, key, custom)),
    )


def _target(given: Given, custom: CustomFields) -> tuple[int | None, Expression | None]:
    """Minutes or a formula; one of them."""
    minutes, formula = given.get("minutes"), given.get("formula")
    if (formula is None) == (minutes is None):
        raise ConfigurationError("", "give either minutes or a formula")
    if formula is not None:
        with at_key("formula"):
            return None, compile_expression(str(formula), Kind.MINUTES, Scope.MILESTONE, custom)
    if isinstance(minutes, bool) or not isinstance(minutes, int) or not 1 <= minutes <= LONGEST_TARGET:
        raise ConfigurationError(
            "minutes", f"a target is a whole number of minutes, 1 or more, not {minutes!r}"
        )
    return minutes, None


def _completion(given: Any, custom: CustomFields) -> tuple[CompletedBy, Expression | None]:
    with at_key("complete_on"):
        if isinstance(given, Mapping):
            if given.get("when") is None:
                raise ConfigurationError("", "completion by criteria needs `when`")
            return CompletedBy.CRITERIA, _condition(given, "when", Scope.MILESTONE, custom)
        if given == CompletedBy.CRITERIA:
            raise ConfigurationError("", "completion by criteria is written {when: EXPRESSION}")
        return CompletedBy(given), None


def _condition(given: Given, key: str, scope: Scope, custom: CustomFields) -> Expression | None:
    """A condition by its key. YAML may have read `true` and `false` as such."""
    text = given.get(key)
    if text is None:
        return None
    with at_key(key):
        written = str(text).lower() if isinstance(text, bool) else str(text)
        return compile_expression(written, Kind.CONDITION, scope, custom)


def _triggers(given: Given, row: str, custom: CustomFields) -> list[Trigger]:
    numbers = count(1)

    def trigger(one: Given) -> Trigger:
        kinds = [kind for kind in TriggerKind if str(kind) in one]
        if len(kinds) != 1:
            raise ConfigurationError("", "a trigger is one of success, warning, violation")
        key = f"{row}.trigger{next(numbers)}"
        with at_key(str(kinds[0])):
            minutes, percent = _offset(kinds[0], one[str(kinds[0])])
        return Trigger(key, kinds[0], minutes, percent, tuple(_actions(one, key, custom)))

    return each(given, "triggers", trigger)


def _offset(kind: TriggerKind, value: Any) -> tuple[int, int | None]:
    if kind is TriggerKind.SUCCESS:
        return 0, None
    text = str(value)
    if kind is TriggerKind.WARNING and text.endswith("%"):
        percent = int(text[:-1])
        if not 0 <= percent <= 100:
            raise ConfigurationError("", f"a warning comes at 0% to 100% of the target's time, not at {text}")
        return 0, percent
    minutes = minutes_of(text)
    if minutes > LONGEST_TARGET:
        raise ConfigurationError("", f"“{text}” is further away than ten years")
    return minutes, None


def _actions(given: Given, trigger: str, custom: CustomFields) -> list[Action]:
    numbers = count(1)

    def action(one: Given) -> Action:
        if len(one) != 1:
            raise ConfigurationError("", "an action has one key: its kind")
        ((kind, parameters),) = one.items()
        if not isinstance(parameters or {}, Mapping):
            raise ConfigurationError(str(kind), "an action's parameters are keys with values")
        with at_key(str(kind)):
            given = dict(values_of(parameters or {}, custom) if kind == "set" else parameters or {})
            return Action(f"{trigger}.action{next(numbers)}", kind, MappingProxyType(given))

    return each(given, "actions", action)
