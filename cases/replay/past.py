"""A case as it was created and what happened to it since, ready to be run again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from cases.replay.draft import Draft
from cases.replay.outcome import Flip, Outcome, flips_between, outcomes_of
from entitlements.core.definition import Process
from entitlements.core.facts import Fact
from entitlements.core.simulation import Simulated, simulate
from entitlements.core.state import CaseState


@dataclass(frozen=True)
class Chapter:
    """What happened while the case followed one process; the first fact may be what gave it that one."""

    process: str
    facts: Sequence[Fact]


@dataclass(frozen=True)
class Past:
    """`recorded` is what became of its milestones at the desk; None where it never was there.

    Without a `priority` its last one in the draft counts. `key` is the case's own in the database.
    """

    number: str
    state: CaseState
    chapters: Sequence[Chapter]
    recorded: Sequence[Outcome] | None = None
    priority: str | None = None
    key: int | None = None


@dataclass(frozen=True)
class Replayed:
    """One case under the draft beside what was recorded. `refused` are facts that the draft refuses."""

    past: Past
    priority: str
    drafted: Sequence[Outcome]
    refused: Sequence[str]

    @property
    def recorded(self) -> Sequence[Outcome]:
        return self.past.recorded or ()

    @property
    def flips(self) -> list[Flip]:
        return flips_between(self.recorded, self.drafted)


def processes_of(past: Past, draft: Draft) -> list[Process] | None:
    """What each chapter runs; None when the draft lacks one of them."""
    found = [draft.process(chapter.process) for chapter in past.chapters]
    known = [process for process in found if process is not None]
    return known if len(known) == len(found) else None


def run(past: Past, processes: Sequence[Process], draft: Draft, now: datetime) -> Replayed:
    """Let it all happen again, under a clock that never looks late, up to `now`."""
    looked = simulated(past, processes, draft, now)
    final = looked[-1]
    priority = final.state.texts.get("priority", "") if past.priority is None else past.priority
    return Replayed(
        replace(past, chapters=()),
        priority,
        outcomes_of(final.state.occurrences, now),
        [refusal.why for one in looked for refusal in one.refused],
    )


def simulated(past: Past, processes: Sequence[Process], draft: Draft, now: datetime) -> list[Simulated]:
    """A simulation for each chapter, which ends where the next begins."""
    state, looked = past.state, []
    begins = [chapter.facts[0].at for chapter in past.chapters[1:]]
    for chapter, process, end in zip(past.chapters, processes, [*begins, now], strict=True):
        looked.append(simulate(process, draft.organisation, state, chapter.facts, end))
        state = looked[-1].state
    return looked
