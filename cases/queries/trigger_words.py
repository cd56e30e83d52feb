"""Triggers, their actions and what became of them, in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from cases.models import Case, DeliveryState, FiredTrigger
from cases.queries.words import span
from entitlements.core.definition import Action, CompletedBy, ProcessMilestone, Trigger, TriggerKind
from entitlements.core.expressions import CustomFields, Scope
from entitlements.models import ActionKind
from entitlements.queries.case_fields import fields_by_key
from entitlements.queries.criteria_words import expression_words

DONE = {
    DeliveryState.WAITING: "waiting",
    DeliveryState.DONE: "done",
    DeliveryState.CANCELLED: "withdrawn",
    DeliveryState.DEAD: "failed",
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """One action of a fired trigger. `state` is that of its delivery, `why` its error."""

    action: str
    state: str
    told: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class Fired:
    """A trigger that fired or was skipped on one occurrence."""

    trigger: str
    at: datetime
    late: str
    skipped: bool
    outcomes: tuple[Outcome, ...]


def trigger_words(trigger: Trigger) -> str:
    """“Warning at 75 %”, “Warning 1 h before the target”, “Violation 30 m after the target”."""
    if trigger.kind is TriggerKind.SUCCESS:
        return "Success"
    if trigger.percent is not None:
        return f"Warning at {trigger.percent} %"
    distance = span(timedelta(minutes=trigger.minutes), days=False)
    if trigger.kind is TriggerKind.WARNING:
        return f"Warning {distance} before the target"
    return f"Violation {distance} after the target" if trigger.minutes else "Violation at the target"


def planned_action_words(action: Action, case: Case) -> str:
    """As `action_words`, and who that would be now: “Email alert to owner (Elena Rossi)”."""
    who = {
        "owner": case.owner and (case.owner.get_full_name() or case.owner.get_username()),
        "contact": case.contact and case.contact.name,
        "queue": case.queue_id,
    }
    told = {name: f"{name} ({who[name] or 'nobody'})" for name in who}
    return _action_words(action, told)


def action_words(action: Action) -> str:
    """“Email alert to owner”, “Field update priority → High”."""
    return _action_words(action, {})


def _action_words(action: Action, told: Mapping[str, str]) -> str:
    kind, given = ActionKind(action.kind).label, action.parameters
    match action.kind:
        case "email" | "notify":
            to = given.get("to", ())
            names = [to] if isinstance(to, str) else map(str, to)
            return f"{kind} to {', '.join(told.get(name, name) for name in names)}"
        case "set":
            return f"{kind} {', '.join(f'{name} → {value}' for name, value in given.items())}"
        case "assign":
            return f"{kind} to {', '.join(str(value) for value in given.values())}"
        case "webhook":
            return f"{kind} to {given.get('endpoint', '')}"
        case "escalate":
            return f"{kind} to level {given.get('level', 1)}"
        case _:
            return f"{kind} “{given.get('subject', '')}”"


def completion_words(row: ProcessMilestone, custom: CustomFields) -> str:
    match row.completed_by:
        case CompletedBy.AGENT_REPLY:
            return "a public reply by an agent"
        case CompletedBy.CASE_CLOSED:
            return "closing the case"
        case CompletedBy.CRITERIA if row.completion is not None:
            return expression_words(row.completion.text, fields_by_key(Scope.MILESTONE, custom))
        case _:
            return "an agent, by hand"


def fired_on(case_id: int, triggers: Iterable[Trigger]) -> dict[int, list[Fired]]:
    """What fired on a case, by case milestone, the latest first. One query."""
    known = {int(trigger.key): trigger for trigger in triggers}
    rows = (
        FiredTrigger.objects.filter(case_milestone__case_id=case_id)
        .order_by("-at", "-pk", "deliveries__pk")
        .values(
            *("pk", "case_milestone_id", "trigger_id", "kind", "outcome", "at", "late"),
            *(
                "deliveries__action_id",
                "deliveries__kind",
                "deliveries__recipient",
                "deliveries__state",
                "deliveries__error",
            ),
        )
    )
    grouped: dict[int, list[dict]] = {}
    for row in rows:
        grouped.setdefault(row["pk"], []).append(row)
    found: dict[int, list[Fired]] = {}
    for group in grouped.values():
        trigger = known.get(group[0]["trigger_id"])
        found.setdefault(group[0]["case_milestone_id"], []).append(_fired(group, trigger))
    return found


def _fired(rows: list[dict], trigger: Trigger | None) -> Fired:
    first = rows[0]
    actions = {int(action.key): action for action in trigger.actions} if trigger else {}
    outcomes = [_outcome(row, actions) for row in rows if row["deliveries__state"]]
    named = trigger_words(trigger) if trigger else first["kind"].capitalize()
    return Fired(named, first["at"], first["late"], first["outcome"] == "skipped", tuple(outcomes))


def _outcome(row: dict, actions: dict[int, Action]) -> Outcome:
    action = actions.get(row["deliveries__action_id"])
    state, kind, recipient = (row[f"deliveries__{name}"] for name in ("state", "kind", "recipient"))
    label = ActionKind(kind).label
    words = f"{label} to {recipient}" if recipient else action_words(action) if action else label
    return Outcome(words, state, DONE[state], row["deliveries__error"] if state == DeliveryState.DEAD else "")
