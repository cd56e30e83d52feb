"""The scenarios of a file: run one after the other, those that can be."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from entitlements.as_code.check_scenario import mistakes_of_shape
from entitlements.as_code.config_file import ConfigFiles
from entitlements.as_code.document import Document, read_documents
from entitlements.as_code.expectations import read_expectations
from entitlements.as_code.keys import ConfigurationError
from entitlements.as_code.places import Mistake, Unreadable, YamlMapping, place_within
from entitlements.as_code.scenario import outcome_of, read_scenario
from entitlements.as_code.scenario_schema import is_scenario
from entitlements.as_code.shapes import Known
from entitlements.as_code.timeline import guessed_fields
from entitlements.core.simulation import Simulated, simulate


@dataclass(frozen=True)
class Ran:
    """A scenario that was run: its document, what happened, and what `simulate --json` prints of it."""

    given: YamlMapping
    simulated: Simulated
    printed: dict[str, Any]


def run_file(file: str) -> Iterator[Ran | Mistake]:
    """What came of each scenario of a file, and everything that is wrong with those that cannot be run."""
    try:
        documents, twice = read_documents(file)
    except Unreadable as fault:
        yield fault.mistake
        return
    yield from twice
    files = ConfigFiles(file)
    for document in documents:
        yield from _ran(document, files)


def _ran(document: Document, files: ConfigFiles) -> Iterator[Ran | Mistake]:
    if not is_scenario(document.value):
        yield Mistake(document.place, "this is no scenario: it has no “scenario”, “process” and “timeline”")
        return
    given, mistakes = files.resolved(document.value)
    mistakes = mistakes or list(mistakes_of_shape(given, Known(custom=guessed_fields(given))))
    yield from sorted(mistakes)
    if mistakes:
        return
    try:
        simulated = simulate(*read_scenario(given))
        yield Ran(given, simulated, outcome_of(given, simulated, read_expectations(given)))
    except ConfigurationError as fault:
        yield Mistake(place_within(given, fault.parts, given.place), fault.message)
