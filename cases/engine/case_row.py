"""The state of a case → its row."""

from __future__ import annotations

from collections.abc import Mapping
from operator import attrgetter
from typing import Any

from django.contrib.auth.models import User

from cases.engine.case_state import SAME_IN_BOTH, fit_for_json, memory_of
from cases.engine.load import Loaded
from cases.engine.recipients import Directory
from cases.models import Case
from entitlements.core.simulation import milestone_status
from entitlements.core.state import CaseState, State

KEPT_BY_NAME = ("status", "stage", "priority", "queue")
PLAIN_TEXTS = ("subject", "type", "origin")


def put_state(work: Loaded, state: CaseState, directory: Directory) -> tuple[str, ...]:
    """Set what differs on the row, and say which fields: they are still to be written."""
    case, before = work.case, work.state
    values = _always(case, state)
    if state.texts.get("owner") != before.texts.get("owner"):
        case.owner = _owner(state, directory)
        work.touched.add("owner_id")
    if state.texts != before.texts:
        values |= _of_texts(state.texts)
    values |= _of_engine(before, state)
    if state.custom != before.custom:
        values["custom"] = fit_for_json(state.custom)
    differing = {name: value for name, value in values.items() if getattr(case, name) != value}
    for name, value in differing.items():
        setattr(case, name, value)
    return tuple(sorted(differing.keys() | work.touched))


def _always(case: Case, state: CaseState) -> dict[str, Any]:
    """What is worked out anew at every look: for lists, and for pages that ask whether anything changed."""
    targets = [one.target_date for one in state.occurrences if one.state is State.RUNNING and one.target_date]
    return {
        "is_stopped": state.is_stopped,
        "milestone_status": milestone_status(state.occurrences),
        "next_target": min(targets, default=None),
        "has_open_milestones": any(one.is_open for one in state.occurrences),
        "revision": case.revision + 1,
        "set_aside": "",
    }


def _of_engine(before: CaseState, state: CaseState) -> dict[str, Any]:
    old, new = _same_in_both(before), _same_in_both(state)
    values = {name: now for name, was, now in zip(SAME_IN_BOTH, old, new, strict=True) if now != was}
    if _remembered(state) != _remembered(before):
        values["memory"] = memory_of(state)
    return values


_same_in_both = attrgetter(*SAME_IN_BOTH)
_remembered = attrgetter("tracks", "holds_since", "faults")


def _of_texts(texts: Mapping[str, str]) -> dict[str, Any]:
    return {
        **{f"{name}_id": texts.get(name) or None for name in KEPT_BY_NAME},
        **{name: texts.get(name, "") for name in PLAIN_TEXTS},
    }


def _owner(state: CaseState, directory: Directory) -> User | None:
    """An assignment gave a name. One that nobody has means nobody, and is a fault on the case."""
    name = state.texts.get("owner", "")
    found = directory.named(name) if name else None
    if name and found is None:
        state.faults["owner"] = f"It was to be assigned to “{name}”, but there is no such user."
    return found
