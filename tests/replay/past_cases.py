"""Short ways to replay what stands in the database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from cases.models import Case
from cases.replay.desk import cases_with_process, pasts, recorded_outcomes
from cases.replay.draft import Draft, draft_of_version
from cases.replay.outcome import Outcome
from cases.replay.past import Past, processes_of, run
from cases.replay.report import FlippedCase, Report, report_on
from entitlements.models import EntitlementProcess


def published_draft() -> Draft:
    """What is published, as a draft: nothing changes."""
    versions = [process.published_version() for process in EntitlementProcess.objects.all()]
    drafts = [draft_of_version(version) for version in versions if version is not None]
    processes = {name: process for draft in drafts for name, process in draft.processes.items()}
    return replace(drafts[0], processes=processes)


def report_of(draft: Draft, now: datetime) -> tuple[Report, list[FlippedCase]]:
    """All cases of the desk under the draft, and all that flips."""
    flipped: list[FlippedCase] = []

    def each(found: Sequence[FlippedCase]) -> bool:
        flipped.extend(found)
        return True

    return report_on(pasts(cases_with_process(), draft, now), draft, now, each), flipped


def past_of(case: Case, draft: Draft, now: datetime) -> Past:
    return next(pasts(Case.objects.filter(pk=case.pk), draft, now))


def drafted(case: Case, draft: Draft, now: datetime) -> Sequence[Outcome]:
    past = past_of(case, draft, now)
    processes = processes_of(past, draft)
    assert processes is not None
    return run(past, processes, draft, now).drafted


def recorded(case: Case, now: datetime) -> Sequence[Outcome]:
    return recorded_outcomes([case.pk], now).get(case.pk, [])


def by_name(outcomes: Sequence[Outcome]) -> list[Any]:
    """In an order that does not depend on which came first."""
    return sorted(outcomes, key=lambda one: (one.milestone, one.number))
