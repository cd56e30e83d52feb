"""Any two versions of a process beside each other, criteria in words."""

from __future__ import annotations

from collections.abc import Iterable

from entitlements.core.expressions import Scope
from entitlements.models import ProcessMilestone, ProcessVersion
from entitlements.queries import in_words
from entitlements.queries.case_fields import Fields, named_fields
from entitlements.queries.criteria_words import expression_words
from entitlements.queries.versions import Difference, differences

EXPRESSIONS = ("Criteria", "Stands still while", "Exit")
COMPLETION = "Completed by"
BY_CRITERIA = "when "
NOTHING = "–"


def compare(old: ProcessVersion | None, new: ProcessVersion) -> list[Difference]:
    """Everything in which they differ, the process's own matters first. Empty: they say the same."""
    return in_plain_words(differences(old, new))


def in_plain_words(found: Iterable[Difference]) -> list[Difference]:
    """The same differences with their expressions in words."""
    fields = named_fields(Scope.MILESTONE)
    return [Difference(one.kind, one.name, _lines(one, fields)) for one in found]


def _lines(one: Difference, fields: Fields) -> list[tuple[str, str, str]]:
    return [
        (about, plain_words(about, was, fields), plain_words(about, now, fields))
        for about, was, now in one.lines
    ]


def plain_words(about: str, said: str, fields: Fields) -> str:
    """What `in_words` says of a row or a version, with its expressions in words."""
    if said == NOTHING:
        return said
    if about in EXPRESSIONS:
        return expression_words(said, fields)
    if about == COMPLETION and said.startswith(BY_CRITERIA):
        return BY_CRITERIA + expression_words(said.removeprefix(BY_CRITERIA), fields)
    return said


def row_in_plain_words(row: ProcessMilestone) -> dict[str, str]:
    """One row by what it is about, its triggers left out."""
    fields = named_fields(Scope.MILESTONE)
    said = {about: words for about, words in in_words.row(row).items() if about != "Actions"}
    return {about: plain_words(about, words, fields) for about, words in said.items()}
