"""What is wrong with a scenario beyond its configuration: every mistake, at its place."""

from __future__ import annotations

from collections.abc import Iterator

from entitlements.as_code.case_fields import mistakes_in_fields
from entitlements.as_code.contents import entries, inner, mistake
from entitlements.as_code.expectations import read_expectations
from entitlements.as_code.keys import ConfigurationError
from entitlements.as_code.near_names import not_among
from entitlements.as_code.places import Mistake, YamlMapping, place_within
from entitlements.as_code.scenario import read_scenario
from entitlements.as_code.scenario_schema import SCENARIO
from entitlements.as_code.shape_check import mistakes_in
from entitlements.as_code.shapes import Known


def mistakes_of_shape(given: YamlMapping, known: Known) -> Iterator[Mistake]:
    """Unknown keys, wrong types and missing keys, also of the configuration within."""
    yield from mistakes_in(given, SCENARIO, given.place, known, "the scenario")


def mistakes_against_scenario_rules(given: YamlMapping, known: Known) -> Iterator[Mistake]:
    """Fields that no case has, entries that do nothing, milestones that are not there."""
    yield from mistakes_in_fields(inner(given, "case"), known, is_change=False)
    for entry in entries(given, "timeline"):
        yield from _entry(entry, known)
    milestones = known.names.get("milestones")
    counts = inner(given, "expect_count")
    for name in counts:
        if milestones is not None and name not in milestones:
            message = f"there is no “{name}” in milestones"
            yield mistake(counts, name, not_among(message, name, sorted(milestones)))


def _entry(entry: YamlMapping, known: Known) -> Iterator[Mistake]:
    if "do" in entry and "set" in entry:
        yield mistake(entry, "set", "an entry either does something or sets fields; make two of it")
    if "do" not in entry and "set" not in entry:
        yield Mistake(entry.place, "an entry does nothing; write do: create, …, or set: {FIELD: VALUE}")
    if entry.get("do") == "complete" and "milestone" not in entry:
        yield mistake(entry, "do", "it is not said what is completed; add milestone: NAME")
    yield from mistakes_in_fields(inner(entry, "set"), known, is_change=True)


def mistakes_in_reading(given: YamlMapping) -> Iterator[Mistake]:
    """What the reader refuses, the first of it."""
    try:
        read_scenario(given)
        read_expectations(given)
    except ConfigurationError as fault:
        yield Mistake(place_within(given, fault.parts, given.place), fault.message)
