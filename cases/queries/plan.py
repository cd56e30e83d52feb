"""What applying a file would do: the objects that change, and what that means for cases under way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property

from django.db.models import Max, Q

from entitlements.as_code.difference import Change, Kind, differences, merged, to_make
from entitlements.as_code.export import live
from entitlements.as_code.normal import Normal
from entitlements.as_code.read import read_configuration
from entitlements.core.calendar import Timeline, compile_hours
from entitlements.core.definition import Process
from entitlements.models import EntitlementProcess, VersionState

PUBLISHED = Q(versions__state=VersionState.PUBLISHED)


class Plan:
    """Of a document in its normal form, against this desk as it is now. Raises ConfigurationError."""

    def __init__(self, document: Normal) -> None:
        self._document = document
        self._old = live()
        self.changes: list[Change] = differences(self._old, document)
        self._before = read_configuration(self._old)
        self._after = read_configuration(merged(self._old, document))

    @property
    def changes_nothing(self) -> bool:
        return not to_make(self.changes)

    @property
    def process_names(self) -> list[str]:
        """The processes of the file: their cases are moved where that is asked for."""
        return [one["name"] for one in self._document.get("entitlement_processes", ())]

    @cached_property
    def changed_processes(self) -> set[str]:
        """Those that are there already and would get a new version."""
        of_processes = (one for one in self.changes if one.section == "entitlement_processes")
        return {one.name for one in of_processes if one.kind is Kind.CHANGED and one.makes_a_version}

    @cached_property
    def changed_hours(self) -> Mapping[str, Timeline]:
        """Hours that are there already and would be others, as they would be."""
        after = self._after.hours
        return {
            name: compile_hours(after[name])
            for name, hours in self._before.hours.items()
            if after[name] != hours
        }

    @cached_property
    def new_definitions(self) -> dict[str, Process]:
        """What would be published, by name, of the processes of the file that are there already."""
        numbers = EntitlementProcess.objects.filter(name__in=self.process_names).annotate(
            last=Max("versions__number"), published=Max("versions__number", filter=PUBLISHED)
        )
        return {
            one.name: replace(
                self._after.processes[one.name],
                version=one.last + 1 if one.name in self.changed_processes else one.published,
            )
            for one in numbers
            if one.published is not None
        }
