"""Everything on the page of one case."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import User

from cases.engine.load import Loaded
from cases.mail.outgoing import Addressed
from cases.models import Case, Task
from cases.queries.addressees import addressees_of
from cases.queries.canned import canned_replies_for
from cases.queries.conversation import Thread, tasks_of, thread_of
from cases.queries.escalations import EscalationPanel, panel_of
from cases.queries.people import Hands
from cases.queries.related import Related, related_to
from cases.queries.team import Team, read_hands_and_team
from cases.queries.timeline import Timeline, timeline_of
from cases.queries.tracker import Tracker, load_one, tracker_of
from cases.queries.writing import Writing, read_writing
from entitlements.core.definition import Organisation
from entitlements.models import CannedReply, Entitlement


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of a case's past the page shows: see `thread_of` and `timeline_of`."""

    messages_before: str = ""
    down_to: str = ""
    timeline: str = ""
    timeline_before: str = ""


LATEST = Wanted()


@dataclass(frozen=True, slots=True)
class CasePage:
    """`reopens_as` is the status of Reopen, `closes_as` that of Close; empty where there is none."""

    case: Case
    now: datetime
    tracker: Tracker
    escalations: EscalationPanel
    thread: Thread
    writing: Writing
    canned: Sequence[CannedReply]
    tasks: list[Task]
    related: Related
    timeline: Timeline
    entitlement_status: str
    closes_as: str
    reopens_as: str
    organisation: Organisation
    hands: Hands
    addressed: Addressed
    team: Team


def read_case_page(case: Case, user: User, now: datetime, wanted: Wanted = LATEST) -> CasePage:
    """`case` is what `read_case` gave."""
    work = load_one(case)
    hands, team = read_hands_and_team(case, user)
    timeline = timeline_of(case, now, wanted.timeline, wanted.timeline_before)
    return CasePage(
        case=case,
        now=now,
        tracker=tracker_of(work, now),
        escalations=panel_of(case, now),
        thread=thread_of(case, wanted.messages_before, wanted.down_to),
        writing=read_writing(case, user, now, timeline),
        canned=canned_replies_for(case),
        tasks=list(tasks_of(case)),
        related=related_to(case, user),
        timeline=timeline,
        entitlement_status=_status(case.entitlement, now),
        closes_as=closing_status(work.organisation),
        reopens_as=reopening_status(work),
        organisation=work.organisation,
        hands=hands,
        addressed=addressees_of(case, hands),
        team=team,
    )


def closing_status(organisation: Organisation) -> str:
    """The first status that closes."""
    return next((status.name for status in organisation.statuses if status.closed), "")


def reopening_status(work: Loaded) -> str:
    """Where the case's own status leads, else the first open one that is in work, else the default."""
    organisation = work.organisation
    leads = organisation.status_named(work.case.status_id).on_customer_message
    working = [
        status.name
        for status in organisation.statuses
        if not (status.closed or status.stops_clock or status.default)
    ]
    return next((name for name in (leads, *working) if name), organisation.default_status)


def _status(entitlement: Entitlement | None, now: datetime) -> str:
    return entitlement.status(now.date()) if entitlement else ""
