"""Many cases whose first response is late, each a second after the one before."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.db import connection

from cases.models import Case, CaseMilestone
from tests.factory import (
    NOON,
    first_response,
    make_case,
    make_customer,
    make_desk,
    make_process,
    make_user,
    violation,
)

LATE = NOON + timedelta(hours=3)
ACTIONS: tuple[dict[str, Any], ...] = (
    {"kind": "email", "to": ["lead@example.com"]},
    {"kind": "task", "subject": "Call", "assign_to": "ann"},
    {"kind": "notify", "to": ["ann"]},
    {"kind": "escalate"},
)
OF_CASE = ("created_at", "entry_date", "looked_at", "next_target")
OF_MILESTONE = ("came_at", "start_date", "target_date", "original_target", "due_at")


def late_cases(how_many: int, actions: Sequence[dict[str, Any]] = ACTIONS) -> None:
    """One made by the desk itself, the others like it. Each violation fires twice: at once and later."""
    make_desk()
    make_user("ann")
    row = first_response(60, triggers=[violation(0, *actions), violation(30)])
    first = make_case(account=make_customer(make_process("", row)), now=NOON)
    milestone = first.milestones.get()
    cases = [_like(first, OF_CASE, seconds, number=f"X-{seconds:06d}") for seconds in range(1, how_many)]
    Case.objects.bulk_create(cases)
    CaseMilestone.objects.bulk_create(
        _like(milestone, OF_MILESTONE, seconds, case=case) for seconds, case in enumerate(cases, 1)
    )


def _like(row: Any, moments: tuple[str, ...], seconds: int, **changes: Any) -> Any:
    values = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
    later = {name: values[name] + timedelta(seconds=seconds) for name in moments}
    if "case" in changes:
        values.pop("case_id")
    return type(row)(**{**values, **later, "id": None, **changes})


def database_url() -> str:
    """The database of this test, for processes of its own."""
    given = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{given['NAME']}"
    return f"postgresql://{given['USER']}@{given['HOST']}:{given['PORT']}/{given['NAME']}"
