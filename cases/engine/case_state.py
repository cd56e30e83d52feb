"""One case's rows as core values: its fields, its occurrences, its stops."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from operator import attrgetter
from typing import Any

from cases.models import Case, CaseMilestone, Stop
from entitlements.core.calendar import Timeline
from entitlements.core.definition import Process, ProcessMilestone
from entitlements.core.state import CaseState, Occurrence, Promise, State, StopKind, Track
from entitlements.core.state import Stop as StopValue
from entitlements.models.compiled import Compiled

SAME_IN_BOTH = (
    "created_at closed_at first_response_at last_agent_reply_at last_customer_message_at is_closed "
    "is_escalated escalation_level reopen_count awaiting_reply run first_run_of_process entry_date "
    "enters_at looked_at"
).split()

OF_OCCURRENCE = (
    "number run came_at start_date minutes target_date original_target violated_at completion_date "
    "cancelled_at reason held born_late field_start error extension waived_at priority_at_start "
    "queue_at_start"
).split()


_same_in_both = attrgetter(*SAME_IN_BOTH)
# In the order in which an occurrence takes them, from its number to what its queue was.
_of_occurrence = attrgetter(*OF_OCCURRENCE[:4], "state", *OF_OCCURRENCE[4:])


def state_of(case: Case, definition: Process, configuration: Compiled) -> CaseState:
    """The case's own part of the state. Occurrences, stops and replies are added by `load`."""
    state = CaseState(
        **dict(zip(SAME_IN_BOTH, _same_in_both(case), strict=True)),
        texts=texts_of(case),
        related=related_of(case),
        custom=custom_of(case, definition),
        promise=promise_of(case, configuration),
        case_hours=hours_of_case(case, configuration),
    )
    recall(state, case.memory)
    return state


def promise_of(case: Case, configuration: Compiled) -> Promise | None:
    entitlement = case.entitlement
    if entitlement is None:
        return None
    return entitlement.promise_while(entitlement.process_id in configuration.active_processes)


def texts_of(case: Case) -> dict[str, str]:
    """The case's text fields as expressions see them."""
    owner, account, contact, entitlement = case.owner, case.account, case.contact, case.entitlement
    return {
        "number": case.number,
        "subject": case.subject,
        "status": case.status_id,
        "stage": case.stage_id or "",
        "priority": case.priority_id or "",
        "type": case.type,
        "origin": case.origin,
        "queue": case.queue_id or "",
        "owner": owner.get_username() if owner else "",
        "account": account.name if account else "",
        "contact": contact.name if contact else "",
        "entitlement": entitlement.name if entitlement else "",
    }


def related_of(case: Case) -> dict[str, str]:
    """What expressions may ask about account, contact, entitlement and product."""
    account, contact = case.account, case.contact
    entitlement, product = case.entitlement, case.product
    return {
        "account.tier": account.tier if account else "",
        "account.region": account.region if account else "",
        "contact.email": contact.email if contact else "",
        "entitlement.type": entitlement.type if entitlement else "",
        "product.name": product.name if product else "",
    }


def custom_of(case: Case, definition: Process) -> dict[str, object]:
    if not case.custom:
        return {}
    dates = {key for key, kind in definition.custom if kind == "date"}
    return {key: _instant(value) if key in dates else value for key, value in case.custom.items()}


def hours_of_case(case: Case, configuration: Compiled) -> Timeline:
    """The case's own hours: of its entitlement, its account, or the organisation's default (§2.7)."""
    entitlement, account = case.entitlement, case.account
    named = entitlement.business_hours_id if entitlement else None
    if named is None and account is not None:
        named = account.business_hours_id
    return configuration.hours(named)


def occurrence_of(row: CaseMilestone, place: ProcessMilestone) -> Occurrence:
    """`place` is the process milestone with which it started."""
    occurrence = Occurrence(place, *_of_occurrence(row))
    occurrence.state = State(row.state)
    occurrence.settled = set(row.settled)
    occurrence.key = row.pk
    return occurrence


def stop_of(row: Stop) -> StopValue:
    return StopValue(
        StopKind(row.kind), row.since, row.until, row.reason, row.by, row.until_customer_answers, key=row.pk
    )


def memory_of(state: CaseState) -> dict[str, Any]:
    """What the engine remembers between two looks, fit for JSON."""
    tracks = {
        name: [track.tier, track.since and track.since.isoformat(), track.ticket, track.blocked]
        for name, track in state.tracks.items()
    }
    holds = {key: at.isoformat() for key, at in state.holds_since.items()}
    memory = {"tracks": tracks, "holds": holds, "faults": state.faults}
    return {name: part for name, part in memory.items() if part}


def recall(state: CaseState, memory: dict[str, Any]) -> None:
    """The inverse of `memory_of`."""
    for name, (tier, since, ticket, blocked) in memory.get("tracks", {}).items():
        state.tracks[name] = Track(tier, _instant(since), ticket, blocked)
    state.holds_since = {key: datetime.fromisoformat(at) for key, at in memory.get("holds", {}).items()}
    state.faults = dict(memory.get("faults", {}))


def fit_for_json(values: Mapping[str, Any]) -> dict[str, Any]:
    """The same with instants as texts, which keep their microseconds."""
    return {
        name: value.isoformat() if isinstance(value, datetime) else value for name, value in values.items()
    }


def _instant(written: Any) -> datetime | None:
    return datetime.fromisoformat(written) if written else None
