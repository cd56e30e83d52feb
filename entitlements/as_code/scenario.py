"""A scenario: a configuration, one case and what happens to it, and what is expected of its milestones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from entitlements.core.durations import seconds_of
from entitlements.as_code.read import Configuration, ConfigurationError, read_configuration
from entitlements.core.definition import Organisation
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
from entitlements.core.simulation import (
    Simulated,
    as_utc,
    case_as_json,
    milestones_as_json,
    simulate,
    triggers_as_json,
)
from entitlements.core.state import CaseState, Promise

Given = Mapping[str, Any]
EVER = datetime(1, 1, 2, tzinfo=UTC)


def run_scenario(given: Given) -> dict[str, Any]:
    """Run one scenario and hold it against its expectations; the answer is what `simulate --json` prints."""
    configuration = read_configuration(given.get("config") or {})
    simulated = _simulated(given, configuration)
    milestones, triggers = milestones_as_json(simulated), triggers_as_json(simulated)
    mismatches = [
        *_unlike("milestone", given.get("expect") or (), milestones),
        *_unlike("trigger", given.get("expect_triggers") or (), triggers),
        *_wrong_counts(given, milestones, triggers),
    ]
    return {
        "scenario": given.get("scenario", ""),
        "ok": not mismatches,
        "mismatches": mismatches,
        "milestones": milestones,
        "triggers": triggers,
        "case": case_as_json(simulated),
        "errors": [refusal.why for refusal in simulated.refused] + list(simulated.state.faults.values()),
    }


def _simulated(given: Given, configuration: Configuration) -> Simulated:
    process = configuration.processes.get(given.get("process", ""))
    if process is None:
        raise ConfigurationError("process", f"there is no process “{given.get('process')}”")
    facts = [fact_of(entry) for entry in given.get("timeline") or ()]
    created = next((fact.at for fact in facts if isinstance(fact, Created)), None)
    if created is None:
        raise ConfigurationError("timeline", "nothing creates the case: it needs an entry `do: create`")
    state = _case(given, created, configuration.organisation)
    until = given.get("until")
    return simulate(process, configuration.organisation, state, facts, until and instant_of(until))


def _case(given: Given, created: datetime, organisation: Organisation) -> CaseState:
    fields = {name: value for name, value in (given.get("case") or {}).items() if name != "custom"}
    fields.setdefault("status", organisation.default_status)
    starts, ends = given.get("start_of_entitlement"), given.get("end_of_entitlement")
    promise = Promise(instant_of(starts) if starts else EVER, instant_of(ends) if ends else None)
    return CaseState(created, texts=fields, promise=promise, custom=dict((given.get("case") or {}).get("custom", {})))


def instant_of(written: Any) -> datetime:
    """An instant as YAML gives it. Without a zone it is in UTC."""
    value = written if isinstance(written, datetime) else datetime.fromisoformat(str(written))
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def fact_of(entry: Given) -> Fact:
    """One entry of a timeline. Raises ConfigurationError on an unknown `do`."""
    at = instant_of(entry["at"])
    if "set" in entry:
        return FieldsChanged(at, fields=dict(entry["set"]))
    match entry.get("do"):
        case "stop":
            return StoppedByHand(
                at,
                reason=entry.get("reason", ""),
                until_customer_answers=bool(entry.get("until_customer_answers", False)),
            )
        case "complete":
            return CompletedByHand(at, milestone=entry["milestone"], occurrence=entry.get("occurrence"))
        case str(verb) if verb in _PLAIN:
            return _PLAIN[verb](at)
        case other:
            raise ConfigurationError("timeline", f"unknown `do: {other}`")


_PLAIN: dict[str, type[Fact]] = {
    "create": Created,
    "agent_reply": AgentReplied,
    "customer_message": CustomerWrote,
    "internal_note": NoteAdded,
    "resume": ResumedByHand,
    "pause_milestones": PausedByInterface,
    "resume_milestones": ResumedByInterface,
}


def _unlike(what: str, expected: Sequence[Given], found: Sequence[Given]) -> list[str]:
    """One line for each expectation that nothing meets."""
    mismatches = []
    for one in expected:
        wanted = {_FOUND_AS.get(key, key): _comparable(key, value) for key, value in one.items()}
        if not any(_matches(wanted, row) for row in found):
            nearest = _nearest(wanted, found)
            mismatches.append(f"expected {what} {_shown(wanted)}; found {_shown(nearest) if nearest else 'none such'}")
    return mismatches


_FOUND_AS = {"elapsed": "elapsed_s", "stopped": "stopped_s", "remaining": "remaining_s"}
_DATES = ("start_date", "target_date", "completion_date", "cancelled_at", "due", "fired")


def _comparable(key: str, value: Any) -> Any:
    if key in _DATES:
        return None if value is None else as_utc(instant_of(value))
    if key in _FOUND_AS:
        return -seconds_of(str(value)[1:]) if str(value).startswith("-") else seconds_of(str(value))
    return value


def _matches(wanted: Given, row: Given) -> bool:
    return all(key in row and row[key] == value for key, value in wanted.items())


def _nearest(wanted: Given, found: Sequence[Given]) -> dict[str, Any] | None:
    """What was found where the expectation looks, in the keys that it names."""
    names = ("milestone", "occurrence", "kind")
    same = [row for row in found if all(row.get(name) == wanted[name] for name in names if name in wanted)]
    return {key: same[0].get(key) for key in wanted} if same else None


def _shown(row: Given) -> str:
    return "{" + ", ".join(f"{key}: {value}" for key, value in row.items()) + "}"


def _wrong_counts(given: Given, milestones: Sequence[Given], triggers: Sequence[Given]) -> list[str]:
    mismatches = []
    for name, wanted in (given.get("expect_count") or {}).items():
        count = sum(row["milestone"] == name for row in milestones)
        if count != wanted:
            mismatches.append(f"expected {wanted} occurrences of {name}; found {count}")
    wanted = given.get("expect_trigger_count")
    if wanted is not None and wanted != len(triggers):
        mismatches.append(f"expected {wanted} triggers fired or skipped; found {len(triggers)}")
    return mismatches
