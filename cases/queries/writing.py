"""Who is writing on a case, and what happened since somebody began to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import User

from cases.engine.merge_values import full_name
from cases.models import Case, Draft, MessageKind, seen_by
from cases.models.draft import WRITES_FOR
from cases.queries.delivered import Entry
from cases.queries.timeline import Timeline, timeline_of
from entitlements.core.changes import Kind

WHAT = {MessageKind.REPLY: "a reply", MessageKind.NOTE: "a note", MessageKind.CUSTOMER: "a message"}
TOLD = 5
NEWS = (Kind.REPLY, Kind.CUSTOMER_MESSAGE, Kind.NOTE, Kind.FIELD, Kind.CLOSED, Kind.REOPENED)


@dataclass(frozen=True, slots=True)
class Writing:
    """The user's own draft, what others did since it was saved, and who else is writing, in words."""

    draft: Draft | None
    news: list[Entry]
    others: str


def read_writing(case: Case, user: User, now: datetime, latest: Timeline) -> Writing:
    """`latest` is a page of the case's timeline, which tells the news if it has them."""
    drafts = list(Draft.objects.filter(case=case).select_related("user"))
    own = next((draft for draft in drafts if draft.user_id == user.pk), None)
    others = [draft for draft in drafts if draft.user_id != user.pk and draft.is_being_written(now)]
    return Writing(own, _news(case, own, user, now, latest) if own else [], in_words(others))


def who_writes(number: str, user: User, now: datetime) -> str:
    """Who else is writing on the case at this moment, in words; empty when nobody is."""
    drafts = Draft.objects.being_written(now).filter(case__number=number).exclude(user=user)
    return in_words(drafts.select_related("user"))


def read_who_writes(number: str, user: User, now: datetime) -> str:
    """The same of a case that the user may see; it is asked often. Raises Case.DoesNotExist.

    One light query; one more only while somebody writes.
    """
    drafted_at = Case.objects.values_list("drafted_at", flat=True).get(seen_by(user), number=number)
    somebody_writes = drafted_at is not None and drafted_at > now - WRITES_FOR
    return who_writes(number, user, now) if somebody_writes else ""


def in_words(drafts: Iterable[Draft]) -> str:
    """“Ada Byron is writing a reply and Bob is writing a note.”"""
    told = [f"{full_name(one.user)} is writing {WHAT[MessageKind(one.kind)]}" for one in drafts]
    return f"{' and '.join(told)}." if told else ""


def _news(case: Case, draft: Draft, user: User, now: datetime, latest: Timeline) -> list[Entry]:
    """What others did on the case since, the latest first."""
    if latest.show or not latest.from_top:
        latest = timeline_of(case, now)
    mine = user.get_username()
    return [one for one in latest.entries if one.at > draft.saved_at and one.kind in NEWS and one.by != mine][
        :TOLD
    ]
