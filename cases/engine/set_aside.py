"""A case that the engine cannot look at is set aside with its error, and the others go on."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TypeVar

from django.db import InterfaceError, OperationalError, transaction
from django.db.models import F

from cases.engine.evaluate import learn, lock
from cases.models import Case, CaseMilestone, Escalation, RuleClock

log = logging.getLogger(__name__)
Result = TypeVar("Result")

# The database was away or busy: that says nothing about the case, and the next look tries again.
PASSING = (OperationalError, InterfaceError)


def together_or_each(look: Callable[[Sequence[int]], Result], case_ids: Sequence[int]) -> list[Result]:
    """Look at all cases in one transaction of `look`; when that fails, at each alone.

    Raises OperationalError and InterfaceError: nothing is set aside because the database was away.
    """
    try:
        return [look(case_ids)]
    except PASSING:
        raise
    except Exception:
        log.exception("A batch of %d cases failed; looking at each alone", len(case_ids))
    return [result for case_id in case_ids for result in _alone(look, case_id)]


def _alone(look: Callable[[Sequence[int]], Result], case_id: int) -> list[Result]:
    try:
        return [look([case_id])]
    except PASSING:
        raise
    except Exception as fault:
        log.exception("Case %s is set aside", case_id)
        _set_aside(case_id, f"{type(fault).__name__}: {fault}")
        return []


def _set_aside(case_id: int, error: str) -> None:
    """Nothing of it is due any more, until somebody does something on it or it is taken up again."""
    with transaction.atomic():
        Case.objects.filter(pk=case_id).update(
            set_aside=error.replace("\x00", ""), enters_at=None, revision=F("revision") + 1
        )
        for model in (CaseMilestone, Escalation, RuleClock):
            model.objects.filter(case_id=case_id).update(due_at=None)


def take_up_again(case_id: int, now: datetime) -> None:
    """Look at a case that was set aside, once what was wrong is mended.

    Raises NoSuchCase, and the error anew if it is still there.
    """
    with transaction.atomic():
        learn(lock(case_id), (), now)
