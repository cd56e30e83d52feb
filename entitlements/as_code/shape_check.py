"""Holding what a file says against the shape that it should have: every mistake, at its place."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from entitlements.as_code.near_names import nearest
from entitlements.as_code.places import Mistake, Place, YamlList, YamlMapping
from entitlements.as_code.shapes import Either, Entries, Keys, Known, Named, Shape


def mistakes_in(
    value: Any, shape: Shape, place: Place, known: Known, called: str = "this document"
) -> Iterator[Mistake]:
    """What is wrong with a value. `called` is what messages call it."""
    if not shape.takes(value):
        yield Mistake(place, f"{called} is {shown(value)}; {shape.wanted} is wanted{_hint(value, shape)}")
        return
    match shape:
        case Either():
            yield from mistakes_in(value, shape.chosen(value), place, known, called)
        case Keys():
            yield from _in_keys(value, shape, known, called)
        case Named():
            for key, inner in value.items():
                yield from mistakes_in(inner, shape.of, value.value_places[key], known, f"“{key}”")
        case Entries():
            for inner, inner_place in zip(value, value.places, strict=True):
                yield from mistakes_in(inner, shape.of, inner_place, known, f"an entry of {called}")
        case _:
            if problem := shape.problem(value, known):
                yield Mistake(place, f"{called}: {problem}")


def _in_keys(given: YamlMapping, shape: Keys, known: Known, called: str) -> Iterator[Mistake]:
    for key, value in given.items():
        if key not in shape.keys:
            yield Mistake(given.key_places[key], _unknown(key, shape))
            continue
        described = shape.keys[key]
        if value is None and not described.needed and isinstance(described.shape, Entries | Keys | Named):
            continue  # A heading under which nothing stands yet.
        yield from mistakes_in(value, described.shape, given.value_places[key], known, f"“{key}”")
    for key, described in shape.keys.items():
        if described.needed and key not in given:
            yield Mistake(given.place, f"{called} lacks “{key}”: {described.shape.wanted}")


def _unknown(key: str, shape: Keys) -> str:
    near = nearest(key, shape.keys)
    if near:
        return f"unknown key “{key[:60]}”; did you mean “{near}”?"
    return f"unknown key “{key[:60]}”; here may stand: {', '.join(shape.keys)}"


def _hint(value: Any, shape: Shape) -> str:
    """YAML has read as a number or as true what was meant as a text."""
    is_scalar = isinstance(value, bool | int | float)
    return (
        f": put it in quotes if you mean the text “{shown(value)}”" if is_scalar and shape.takes("") else ""
    )


def shown(value: Any) -> str:
    """A value in words."""
    match value:
        case None:
            return "empty"
        case bool():
            return str(value).lower()
        case YamlMapping():
            return "a mapping of keys"
        case YamlList():
            return "a list"
        case str():
            return f"“{value[:40]}”"
    return str(value)
