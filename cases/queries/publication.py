"""What publishing a draft would change, and what that would mean for cases under way."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from cases.operations.move_to_version import cases_behind
from cases.queries.plan_summary import Summary, summary_of
from cases.queries.proposal import Proposal
from entitlements.models import ProcessVersion, VersionState
from entitlements.models.settings import read_custom_fields
from entitlements.operations.versions import CannotPublish, check_fit
from entitlements.queries.compare import in_plain_words
from entitlements.queries.lint import Finding, findings_of_version
from entitlements.queries.versions import Difference, differences


@dataclass(frozen=True)
class Publication:
    """`fault` says why it cannot be published; then there is no `summary`.

    `seen` tells what was looked at from what has been changed since.
    """

    version: ProcessVersion
    published: ProcessVersion | None
    differences: Sequence[Difference]
    seen: str
    findings: Sequence[Finding] = ()
    fault: str = ""
    summary: Summary | None = None


def publication_of(version: ProcessVersion, now: datetime, go_on: Callable[[], bool]) -> Publication:
    """Of a draft. Open cases are looked at as far as `go_on` lets."""
    published = version.process.published_version()
    found = differences(published, version)
    seen, said = _seen(version, published, found), in_plain_words(found)
    try:
        check_fit(version)
    except CannotPublish as fault:
        return Publication(version, published, said, seen, fault=str(fault))
    lint = findings_of_version(version, now)
    return Publication(version, published, said, seen, lint, summary=_moves(version, now, go_on))


def moves_to(version: ProcessVersion, now: datetime, go_on: Callable[[], bool]) -> Summary:
    """What the open cases that are on other versions would feel of a published one."""
    return _moves(version, now, go_on)


def behind(version: ProcessVersion) -> int:
    """How many cases under way are on another version than the published one of this process."""
    return cases_behind([version.process_id]).count()


def _moves(version: ProcessVersion, now: datetime, go_on: Callable[[], bool]) -> Summary:
    definition = version.definition(read_custom_fields())
    is_new = version.state != VersionState.PUBLISHED
    names = frozenset({definition.name} if is_new else ())
    proposal = Proposal(new_definitions={definition.name: definition}, changed_processes=names)
    return summary_of(proposal, now, go_on)


def _seen(version: ProcessVersion, published: ProcessVersion | None, found: Sequence[Difference]) -> str:
    said = repr((version.pk, published and published.pk, found))
    return hashlib.sha256(said.encode()).hexdigest()
