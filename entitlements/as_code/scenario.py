"""A scenario: a configuration, one case and what happens to it, and what is expected of its milestones."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from entitlements.as_code.expectations import Expectations, read_expectations
from entitlements.as_code.fields import instant_of
from entitlements.as_code.keys import ConfigurationError, Given, at_key
from entitlements.as_code.read import read_configuration
from entitlements.as_code.timeline import case_of, custom_fields_of, facts_of
from entitlements.core.definition import Organisation, Process
from entitlements.core.facts import Fact
from entitlements.core.simulation import (
    Simulated,
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
    return outcome_of(given, simulate(*read_scenario(given)), read_expectations(given))


def outcome_of(given: Given, simulated: Simulated, expectations: Expectations) -> dict[str, Any]:
    """What came of a scenario, held against its expectations, as `simulate --json` prints it."""
    milestones, triggers = milestones_as_json(simulated), triggers_as_json(simulated)
    mismatches = expectations.unmet(milestones, triggers)
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
