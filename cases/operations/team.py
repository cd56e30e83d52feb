"""Who follows a case: its team, beside its owner."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from cases.engine.evaluate import NoSuchCase, Refused
from cases.engine.merge_values import full_name
from cases.models import Case, CaseFollower, DeskKind, Notification
from cases.models.visibility import those_who_see
from cases.operations.record import record
from cases.operations.texts import check_text
from cases.queries.people import WHOLE_NAME

MOST = 30
LONGEST_USERNAME = 150
LONGEST_ROLE = CaseFollower._meta.get_field("role").max_length or 0


def person_called(said: str) -> User:
    """Somebody of the desk by user name, else by whole name. Raises Refused."""
    name = " ".join(said.split())
    people = User.objects.filter(is_active=True)
    if named := people.filter(username=name[:LONGEST_USERNAME]).first():
        return named
    called = list(people.annotate(whole=WHOLE_NAME).filter(whole__iexact=name[:310])[:2])
    if len(called) > 1:
        raise Refused(f"Several people are called {called[0].get_full_name()}. Give the user’s name.")
    if not called:
        raise Refused(f"Nobody at this desk is called “{name[:60]}”.")
    return called[0]


def follower_called(case_id: int, username: str) -> User:
    """Somebody of the team, who may have left the desk. Raises Refused."""
    check_text("user name", username, LONGEST_USERNAME)
    found = User.objects.filter(followed_cases__case=case_id, username=username).first()
    if found is None:
        raise Refused("They are not in the case team any more.")
    return found


def follow_case(
    case_id: int, user: User, *, by: User, now: datetime, role: str | None = None
) -> CaseFollower:
    """Put somebody into the case team, or give them another role; without a role they keep theirs.

    Whom somebody else puts there is told. Twice is once. Raises Refused.
    """
    given = None if role is None else " ".join(role.split())
    check_text("role", given or "", LONGEST_ROLE)
    with transaction.atomic():
        case = _locked(case_id)
        _check_sees(case, user)
        follower = CaseFollower.objects.filter(case=case, user=user).first()
        if follower is not None and given in (None, follower.role):
            return follower
        is_new = follower is None
        follower = follower or CaseFollower(case=case, user=user, since=now)
        if is_new and CaseFollower.objects.filter(case=case).count() >= MOST:
            raise Refused(f"A case team has at most {MOST} people.")
        follower.role = given or ""
        follower.save()
        record(case.pk, DeskKind.TEAM_JOINED, by=by, now=now, who=full_name(user), role=follower.role)
        if is_new and by.pk != user.pk:
            _tell(case, follower, by, now)
    return follower


def leave_case(case_id: int, user: User, *, by: User, now: datetime) -> None:
    """Raises Refused when the user is not in the team."""
    with transaction.atomic():
        case = _locked(case_id)
        if not CaseFollower.objects.filter(case=case, user=user).delete()[0]:
            raise Refused(f"{full_name(user)} is not in the case team.")
        record(case.pk, DeskKind.TEAM_LEFT, by=by, now=now, who=full_name(user))


def _locked(case_id: int) -> Case:
    case = Case.objects.select_for_update().filter(pk=case_id).first()
    if case is None:
        raise NoSuchCase("There is no such case.")
    return case


def _check_sees(case: Case, user: User) -> None:
    if not user.is_active:
        raise Refused(f"{full_name(user)} does not work here any more.")
    if not User.objects.filter(those_who_see(case.queue_id, case.owner_id), pk=user.pk).exists():
        raise Refused(f"{full_name(user)} may not see this case, and so cannot follow it.")


def _tell(case: Case, follower: CaseFollower, by: User, now: datetime) -> None:
    role = f" as {follower.role}" if follower.role else ""
    text = f"{full_name(by)} put you into the team{role}: {case.number} {case.subject}"
    Notification.objects.create(user=follower.user, case=case, text=text[:300], created_at=now)
