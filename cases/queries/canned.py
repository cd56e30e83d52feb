"""Canned replies: those for a case, and one of them filled in."""

from __future__ import annotations

from functools import lru_cache
from uuid import UUID

from django.contrib.auth.models import User
from django.db.models import Q

from cases.engine.merge_values import values_of_agent, values_of_case
from cases.models import Case
from entitlements.core.merge_fields import filled
from entitlements.models import CannedReply

MOST = 300


def canned_replies_for(case: Case) -> list[CannedReply]:
    """Those of the desk and of the case's queue, by name. `case` is one that `load` takes."""
    known = _replies_at(case.revision_of_setup)  # type: ignore[attr-defined]
    return [one for one in known if one.queue_id in (None, case.queue_id)][:MOST]


@lru_cache(maxsize=2)
def _replies_at(revision: UUID | None) -> list[CannedReply]:
    """All of them, kept until Setup changes."""
    return list(CannedReply.objects.all())


def filled_reply(case: Case, reply_id: int, agent: User) -> str:
    """The words of one of them for this case and agent. Raises CannedReply.DoesNotExist."""
    reply = CannedReply.objects.filter(Q(queue__isnull=True) | Q(queue=case.queue_id)).get(pk=reply_id)
    return filled(reply.body, {**values_of_case(case), **values_of_agent(agent)})
