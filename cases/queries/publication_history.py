"""What became of the versions of a process: published, retired, gone out to open cases, by whom and why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import User

from cases.models import Rollout
from entitlements.models import EntitlementProcess, ProcessVersion

PUBLISHED, RETIRED, APPLIED = "Published", "Retired", "Applied to open cases"
ORDER = (RETIRED, PUBLISHED, APPLIED)
"""At one instant: the version before, then this one, then what came of it."""


@dataclass(frozen=True, slots=True)
class Happening:
    """`rollout` is None for what was no rollout."""

    at: datetime
    what: str
    version: ProcessVersion
    by: User | None
    reason: str
    rollout: Rollout | None = None


def publication_history(process: EntitlementProcess) -> list[Happening]:
    """The latest first."""
    versions = process.versions.select_related("published_by", "retired_by")
    rollouts = Rollout.objects.filter(version__process=process).select_related("version", "by")
    found = [one for version in versions for one in _of_version(version)]
    found += [Happening(one.started_at, APPLIED, one.version, one.by, one.reason, one) for one in rollouts]
    return sorted(found, key=lambda one: (one.at, ORDER.index(one.what)), reverse=True)


def _of_version(version: ProcessVersion) -> Iterator[Happening]:
    if version.published_at:
        yield Happening(
            version.published_at, PUBLISHED, version, version.published_by, version.published_reason
        )
    if version.retired_at:
        yield Happening(version.retired_at, RETIRED, version, version.retired_by, version.retired_reason)
