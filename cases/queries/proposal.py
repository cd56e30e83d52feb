"""A change of Setup that somebody thinks about: what of it the open cases would feel."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Protocol

from entitlements.core.calendar import Timeline
from entitlements.core.definition import Process


class Proposed(Protocol):
    """By name: hours that would be others, as they would be; versions that would be published."""

    @property
    def changed_hours(self) -> Mapping[str, Timeline]: ...

    @property
    def new_definitions(self) -> Mapping[str, Process]: ...

    @property
    def changed_processes(self) -> AbstractSet[str]:
        """Those of `new_definitions` whose published version would be another one."""
        ...


@dataclass(frozen=True, slots=True)
class Proposal:
    """`Proposed`, of hours or of versions that are at hand."""

    changed_hours: Mapping[str, Timeline] = field(default_factory=dict)
    new_definitions: Mapping[str, Process] = field(default_factory=dict)
    changed_processes: AbstractSet[str] = frozenset()
