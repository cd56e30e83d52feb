"""Everything on the page of one case."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from cases.engine.load import Loaded
from cases.models import Case, Message, Task
from cases.queries.conversation import SHOWN, messages_of, tasks_of
from cases.queries.escalations import EscalationPanel, panel_of
from cases.queries.timeline import Entry, timeline_of
from cases.queries.tracker import Tracker, load_one, tracker_of
from entitlements.core.definition import Organisation
from entitlements.models import Entitlement


@dataclass(frozen=True, slots=True)
class CasePage:
    """`reopens_as` is the status of Reopen, `closes_as` that of Close; empty where there is none."""

    case: Case
    now: datetime
    tracker: Tracker
    escalations: EscalationPanel
    messages: list[Message]
    has_earlier: bool
    tasks: list[Task]
    timeline: list[Entry]
    entitlement_status: str
    closes_as: str
    reopens_as: str
    organisation: Organisation


def read_case_page(case: Case, now: datetime, every_message: bool = False) -> CasePage:
    """`case` is what `read_case` gave."""
    work = load_one(case)
    messages = messages_of(case, every_message)
    return CasePage(
        case=case,
        now=now,
        tracker=tracker_of(work, now),
        escalations=panel_of(case, now),
        messages=messages if every_message else messages[:SHOWN],
        has_earlier=not every_message and len(messages) > SHOWN,
        tasks=list(tasks_of(case)),
        timeline=timeline_of(case, now),
        entitlement_status=_status(case.entitlement, now),
        closes_as=closing_status(work.organisation),
        reopens_as=reopening_status(work),
        organisation=work.organisation,
    )


def closing_status(organisation: Organisation) -> str:
    """The first status that closes."""
    return next((status.name for status in organisation.statuses if status.closed), "")


def reopening_status(work: Loaded) -> str:
    """Where the case's own status leads, else the first open one that is in work, else the default."""
    organisation = work.organisation
    leads = organisation.status_named(work.case.status_id).on_customer_message
    working = [
        status.name
        for status in organisation.statuses
        if not (status.closed or status.stops_clock or status.default)
    ]
    return next((name for name in (leads, *working) if name), organisation.default_status)


def _status(entitlement: Entitlement | None, now: datetime) -> str:
    return entitlement.status(now.date()) if entitlement else ""
