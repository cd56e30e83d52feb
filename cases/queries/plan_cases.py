"""The open case milestones that a change of Setup would move.

The engine itself says so; nothing is written.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Q

from cases.engine.load import Loaded, load_cases, read_replies
from cases.engine.recalculate import counting_in
from cases.models import Case, CaseMilestone
from cases.models.case import CaseQuerySet
from cases.queries.plan_effects import Effect, effects_between
from cases.queries.proposal import Proposed
from entitlements.core.clock import hours_of
from entitlements.core.definition import Process, ProcessMilestone
from entitlements.core.engine import evaluate
from entitlements.core.facts import Fact, HoursChanged, VersionApplied
from entitlements.core.state import CaseState
from entitlements.models import VersionState

BATCH = 200


@dataclass(frozen=True, slots=True)
class Look:
    """One case: what other hours move for certain, and what the new version would do after that."""

    by_hours: Sequence[Effect]
    by_version: Sequence[Effect]


def cases_in_question(plan: Proposed) -> CaseQuerySet:
    """Under way, and counting in hours that change, or not on the version that would be published."""
    under_way = Case.objects.filter(Q(is_closed=False) | Q(has_open_milestones=True))
    counting = CaseMilestone.objects.open().filter(counting_in(business_hours__name__in=plan.changed_hours))
    in_hours = Q(pk__in=counting.values("case")) if plan.changed_hours else Q(pk__in=[])
    behind = Q(process_version__process__name__in=plan.new_definitions) & ~Q(
        process_version__state=VersionState.PUBLISHED
    )
    changed = Q(process_version__process__name__in=plan.changed_processes)
    return under_way.filter(in_hours | behind | changed)


def looks(plan: Proposed, now: datetime) -> Iterator[Look]:
    """One for each case in question, batch after batch: memory stays flat."""
    in_question, after = cases_in_question(plan).order_by("pk"), 0
    while keys := list(in_question.filter(pk__gt=after).values_list("pk", flat=True)[:BATCH]):
        works = load_cases(keys)
        if plan.new_definitions:
            read_replies({key: work for key, work in works.items() if not work.state.replies})
        for work in works.values():
            yield _Trial(work, plan, now).look()
        after = keys[-1]


class _Trial:
    """One case, evaluated as it is, then in the new hours, then on the new version."""

    def __init__(self, work: Loaded, plan: Proposed, now: datetime) -> None:
        self._work, self._plan, self._now = work, plan, now

    def look(self) -> Look:
        definition = self._work.definition
        today = self._evaluated(definition, self._work.state)
        in_new_hours = today
        if self._counts_in_changed_hours(today):
            definition = replace(definition, rows=tuple(map(self._in_new_hours, definition.rows)))
            in_new_hours = self._evaluated(definition, self._moved(today), HoursChanged(self._now))
        by_hours = self._effects(today, in_new_hours)
        new = self._plan.new_definitions.get(definition.name)
        if new is None or new.version == definition.version:
            return Look(by_hours, ())
        moved = self._evaluated(definition, in_new_hours, VersionApplied(self._now, definition=new))
        return Look(by_hours, self._effects(in_new_hours, moved))

    def _evaluated(self, definition: Process, state: CaseState, *facts: Fact) -> CaseState:
        return evaluate(definition, self._work.organisation, state, facts, self._now).state

    def _effects(self, before: CaseState, after: CaseState) -> list[Effect]:
        return list(effects_between(self._work.case.number, before, after, self._now))

    def _counts_in_changed_hours(self, state: CaseState) -> bool:
        changed = self._plan.changed_hours
        return bool(changed) and any(
            one.is_open and hours_of(one.row, state).name in changed for one in state.occurrences
        )

    def _in_new_hours(self, row: ProcessMilestone) -> ProcessMilestone:
        new = self._plan.changed_hours.get(row.hours.name)
        return row if new is None else replace(row, hours=new)

    def _moved(self, state: CaseState) -> CaseState:
        """The same with the new hours; what is finished keeps those with which it was counted."""
        new = state.copy()
        new.case_hours = self._plan.changed_hours.get(state.case_hours.name, state.case_hours)
        for one in new.occurrences:
            if one.is_open:
                one.row = self._in_new_hours(one.row)
        return new
