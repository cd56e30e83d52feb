"""Where milestones stand: in which processes, in which versions of them, with which targets."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Prefetch

from entitlements.models import EntitlementProcess, Milestone, ProcessMilestone, ProcessVersion, VersionState
from entitlements.queries import in_words

PLACES = Prefetch("places", ProcessMilestone.objects.select_related("version__process"))


@dataclass
class Place:
    """A process with the versions in which a milestone stands; `targets` are the newest one's."""

    process: EntitlementProcess
    versions: list[ProcessVersion] = field(default_factory=list)
    targets: list[str] = field(default_factory=list)


def places_of(milestone: Milestone) -> list[Place]:
    """By the name of the process; versions the newest first."""
    rows = milestone.places.select_related("version__process", "business_hours")
    ordered = rows.order_by("version__process__name", "-version__number", "position", "pk")
    found: dict[int, Place] = {}
    for row in ordered:
        place = found.setdefault(row.version.process_id, Place(row.version.process))
        if row.version not in place.versions:
            place.versions.append(row.version)
        if row.version == place.versions[0]:
            place.targets.append(f"{in_words.target(row)}{f' when {row.when}' if row.when else ''}")
    return list(found.values())


def processes_of(places: Iterable[ProcessMilestone]) -> list[EntitlementProcess]:
    """The processes of these places that still use it: in a draft or in what is published."""
    used = {
        place.version.process.name: place.version.process
        for place in places
        if place.version.state != VersionState.RETIRED
    }
    return [used[name] for name in sorted(used)]
