"""Entitlement processes in the one way of writing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from entitlements.as_code.keys import ConfigurationError, Given, at_key, each
from entitlements.as_code.normal_text import activity, expression, kept, text
from entitlements.core.definition import CRITERIA, ENTRY, TriggerKind
from entitlements.core.durations import minutes_of, written_duration
from entitlements.core.state import DATE_FIELDS

Entry = dict[str, Any]
CLOSED = "case.is_closed"


def normal_process(given: Given, recurrences: Mapping[str, str]) -> Entry:
    """`recurrences` tell how often each milestone comes: some defaults hang on it."""
    exit_when = expression(given.get("exit_when"))
    enter_at = _date_field(given.get("enter_at", "created_at"))
    reentry = text(given.get("on_reentry"))
    own = kept(name=text(given["name"]), description=text(given.get("description"))) | activity(given)
    return own | kept(
        business_hours=text(given.get("business_hours")),
        enter_at=enter_at if enter_at != "created_at" else "",
        exit_when=exit_when if exit_when != CLOSED else "",
        on_reentry=reentry if reentry != "keep" else "",
        milestones=each(given, "milestones", lambda one: _row(one, recurrences)),
    )


def _date_field(given: Any) -> str:
    name = str(given).removeprefix("case.")
    return name if name in DATE_FIELDS or name.startswith("custom.") else f"custom.{name}"


def _row(given: Given, recurrences: Mapping[str, str]) -> Entry:
    milestone = text(given["milestone"])
    start = str(given.get("start", ENTRY))
    recurrence = recurrences.get(milestone, "none")
    ends = given.get("cancel_when_criteria_end")
    by_default = ends is None or bool(ends) == (recurrence != "independent")
    row = kept(
        milestone=milestone,
        minutes=given.get("minutes"),
        formula=expression(given.get("formula")),
        start="" if start == ENTRY else start if start == CRITERIA else _date_field(start),
        when=expression(given.get("when")),
        complete_on=_completion(given.get("complete_on", "manual")),
        pause_when=expression(given.get("pause_when")),
    )
    if not by_default:
        row["cancel_when_criteria_end"] = bool(ends)
    return row | kept(
        business_hours=text(given.get("business_hours")),
        triggers=each(given, "triggers", _trigger),
    )


def _completion(given: Any) -> Any:
    if isinstance(given, Mapping):
        return {"when": expression(given.get("when"))}
    return "" if given == "manual" else str(given)


def _trigger(given: Given) -> Entry:
    kinds = [str(kind) for kind in TriggerKind if str(kind) in given]
    if len(kinds) != 1:
        raise ConfigurationError("", "a trigger is one of success, warning, violation")
    with at_key(kinds[0]):
        moment = _moment(kinds[0], given[kinds[0]])
    return {kinds[0]: moment, **kept(actions=each(given, "actions", _action))}


def _moment(kind: str, given: Any) -> str | None:
    if kind == TriggerKind.SUCCESS:
        return None
    written = str(given)
    return written if written.endswith("%") else written_duration(minutes_of(written))


def _action(given: Given) -> Entry:
    ((kind, parameters),) = given.items()
    values = {str(name): _plain(value) for name, value in (parameters or {}).items()}
    if isinstance(values.get("to"), str):
        values["to"] = [values["to"]]
    return {str(kind): dict(sorted(values.items(), key=_place_of))}


def _place_of(parameter: tuple[str, Any]) -> tuple[int, str]:
    """The database keeps parameters in no order."""
    usual = ("to", "template", "subject", "assign_to", "due", "text", "queue", "user", "level", "ladder")
    name, _ = parameter
    return (usual.index(name) if name in usual else len(usual)), name


def _plain(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value.isoformat() if isinstance(value, date) else text(value) if isinstance(value, str) else value
