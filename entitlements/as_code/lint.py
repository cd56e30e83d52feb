"""What is legal in a configuration, and yet dead or surprising: warnings, each at its place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from entitlements.as_code.calendar_rules import value_of
from entitlements.as_code.contents import actions_of, entries, inner, rows_of, text, texts, warning
from entitlements.as_code.escalation_rules import warnings_of_escalation
from entitlements.as_code.lint_tiers import warnings_of_tiers
from entitlements.as_code.near_names import not_among
from entitlements.as_code.places import Mistake, YamlMapping
from entitlements.as_code.shapes import Known
from entitlements.as_code.worlds import worlds_of
from entitlements.core.durations import minutes_of
from entitlements.core.holidays import Falls
from entitlements.core.hours import HoursError

_COMPARED = re.compile(r"""\bcase\.(status|stage|priority|queue)\s*[=!]=\s*("[^"\\]*"|'[^'\\]*')""")
_SECTIONS = {"status": "statuses", "stage": "stages", "priority": "priorities", "queue": "queues"}


def warnings_in_configuration(config: YamlMapping, known: Known, year: int) -> Iterator[Mistake]:
    """What is wrong is left to the rules; `year` is the one that hours should have holidays for."""
    yield from _hours_without_holidays(config, year)
    yield from warnings_of_escalation(config, known.custom, year)
    for process in entries(config, "entitlement_processes"):
        yield from _always_open(process)
    yield from warnings_wherever_it_stands(config, known)


def warnings_wherever_it_stands(config: YamlMapping, known: Known) -> Iterator[Mistake]:
    """Those that hold also within a scenario, whose calendar is as simple as its author likes."""
    yield from _stopping_statuses(config)
    for process in entries(config, "entitlement_processes"):
        yield from warnings_of_tiers(process, worlds_of(config, known.custom))
        yield from _unknown_values(process, ("exit_when",), known)
    for _, row in rows_of(config):
        yield from _early_warnings(row)
        yield from _nobody_told(row)
        yield from _unknown_values(row, ("when", "pause_when", "formula"), known)
        yield from _unknown_values(inner(row, "complete_on"), ("when",), known)


def _stopping_statuses(config: YamlMapping) -> Iterator[Mistake]:
    settings = inner(config, "settings")
    if settings.get("allow_pausing") not in (None, False):
        return
    for status in entries(settings, "statuses"):
        if status.get("stops_clock") is True:
            name = text(status, "name")
            yield warning(
                status,
                "stops_clock",
                f"the status “{name}” stops no clock: pausing of case milestones is not allowed",
                "set allow_pausing: true, or take stops_clock out",
                "allow it in Entitlement Settings, or let the status stop no clock",
            )


def _hours_without_holidays(config: YamlMapping, year: int) -> Iterator[Mistake]:
    falling = {
        text(one, "name") for one in entries(config, "holidays") if text(one, "name") and _falls(one, year)
    }
    for hours in entries(config, "business_hours"):
        if not (text(hours, "public_holidays") or falling.intersection(texts(hours, "holidays"))):
            yield warning(
                hours,
                "name",
                f"the hours “{text(hours, 'name')}” have no holidays in {year}: every weekday counts",
                "give public_holidays: DE-BY, or holidays of that year",
                "choose the public holidays of a country or region, or attach holidays of that year",
            )


def _falls(given: YamlMapping, year: int) -> bool:
    """Whether a holiday touches a year; one that is wrong is taken to."""
    holiday = value_of(given)
    if holiday is None:
        return True
    try:
        falls = Falls(holiday, ZoneInfo("UTC"))
        return next(falls.between(datetime(year, 1, 1), datetime(year + 1, 1, 1)), None) is not None
    except HoursError:
        return True


def _always_open(process: YamlMapping) -> Iterator[Mistake]:
    rows = entries(process, "milestones")
    if process.get("business_hours") is None and any(row.get("business_hours") is None for row in rows):
        yield warning(
            process,
            "name",
            f"the process “{text(process, 'name')}” has no business hours: nights and weekends count",
            "if that is meant, write business_hours: 24/7",
            "choose its hours; if that is meant, choose 24/7 for each of its milestones",
        )


def _early_warnings(row: YamlMapping) -> Iterator[Mistake]:
    minutes = row.get("minutes")
    for trigger in entries(row, "triggers"):
        before = _minutes(trigger.get("warning"))
        if isinstance(minutes, int) and before is not None and before >= minutes:
            what = f"a warning {before} minutes before a target of {minutes} minutes comes at the very start"
            yield warning(trigger, "warning", what, "warn later, for example at 75%")


def _minutes(written: Any) -> int | None:
    """A duration in minutes; None for a share, or what is none."""
    try:
        return minutes_of(str(written))
    except ValueError:
        return None


def _nobody_told(row: YamlMapping) -> Iterator[Mistake]:
    for action in actions_of(row):
        for kind in ("email", "notify"):
            if kind in action and not inner(action, kind).get("to"):
                what = f"{kind} has no recipient and tells nobody"
                yield warning(action, kind, what, "write for example to: [owner]", "say who gets it")


def _unknown_values(given: YamlMapping, keys: tuple[str, ...], known: Known) -> Iterator[Mistake]:
    """Criteria that ask for a priority which no case can have."""
    for key in keys:
        for field, quoted in _COMPARED.findall(text(given, key)):
            names, value = known.names.get(_SECTIONS[field]), quoted[1:-1]
            if value and names is not None and value not in names:
                message = f"“{key}” asks for a {field} “{value}”, which does not exist"
                yield warning(given, key, not_among(message, value, sorted(names)))
