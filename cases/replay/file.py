"""The draft that stands in a configuration file."""

from __future__ import annotations

from collections.abc import Iterator

from cases.replay.draft import Draft, draft_of_file
from cases.replay.incidents import FIELDS, STATUSES
from entitlements.as_code.configuration_file import WrongFile
from entitlements.as_code.contents import known_in
from entitlements.as_code.document import Document, read_documents
from entitlements.as_code.keys import ConfigurationError
from entitlements.as_code.places import Mistake, Unreadable, YamlMapping, place_within
from entitlements.as_code.schema import CONFIGURATION
from entitlements.as_code.shape_check import mistakes_in
from entitlements.models.compiled import compiled


def read_draft(path: str) -> Draft:
    """What a draft does not say is as it is at the desk, so not all that `check` asks for is asked for here.

    Raises WrongFile.
    """
    try:
        documents, mistakes = read_documents(path)
    except Unreadable as fault:
        raise WrongFile([fault.mistake]) from fault
    if len(documents) > 1:
        mistakes.append(Mistake(documents[1].place, "a configuration is one document; here a second begins"))
    mistakes += _mistakes(documents[0])
    if mistakes:
        raise WrongFile(sorted(mistakes))
    return _read(documents[0])


def _mistakes(document: Document) -> Iterator[Mistake]:
    given, place = document
    if isinstance(given, YamlMapping):
        fields = tuple({**FIELDS, **dict(compiled().custom_fields)}.items())
        yield from mistakes_in(given, CONFIGURATION, place, known_in(given, fields), "the configuration")
    else:
        yield Mistake(place, "a configuration is wanted here, with settings, milestones, …")


def _read(document: Document) -> Draft:
    try:
        draft = draft_of_file(document.value, FIELDS, STATUSES)
    except ConfigurationError as fault:
        place = place_within(document.value, fault.parts, document.place)
        raise WrongFile([Mistake(place, fault.message)]) from fault
    if not draft.processes:
        raise WrongFile([Mistake(document.place, "there are no entitlement processes to replay")])
    return draft
