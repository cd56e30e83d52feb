"""Taking cases: the most urgent one that nobody has, or a certain one."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from cases.engine.evaluate import Refused, learn, lock
from cases.models import Case
from cases.models.case import CaseQuerySet
from cases.operations.actor import name_of
from cases.operations.change import StalePage
from entitlements.core.facts import FieldsChanged
from entitlements.models import Queue


def workable_by(user: User) -> CaseQuerySet:
    """Open cases that run and that nobody has, of the queues that the user works or of none.

    Who works no queue may take from all that they see.
    """
    nobodys = Case.objects.visible_to(user).filter(is_closed=False, is_stopped=False, owner__isnull=True)
    memberships = Queue.members.through.objects.filter(user=user)
    own = Exists(memberships.filter(queue=OuterRef("queue_id")))
    return nobodys.filter(Q(queue__isnull=True) | own | ~Exists(memberships))


def take_next(cases: CaseQuerySet, *, by: User, now: datetime) -> Case | None:
    """Give the user the one of these cases that is due next and that nobody has; None when there is none.

    The row is locked by the very query that chooses it, and rows that somebody else holds are passed over:
    two who take at once never get the same.
    """
    with transaction.atomic():
        free = cases.next_due_first().select_for_update(skip_locked=True, of=("self",))
        chosen = free.only("pk").first()
        return _give(chosen.pk, by, now) if chosen is not None else None


def take_case(case_id: int, *, by: User, now: datetime) -> Case:
    """A certain one. Raises StalePage when somebody has it by now, Refused when it is closed."""
    with transaction.atomic():
        case = lock(case_id).case
        if case.is_closed:
            raise Refused(f"{case.number} is closed.")
        if case.owner is not None and case.owner != by:
            raise StalePage(f"{case.owner.get_full_name() or case.owner.get_username()} has {case.number}.")
        return case if case.owner == by else _give(case_id, by, now)


def _give(case_id: int, by: User, now: datetime) -> Case:
    work = lock(case_id)
    learn(work, [FieldsChanged(now, name_of(by), fields={"owner": by.get_username()})], now)
    return work.case
