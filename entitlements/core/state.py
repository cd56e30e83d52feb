"""The state of one case as the engine sees it: its fields, stops, runs through the process and occurrences.

`cases.engine` builds a `CaseState` from rows, the simulator from a scenario. The engine works on a copy.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from enum import StrEnum
from operator import attrgetter

from entitlements.core.calendar import ALWAYS, Timeline
from entitlements.core.definition import ProcessMilestone


class State(StrEnum):
    """States of an occurrence (§10)."""

    PENDING = "pending"
    RUNNING = "running"
    STOPPED = "stopped"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


OPEN = frozenset({State.PENDING, State.RUNNING, State.STOPPED})
STARTED = frozenset({State.RUNNING, State.STOPPED})


class StopKind(StrEnum):
    """Who made the clock stand still; each kind ends by its own means (§7.1)."""

    HAND = "hand"
    STATUS = "status"
    INTERFACE = "interface"
    MILESTONE = "milestone"


@dataclass(slots=True)
class Stop:
    """A period in which clocks stand still; `until` is None while it lasts."""

    kind: StopKind
    since: datetime
    until: datetime | None = None
    reason: str = ""
    by: str = ""
    until_customer_answers: bool = False
    key: int | None = None

    def copy(self) -> Stop:
        """A twin, where it can still change: one that has ended never does."""
        return self if self.until is not None else Stop(*_PARTS_OF_STOP(self))


_PARTS_OF_STOP = attrgetter(*(part.name for part in fields(Stop)))


@dataclass(slots=True)
class Occurrence:
    """One occurrence of a milestone on one case: the running clock.

    `came_at` is when it came into being, `start_date` when its clock starts. `target_date` is None while it
    is stopped and while its formula has not yet succeeded. `held` marks a pending one whose start has come
    while what completes it already holds (§4.5). `field_start` is the date that a start field held when it
    gave the start. `settled` holds the keys of triggers that fired or were skipped. `extension` are the
    minutes that a supervisor added; `waived_at` is when one gave it up (§11). `priority_at_start` and
    `queue_at_start` are the case's when the occurrence came into being: how it went is compared by them, for
    what the case has later may be a consequence of being late.
    """

    row: ProcessMilestone
    number: int
    run: int
    came_at: datetime
    start_date: datetime
    state: State = State.PENDING
    minutes: int | None = None
    target_date: datetime | None = None
    original_target: datetime | None = None
    violated_at: datetime | None = None
    completion_date: datetime | None = None
    cancelled_at: datetime | None = None
    reason: str = ""
    held: bool = False
    born_late: bool = False
    field_start: datetime | None = None
    error: str = ""
    extension: int = 0
    waived_at: datetime | None = None
    priority_at_start: str = ""
    queue_at_start: str = ""
    pauses: list[Stop] = field(default_factory=list)
    settled: set[str] = field(default_factory=set)
    key: int | None = None

    @property
    def milestone(self) -> str:
        return self.row.milestone

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def has_started(self) -> bool:
        return self.state in STARTED

    @property
    def never_ran(self) -> bool:
        """Pending, or cancelled while it was."""
        if self.state is State.CANCELLED:
            return self.held or (self.cancelled_at is not None and self.cancelled_at < self.start_date)
        return self.state is State.PENDING

    @property
    def is_violated(self) -> bool:
        return self.violated_at is not None

    @property
    def is_waived(self) -> bool:
        return self.waived_at is not None

    @property
    def promised(self) -> timedelta | None:
        """The whole of its time: the target's minutes and what was added to them. None without minutes."""
        return None if self.minutes is None else timedelta(minutes=self.minutes + self.extension)

    def copy(self) -> Occurrence:
        twin = Occurrence(*_PARTS_OF_OCCURRENCE(self))
        twin.pauses = [pause.copy() for pause in self.pauses]
        twin.settled = set(self.settled)
        return twin


_PARTS_OF_OCCURRENCE = attrgetter(*(part.name for part in fields(Occurrence)))


@dataclass(slots=True)
class Track:
    """What the engine remembers of one milestone on one case between two looks.

    `tier` is the key of the row that is the tier now, `since` the moment from which, or of the last
    completion, `ticket` whether an Independent one may start, `blocked` whether it waits for what completes
    it to end.
    """

    tier: str | None = None
    since: datetime | None = None
    ticket: bool = False
    blocked: bool = False

    def copy(self) -> Track:
        return Track(self.tier, self.since, self.ticket, self.blocked)


@dataclass(frozen=True, slots=True)
class Promise:
    """The entitlement of the case: half-open [starts_at, ends_at), and whether its process is active."""

    starts_at: datetime
    ends_at: datetime | None = None
    process_is_active: bool = True

    def holds(self, at: datetime) -> bool:
        return self.process_is_active and self.starts_at <= at and (self.ends_at is None or at < self.ends_at)


@dataclass(slots=True)
class CaseState:
    """Everything that `evaluate` may look at.

    `texts` are the case's text fields by name, `related` the values of account, contact, entitlement and
    product names, `custom` the custom fields. `run` counts the runs through a process (0: never entered),
    `entry_date` is the current run's or None outside; `enters_at` is a planned entry. `holds_since` tells
    since when the completion criteria of No Recurrence rows have held. `looked_at` is the last look.
    """

    created_at: datetime
    texts: dict[str, str] = field(default_factory=dict)
    related: dict[str, str] = field(default_factory=dict)
    custom: dict[str, object] = field(default_factory=dict)
    closed_at: datetime | None = None
    first_response_at: datetime | None = None
    last_agent_reply_at: datetime | None = None
    last_customer_message_at: datetime | None = None
    is_closed: bool = False
    is_escalated: bool = False
    escalation_level: int = 0
    reopen_count: int = 0
    awaiting_reply: bool = False
    replies: list[datetime] = field(default_factory=list)
    stops: list[Stop] = field(default_factory=list)
    promise: Promise | None = None
    case_hours: Timeline = ALWAYS
    run: int = 0
    first_run_of_process: bool = True
    entry_date: datetime | None = None
    enters_at: datetime | None = None
    occurrences: list[Occurrence] = field(default_factory=list)
    tracks: dict[str, Track] = field(default_factory=dict)
    holds_since: dict[str, datetime] = field(default_factory=dict)
    faults: dict[str, str] = field(default_factory=dict)
    looked_at: datetime | None = None

    @property
    def is_stopped(self) -> bool:
        return any(stop.until is None for stop in self.stops)

    @property
    def in_process(self) -> bool:
        return self.entry_date is not None

    def open_stop(self, kind: StopKind) -> Stop | None:
        return next((stop for stop in self.stops if stop.kind is kind and stop.until is None), None)

    def of(self, milestone: str) -> list[Occurrence]:
        """The occurrences of one milestone, in order of number."""
        return [occurrence for occurrence in self.occurrences if occurrence.row.milestone == milestone]

    def date(self, name: str) -> datetime | None:
        """A date-time field of the case by its name; None when it is empty or not a date-time."""
        in_custom = name.startswith("custom.")
        value = self.custom.get(name.removeprefix("custom.")) if in_custom else getattr(self, name, None)
        return value if isinstance(value, datetime) else None

    def copy(self) -> CaseState:
        """A twin that can be changed without touching this one."""
        twin = CaseState(*_PARTS_OF_CASE(self))
        twin.texts, twin.related, twin.custom = dict(self.texts), dict(self.related), dict(self.custom)
        twin.replies = list(self.replies)
        twin.stops = [stop.copy() for stop in self.stops]
        twin.occurrences = [occurrence.copy() for occurrence in self.occurrences]
        twin.tracks = {name: track.copy() for name, track in self.tracks.items()}
        twin.holds_since, twin.faults = dict(self.holds_since), dict(self.faults)
        return twin


_PARTS_OF_CASE = attrgetter(*(part.name for part in fields(CaseState)))

DATE_FIELDS = (
    "created_at",
    "closed_at",
    "first_response_at",
    "last_agent_reply_at",
    "last_customer_message_at",
)
