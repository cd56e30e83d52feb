"""An incident's events as facts, and the engine's looks at them, each at its own time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby

from cases.engine.evaluate import Refused, decide
from cases.engine.load import Loaded
from cases.incidents.configuration import ASSIGNED_TO
from cases.incidents.incident import Incident
from cases.incidents.log_event import LogEvent
from cases.incidents.names import NEW
from entitlements.core.changes import Change, Changes, Firing
from entitlements.core.engine import next_look
from entitlements.core.facts import Created, Fact, FieldsChanged
from entitlements.core.triggers import Agenda


def facts_of(incident: Incident) -> Iterator[Fact]:
    """It is opened as new and unassigned; each event then tells what has become different."""
    first = incident.first
    yield Created(first.opened_at, first.opened_by)
    before = opening_fields(first)
    for event in incident.events:
        after = _fields(event)
        changed = {name: value for name, value in after.items() if before[name] != value}
        if changed:
            yield FieldsChanged(max(event.at, first.opened_at), event.by, fields=changed)
        before = after


def opening_fields(first: LogEvent) -> dict[str, str]:
    """Priority and queue are those of the first event: a case is opened with them."""
    return {**_fields(first), "status": NEW, f"custom.{ASSIGNED_TO}": ""}


def _fields(event: LogEvent) -> dict[str, str]:
    return {
        "status": event.status,
        "priority": event.priority,
        "queue": event.queue,
        f"custom.{ASSIGNED_TO}": event.assigned_to,
    }


@dataclass
class _Looks:
    """What all looks together came to."""

    work: Loaded
    log: list[Change] = field(default_factory=list)
    firings: list[Firing] = field(default_factory=list)

    def look(self, facts: Sequence[Fact], now: datetime) -> None:
        changes = decide(self.work, facts, now)
        self.work.state = changes.state
        self.log += changes.log
        self.firings += changes.firings
        if changes.refused:
            raise Refused(" ".join(refusal.why for refusal in changes.refused))

    def catch_up(self, until: datetime) -> None:
        """Look at every moment that is planned before `until`."""
        while (planned := next_look(self.work.definition, self.work.state)) is not None:
            if planned >= until:
                return
            self.look((), planned)


def replay(work: Loaded, facts: Sequence[Fact], now: datetime) -> Changes:
    """Let the facts happen, looking at every planned moment, up to `now`: nothing is ever looked at late.

    Raises Refused.
    """
    looks = _Looks(work)
    begun = work.state
    for at, together in groupby(facts, key=lambda fact: fact.at):
        looks.catch_up(at)
        looks.look(tuple(together), at)
    looks.catch_up(now)
    agenda = Agenda(work.definition, work.state)
    changes = Changes(work.state, agenda, tuple(looks.log), tuple(looks.firings))
    work.state = begun
    return changes
