"""The events of a case in words, the latest first, some kinds of them or all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, Q, QuerySet

from cases.models import Case, CaseEvent, DeskKind
from cases.queries.delivered import Entry, entry_of_delivery, outside_deliveries
from cases.queries.escalation_words import words_of_escalation
from cases.queries.places import Place
from cases.queries.words import instant, span
from entitlements.core.changes import Kind
from entitlements.models import EntitlementSettings

SHOWN = 50
WITHOUT_MILESTONES = EntitlementSettings.objects.filter(milestone_feed_items=False)
DELIVERIES = "deliveries"
EVENTS, DELIVERED = 0, 1
"""The ranks of the two tables in the order of one instant."""


@dataclass(frozen=True, slots=True)
class Timeline:
    """One page of it. `earlier` is where the next one begins, empty at the end; `show` the kinds shown."""

    entries: list[Entry]
    show: str
    earlier: str
    from_top: bool


def timeline_of(case: Case, now: datetime, show: str = "", before: str = "") -> Timeline:
    """`show` is a key of `SHOWS`; what is not one means everything. `before` is what the page before gave."""
    place, kinds = Place.of(before), SHOWS.get(show, (None, ""))[0]
    found: list[tuple[Place, Entry]] = []
    if kinds is None or kinds:
        events = _narrowed(CaseEvent.objects.filter(case=case), place, "at", EVENTS)
        as_wanted = Q(case_milestone__isnull=True) | ~Exists(WITHOUT_MILESTONES)
        events = events.filter(as_wanted if kinds is None else Q(kind__in=kinds))
        for event in events.select_related("case_milestone__milestone")[: SHOWN + 1]:
            found.append((Place(event.at, event.pk, EVENTS), entry_of(event, now)))
    if kinds is None or show == DELIVERIES:
        left = outside_deliveries(case.pk)
        for delivery in _narrowed(left, place, "left_at", DELIVERED)[: SHOWN + 1]:
            at = delivery.left_at
            found.append((Place(at, delivery.pk, DELIVERED), entry_of_delivery(delivery, at)))
    found.sort(key=lambda one: (one[0].at, one[0].rank, one[0].key), reverse=True)
    shown = found[:SHOWN]
    return Timeline(
        entries=[entry for _, entry in shown],
        show=show if show in SHOWS else "",
        earlier=str(shown[-1][0]) if len(found) > SHOWN else "",
        from_top=place is None,
    )


def _narrowed(rows: QuerySet[Any], place: Place | None, at: str, rank: int) -> QuerySet[Any]:
    ordered = rows.order_by(f"-{at}", "-pk")
    return ordered if place is None else ordered.filter(place.before(at, rank))


def entry_of(event: CaseEvent, now: datetime) -> Entry:
    return Entry(event.at, event.by, _words(event, now), _TONES.get(event.kind, "plain"), event.kind)


def _words(event: CaseEvent, now: datetime) -> str:
    about = _milestone(event)
    details = {name: _readable(value, now) for name, value in event.details.items()}
    match event.kind:
        case Kind.FIELD:
            return f"{details['field'].capitalize()}: {details['old'] or '—'} → {details['new'] or '—'}"
        case Kind.ESCALATED:
            return f"Escalated to level {details['new']}" if details["new"] != "0" else "Escalation ended"
        case Kind.ENTERED:
            return f"Entered the process “{details['process']}” (version {details['version']})"
        case Kind.VERSION:
            return f"Moved to version {details['version']} of the process “{details['process']}”"
        case Kind.FIRED | Kind.SKIPPED:
            return f"{about}: {_trigger(details)} {'fired' if event.kind == Kind.FIRED else 'skipped'}"
        case Kind.MOVED:
            return f"{about}: target moved from {details['old'] or 'none'} to {details['new'] or 'none'}"
        case Kind.EXTENDED:
            added = span(timedelta(minutes=int(details["minutes"])), days=False)
            return f"{about}: extended by {added}: {details['reason']}"
        case Kind.FAULT:
            return details["message"]
        case Kind.LADDER_STEP | Kind.AGED | Kind.LADDER_STARTED | Kind.ACKNOWLEDGED | Kind.LADDER_RESOLVED:
            return words_of_escalation(event.kind, event.details)
        case _ if event.kind in DeskKind.values:
            return _at_the_desk(event.kind, details)
        case _:
            return _plain(event.kind, about, details)


def _plain(kind: str, about: str, details: dict[str, str]) -> str:
    """“First Response: started, due today 14:00”, “Stopped: waiting for parts”."""
    said = _SAID.get(kind, kind.replace("_", " "))
    if about:
        said = f"{about}: {said}"
    if details.get("reason"):
        return f"{said}: {details['reason']}"
    if details.get("violated") == "True":
        return f"{said}, late"
    return f"{said}, due {details['target']}" if details.get("target") and kind in _WITH_TARGET else said


def _at_the_desk(kind: str, details: dict[str, str]) -> str:
    """“Merged into C-000007 with 3 messages”, “Task: call back, for Ada Byron”."""
    match kind:
        case DeskKind.MERGED_INTO:
            return f"Merged into {details['other']}: {details['messages']} messages moved"
        case DeskKind.MERGED_HERE:
            return f"{details['other']} was merged into this case: {details['messages']} messages came"
        case DeskKind.LINKED:
            return f"Linked: {details['how']} {details['other']}"
        case DeskKind.UNLINKED:
            return f"Link removed: {details['how']} {details['other']}"
        case DeskKind.TAKEN_UP:
            return "Taken up again by the engine"
        case DeskKind.TEAM_JOINED | DeskKind.TEAM_LEFT:
            role = f" ({details['role']})" if details.get("role") else ""
            return f"{DeskKind(kind).label}: {details['who']}{role}"
    whose = f", for {details['to']}" if details.get("to") else ""
    return f"{DeskKind(kind).label}: {details['subject']}{whose}"


def _milestone(event: CaseEvent) -> str:
    row = event.case_milestone
    if row is None:
        return ""
    return row.milestone.name if row.recurrence == "none" else f"{row.milestone.name} {row.number}"


def _trigger(details: dict[str, str]) -> str:
    offset = details.get("offset", "")
    late = f" ({details['late']})" if details.get("late") else ""
    shown = f" {offset}" if offset not in ("", "0m") else ""
    return f"{details['of']}{shown}{late}"


def _readable(value: Any, now: datetime) -> str:
    """Details are kept as JSON; an instant is shown in the viewer's zone."""
    if value is None:
        return ""
    text = str(value)
    if isinstance(value, str) and len(value) >= 20 and value[4:5] == "-" and value[10:11] == "T":
        try:
            return instant(datetime.fromisoformat(value), now)
        except ValueError:
            return text
    return text


SHOWS: dict[str, tuple[tuple[str, ...], str]] = {
    "milestones": (
        (
            *(Kind.ENTERED, Kind.LEFT, Kind.VERSION, Kind.PENDING, Kind.STARTED, Kind.COMPLETED),
            *(Kind.CANCELLED, Kind.VIOLATED, Kind.VIOLATION_WITHDRAWN, Kind.PAUSED, Kind.UNPAUSED),
            *(Kind.MOVED, Kind.EXTENDED, Kind.WAIVED, Kind.FIRED, Kind.SKIPPED),
            *(Kind.STOPPED, Kind.RESUMED, Kind.FAULT),
        ),
        "Milestones",
    ),
    "messages": ((Kind.REPLY, Kind.CUSTOMER_MESSAGE, Kind.NOTE), "Messages"),
    "changes": (
        (Kind.CREATED, Kind.FIELD, Kind.CLOSED, Kind.REOPENED, *DeskKind.values),
        "Changes",
    ),
    DELIVERIES: ((), "Deliveries"),
    "escalations": (
        (
            *(Kind.ESCALATED, Kind.LADDER_STARTED, Kind.LADDER_STEP, Kind.AGED, Kind.ACKNOWLEDGED),
            Kind.LADDER_RESOLVED,
        ),
        "Escalations",
    ),
}
"""What the timeline can be narrowed to: the kinds of event, and what it is called."""

_WITH_TARGET = (Kind.STARTED, Kind.PENDING, Kind.UNPAUSED)

_SAID: dict[str, str] = {
    Kind.CREATED: "Case created",
    Kind.REPLY: "Public reply",
    Kind.CUSTOMER_MESSAGE: "Message from the customer",
    Kind.NOTE: "Internal note",
    Kind.CLOSED: "Case closed",
    Kind.REOPENED: "Case reopened",
    Kind.STOPPED: "Clock stopped",
    Kind.RESUMED: "Clock resumed",
    Kind.LEFT: "Left the process",
    Kind.PENDING: "upcoming",
    Kind.STARTED: "started",
    Kind.COMPLETED: "completed",
    Kind.CANCELLED: "cancelled",
    Kind.VIOLATED: "missed its target",
    Kind.VIOLATION_WITHDRAWN: "no longer late",
    Kind.PAUSED: "stopped",
    Kind.UNPAUSED: "running again",
    Kind.WAIVED: "waived",
}

_TONES: dict[str, str] = {
    Kind.COMPLETED: "met",
    Kind.VIOLATED: "late",
    Kind.ESCALATED: "late",
    Kind.LADDER_STARTED: "late",
    Kind.LADDER_STEP: "late",
    Kind.AGED: "late",
    Kind.ACKNOWLEDGED: "met",
    Kind.FAULT: "late",
    Kind.FIRED: "risk",
    Kind.SKIPPED: "still",
    Kind.STOPPED: "stopped",
    Kind.PAUSED: "stopped",
    Kind.CANCELLED: "still",
}
