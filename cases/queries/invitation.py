"""What the link in an escalation's mail asks, and whom."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.models import User

from cases.engine.acknowledge_link import Invitation
from cases.models import Escalation
from cases.operations.escalations import how_it_ended


class NotInvited(Exception):
    """The link asks somebody who has gone, or about what no longer exists. `str()` says so."""


@dataclass(frozen=True, slots=True)
class Invited:
    """`name` is how the desk will call who acknowledges. `ended` says how it has ended already, if it has."""

    escalation: Escalation
    name: str
    user: User | None
    level: int
    ended: str


def invited_by(link: Invitation) -> Invited:
    """Raises NotInvited."""
    row = Escalation.objects.filter(pk=link.escalation).select_related("case__account").first()
    if row is None:
        raise NotInvited("What this link was about no longer exists. Nothing was done.")
    user = User.objects.filter(pk=link.user).first() if link.user else None
    if link.user and (user is None or not user.is_active):
        raise NotInvited("This link was for somebody who no longer works at this desk. Nothing was done.")
    level = max(row.steps.values_list("level", flat=True), default=0)
    name = (user.get_full_name() or user.get_username()) if user else link.address
    return Invited(row, name, user, level, how_it_ended(row) if row.ended_at else "")
