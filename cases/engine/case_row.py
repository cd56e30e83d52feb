"""The state of a case → its row."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.auth.models import User

from cases.engine.case_state import SAME_IN_BOTH, memory_of
from cases.engine.load import Loaded
from cases.models import Case
from entitlements.core.simulation import milestone_status
from entitlements.core.state import CaseState, State

KEPT_BY_NAME = ("status", "stage", "priority", "queue")
PLAIN_TEXTS = ("subject", "type", "origin")
REMEMBERED = ("tracks", "holds_since", "faults")


def put_state(work: Loaded, state: CaseState) -> tuple[str, ...]:
    """Set what differs on the row, and say which fields: they are still to be written."""
    case, before = work.case, work.state
    values = _always(case, state)
    if state.texts != before.texts:
        values |= _of_texts(case, state)
    values |= _of_engine(before, state)
    if state.custom != before.custom:
        values["custom"] = {key: _plain(value) for key, value in state.custom.items()}
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
    values = {
        name: value for name in SAME_IN_BOTH if (value := getattr(state, name)) != getattr(before, name)
    }
    if any(getattr(state, name) != getattr(before, name) for name in REMEMBERED):
        values["memory"] = memory_of(state)
    return values


def _of_texts(case: Case, state: CaseState) -> dict[str, Any]:
    texts = state.texts
    return {
        **{f"{name}_id": texts.get(name) or None for name in KEPT_BY_NAME},
        **{name: texts.get(name, "") for name in PLAIN_TEXTS},
        "owner_id": _owner(case, state),
    }


def _owner(case: Case, state: CaseState) -> int | None:
    """The owner's key. An assignment gave a name; one that nobody has means nobody, and is a fault."""
    name = state.texts.get("owner", "")
    if name == (case.owner.get_username() if case.owner else ""):
        return case.owner_id
    found = User.objects.filter(username=name).values_list("pk", flat=True).first() if name else None
    if name and found is None:
        state.faults["owner"] = f"It was to be assigned to “{name}”, but there is no such user."
    return found


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value
