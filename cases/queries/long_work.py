"""What the engine works off in the background, batch after batch: rollouts and recalculations."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from cases.models import Recalculation, Rollout, RolloutState

SHOWN = 10
DONE = str(RolloutState.DONE.label)


@dataclass(frozen=True, slots=True)
class LongWork:
    """`done` of `total` cases have been looked at; `pk` is that of the rollout or recalculation."""

    kind: str
    pk: int
    name: str
    state: str
    started_at: datetime
    finished_at: datetime | None
    total: int
    done: int
    moved: int
    is_under_way: bool

    @property
    def percent(self) -> int:
        is_done = self.state == DONE or not self.total
        return 100 if is_done else min(100, self.done * 100 // self.total)


def long_work(shown: int = SHOWN) -> list[LongWork]:
    """What is under way first, then the latest."""
    rollouts = Rollout.objects.select_related("version__process")[:shown]
    recalculations = Recalculation.objects.select_related("business_hours")[:shown]
    found = [*map(of_rollout, rollouts), *map(of_recalculation, recalculations)]
    found.sort(key=lambda work: (work.is_under_way, work.started_at), reverse=True)
    return found[:shown]


def of_rollout(one: Rollout) -> LongWork:
    return LongWork(
        kind="rollout",
        pk=one.pk,
        name=f"{one.version.process}, version {one.version.number}, to open cases",
        state=RolloutState(one.state).label,
        started_at=one.started_at,
        finished_at=one.finished_at,
        total=one.total,
        done=one.looked_at,
        moved=one.targets,
        is_under_way=one.is_under_way,
    )


def of_recalculation(one: Recalculation) -> LongWork:
    return LongWork(
        kind="recalculation",
        pk=one.pk,
        name=f"Targets in the hours “{one.business_hours}”",
        state=DONE if one.finished_at else str(RolloutState.UNDER_WAY.label),
        started_at=one.started_at,
        finished_at=one.finished_at,
        total=one.total,
        done=one.cases,
        moved=one.moved,
        is_under_way=one.finished_at is None,
    )
