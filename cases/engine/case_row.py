"""The state of a case → its row."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.auth import get_user_model

from cases.engine.case_state import SAME_IN_BOTH, memory_of
from cases.engine.load import Loaded
from cases.models import Case
from entitlements.core.simulation import milestone_status
from entitlements.core.state import CaseState, State

KEPT_BY_NAME = ("status", "stage", "priority", "queue")
PLAIN_TEXTS = ("subject", "type", "origin")
CASE_FIELDS = [
    *SAME_IN_BOTH[1:],
    *KEPT_BY_NAME,
    *PLAIN_TEXTS,
    *("description", "owner", "account", "contact", "product", "entitlement", "process_version", "custom"),
    *(
        "is_stopped",
        "milestone_status",
        "next_target",
        "has_open_milestones",
        "revision",
        "memory",
        "set_aside",
    ),
]


def put_state(work: Loaded, state: CaseState) -> None:
    """Set the row's fields; nothing is written yet."""
    case = work.case
    for name in SAME_IN_BOTH:
        setattr(case, name, getattr(state, name))
    _put_texts(case, state)
    case.custom = {key: _plain(value) for key, value in state.custom.items()}
    running = [one for one in state.occurrences if one.state is State.RUNNING and one.target_date]
    case.is_stopped = state.is_stopped
    case.milestone_status = milestone_status(state.occurrences)
    case.next_target = min((one.target_date for one in running if one.target_date), default=None)
    case.has_open_milestones = any(one.is_open for one in state.occurrences)
    case.memory = memory_of(state)
    case.revision += 1
    case.set_aside = ""


def _put_texts(case: Case, state: CaseState) -> None:
    for name in KEPT_BY_NAME:
        setattr(case, f"{name}_id", state.texts.get(name) or None)
    for name in PLAIN_TEXTS:
        setattr(case, name, state.texts.get(name, ""))
    owner = state.texts.get("owner", "")
    if owner != (case.owner.get_username() if case.owner else ""):
        users = get_user_model()._default_manager
        case.owner = users.filter(username=owner).first() if owner else None


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value
