"""An agent's own work: open cases by urgency, tasks, what is unread, and how the week went."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db.models import Count, F, Q, QuerySet
from django.utils import timezone

from cases.engine.load import READABLE, organisation
from cases.models import Case, CaseMilestone, Notification, Task, seen_by
from cases.queries.notifications import all_notifications_of
from cases.queries.worklist.line import Line, lines_of
from cases.queries.worklist.rows import met, missed

CASES, TASKS, NOTIFICATIONS, FOLLOWED = 20, 20, 6, 8


@dataclass(frozen=True, slots=True)
class Score:
    """Milestones met and missed; `name` is empty for all of them."""

    name: str
    met: int
    missed: int

    @property
    def compliance(self) -> int | None:
        """Met ÷ (met + missed), in percent, rounded down: 100 is said only when nothing was missed (§10)."""
        whole = self.met + self.missed
        return 100 * self.met // whole if whole else None


@dataclass(frozen=True, slots=True)
class Week:
    """From Monday in the viewer's zone until now, of the cases that the user owns."""

    since: datetime
    all: Score
    milestones: list[Score]


@dataclass(frozen=True, slots=True)
class MyWork:
    lines: list[Line]
    has_more: bool
    tasks: list[Task]
    followed: list[Case]
    unread: list[Notification]
    week: Week
    at_risk_percent: int


def read_my_work(user: User, now: datetime) -> MyWork:
    mine = READABLE.filter(is_closed=False, owner=user).next_due_first()
    cases = list(mine[: CASES + 1])
    unread = all_notifications_of(user).filter(read_at__isnull=True)
    return MyWork(
        lines=lines_of(cases[:CASES], now),
        has_more=len(cases) > CASES,
        tasks=list(tasks_of(user)[:TASKS]),
        followed=list(_followed_by(user)[:FOLLOWED]),
        unread=list(unread[:NOTIFICATIONS]),
        week=_week(user, now),
        at_risk_percent=organisation().at_risk_percent,
    )


def tasks_of(user: User) -> QuerySet[Task]:
    """Tasks that the user has still to do, the next due first, those without a date last."""
    mine = Task.objects.filter(seen_by(user, "case__"), assigned_to=user, done_at__isnull=True)
    return mine.select_related("case__account").order_by(F("due_at").asc(nulls_last=True), "pk")


def _followed_by(user: User) -> QuerySet[Case]:
    """Open cases of others that the user follows, the next due first."""
    others = Case.objects.visible_to(user).open().filter(team__user=user).exclude(owner=user)
    return others.next_due_first().select_related("owner", "account")


def _week(user: User, now: datetime) -> Week:
    """A milestone that ended this week is on a case that is open or was closed since."""
    today = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    since = today - timedelta(days=today.weekday())
    touched = Q(case__is_closed=False) | Q(case__closed_at__gte=since)
    rows = CaseMilestone.objects.filter(touched, case__owner=user).order_by("milestone__name")
    counted = rows.values("milestone__name").annotate(
        met=Count("pk", filter=met(now, since)), missed=Count("pk", filter=missed(now, since))
    )
    scores = [Score(row["milestone__name"], row["met"], row["missed"]) for row in counted]
    said = [score for score in scores if score.met or score.missed]
    return Week(since, Score("", sum(one.met for one in said), sum(one.missed for one in said)), said)
