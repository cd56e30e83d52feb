"""Canned replies: those for a case, and one of them filled in."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db.models import Q, QuerySet

from cases.engine.merge_values import values_of_agent, values_of_case
from cases.models import Case
from entitlements.core.merge_fields import filled
from entitlements.models import CannedReply

MOST = 300


def canned_replies_for(case: Case) -> QuerySet[CannedReply]:
    """Those of the desk and of the case's queue, by name."""
    everybodys = Q(queue__isnull=True)
    own = Q(queue=case.queue_id) if case.queue_id else Q(pk__in=[])
    return CannedReply.objects.filter(everybodys | own)[:MOST]


def filled_reply(case: Case, reply_id: int, agent: User) -> str:
    """The words of one of them for this case and agent. Raises CannedReply.DoesNotExist."""
    reply = CannedReply.objects.filter(Q(queue__isnull=True) | Q(queue=case.queue_id)).get(pk=reply_id)
    return filled(reply.body, {**values_of_case(case), **values_of_agent(agent)})
