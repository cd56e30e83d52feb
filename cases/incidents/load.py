"""Incidents become cases, in batches: a transaction each, so that what has been done stays done."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from cases.engine.case_state import state_of
from cases.engine.load import Loaded
from cases.engine.write import Decided, write
from cases.incidents.configuration import Ground
from cases.incidents.incident import Incident
from cases.incidents.replay import facts_of, opening_fields, replay
from cases.models import Case, CaseNumber
from entitlements.models.compiled import Compiled, compiled

BATCH = 100


@dataclass
class Imported:
    """How many incidents became cases now, and how many were cases before."""

    added: int = 0
    there: int = 0


def import_incidents(
    incidents: Sequence[Incident], ground: Ground, now: datetime, progress: Callable[[int], None]
) -> Imported:
    """`progress` is told how many incidents are done."""
    imported = Imported()
    for start in range(0, len(incidents), BATCH):
        batch = incidents[start : start + BATCH]
        with transaction.atomic():
            _add(batch, ground, now, imported)
        progress(start + len(batch))
    return imported


def _add(batch: Sequence[Incident], ground: Ground, now: datetime, imported: Imported) -> None:
    """Two imports at once take turns at the row of the last number, and so see each other's cases."""
    CaseNumber.take(0)
    numbers = [incident.number for incident in batch]
    there = set(Case.objects.filter(external_id__in=numbers).values_list("external_id", flat=True))
    new = [incident for incident in batch if incident.number not in there]
    cases = [
        _case_of(incident, number, ground)
        for incident, number in zip(new, CaseNumber.take(len(new)), strict=True)
    ]
    Case.objects.bulk_create(cases)
    configuration = compiled()
    pairs = zip(cases, new, strict=True)
    write([_decided(case, incident, configuration, now) for case, incident in pairs], now)
    imported.there += len(there)
    imported.added += len(cases)


def _case_of(incident: Incident, number: str, ground: Ground) -> Case:
    """The case as it was opened."""
    first = incident.first
    opening = opening_fields(first)
    return Case(
        number=number,
        external_id=incident.number,
        is_imported=True,
        subject=first.subject[:250],
        description=first.description,
        status_id=opening["status"],
        priority_id=opening["priority"] or None,
        queue_id=opening["queue"] or None,
        type="Incident",
        origin=first.origin,
        account=ground.account,
        entitlement=ground.entitlement,
        process_version=ground.version,
        created_at=first.opened_at,
        created_by=first.opened_by,
    )


def _decided(case: Case, incident: Incident, configuration: Compiled, now: datetime) -> Decided:
    definition = configuration.definition(case.process_version_id)
    work = Loaded(case, state_of(case, definition, configuration), definition, configuration)
    return Decided(work, replay(work, tuple(facts_of(incident)), now))
