"""Rotas, escalation ladders and escalation rules: what cannot be, and what is dead or surprising."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from entitlements.as_code.contents import entries, inner, mistake, text, warning
from entitlements.as_code.normal_escalation import local_span, normal_ladder
from entitlements.as_code.places import Mistake, YamlMapping
from entitlements.as_code.worlds import Worlds, compiled, worlds_of
from entitlements.core.calendar import ALWAYS
from entitlements.core.durations import minutes_of
from entitlements.core.escalation_rule import MOST_ACTIONS
from entitlements.core.expressions import CustomFields, Scope
from entitlements.core.hours import HoursError, windows_from_mapping
from entitlements.core.ladder import Ladder, Level, problems_of
from entitlements.core.rota import Rota, Shift, Substitution, gaps, on_duty

PARTS = ("assign", "escalate", "notify", "email")
WEEK = timedelta(days=7)


def mistakes_of_escalation(config: YamlMapping) -> Iterator[Mistake]:
    for ladder in entries(config, "escalation_ladders"):
        yield from _ladder(ladder)
    rules = entries(config, "escalation_rules")
    for rule in [one for one in rules if one.get("active") is True][1:]:
        yield mistake(rule, "active", "another escalation rule is active already; one is at a time")
    for rule in rules:
        yield from _entries(rule)
    for rota in entries(config, "rotas"):
        yield from _rota(rota)


def _ladder(given: YamlMapping) -> Iterator[Mistake]:
    try:
        normal = normal_ladder(given)
        levels = tuple(Level(minutes_of(one["after"]), tuple(one.get("to", ()))) for one in normal["levels"])
        repeat_after = minutes_of(normal.get("repeat_after", "0m"))
    except (ValueError, TypeError, KeyError, AttributeError):
        return  # Its shape is wrong, which has been said.
    for problem in problems_of(Ladder("", levels, normal.get("repeat", 0), repeat_after)):
        yield mistake(given, "levels", problem)


def _entries(rule: YamlMapping) -> Iterator[Mistake]:
    names = [text(one, "name") for one in entries(rule, "entries")]
    for place, entry in enumerate(entries(rule, "entries")):
        if names[place] and names[place] in names[:place]:
            yield mistake(entry, "name", f"the entry “{names[place]}” is there twice; rename one")
        actions = entries(entry, "actions")
        if len(actions) > MOST_ACTIONS:
            yield mistake(entry, "actions", f"{len(actions)} actions; an entry has {MOST_ACTIONS} at most")
        ages = [_minutes(one) for one in actions]
        for number, action in enumerate(actions):
            if not any(part in action for part in PARTS):
                yield mistake(action, "after", f"nothing happens here; write one of {', '.join(PARTS)}")
            if ages[number] is not None and ages[number] in ages[:number]:
                yield mistake(action, "after", "another action of this entry comes at the same age")


def _minutes(action: YamlMapping) -> int | None:
    try:
        return minutes_of(str(action.get("after")))
    except ValueError:
        return None


def _rota(given: YamlMapping) -> Iterator[Mistake]:
    for shift in entries(given, "shifts"):
        try:
            windows_from_mapping({str(day): str(times) for day, times in inner(shift, "open").items()})
        except HoursError as fault:
            yield mistake(shift, "open", str(fault))
    for one in entries(given, "substitutions"):
        try:
            _substitution(one)
        except HoursError as fault:
            yield mistake(one, "to", str(fault))
        except (ValueError, TypeError, KeyError):
            continue  # Its shape is wrong, which has been said.
    try:
        on_duty(Rota("", text(given, "time_zone") or "UTC"), datetime(2026, 1, 1, tzinfo=UTC))
    except HoursError as fault:
        yield mistake(given, "time_zone", str(fault))


def _substitution(given: YamlMapping) -> Substitution:
    starts, ends = local_span(given)
    return Substitution(text(given, "person"), starts, ends, text(given, "instead_of"))


# --- Warnings -----------------------------------------------------------------------------------


def warnings_of_escalation(config: YamlMapping, custom: CustomFields, year: int) -> Iterator[Mistake]:
    for rule in entries(config, "escalation_rules"):
        yield from _never(entries(rule, "entries"), worlds_of(config, custom))
    for rota in entries(config, "rotas"):
        yield from _gaps(rota, year)
    if "queues" in config and not entries(config, "rotas"):
        for ladder in entries(config, "escalation_ladders"):
            yield from _nobody_on_duty(ladder)


def _never(rows: list[YamlMapping], worlds: Worlds) -> Iterator[Mistake]:
    """Entries that no case ever comes to."""
    for place, row in enumerate(rows):
        why = _why_never(row, rows[:place], worlds)
        if why:
            name = text(row, "name")
            yield warning(row, "name", f"the entry “{name}” never counts: {why}")


def _why_never(row: YamlMapping, earlier: list[YamlMapping], worlds: Worlds) -> str:
    criteria = compiled(row, "when", Scope.CASE, worlds.custom)
    if criteria is not None and worlds.where(criteria) == []:
        return "its criteria hold on no case; change “when”"
    for other in earlier:
        before = compiled(other, "when", Scope.CASE, worlds.custom)
        name = text(other, "name")
        if other.get("when") is None or (before is not None and worlds.holds_always(before)):
            return f"“{name}” before it takes every case; put it last"
        if before and criteria and (before.text == criteria.text or worlds.implies(criteria, before)):
            return f"“{name}” before it takes these cases; put this one before it"
    return ""


def _gaps(given: YamlMapping, year: int) -> Iterator[Mistake]:
    """In an ordinary week, day and night. What hours are to be covered is looked at in Setup."""
    if given.get("covered") is not None:
        return
    try:
        shifts = tuple(
            Shift(text(one, "person"), window)
            for one in entries(given, "shifts")
            for window in windows_from_mapping({str(day): str(at) for day, at in inner(one, "open").items()})
        )
        start = datetime(year, 6, 1, tzinfo=UTC)
        found = gaps(Rota("", text(given, "time_zone") or "UTC", shifts, (), ALWAYS), start, start + WEEK)
    except HoursError:
        return
    if found:
        without = sum((end - begin for begin, end in found), timedelta())
        hours = round(without / timedelta(hours=1))
        queue = text(given, "queue")
        what = f"nobody is on duty for “{queue}” in {hours} of the 168 hours of a week"
        yield warning(
            given,
            "queue",
            what,
            "add shifts, or say with covered: HOURS when somebody is to be there",
            "add shifts, or choose the hours that are to be covered",
        )


def _nobody_on_duty(ladder: YamlMapping) -> Iterator[Mistake]:
    for level in entries(ladder, "levels"):
        to = level.get("to")
        if to == "on_duty" or (isinstance(to, list) and "on_duty" in to):
            what = f"the ladder “{text(ladder, 'name')}” tells who is on duty, and no queue has a rota"
            yield warning(level, "to", what, "add rotas", "make a rota for the queue")
            return
