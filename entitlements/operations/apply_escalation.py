"""Rotas, escalation ladders and escalation rules from entries of a file.

What belongs to one (levels, entries, shifts) is replaced. An entry of a rule is known by its name, so what
it has done on a case is not done again.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any

from entitlements.as_code.difference import Change
from entitlements.as_code.keys import ConfigurationError, at_key
from entitlements.as_code.normal_escalation import local_span
from entitlements.core.durations import minutes_of
from entitlements.core.hours import windows_from_mapping
from entitlements.core.ladder import problems_of
from entitlements.models import (
    BusinessHours,
    CountedIn,
    EscalationLadder,
    EscalationRule,
    LadderLevel,
    Queue,
    Rota,
    RotaShift,
    RotaSubstitution,
    RuleAction,
    RuleEntry,
)
from entitlements.models.escalation_parts import wrong_parts
from entitlements.operations.put_row import check, found, put
from entitlements.operations.rotas import clock

Entry = Mapping[str, Any]


def put_ladder(change: Change) -> None:
    entry = change.new
    values = {
        "description": entry.get("description", ""),
        "repeat": entry.get("repeat", 0),
        "repeat_after": minutes_of(entry.get("repeat_after", "0m")),
        **_counted(entry),
    }
    ladder = put(EscalationLadder, {"name": entry["name"]}, values)
    ladder.levels.all().delete()
    for place, one in enumerate(entry["levels"]):
        with at_key("levels", place):
            level = LadderLevel(
                ladder=ladder, after=minutes_of(one["after"]), to=one["to"], template=one.get("template", "")
            )
            check(level)
            level.save()
    for problem in problems_of(ladder.value()):
        raise ConfigurationError("levels", problem)


def put_escalation_rule(change: Change) -> None:
    """Another active rule is no longer so: one is at a time."""
    entry = change.new
    is_active = entry.get("active", False)
    if is_active:
        for other in EscalationRule.objects.filter(is_active=True).exclude(name=entry["name"]):
            other.is_active = False
            other.save()
    values = {"description": entry.get("description", ""), "is_active": is_active}
    rule = put(EscalationRule, {"name": entry["name"]}, values)
    rule.entries.all().delete()
    for place, one in enumerate(entry.get("entries", ())):
        with at_key("entries", place):
            _put_entry(rule, place, one)


def _put_entry(rule: EscalationRule, place: int, given: Entry) -> None:
    entry = RuleEntry(
        rule=rule,
        position=place,
        name=given["name"],
        when=given.get("when", ""),
        since=given.get("since", "created"),
        until_changed=given.get("until_changed", False),
        **_counted(given),
    )
    check(entry)
    entry.save()
    for number, one in enumerate(given.get("actions", ())):
        with at_key("actions", number):
            parts = {name: value for name, value in one.items() if name != "after"}
            problem = wrong_parts(parts)
            if problem:
                raise ConfigurationError("", problem)
            action = RuleAction(entry=entry, after=minutes_of(one["after"]), parts=parts)
            check(action)
            action.save()


def put_rota(change: Change) -> None:
    entry = change.new
    covered = entry.get("covered")
    values = {
        "time_zone": entry.get("time_zone", "UTC"),
        "covered": found(BusinessHours, "covered", name=covered) if covered else None,
    }
    rota = put(Rota, {"queue": found(Queue, "queue", name=entry["queue"])}, values)
    rota.shifts.all().delete()
    rota.substitutions.all().delete()
    for place, one in enumerate(entry.get("shifts", ())):
        with at_key("shifts", place):
            for window in windows_from_mapping(one["open"]):
                shift = RotaShift(
                    rota=rota,
                    person=one["person"],
                    weekday=window.weekday,
                    starts_at=clock(window.opens),
                    ends_at=clock(window.closes),
                )
                check(shift)
                shift.save()
    for place, one in enumerate(entry.get("substitutions", ())):
        with at_key("substitutions", place):
            _put_substitution(rota, place, one)


def _put_substitution(rota: Rota, place: int, given: Entry) -> None:
    starts, ends = local_span(given)
    whole = starts.time() == time() == ends.time()
    row = RotaSubstitution(
        rota=rota,
        position=place,
        person=given["person"],
        instead_of=given.get("instead_of", ""),
        start_date=starts.date(),
        start_time=None if whole else starts.time(),
        end_date=_last_day(ends),
        end_time=None if ends.time() == time() else ends.time(),
    )
    row.value()
    check(row)
    row.save()


def _last_day(ends: datetime) -> Any:
    return ends.date() - timedelta(days=1) if ends.time() == time() else ends.date()


def _counted(entry: Entry) -> dict[str, Any]:
    named = entry.get("business_hours")
    if named in (None, "24/7"):
        return {"counts_in": CountedIn.ALWAYS, "business_hours": None}
    if named == "case":
        return {"counts_in": CountedIn.CASE, "business_hours": None}
    hours = found(BusinessHours, "business_hours", name=named)
    return {"counts_in": CountedIn.NAMED, "business_hours": hours}
