"""Who follows a case."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from cases.engine.evaluate import Refused
from cases.models import Case, CaseFollower
from cases.operations.texts import check_text

MOST = 30


def follow_case(case_id: int, user: User, *, role: str = "", now: datetime) -> CaseFollower:
    """Put somebody into the case team, or give them another role. Raises Refused."""
    check_text("role", role, 60)
    if not user.is_active:
        raise Refused(f"{user.get_username()} does not work here any more.")
    with transaction.atomic():
        if not Case.objects.select_for_update().filter(pk=case_id).exists():
            raise Refused("There is no such case.")
        others = CaseFollower.objects.filter(case=case_id).exclude(user=user)
        if others.count() >= MOST:
            raise Refused(f"A case team has at most {MOST} people.")
        given = {"role": role.strip()}
        follower, _ = CaseFollower.objects.update_or_create(
            case_id=case_id, user=user, defaults=given, create_defaults={**given, "since": now}
        )
    return follower


def leave_case(case_id: int, user: User) -> None:
    """Raises Refused when the user is not in the team."""
    if not CaseFollower.objects.filter(case=case_id, user=user).delete()[0]:
        raise Refused("They are not in the case team.")
