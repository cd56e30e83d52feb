"""The draft that stands in a configuration file."""

from __future__ import annotations

from collections.abc import Sequence

from cases.replay.draft import Draft, draft_of_file
from cases.replay.incidents import FIELDS, STATUSES
from entitlements.as_code.document import Document, read_documents
from entitlements.as_code.keys import ConfigurationError
from entitlements.as_code.places import Mistake, Unreadable, place_within


class Mistaken(Exception):
    """The file cannot be run; `mistakes` say where and why."""

    def __init__(self, mistakes: Sequence[Mistake]) -> None:
        self.mistakes = mistakes
        super().__init__("\n".join(str(mistake) for mistake in mistakes))


def read_draft(path: str) -> Draft:
    """Raises Mistaken."""
    try:
        documents, mistakes = read_documents(path)
    except Unreadable as fault:
        raise Mistaken([fault.mistake]) from fault
    if len(documents) > 1:
        mistakes.append(Mistake(documents[1].place, "a configuration is one document; here a second begins"))
    if mistakes:
        raise Mistaken(mistakes)
    return _read(documents[0])


def _read(document: Document) -> Draft:
    try:
        draft = draft_of_file(document.value, FIELDS, STATUSES)
    except ConfigurationError as fault:
        place = place_within(document.value, fault.parts, document.place)
        raise Mistaken([Mistake(place, str(fault))]) from fault
    if not draft.processes:
        raise Mistaken([Mistake(document.place, "there are no entitlement processes to replay")])
    return draft
