"""What a scenario says of its case and of what happens to it, as the engine's state and facts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from entitlements.as_code.fields import RELATED, flat, instant_of, values_of
from entitlements.as_code.keys import ConfigurationError, Given, at_key, each, listed
from entitlements.as_code.read import Configuration, declared_fields
from entitlements.core.calendar import Timeline, compile_hours
from entitlements.core.case_facts import TEXT_FIELDS
from entitlements.core.definition import CRITERIA, ENTRY
from entitlements.core.expressions import MISSING_DATE, CustomFields
from entitlements.core.facts import (
    AgentReplied,
    CompletedByHand,
    Created,
    CustomerWrote,
    Fact,
    FieldsChanged,
    NoteAdded,
    PausedByInterface,
    ResumedByHand,
    ResumedByInterface,
    StoppedByHand,
)
from entitlements.core.state import DATE_FIELDS, CaseState, Promise

ALREADY: dict[str, Callable[[Any], Any]] = {
    "is_escalated": bool,
    "awaiting_reply": bool,
    "escalation_level": int,
    "reopen_count": int,
}
EVER = datetime.min.replace(tzinfo=UTC, day=2)


def custom_fields_of(given: Given) -> CustomFields:
    """Those of the configuration, and those that the scenario gives values to, typed by these.

    Start and entry fields are dates.
    """
    dates = _date_fields_named_in(given.get("config"))
    kinds: dict[str, str] = dict.fromkeys(dates, "date")
    changes = [entry.get("set") for entry in listed(given, "timeline") if isinstance(entry, Mapping)]
    for values in [given.get("case"), *changes]:
        for name, value in flat(values if isinstance(values, Mapping) else {}):
            if name.startswith("custom.") and value is not None:
                kinds.setdefault(name.removeprefix("custom."), _kind_of(value))
    config = given.get("config")
    declared = declared_fields(config) if isinstance(config, Mapping) else {}
    return tuple(sorted({**kinds, **declared}.items()))


def guessed_fields(given: Given) -> CustomFields:
    """The same of a scenario that may be wrong anywhere, as far as they can be made out."""
    try:
        return custom_fields_of(given)
    except ConfigurationError:
        return ()


def case_of(given: Given, created: datetime, configuration: Configuration, custom: CustomFields) -> CaseState:
    """The case as it is created. Raises ConfigurationError."""
    case = given.get("case") or {}
    starts, ends = given.get("start_of_entitlement"), given.get("end_of_entitlement")
    state = CaseState(
        created,
        promise=Promise(instant_of(starts) if starts else EVER, instant_of(ends) if ends else None),
        case_hours=_hours(given, case, configuration),
    )
    for name, value in values_of(case, custom).items():
        if name in RELATED:
            state.related[name] = value
        elif name in DATE_FIELDS:
            setattr(state, name, value)
        elif name.startswith("custom."):
            state.custom[name.removeprefix("custom.")] = value
        elif name in TEXT_FIELDS:
            state.texts[name] = value
        elif name in ALREADY:
            setattr(state, name, ALREADY[name](value))
        else:
            raise ConfigurationError(name, "a case has no such field")
    status = state.texts.setdefault("status", configuration.organisation.default_status)
    if status not in configuration.organisation.status:
        raise ConfigurationError("status", f"there is no status “{status}”")
    return state


def _hours(given: Given, case: Given, configuration: Configuration) -> Timeline:
    """The case's own hours: those that it names, else the organisation's default (§2.7)."""
    name = case.get("business_hours", given.get("business_hours"))
    if name is None:
        return configuration.default_hours
    if name not in configuration.hours:
        raise ConfigurationError("business_hours", f"there are no hours “{name}”")
    return compile_hours(configuration.hours[name])


def _date_fields_named_in(config: Any) -> set[str]:
    """The fields, other than the case's own, that give entry and start dates."""
    if not isinstance(config, Mapping):
        return set()
    found: list[Any] = []
    for process in listed(config, "entitlement_processes"):
        if isinstance(process, Mapping):
            rows = [row for row in listed(process, "milestones") if isinstance(row, Mapping)]
            found += [process.get("enter_at"), *(row.get("start") for row in rows)]
    names = {name.removeprefix("case.").removeprefix("custom.") for name in found if isinstance(name, str)}
    return names - {ENTRY, CRITERIA, *DATE_FIELDS}


def _kind_of(value: Any) -> str:
    for kind, of in (("flag", bool), ("whole", int), ("number", float), ("date", datetime)):
        if isinstance(value, of):
            return kind
    try:
        return "date" if len(str(value)) > 9 and instant_of(value) else "text"
    except ValueError:
        return "text"


def facts_of(given: Given, custom: CustomFields) -> list[Fact]:
    """What happens, in order of time, at one instant in that of the file. First the case is created."""
    facts = sorted(each(given, "timeline", lambda entry: _fact_of(entry, custom)), key=lambda fact: fact.at)
    if not any(isinstance(fact, Created) for fact in facts):
        raise ConfigurationError("timeline", "nothing creates the case: it needs an entry `do: create`")
    if not isinstance(facts[0], Created):
        raise ConfigurationError("timeline", f"something happens at {facts[0].at} before the case is created")
    if sum(isinstance(fact, Created) for fact in facts) > 1:
        raise ConfigurationError("timeline", "the case is created more than once")
    return facts


def _fact_of(entry: Given, custom: CustomFields) -> Fact:
    """One entry of a timeline."""
    with at_key("at"):
        at = instant_of(entry["at"])
        if at <= MISSING_DATE:
            raise ConfigurationError("", "a case is younger than 1970")
    if "set" in entry and "do" in entry:
        raise ConfigurationError("", "an entry either does something or sets fields")
    if "set" in entry:
        with at_key("set"):
            values = values_of(entry["set"], custom)
        related = {name: value for name, value in values.items() if name in RELATED}
        fields = {name: value for name, value in values.items() if name not in RELATED}
        return FieldsChanged(at, fields=fields, related=related)
    verb = entry.get("do")
    if verb not in VERBS:
        raise ConfigurationError("do", f"there is no “{verb}”; there are: {', '.join(VERBS)}")
    return VERBS[verb](at, entry)


def _stop(at: datetime, entry: Given) -> Fact:
    until_customer_answers = bool(entry.get("until_customer_answers", False))
    return StoppedByHand(
        at, reason=str(entry.get("reason", "")), until_customer_answers=until_customer_answers
    )


def _complete(at: datetime, entry: Given) -> Fact:
    return CompletedByHand(at, milestone=str(entry["milestone"]), occurrence=entry.get("occurrence"))


def _pause(at: datetime, entry: Given) -> Fact:
    return PausedByInterface(at, reason=str(entry.get("reason", "")))


VERBS: dict[str, Callable[[datetime, Given], Fact]] = {
    "create": lambda at, _: Created(at),
    "agent_reply": lambda at, _: AgentReplied(at),
    "customer_message": lambda at, _: CustomerWrote(at),
    "internal_note": lambda at, _: NoteAdded(at),
    "stop": _stop,
    "resume": lambda at, _: ResumedByHand(at),
    "complete": _complete,
    "pause_milestones": _pause,
    "resume_milestones": lambda at, _: ResumedByInterface(at),
}
