"""A configuration file that is to become the live configuration: checked, and in its normal form."""

from __future__ import annotations

from collections.abc import Sequence

from entitlements.as_code.check import check_configuration
from entitlements.as_code.document import Document, parse_documents, read_documents
from entitlements.as_code.keys import ConfigurationError
from entitlements.as_code.normal import Normal, normal
from entitlements.as_code.places import Mistake, Unreadable, YamlMapping, place_within
from entitlements.as_code.scenario_schema import is_scenario
from entitlements.models import Milestone


class WrongFile(Exception):
    """The file cannot be used; `mistakes` say where and why."""

    def __init__(self, mistakes: Sequence[Mistake]) -> None:
        self.mistakes = mistakes
        super().__init__("\n".join(str(mistake) for mistake in mistakes))


class ConfigurationFile:
    """What the file says, in its normal form, and its warnings. Raises WrongFile."""

    def __init__(self, document: Document, twice: Sequence[Mistake], year: int) -> None:
        self._written, self._place = document
        if not isinstance(self._written, YamlMapping) or is_scenario(self._written):
            raise WrongFile(
                [Mistake(self._place, "a configuration is wanted here, with settings, milestones, …")]
            )
        found = [*twice, *check_configuration(self._written, self._place, year)]
        if mistakes := sorted({one for one in found if not one.is_warning}):
            raise WrongFile(mistakes)
        self.warnings = sorted(one for one in found if one.is_warning)
        try:
            self.says: Normal = normal(
                self._written, dict(Milestone.objects.values_list("name", "recurrence"))
            )
        except ConfigurationError as fault:
            raise WrongFile([self.mistake(fault)]) from fault

    def mistake(self, fault: ConfigurationError) -> Mistake:
        """What the desk refuses, with its place in the file."""
        return Mistake(place_within(self._written, fault.parts, self._place), fault.message)


def read_file(path: str, year: int) -> ConfigurationFile:
    """Raises WrongFile."""
    try:
        return _one(*read_documents(path), year)
    except Unreadable as fault:
        raise WrongFile([fault.mistake]) from fault


def read_text(text: str, name: str, year: int) -> ConfigurationFile:
    """The same from a text; `name` is what mistakes call it. Raises WrongFile."""
    try:
        return _one(*parse_documents(text, name), year)
    except Unreadable as fault:
        raise WrongFile([fault.mistake]) from fault


def _one(documents: list[Document], twice: list[Mistake], year: int) -> ConfigurationFile:
    if len(documents) > 1:
        raise WrongFile(
            [Mistake(documents[1].place, "a configuration is one document; here a second begins")]
        )
    return ConfigurationFile(documents[0], twice, year)
