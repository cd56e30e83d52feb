"""Several processes at once: the version of each that a verb is about, and those for which there is none."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from cases.queries.plan_summary import Summary, added
from cases.queries.publication import Publication, behind, moves_to, publication_of
from entitlements.models import EntitlementProcess, ProcessVersion, VersionState
from entitlements.queries.versions import open_milestones


class Verb(StrEnum):
    PUBLISH = "publish"
    RETIRE = "retire"
    APPLY = "apply"


@dataclass(frozen=True)
class Item:
    """One version. `open` is how many milestones, or for applying how many cases, it is about."""

    version: ProcessVersion
    open: int = 0
    publication: Publication | None = None
    summary: Summary | None = None


@dataclass(frozen=True)
class Bulk:
    """`left` are the processes that are passed over, and why; `total` is what all items do together."""

    verb: Verb
    items: Sequence[Item]
    left: Sequence[tuple[EntitlementProcess, str]]
    total: Summary = field(default_factory=lambda: Summary(0))


def bulk_of(verb: Verb, keys: Sequence[int], now: datetime, go_on: Callable[[], bool]) -> Bulk:
    processes = EntitlementProcess.objects.filter(pk__in=keys).prefetch_related("versions")
    items: list[Item] = []
    left: list[tuple[EntitlementProcess, str]] = []
    for process in processes:
        found = _item(verb, process, now, go_on)
        if isinstance(found, str):
            left.append((process, found))
        else:
            items.append(found)
    return Bulk(verb, items, left, added(item.summary for item in items if item.summary))


def _item(verb: Verb, process: EntitlementProcess, now: datetime, go_on: Callable[[], bool]) -> Item | str:
    """Or why there is none."""
    state = VersionState.DRAFT if verb is Verb.PUBLISH else VersionState.PUBLISHED
    version = next((one for one in process.versions.all() if one.state == state), None)
    if version is None:
        return "It has no draft." if verb is Verb.PUBLISH else "It has no published version."
    version.process = process
    if verb is Verb.PUBLISH:
        publication = publication_of(version, now, go_on)
        return publication.fault or Item(version, publication=publication, summary=publication.summary)
    if verb is Verb.RETIRE:
        return Item(version, open_milestones(version))
    number = behind(version)
    return (
        Item(version, number, summary=moves_to(version, now, go_on)) if number else "No open case is behind."
    )
