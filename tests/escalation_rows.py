"""Ladders, rules and rotas for tests."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import time
from typing import Any

from cases.models import Case, EscalationStep
from entitlements.core.hours import parse_windows
from entitlements.models import (
    EscalationLadder,
    EscalationRule,
    LadderLevel,
    Queue,
    Rota,
    RotaShift,
    RuleAction,
    RuleEntry,
)
from tests.factory import first_response, make_case, make_customer, make_process, violation

Levels = tuple[int, list[str]]


def make_ladder(name: str = "On call", *levels: Levels, **fields: Any) -> EscalationLadder:
    """By default the owner at once, and supervisors after half an hour."""
    ladder = EscalationLadder.objects.create(name=name, **fields)
    LadderLevel.objects.bulk_create(
        LadderLevel(ladder=ladder, after=after, to=to)
        for after, to in levels or ((0, ["owner"]), (30, ["supervisors"]))
    )
    return ladder


def make_rule(*entries: Mapping[str, Any], name: str = "Standard", **fields: Any) -> EscalationRule:
    """An active rule. Each entry has `actions`: minutes with their parts."""
    rule = EscalationRule.objects.create(name=name, is_active=True, **fields)
    for position, given in enumerate(entries):
        values = {"name": f"Entry {position + 1}", **given}
        actions = values.pop("actions")
        entry = RuleEntry.objects.create(rule=rule, position=position, **values)
        RuleAction.objects.bulk_create(
            RuleAction(entry=entry, after=after, parts=parts) for after, parts in actions.items()
        )
    return rule


def make_rota(queue: str = "Claims", time_zone: str = "UTC", **windows: str) -> Rota:
    """People with their windows: `ada="mon-fri 08:00-18:00"`."""
    rota = Rota.objects.create(queue=Queue.objects.get_or_create(name=queue)[0], time_zone=time_zone)
    RotaShift.objects.bulk_create(
        RotaShift(
            rota=rota, person=person, weekday=one.weekday, starts_at=_at(one.opens), ends_at=_at(one.closes)
        )
        for person, text in windows.items()
        for one in parse_windows(text)
    )
    return rota


def _at(minute: int) -> time:
    return time(minute // 60 % 24, minute % 60)


def escalating_case(ladder: str = "On call", minutes: int = 60, **given: Any) -> Case:
    """A case whose First Response, when it is late, starts the ladder."""
    late = violation(0, {"kind": "escalate", "level": 1, "ladder": ladder})
    process = make_process("", first_response(minutes, triggers=[late]))
    return make_case(account=make_customer(process), **given)


def steps_of(case: Case) -> list[tuple[int, int, str, list[str]]]:
    """Round, level, outcome and who was told."""
    steps = EscalationStep.objects.filter(case=case).order_by("due", "pk")
    return [(one.round, one.level, one.outcome, one.told) for one in steps]
