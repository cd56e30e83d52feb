"""The load: open work that is late or due by the close of business, against people."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Count, Q

from cases.models.case import CaseQuerySet
from cases.queries.board.duty import Duty
from cases.queries.chip_filters import chip_filter
from cases.queries.moment import Moment

SHOWN = 12


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


def load_of(cases: CaseQuerySet, moment: Moment, duty: Duty, names: Mapping[str, str]) -> Load:
    """In one query. `names` are people's, by the names of their users."""
    by_queue: dict[str, Work] = defaultdict(Work)
    by_agent: dict[str, Work] = defaultdict(Work)
    for queue, owner, late, due in _counts(cases, moment):
        by_queue[queue or ""].add(late, due, owner is None)
        if owner is not None:
            by_agent[owner].add(late, due, False)
    queues = _queues(by_queue, duty, names)
    agents = _agents(by_agent, duty, names)
    return Load(queues[:SHOWN], agents[:SHOWN], max(0, len(queues) - SHOWN), max(0, len(agents) - SHOWN))


def _counts(cases: CaseQuerySet, moment: Moment) -> Iterable[tuple[str | None, str | None, int, int]]:
    late, due = chip_filter("late", moment), chip_filter("before-close", moment)
    groups = cases.order_by().filter(late | due).values_list("queue", "owner__username")
    return groups.annotate(late=Count("pk", filter=late), due=Count("pk", filter=due & Q(is_closed=False)))


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
