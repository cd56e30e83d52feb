"""Acknowledging an escalation: somebody takes it up, and nobody else is told."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from cases.engine.escalation_state import climb_of
from cases.engine.escalation_upkeep import PLANNED, end_escalation, event
from cases.engine.evaluate import Refused, learn, lock
from cases.models import Escalation, EscalationEnd
from cases.operations.actor import name_of
from entitlements.core.changes import Kind


class AlreadyEnded(Refused):
    """It has been acknowledged, or its matter is resolved. `str()` says by whom or how, and `at` when."""

    def __init__(self, escalation: Escalation) -> None:
        self.escalation = escalation
        super().__init__(how_it_ended(escalation))


class NoSuchEscalation(Refused):
    """There is no escalation with this key."""


def acknowledge_escalation(escalation_id: int, *, by: User, now: datetime) -> Escalation:
    """An agent has taken it up, in the desk.

    What was due before and has not been done is skipped. Raises AlreadyEnded and NoSuchEscalation.
    """
    return _acknowledge(escalation_id, name_of(by), "In the desk", by, now)


def acknowledge_by_link(escalation_id: int, *, name: str, by: User | None, now: datetime) -> Escalation:
    """Who got the mail has taken it up: a user of the desk, or somebody (`name`) at an address.

    Raises AlreadyEnded and NoSuchEscalation.
    """
    return _acknowledge(escalation_id, name_of(by) or name, "By the link in the mail", by, now)


def _acknowledge(escalation_id: int, name: str, how: str, by: User | None, now: datetime) -> Escalation:
    case_id = Escalation.objects.filter(pk=escalation_id).values_list("case_id", flat=True).first()
    if case_id is None:
        raise NoSuchEscalation("There is no such escalation.")
    with transaction.atomic():
        work = lock(case_id)
        _refuse_what_has_ended(escalation_id)
        learn(work, (), now)
        row = _refuse_what_has_ended(escalation_id)
        climb = climb_of(row, work, work.state)
        end_escalation(row, climb.steps_before(work.state.stops, now), now, now)
        row.ended_as, row.ended_by, row.ended_how = EscalationEnd.ACKNOWLEDGED, name[:254], how
        row.save(update_fields=PLANNED)
        event(work, Kind.ACKNOWLEDGED, now, now, name[:150], ladder=row.ladder, how=how).save()
        if by is not None:
            work.case.agent_changed_at = now
            work.case.save(update_fields=["agent_changed_at"])
    return row


def _refuse_what_has_ended(escalation_id: int) -> Escalation:
    row = Escalation.objects.get(pk=escalation_id)
    if row.ended_at is not None:
        raise AlreadyEnded(row)
    return row


def how_it_ended(row: Escalation) -> str:
    """In words, without the time."""
    if row.ended_as == EscalationEnd.ACKNOWLEDGED:
        return f"It has been acknowledged already, by {row.ended_by or 'somebody'}."
    return f"It has ended: {row.ended_how}."
