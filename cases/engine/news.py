"""What an outbound message says: the facts of one event on a case, as they stood when it was recorded.

The shapes are described in docs/webhooks.md and docs/webhook.schema.json. Within one VERSION names are only
ever added.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from cases.engine.load import Loaded
from cases.engine.merge_values import full_name, link_to
from cases.models import Case
from entitlements.core.changes import Firing
from entitlements.core.definition import TriggerKind
from entitlements.core.simulation import as_utc
from entitlements.core.state import Occurrence

VERSION = 1
OF_TRIGGER: Mapping[TriggerKind, str] = {
    TriggerKind.WARNING: "milestone.warned",
    TriggerKind.VIOLATION: "milestone.violated",
    TriggerKind.SUCCESS: "milestone.completed",
}


def message(kind: str, at: datetime, case: Case, **data: Any) -> dict[str, Any]:
    """The whole body of a message: `type`, `version`, `timestamp` and `data` with the case."""
    return {
        "type": kind,
        "version": VERSION,
        "timestamp": as_utc(at),
        "data": {"case": facts_of_case(case), **data},
    }


def message_of_firing(firing: Firing, work: Loaded) -> dict[str, Any]:
    """What a fired trigger's webhook action sends."""
    trigger = {
        "kind": str(firing.trigger.kind),
        "offset": firing.trigger.offset,
        "due": as_utc(firing.due),
        "late": str(firing.late) or None,
    }
    milestone = facts_of_milestone(firing.occurrence)
    kind = OF_TRIGGER[firing.trigger.kind]
    return message(kind, firing.at, work.case, milestone=milestone, trigger=trigger)


def facts_of_case(case: Case) -> dict[str, Any]:
    return {
        "number": case.number,
        "external_id": case.external_id,
        "url": link_to(case),
        "subject": case.subject,
        "status": case.status_id,
        "stage": case.stage_id,
        "priority": case.priority_id,
        "type": case.type or None,
        "origin": case.origin or None,
        "queue": case.queue_id,
        "owner": _owner(case),
        "account": {"name": case.account.name, "tier": case.account.tier or None} if case.account else None,
        "contact": _contact(case),
        "entitlement": case.entitlement.name if case.entitlement else None,
        "product": case.product.name if case.product else None,
        "custom": case.custom,
        "is_closed": case.is_closed,
        "is_stopped": case.is_stopped,
        "is_escalated": case.is_escalated,
        "escalation_level": case.escalation_level,
        "milestone_status": case.milestone_status,
        "created_at": as_utc(case.created_at),
        "closed_at": as_utc(case.closed_at),
    }


def facts_of_milestone(occurrence: Occurrence) -> dict[str, Any]:
    return {
        "name": occurrence.milestone,
        "occurrence": occurrence.number,
        "state": str(occurrence.state),
        "is_violated": occurrence.is_violated,
        "start_date": as_utc(occurrence.start_date),
        "target_date": as_utc(occurrence.target_date),
        "violated_at": as_utc(occurrence.violated_at),
        "completion_date": as_utc(occurrence.completion_date),
        "cancelled_at": as_utc(occurrence.cancelled_at),
        "reason": occurrence.reason or None,
    }


def _owner(case: Case) -> dict[str, Any] | None:
    if case.owner is None:
        return None
    return {"username": case.owner.get_username(), "name": full_name(case.owner)}


def _contact(case: Case) -> dict[str, Any] | None:
    return {"name": case.contact.name, "email": case.contact.email or None} if case.contact else None
