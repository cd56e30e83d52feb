"""What a plan does to open case milestones, for a page: how many of each kind, and the first of them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, fields
from datetime import datetime

from cases.queries.effect_words import in_a_sentence
from cases.queries.plan_cases import cases_in_question, looks
from cases.queries.plan_effects import Effect, Tally
from cases.queries.proposal import Proposed
from entitlements.as_code.difference import Change, to_make

SHOWN = 20


@dataclass
class Moves:
    """Of one cause. `first` are the first few."""

    tally: Tally = field(default_factory=Tally)
    first: list[Effect] = field(default_factory=list)

    def add(self, effects: Iterable[Effect]) -> None:
        found = list(effects)
        self.tally.cases += bool(found)
        for effect in found:
            self.tally.add(effect)
        self.first += found[: SHOWN - len(self.first)]

    def join(self, other: Moves) -> None:
        for name in (one.name for one in fields(Tally)):
            setattr(self.tally, name, getattr(self.tally, name) + getattr(other.tally, name))
        self.first += other.first[: SHOWN - len(self.first)]

    @property
    def words(self) -> str:
        return in_a_sentence(self.tally)

    @property
    def more(self) -> int:
        return self.tally.all - len(self.first)


@dataclass
class Summary:
    """`by_hours` moves whatever is chosen, `by_version` where open cases go over too.

    Of `in_question` cases `looked_at` have been looked at.
    """

    in_question: int
    looked_at: int = 0
    by_hours: Moves = field(default_factory=Moves)
    by_version: Moves = field(default_factory=Moves)


def summary_of(plan: Proposed, now: datetime, go_on: Callable[[], bool]) -> Summary:
    """As far as `go_on` lets."""
    summary = Summary(cases_in_question(plan).count())
    for look in looks(plan, now) if summary.in_question else ():
        summary.looked_at += 1
        summary.by_hours.add(look.by_hours)
        summary.by_version.add(look.by_version)
        if not go_on():
            break
    return summary


def added(summaries: Iterable[Summary]) -> Summary:
    """Several as one."""
    whole = Summary(0)
    for one in summaries:
        whole.in_question += one.in_question
        whole.looked_at += one.looked_at
        whole.by_hours.join(one.by_hours)
        whole.by_version.join(one.by_version)
    return whole


def fingerprint(changes: Iterable[Change]) -> str:
    """Tells a plan from another one."""
    said = [(str(one.kind), one.section, one.called, one.old, one.new) for one in to_make(changes)]
    return hashlib.sha256(json.dumps(said, default=str).encode()).hexdigest()
