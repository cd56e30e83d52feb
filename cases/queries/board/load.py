"""The load: open work that is late or due by the close of business, against people."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import User
from django.db.models import Count, IntegerField, Q, QuerySet, Value

from cases.models import MilestoneStatus
from cases.models.case import CaseQuerySet
from cases.queries.board.duty import Duty
from cases.queries.chip_filters import OPEN, has_late_milestone, has_target
from cases.queries.moment import Moment
from cases.queries.worklist.around import Around

SHOWN = 12
NONE = Value(0, IntegerField())


@dataclass(slots=True)
class Work:
    """Cases that are late, that are due by the close of business, and how many of both nobody has."""

    late: int = 0
    due: int = 0
    unassigned: int = 0

    @property
    def all(self) -> int:
        return self.late + self.due

    def add(self, late: int, due: int, is_unassigned: bool) -> None:
        self.late += late
        self.due += due
        self.unassigned += (late + due) * is_unassigned


@dataclass(frozen=True, slots=True)
class QueueLoad:
    """`people` are those on duty, by name, or how many members it has where it has no rota."""

    queue: str
    work: Work
    on_duty: Sequence[str] | None
    members: int

    @property
    def people(self) -> int:
        return self.members if self.on_duty is None else len(self.on_duty)

    @property
    def each(self) -> float | None:
        """Work for each of them; None where there is nobody."""
        return round(self.work.all / self.people, 1) if self.people else None

    @property
    def is_left_alone(self) -> bool:
        """Work, and nobody to do it."""
        return not self.people and self.work.all > 0


@dataclass(frozen=True, slots=True)
class AgentLoad:
    """`username` is what the list is filtered by."""

    username: str
    name: str
    work: Work
    is_on_duty: bool


@dataclass(frozen=True, slots=True)
class Load:
    """The heaviest first. `more_queues` and `more_agents` are not shown."""

    queues: Sequence[QueueLoad]
    agents: Sequence[AgentLoad]
    more_queues: int
    more_agents: int


def load_of(cases: CaseQuerySet, moment: Moment, duty: Duty, around: Around) -> Load:
    """In one query; in two where somebody who has work is no longer of the desk."""
    by_queue: dict[str, Work] = defaultdict(Work)
    by_owner: dict[int, Work] = defaultdict(Work)
    for queue, owner, late, due in _counts(cases, moment):
        by_queue[queue or ""].add(late, due, owner is None)
        if owner is not None:
            by_owner[owner].add(late, due, False)
    by_agent = {name: by_owner[key] for key, name in _usernames(by_owner.keys(), around).items()}
    names = dict(around.people)
    queues = _queues(by_queue, duty, names)
    agents = _agents(by_agent, duty, names)
    return Load(queues[:SHOWN], agents[:SHOWN], max(0, len(queues) - SHOWN), max(0, len(agents) - SHOWN))


def _usernames(keys: Iterable[int], around: Around) -> dict[int, str]:
    known = {key: name for name, key in around.keys_of_people.items()}
    found = {key: known[key] for key in keys if key in known}
    if gone := [key for key in keys if key not in known]:
        found |= dict(User.objects.filter(pk__in=gone).values_list("pk", "username"))
    return found


def _counts(cases: CaseQuerySet, moment: Moment) -> QuerySet:
    """Queue, owner, how many are late, and how many are due by the close of business."""
    if moment.milestones:
        return _counts_by_milestone(cases.order_by().values_list("queue", "owner"), moment)
    close = moment.closes[0]
    violated = Q(milestone_status=MilestoneStatus.OPEN_VIOLATION)
    late, due = Q(next_target__lt=moment.now) | violated, Q(next_target__gte=moment.now) & ~violated
    # Apart, and without a word that `case_load` does not hold, so that it is counted from that index alone.
    soon = _counted(cases.filter(OPEN, next_target__lt=close), late, due)
    return soon.union(_counted(cases.filter(OPEN, violated, _not_before(close)), late, due), all=True)


def _counts_by_milestone(groups: QuerySet, moment: Moment) -> QuerySet:
    """All that have a target until then are counted as due, and taken off again where they are late.

    Looking at each whether it is late would cost more than all the rest: most are not.
    """
    due = has_target(moment, moment.now, moment.closes[0])
    late = groups.filter(OPEN, has_late_milestone(moment))
    late = late.annotate(late=Count(Value(1)), due=-Count(Value(1), filter=due))
    violated = late.filter(_not_before(moment.now), milestone_status=MilestoneStatus.OPEN_VIOLATION)
    are_due = groups.filter(OPEN, due).annotate(late=NONE, due=Count(Value(1)))
    return late.filter(next_target__lt=moment.now).union(violated, are_due, all=True)


def _not_before(at: datetime) -> Q:
    return Q(next_target__gte=at) | Q(next_target__isnull=True)


def _counted(cases: CaseQuerySet, late: Q, due: Q) -> QuerySet:
    groups = cases.order_by().values_list("queue", "owner")
    return groups.annotate(late=Count(Value(1), filter=late), due=Count(Value(1), filter=due))


def _queues(by_queue: Mapping[str, Work], duty: Duty, names: Mapping[str, str]) -> list[QueueLoad]:
    lines = [
        QueueLoad(
            queue,
            by_queue.get(queue) or Work(),
            sorted(names.get(one, one) for one in duty.on_duty[queue]) if queue in duty.on_duty else None,
            len(duty.members.get(queue, ())),
        )
        for queue in by_queue.keys() | duty.on_duty.keys()
    ]
    return sorted(lines, key=lambda one: (not one.is_left_alone, -(one.each or one.work.all), one.queue))


def _agents(by_agent: Mapping[str, Work], duty: Duty, names: Mapping[str, str]) -> list[AgentLoad]:
    """Who has work, and who is on duty and has none."""
    present = {person for people in duty.on_duty.values() for person in people}
    lines = [
        AgentLoad(one, names.get(one, one), by_agent.get(one) or Work(), one in present)
        for one in by_agent.keys() | present
    ]
    return sorted(lines, key=lambda one: (-one.work.late, -one.work.due, one.name.casefold()))
