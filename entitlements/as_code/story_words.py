"""Changes of a case in words."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from entitlements.core.changes import Change, Kind

_MEANS = {
    "hand": "by hand",
    "status": "by the status",
    "interface": "by the programming interface",
    "milestone": "by its own criteria",
}


def in_words(change: Change) -> str:
    """What happened, in one line; empty for what another line says."""
    tell = _WORDS.get(change.kind)
    return tell(change) if tell else ""


def _name(change: Change) -> str:
    occurrence = change.occurrence
    return f"{occurrence.milestone} {occurrence.number}" if occurrence else "the case"


def _instant(at: datetime | None) -> str:
    return "none" if at is None else f"{at.astimezone(UTC):%a %Y-%m-%d %H:%M}"


def _about(words: str) -> Callable[[Change], str]:
    return lambda change: f"{_name(change)} {words}"


def _plain(words: str) -> Callable[[Change], str]:
    return lambda _: words


def _field(change: Change) -> str:
    name, old, new = (change.details.get(key) for key in ("field", "old", "new"))
    by = " (by a trigger)" if change.details.get("caused_by") == "trigger" else ""
    return f"{name}: {_value(old)} → {_value(new)}{by}"


def _value(value: Any) -> str:
    if isinstance(value, datetime):
        return _instant(value)
    return "empty" if value in (None, "") else str(value)


def _stopped(change: Change) -> str:
    reason = change.details.get("reason")
    return f"the clocks stop {_MEANS[change.details['by_means']]}" + (f": {reason}" if reason else "")


def _started(change: Change) -> str:
    start, target = change.details["start"], change.details["target"]
    since = "" if start == change.at else f" as from {_instant(start)}"
    return f"{_name(change)} starts{since}; target {_instant(target)}"


def _ended(words: str) -> Callable[[Change], str]:
    def tell(change: Change) -> str:
        late = ", late" if change.details.get("violated") else ""
        reason = change.details.get("reason")
        return f"{_name(change)} is {words}{late}" + (f": {reason}" if reason else "")

    return tell


def _moved(change: Change) -> str:
    old, new, why = (change.details[key] for key in ("old", "new", "why"))
    return f"target of {_name(change)}: {_instant(old)} → {_instant(new)}" + (f" ({why})" if why else "")


def _trigger(words: str) -> Callable[[Change], str]:
    def tell(change: Change) -> str:
        details = change.details
        offset = f" {details['offset']}" if details["offset"] else ""
        late = f", {details['late']} (due {_instant(details['due'])})" if details["late"] else ""
        return f"{_name(change)}: {details['of']}{offset} {words}{late}"

    return tell


_WORDS: dict[Kind, Callable[[Change], str]] = {
    Kind.CREATED: _plain("the case is created"),
    Kind.FIELD: _field,
    Kind.REPLY: _plain("an agent replies"),
    Kind.CUSTOMER_MESSAGE: _plain("the customer writes"),
    Kind.NOTE: _plain("an internal note"),
    Kind.CLOSED: _plain("the case is closed"),
    Kind.REOPENED: _plain("the case is opened again"),
    Kind.ESCALATED: lambda change: f"the case is escalated to level {change.details['new']}",
    Kind.STOPPED: _stopped,
    Kind.RESUMED: lambda change: f"the stop {_MEANS[change.details['by_means']]} ends",
    Kind.ENTERED: lambda change: f"the case enters {change.details['process']}",
    Kind.LEFT: lambda change: f"the case leaves the process: {change.details['reason']}",
    Kind.PENDING: lambda change: f"{_name(change)} is to start {_instant(change.details['start'])}",
    Kind.STARTED: _started,
    Kind.COMPLETED: _ended("completed"),
    Kind.CANCELLED: _ended("cancelled"),
    Kind.VIOLATED: _about("is late"),
    Kind.VIOLATION_WITHDRAWN: _about("is not late after all"),
    Kind.PAUSED: _about("stands still"),
    Kind.UNPAUSED: lambda change: f"{_name(change)} runs on; target {_instant(change.details['target'])}",
    Kind.MOVED: _moved,
    Kind.FIRED: _trigger("fires"),
    Kind.SKIPPED: _trigger("is skipped: its target has passed"),
    Kind.FAULT: lambda change: f"error: {change.details['message']}",
}
