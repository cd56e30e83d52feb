"""What a fact does to the case itself: its fields, its closing, its stops. Milestones come afterwards."""

from __future__ import annotations

from datetime import datetime
from functools import singledispatch

from entitlements.core.changes import Cause, Kind
from entitlements.core.evaluation import Evaluation
from entitlements.core.expressions import CustomFields
from entitlements.core.facts import (
    AgentReplied,
    Created,
    CustomerWrote,
    EntitlementChanged,
    Fact,
    FieldsChanged,
    NoteAdded,
    PausedByInterface,
    ResumedByHand,
    ResumedByInterface,
    StoppedByHand,
)
from entitlements.core.state import DATE_FIELDS, Stop, StopKind

TEXT_FIELDS = frozenset(
    "number subject status stage priority type origin queue owner account contact entitlement".split()
)


class Refused(Exception):
    """A fact that cannot happen on this case as it is. `str()` says why, for the person who tried."""


@singledispatch
def happen(fact: Fact, evaluation: Evaluation) -> None:
    """Let a fact change the case. Raises Refused, and then has changed nothing."""


@happen.register
def _created(fact: Created, e: Evaluation) -> None:
    state = e.state
    status = state.texts.setdefault("status", e.organisation.default_status)
    _check_choice("status", status, e)
    e.record(Kind.CREATED)
    if e.organisation.status_named(status).closed:
        state.is_closed, state.closed_at = True, e.at
    _follow_status(e)


@happen.register
def _fields_changed(fact: FieldsChanged, e: Evaluation) -> None:
    for name, value in fact.fields.items():
        _check_field(name, value, e)
    for name, value in fact.fields.items():
        _set(name, value, e)
    e.state.related.update(fact.related)


@happen.register
def _agent_replied(fact: AgentReplied, e: Evaluation) -> None:
    state = e.state
    state.replies = sorted([*state.replies, fact.at])
    state.first_response_at = min(state.first_response_at or fact.at, fact.at)
    state.last_agent_reply_at = max(state.last_agent_reply_at or fact.at, fact.at)
    asked = state.last_customer_message_at
    state.awaiting_reply = state.awaiting_reply and asked is not None and fact.at < asked
    e.record(Kind.REPLY, at=fact.at)


@happen.register
def _customer_wrote(fact: CustomerWrote, e: Evaluation) -> None:
    state = e.state
    state.last_customer_message_at = max(state.last_customer_message_at or fact.at, fact.at)
    answered = state.last_agent_reply_at
    state.awaiting_reply = answered is None or answered <= fact.at
    e.record(Kind.CUSTOMER_MESSAGE, at=fact.at)
    e.cause = Cause.CUSTOMER_MESSAGE
    stop = state.open_stop(StopKind.HAND)
    if stop is not None and stop.until_customer_answers:
        _end(stop, e)
    status = e.organisation.status_named(state.texts.get("status", ""))
    if status.on_customer_message:
        _set("status", status.on_customer_message, e)


@happen.register
def _note_added(fact: NoteAdded, e: Evaluation) -> None:
    e.record(Kind.NOTE, at=fact.at)


@happen.register
def _stopped_by_hand(fact: StoppedByHand, e: Evaluation) -> None:
    if not e.organisation.allow_pausing:
        raise Refused(
            "Stopping is off: an administrator can allow pausing of case milestones in Entitlement Settings."
        )
    if e.state.is_closed:
        raise Refused("The case is closed: its clocks have ended.")
    _begin(StopKind.HAND, e, fact.reason, fact.until_customer_answers)


@happen.register
def _resumed_by_hand(fact: ResumedByHand, e: Evaluation) -> None:
    _resume(StopKind.HAND, e, "The case is not stopped by hand.")


@happen.register
def _paused_by_interface(fact: PausedByInterface, e: Evaluation) -> None:
    _begin(StopKind.INTERFACE, e, fact.reason)


@happen.register
def _resumed_by_interface(fact: ResumedByInterface, e: Evaluation) -> None:
    _resume(StopKind.INTERFACE, e, "The milestones are not paused by the programming interface.")


@happen.register
def _entitlement_changed(fact: EntitlementChanged, e: Evaluation) -> None:
    e.state.promise = fact.promise
    if fact.name is not None:
        _set("entitlement", fact.name, e)
    e.state.related.update(fact.related)
    if fact.case_hours is not None:
        e.state.case_hours = fact.case_hours
    if fact.other_process:
        e.state.first_run_of_process = True


def _check_field(name: str, value: object, e: Evaluation) -> None:
    kind = kind_of_field(name, e.definition.custom)
    if kind is None:
        raise Refused(f"A case has no field “{name}”.")
    may_be_empty = name in DATE_FIELDS[1:] or name.startswith("custom.")
    if not (may_be_empty and value is None) and not _is_a(kind, value):
        raise Refused(f"“{name}” is {_IN_WORDS[kind]}, not {value!r}.")
    if name == "escalation_level" and isinstance(value, int) and value < 0:
        raise Refused("An escalation level is 0 or more.")
    if name in TEXT_FIELDS:
        _check_choice(name, str(value), e)


def kind_of_field(name: str, custom: CustomFields) -> str | None:
    """What a field holds: text, number, whole, flag or date; None when a case has no such field."""
    if name in TEXT_FIELDS:
        return "text"
    if name in DATE_FIELDS:
        return "date"
    if name.startswith("custom."):
        return dict(custom).get(name.removeprefix("custom."))
    return {"escalation_level": "whole", "is_escalated": "flag"}.get(name)


def _is_a(kind: str, value: object) -> bool:
    if kind == "date":
        return isinstance(value, datetime) and value.tzinfo is not None
    return isinstance(value, _TYPES[kind]) and isinstance(value, bool) == (kind == "flag")


_TYPES: dict[str, tuple[type, ...]] = {
    "text": (str,),
    "number": (int, float),
    "whole": (int,),
    "flag": (bool,),
}
_IN_WORDS = {
    "text": "a text",
    "number": "a number",
    "whole": "a whole number",
    "flag": "true or false",
    "date": "a date-time with its zone",
}


def _check_choice(name: str, value: str, e: Evaluation) -> None:
    choices: dict[str, tuple[str, ...]] = {
        "status": tuple(e.organisation.status),
        "stage": e.organisation.stages,
        "priority": e.organisation.priorities,
        "queue": e.organisation.queues,
    }
    known = choices.get(name, ())
    if known and value not in known and (value or name == "status"):
        raise Refused(f"Unknown {name} “{value}”. There are: {', '.join(known)}.")


def _set(name: str, value: object, e: Evaluation) -> None:
    state = e.state
    if name in ("escalation_level", "is_escalated") and isinstance(value, int):
        _escalate(int(value) if name == "escalation_level" else _level_of_flag(value, e), e)
        return
    before = _value_of(name, e)
    if before == value:
        return
    if name in DATE_FIELDS:
        setattr(state, name, value)
    elif name.startswith("custom."):
        state.custom[name.removeprefix("custom.")] = value
    else:
        state.texts[name] = str(value)
    e.record(Kind.FIELD, field=name, old=before, new=value)
    if name == "status":
        _follow_closing(e)
        _follow_status(e)


def _value_of(name: str, e: Evaluation) -> object:
    if name in DATE_FIELDS:
        return getattr(e.state, name)
    if name.startswith("custom."):
        return e.state.custom.get(name.removeprefix("custom."))
    return e.state.texts.get(name, "")


def _level_of_flag(escalated: int, e: Evaluation) -> int:
    """The flag alone: raised it is level 1 at least, lowered it is level 0."""
    return max(e.state.escalation_level, 1) if escalated else 0


def _escalate(level: int, e: Evaluation) -> None:
    before = e.state.escalation_level
    e.state.escalation_level, e.state.is_escalated = level, level > 0
    if before != level:
        e.record(Kind.ESCALATED, old=before, new=level)


def _follow_closing(e: Evaluation) -> None:
    state = e.state
    closed = e.organisation.status_named(state.texts["status"]).closed
    if closed and not state.is_closed:
        state.is_closed, state.closed_at = True, e.at
        e.record(Kind.CLOSED)
        stop = state.open_stop(StopKind.HAND)
        if stop is not None:
            e.cause, cause = e.cause or Cause.CLOSING, e.cause
            _end(stop, e)
            e.cause = cause
    elif state.is_closed and not closed:
        state.is_closed, state.closed_at = False, None
        state.reopen_count += 1
        e.record(Kind.REOPENED)


def _follow_status(e: Evaluation) -> None:
    """A status stops the clock only where the organisation allows it (§7.2)."""
    status = e.organisation.status_named(e.state.texts["status"])
    stop = e.state.open_stop(StopKind.STATUS)
    if stop is not None and stop.reason != status.name:
        _end(stop, e)
        stop = None
    if stop is None and status.stops_clock and e.organisation.allow_pausing:
        _begin(StopKind.STATUS, e, status.name)


def _begin(kind: StopKind, e: Evaluation, reason: str = "", until_customer_answers: bool = False) -> None:
    if e.state.open_stop(kind) is not None:
        raise Refused("The case is stopped already.")
    stop = Stop(kind, e.at, reason=reason, by=e.by, until_customer_answers=until_customer_answers)
    e.state.stops.append(stop)
    e.record(Kind.STOPPED, by_means=str(kind), reason=reason)


def _resume(kind: StopKind, e: Evaluation, otherwise: str) -> None:
    stop = e.state.open_stop(kind)
    if stop is None:
        raise Refused(otherwise)
    _end(stop, e)


def _end(stop: Stop, e: Evaluation) -> None:
    stop.until = max(e.at, stop.since)
    e.record(Kind.RESUMED, by_means=str(stop.kind), reason=stop.reason, since=stop.since)
