"""What one change would do to the milestones of each of many cases: as sums, and case by case.

The engine itself says so; nothing is written.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.contrib.auth.models import User

from cases.engine.evaluate import decide
from cases.engine.load import READABLE, Loaded, load
from cases.models import Case
from cases.operations.bulk import BATCH, Bulk
from cases.queries.plan_effects import Effect, What, effects_between
from entitlements.core.state import CaseState, State

LISTED = 50
TIER, STOPS, RUNS_ON = "goes to another tier", "stops", "runs on"


@dataclass(frozen=True, slots=True)
class Move:
    """What becomes of one milestone, and whether it would be late on the spot."""

    milestone: str
    what: str
    old: datetime | None = None
    new: datetime | None = None
    late: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """One case: what moves on it, or why it would stay as it is."""

    case: Case
    moves: Sequence[Move] = ()
    is_so_already: bool = False
    refused: str = ""


@dataclass(slots=True)
class Effects:
    """The sums. `listed` are the first of the outcomes that say something, `unlisted` how many more do."""

    cases: int = 0
    changed: int = 0
    same: int = 0
    refused: int = 0
    late: int = 0
    moves: Counter[str] = field(default_factory=Counter)
    listed: list[Outcome] = field(default_factory=list)
    unlisted: int = 0

    def add(self, outcome: Outcome) -> None:
        self.cases += 1
        self.same += outcome.is_so_already
        self.refused += bool(outcome.refused)
        self.changed += not (outcome.is_so_already or outcome.refused)
        self.moves.update(move.what for move in outcome.moves)
        self.late += sum(move.late for move in outcome.moves)
        if outcome.moves or outcome.refused:
            if len(self.listed) < LISTED:
                self.listed.append(outcome)
            else:
                self.unlisted += 1

    @property
    def told(self) -> list[str]:
        """The sums of moves in words, the telling ones first."""
        return [f"{count} {_WORDS[what][count > 1]}" for what in _WORDS if (count := self.moves[what])]


_WORDS = {
    TIER: ("milestone goes to another tier", "milestones go to another tier"),
    What.EARLIER: ("target comes earlier", "targets come earlier"),
    What.LATER: ("target comes later", "targets come later"),
    What.OTHERWISE: ("target changes", "targets change"),
    STOPS: ("clock stops", "clocks stop"),
    RUNS_ON: ("clock runs on", "clocks run on"),
    What.COMPLETED: ("milestone is completed", "milestones are completed"),
    What.CANCELLED: ("milestone is cancelled", "milestones are cancelled"),
    What.NEW: ("milestone begins", "milestones begin"),
}


def read_effects(bulk: Bulk, case_ids: Sequence[int], user: User, now: datetime) -> Effects:
    """Batch after batch: memory stays flat."""
    effects = Effects()
    for start in range(0, len(case_ids), BATCH):
        cases = READABLE.filter(pk__in=case_ids[start : start + BATCH]).visible_to(user).order_by("pk")
        for work in load(list(cases)).values():
            effects.add(_outcome(bulk, work, user, now))
    return effects


def _outcome(bulk: Bulk, work: Loaded, user: User, now: datetime) -> Outcome:
    if bulk.is_so_already(work):
        return Outcome(work.case, is_so_already=True)
    changes = bulk.decided(work, user, now)
    if changes.refused:
        return Outcome(work.case, refused=" ".join(one.why for one in changes.refused))
    before = decide(work, (), now).state
    effects = list(effects_between(work.case.number, before, changes.state, now))
    return Outcome(work.case, [*_moves(effects), *_standstills(before, changes.state)])


def _moves(effects: Iterable[Effect]) -> Iterator[Move]:
    """A milestone that is cancelled while another occurrence of it begins has gone to another tier."""
    effects = list(effects)
    begun = {one.milestone: one for one in effects if one.what is What.NEW}
    replaced = {one.milestone for one in effects if one.what is What.CANCELLED} & begun.keys()
    for one in effects:
        if one.milestone not in replaced:
            yield Move(one.milestone, one.what, one.old, one.new, one.late)
        elif one.what is What.CANCELLED:
            new = begun[one.milestone]
            yield Move(one.milestone, TIER, one.old, new.new, new.late)


def _standstills(before: CaseState, after: CaseState) -> Iterator[Move]:
    was = {one.key: one for one in before.occurrences}
    for one in after.occurrences:
        old = was.get(one.key)
        if old is None or old.state is one.state or not one.is_open:
            continue
        if one.state is State.STOPPED:
            yield Move(one.milestone, STOPS, old.target_date)
        elif old.state is State.STOPPED:
            yield Move(one.milestone, RUNS_ON, None, one.target_date)
