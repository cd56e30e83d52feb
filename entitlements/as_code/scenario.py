"""A scenario: a configuration, one case and what happens to it, and what is expected of its milestones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from entitlements.as_code.fields import instant_of
from entitlements.as_code.keys import ConfigurationError, Given, at_key, each
from entitlements.as_code.read import read_configuration
from entitlements.as_code.timeline import case_of, custom_fields_of, facts_of
from entitlements.core.definition import Organisation, Process
from entitlements.core.durations import minutes_of, seconds_of
from entitlements.core.facts import Fact
from entitlements.core.simulation import (
    Simulated,
    as_utc,
    case_as_json,
    milestones_as_json,
    simulate,
    triggers_as_json,
)
from entitlements.core.state import CaseState


def run_scenario(given: Given) -> dict[str, Any]:
    """Run one scenario and hold it against its expectations; the answer is what `simulate --json` prints.

    `config` is the configuration itself, not the path of a file. Raises ConfigurationError.
    """
    return outcome_of(given, simulate(*read_scenario(given)))


def outcome_of(given: Given, simulated: Simulated) -> dict[str, Any]:
    """What came of a scenario, held against its expectations. Raises ConfigurationError."""
    expected, expected_triggers = read_expectations(given)
    milestones, triggers = milestones_as_json(simulated), triggers_as_json(simulated)
    mismatches = [
        *_unlike("milestone", expected, milestones),
        *_unlike("trigger", expected_triggers, triggers),
        *_wrong_counts(given, milestones, triggers),
    ]
    return {
        "scenario": given.get("scenario", ""),
        "ok": not mismatches,
        "mismatches": mismatches,
        "milestones": milestones,
        "triggers": triggers,
        "case": case_as_json(simulated),
        "errors": list(simulated.errors),
    }


def read_scenario(given: Given) -> tuple[Process, Organisation, CaseState, list[Fact], datetime | None]:
    """What `simulate` takes. Raises ConfigurationError."""
    if not isinstance(given, Mapping):
        raise ConfigurationError("", "a scenario has keys: scenario, config, process, case, timeline, …")
    custom = custom_fields_of(given)
    with at_key("config"):
        configuration = read_configuration(given.get("config") or {}, custom)
    process = configuration.processes.get(str(given.get("process", "")))
    if process is None:
        raise ConfigurationError("process", f"there is no process “{given.get('process', '')}”")
    facts = facts_of(given, custom)
    with at_key("case"):
        state = case_of(given, facts[0].at, configuration, custom)
    with at_key("until"):
        until = instant_of(given["until"]) if given.get("until") is not None else None
    return process, configuration.organisation, state, facts, until


def read_expectations(given: Given) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Of milestones and of triggers. Raises ConfigurationError."""
    return each(given, "expect", _wanted), each(given, "expect_triggers", _wanted)


def _wanted(one: Given) -> dict[str, Any]:
    """An expectation in the words of what `simulate --json` prints."""
    wanted = {}
    for key, value in one.items():
        with at_key(key):
            wanted[_FOUND_AS.get(key, key)] = _comparable(key, value)
    return wanted


_FOUND_AS = {"elapsed": "elapsed_s", "stopped": "stopped_s", "remaining": "remaining_s"}
_DATES = ("start_date", "target_date", "completion_date", "cancelled_at", "due", "fired")


def _comparable(key: str, value: Any) -> Any:
    if value is None:
        return None
    text = str(value)
    if key in _DATES:
        return as_utc(instant_of(value))
    if key in _FOUND_AS:
        return -seconds_of(text[1:]) if text.startswith("-") else seconds_of(text)
    if key == "offset" and not text.endswith("%"):
        return f"{minutes_of(text)}m"
    return value


def _unlike(what: str, expected: Sequence[Given], found: Sequence[Given]) -> list[str]:
    """One line for each expectation that nothing meets."""
    mismatches = []
    for wanted in expected:
        if not any(_matches(wanted, row) for row in found):
            nearest = _nearest(wanted, found)
            shown = _shown(nearest) if nearest else "none such"
            mismatches.append(f"expected {what} {_shown(wanted)}; found {shown}")
    return mismatches


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
    with at_key("expect_count"):
        expected = dict(given.get("expect_count") or {})
    for name, wanted in expected.items():
        count = sum(row["milestone"] == name for row in milestones)
        if count != wanted:
            mismatches.append(f"expected {wanted} occurrences of {name}; found {count}")
    total = given.get("expect_trigger_count")
    if total is not None and total != len(triggers):
        mismatches.append(f"expected {total} triggers fired or skipped; found {len(triggers)}")
    return mismatches
