"""A case that the engine had set aside is taken up again."""

from __future__ import annotations

import logging
from datetime import datetime

from django.contrib.auth.models import User
from django.db import InterfaceError, OperationalError, transaction

from cases.engine.evaluate import Refused
from cases.engine.set_aside import take_up_again
from cases.models import Case, DeskKind
from cases.operations.record import record

log = logging.getLogger(__name__)


def take_up_case(case_id: int, *, by: User, now: datetime) -> None:
    """The engine looks at it anew. Raises Refused when it was not set aside, or fails again."""
    if not Case.objects.filter(pk=case_id).exclude(set_aside="").exists():
        raise Refused("This case is not set aside.")
    try:
        with transaction.atomic():
            take_up_again(case_id, now)
            record(case_id, DeskKind.TAKEN_UP, by=by, now=now)
    except (Refused, OperationalError, InterfaceError):
        raise
    except Exception as fault:
        log.exception("Case %s could not be taken up", case_id)
        raise Refused(f"It still fails: {type(fault).__name__}: {fault}") from fault
