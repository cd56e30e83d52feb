"""Which cases a person may see: the one rule for lists, pages, files, notifications and the API."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db.models import Exists, OuterRef, Q

from cases.roles import AGENTS, SUPERVISING, in_one_of, is_agent, is_shut_out, is_supervisor
from entitlements.models import Queue


def seen_by(user: User, path: str = "") -> Q:
    """What narrows a table to the cases that `user` may see; `path` leads from the table to the case.

    Supervisors and administrators see every case. An agent does not see those of a queue that is
    restricted to its members without being one, except their own. Others see none.
    """
    if is_supervisor(user):
        return Q()
    if not is_agent(user):
        return Q(**{f"{path}pk__in": []})
    if not is_shut_out(user):
        return Q()
    closed_to_them = Queue.objects.filter(is_restricted=True).exclude(members=user)
    return ~Q(**{f"{path}queue__in": closed_to_them}) | Q(**{f"{path}owner": user})


def those_who_see(queue: str | None, owner: int | None) -> Q:
    """`seen_by` from the other side: what narrows users to those who may see a case of this queue and owner.

    Who does not work here any more sees none.
    """
    supervises = Q(is_superuser=True) | in_one_of(*SUPERVISING)
    restricted = Queue.objects.filter(pk=queue, is_restricted=True)
    let_in = Q(pk=owner) | Q(Exists(restricted.filter(members=OuterRef("pk")))) | ~Q(Exists(restricted))
    return Q(is_active=True) & (supervises | in_one_of(AGENTS) & let_in)
