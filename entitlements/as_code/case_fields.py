"""Fields of a case with their values, in scenarios and field updates: every mistake, at its place."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from entitlements.as_code.fields import RELATED
from entitlements.as_code.near_names import not_among
from entitlements.as_code.places import Mistake, Place, YamlList, YamlMapping
from entitlements.as_code.schema import HOURS, QUEUE, STATUS
from entitlements.as_code.shape_check import mistakes_in, shown
from entitlements.as_code.shapes import Known, Shape
from entitlements.as_code.value_shapes import INSTANT, Flag, Number, Reference, Text, Whole
from entitlements.core.case_facts import TEXT_FIELDS, kind_of_field
from entitlements.core.state import DATE_FIELDS

_REFERENCES: dict[str, Shape] = {
    "status": STATUS,
    "stage": Reference("stages", "a stage"),
    "priority": Reference("priorities", "a priority"),
    "queue": QUEUE,
    "business_hours": HOURS,
}
_KINDS: dict[str, Shape] = {
    "date": INSTANT,
    "whole": Whole(),
    "flag": Flag(),
    "number": Number(),
    "text": Text(),
}
_AT_CREATION: dict[str, Shape] = {
    "awaiting_reply": Flag(),
    "reopen_count": Whole(),
    "business_hours": HOURS,
}


def mistakes_in_fields(given: YamlMapping, known: Known, *, is_change: bool) -> Iterator[Mistake]:
    """`is_change`: of a case that exists already, not of one that is created."""
    for name, value, key_place, place in _flat(given):
        field = name.removeprefix("case.")
        shape = _shape_of(field, known, is_change)
        if shape is None:
            yield Mistake(
                key_place, not_among(f"a case has no field “{name}”", field, _fields(known, is_change))
            )
        elif isinstance(value, YamlList | YamlMapping):
            yield Mistake(place, f"“{name}” is {shown(value)}; {shape.wanted} is wanted")
        elif value is None or (value == "" and field != "status"):
            continue
        else:
            is_text = isinstance(shape, Text | Reference)
            yield from mistakes_in(str(value) if is_text else value, shape, place, known, f"“{name}”")


def _shape_of(field: str, known: Known, is_change: bool) -> Shape | None:
    if not is_change and field in _AT_CREATION:
        return _AT_CREATION[field]
    if field in RELATED:
        return Text()
    custom = dict(known.custom)
    kind = kind_of_field(field, known.custom) or custom.get(field)
    if kind is None:
        return None
    return _REFERENCES.get(field, _KINDS[kind])


def _fields(known: Known, is_change: bool) -> list[str]:
    own = [f"custom.{key}" for key, _ in known.custom]
    return [
        *sorted(TEXT_FIELDS),
        *DATE_FIELDS,
        *RELATED,
        "escalation_level",
        "is_escalated",
        *own,
        *(() if is_change else _AT_CREATION),
    ]


def _flat(given: YamlMapping) -> Iterator[tuple[str, Any, Place, Place]]:
    """`account: {tier: Gold}` is `account.tier: Gold`, and `account: {name: X}` is `account: X`."""
    for name, value in given.items():
        if not isinstance(value, YamlMapping):
            yield name, value, given.key_places[name], given.value_places[name]
            continue
        for part, inner in value.items():
            full = name if part == "name" and name != "product" else f"{name}.{part}"
            yield full, inner, value.key_places[part], value.value_places[part]
