"""Checking files: every mistake and, where it is legal and yet surprising, a warning; each with its place."""

from __future__ import annotations

from collections.abc import Iterator

from entitlements.as_code.check_scenario import (
    mistakes_against_scenario_rules,
    mistakes_in_reading,
    mistakes_of_shape,
)
from entitlements.as_code.config_file import ConfigFiles
from entitlements.as_code.contents import known_in
from entitlements.as_code.document import Document, read_documents
from entitlements.as_code.keys import ConfigurationError
from entitlements.as_code.lint import warnings_in_configuration, warnings_wherever_it_stands
from entitlements.as_code.places import Mistake, Place, Unreadable, YamlMapping, place_within
from entitlements.as_code.read import read_configuration
from entitlements.as_code.rules import mistakes_against_rules, names_there_twice
from entitlements.as_code.scenario_schema import is_scenario
from entitlements.as_code.schema import CONFIGURATION
from entitlements.as_code.shape_check import mistakes_in
from entitlements.as_code.shapes import Known
from entitlements.as_code.timeline import guessed_fields


def check_file(file: str, year: int) -> list[Mistake]:
    """What is wrong with a file of configurations and scenarios, in order of line.

    `year` is the one from which hours must be open, and that they should have holidays for.
    """
    try:
        documents, found = read_documents(file)
    except Unreadable as fault:
        return [fault.mistake]
    files = ConfigFiles(file)
    for document in documents:
        found += check_document(document, year, files)
    return sorted(set(found), key=lambda one: (one.place.file != file, one))


def check_document(document: Document, year: int, files: ConfigFiles) -> Iterator[Mistake]:
    """What is wrong with one document; `files` are those that a scenario may name."""
    given = document.value
    if not isinstance(given, YamlMapping):
        what = "a document has keys: those of a configuration (settings, …) or of a scenario"
        yield Mistake(document.place, what)
    elif is_scenario(given):
        yield from _scenario(*files.resolved(given), year)
    else:
        yield from check_configuration(given, document.place, year)


def check_configuration(config: YamlMapping, place: Place, year: int) -> list[Mistake]:
    """What is wrong with a configuration, in no order."""
    found = [*names_there_twice(config), *check_entries(config, place, year)]
    return found if _are_wrong(found) else [*found, *_refused(config, place)]


def check_entries(config: YamlMapping, place: Place, year: int) -> list[Mistake]:
    """The same, whether or not two entries are called the same: as it is with versions of a process."""
    known = known_in(config)
    return [
        *mistakes_in(config, CONFIGURATION, place, known, "the configuration"),
        *mistakes_against_rules(config, known, year),
        *warnings_in_configuration(config, known, year),
    ]


def _refused(config: YamlMapping, place: Place) -> Iterator[Mistake]:
    """What the reader refuses though nothing else did."""
    try:
        read_configuration(config)
    except ConfigurationError as fault:
        yield Mistake(place_within(config, fault.parts, place), fault.message)


def _scenario(given: YamlMapping, found: list[Mistake], year: int) -> list[Mistake]:
    config, custom = given.get("config"), guessed_fields(given)
    has_config = isinstance(config, YamlMapping)
    known = known_in(config, custom) if isinstance(config, YamlMapping) else Known(custom=custom)
    found = [*found, *mistakes_of_shape(given, known), *mistakes_against_scenario_rules(given, known)]
    if isinstance(config, YamlMapping):
        found += names_there_twice(config)
        found += mistakes_against_rules(config, known, year)
        found += warnings_wherever_it_stands(config, known)
    return found if _are_wrong(found) or not has_config else [*found, *mistakes_in_reading(given)]


def _are_wrong(found: list[Mistake]) -> bool:
    return any(not one.is_warning for one in found)
