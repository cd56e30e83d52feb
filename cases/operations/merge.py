"""A duplicate goes into the case that it repeats."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Coalesce

from cases.engine.evaluate import Refused, learn
from cases.engine.load import Loaded, load, lock_cases
from cases.models import Case, CaseFollower, CaseLink, DeskKind, Draft, LinkKind, Message, MessageKind, Task
from cases.operations.actor import name_of
from cases.operations.record import record
from entitlements.core.facts import FieldsChanged


def merge_case(case_id: int, into: Case, *, by: User, now: datetime) -> Case:
    """What was said and is to be done on the case moves; the case is closed, with a link. Raises Refused.

    Words move, clocks do not: a reply counts for the milestones of the case on which it was written.
    """
    if case_id == into.pk:
        raise Refused("A case is not merged into itself.")
    with transaction.atomic():
        works = load(lock_cases([case_id, into.pk]))
        source, target = works[case_id].case, works[into.pk].case
        _refuse(source, target)
        moved = _move(source, target)
        _keep_description(source, target)
        CaseLink.objects.get_or_create(
            case=source, other=target, kind=LinkKind.DUPLICATE, defaults={"at": now, "by": name_of(by)}
        )
        Case.objects.filter(pk=source.pk).update(merged_into=target)
        _close(works[case_id], by, now)
        record(source.pk, DeskKind.MERGED_INTO, by=by, now=now, other=target.number, **moved)
        record(target.pk, DeskKind.MERGED_HERE, by=by, now=now, other=source.number, **moved)
    return target


def _refuse(source: Case, target: Case) -> None:
    if source.merged_into_id is not None:
        raise Refused(f"{source.number} has been merged already.")
    if target.merged_into_id is not None:
        raise Refused(f"{target.number} has itself been merged into another case. Merge into that one.")
    if target.is_closed:
        raise Refused(f"{target.number} is closed. Reopen it first, or merge it into this case.")
    if None not in (source.account_id, target.account_id) and source.account_id != target.account_id:
        raise Refused("These cases are of different accounts. Link them instead.")


def _move(source: Case, target: Case) -> dict[str, int]:
    """How many of each have moved. Drafts go with it where their writer has none on the other case."""
    written_on = Coalesce(F("moved_from"), F("case"))
    messages = Message.objects.filter(case=source).update(moved_from=written_on, case=target)
    tasks = Task.objects.filter(case=source, done_at=None).update(case=target)
    busy = Draft.objects.filter(case=target).values("user")
    Draft.objects.filter(case=source).exclude(user__in=busy).update(case=target)
    _take_team_along(source, target)
    return {"messages": messages, "tasks": tasks}


def _take_team_along(source: Case, target: Case) -> None:
    """Who follows a case goes on where it goes on."""
    CaseFollower.objects.bulk_create(
        (
            CaseFollower(case=target, user_id=one.user_id, role=one.role, since=one.since)
            for one in CaseFollower.objects.filter(case=source)
        ),
        ignore_conflicts=True,
    )


def _keep_description(source: Case, target: Case) -> None:
    """The source's own first words become a message of the other case."""
    if source.description:
        Message.objects.create(
            case=target,
            kind=MessageKind.CUSTOMER,
            contact=source.contact,
            body=f"**{source.subject}**\n\n{source.description}",
            at=source.created_at,
            moved_from=source,
        )


def _close(work: Loaded, by: User, now: datetime) -> None:
    closed = next((one.name for one in work.organisation.statuses if one.closed), "")
    if not closed:
        raise Refused("No status closes a case. An administrator can make one in Setup.")
    if not work.case.is_closed:
        learn(work, [FieldsChanged(now, name_of(by), fields={"status": closed})], now)
