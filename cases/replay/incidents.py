"""The incidents of an event log as past cases, as `import_incidents` would bring them to the desk."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from cases.incidents.configuration import ASSIGNED_TO, SOURCE
from cases.incidents.incident import Incident
from cases.incidents.names import CLOSED, NEW, PRIORITIES, STATUS_OF_STATE, WAITING
from cases.incidents.replay import facts_of, opening_fields
from cases.models import Case
from cases.replay.desk import PIECE, recorded_outcomes
from cases.replay.draft import Draft, NoSuchProcess
from cases.replay.past import Chapter, Past
from cases.replay.promises import EVER
from entitlements.core.definition import Status
from entitlements.core.state import CaseState, Promise

FIELDS = {ASSIGNED_TO: "text"}
STATUSES = tuple(
    Status(name, closed=name == CLOSED, stops_clock=name in WAITING, default=name == NEW)
    for name in STATUS_OF_STATE.values()
)
"""What an incident has beside what the desk and the draft know."""


def draft_for_incidents(draft: Draft) -> Draft:
    """With the process for all of them: the one named before, the only one, or that of the import.

    Raises NoSuchProcess.
    """
    draft = replace(draft, priorities=draft.priorities or PRIORITIES)
    if draft.only:
        return draft
    if len(draft.processes) == 1:
        return draft.running(next(iter(draft.processes)))
    if SOURCE in draft.processes:
        return draft.running(SOURCE)
    raise NoSuchProcess(
        f"The draft has {len(draft.processes)} entitlement processes: {', '.join(draft.processes)}. "
        "Say with --process which one the incidents are to run."
    )


def pasts_of(incidents: Sequence[Incident], draft: Draft, now: datetime) -> Iterator[Past]:
    """Beside them what was recorded of those that have been imported."""
    for start in range(0, len(incidents), PIECE):
        piece = incidents[start : start + PIECE]
        keys = dict(
            Case.objects.filter(external_id__in=[one.number for one in piece]).values_list(
                "external_id", "pk"
            )
        )
        recorded = recorded_outcomes(list(keys.values()), now) if keys else {}
        for incident in piece:
            key = keys.get(incident.number)
            yield Past(
                incident.number,
                _beginning(incident, draft),
                [Chapter(draft.only, tuple(facts_of(incident)))],
                recorded.get(key) if key is not None else None,
                key=key,
            )


def _beginning(incident: Incident, draft: Draft) -> CaseState:
    first = incident.first
    opening = opening_fields(first)
    custom = {ASSIGNED_TO: opening.pop(f"custom.{ASSIGNED_TO}")}
    texts = {"number": incident.number, "subject": first.subject[:250], "origin": first.origin}
    known = {"type": "Incident", "account": SOURCE, "entitlement": SOURCE}
    return CaseState(
        first.opened_at,
        texts=texts | known | opening,
        custom=dict(custom),
        promise=Promise(EVER),
        case_hours=draft.hours_of_case(None),
    )
