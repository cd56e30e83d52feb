"""What happened on a case that no clock cares about: an event, and a new revision for whoever looks."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.db.models import F

from cases.models import Case, CaseEvent, DeskKind
from cases.operations.actor import name_of


def record(case_id: int, kind: DeskKind, *, by: User | None, now: datetime, **details: Any) -> None:
    """Call it inside the transaction of what happened."""
    CaseEvent.objects.create(
        case_id=case_id, kind=kind, at=now, recorded_at=now, by=name_of(by), details=details
    )
    Case.objects.filter(pk=case_id).update(revision=F("revision") + 1)
