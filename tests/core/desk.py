"""One case at a desk, for tests of the engine: `case.reply("09:30")`, then `case["First Response"].state`.

Times are on Monday 2 March 2026 in UTC: "09:30", "09:30:00.000001"; "3 09:30" is on the third of March.
Rows of the process are written as in a configuration file.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from entitlements.as_code.read import read_configuration
from entitlements.core.changes import Changes, Firing
from entitlements.core.engine import evaluate, next_look
from entitlements.core.facts import (
    AgentReplied,
    CompletedByHand,
    Created,
    CustomerWrote,
    EntitlementChanged,
    Fact,
    FieldsChanged,
    HoursChanged,
    PausedByInterface,
    ResumedByHand,
    ResumedByInterface,
    StoppedByHand,
)
from entitlements.core.simulation import milestone_status
from entitlements.core.state import CaseState, Occurrence, Promise

OFFICE = {"name": "Office", "time_zone": "UTC", "open": {"mon-fri": "09:00-17:00"}}
EVER = datetime(2000, 1, 1, tzinfo=UTC)


def t(text: str) -> datetime:
    """An instant of March 2026."""
    day, _, clock = text.rpartition(" ")
    return datetime.fromisoformat(f"2026-03-{int(day or 2):02}T{clock}").replace(tzinfo=UTC)


def row(milestone: str = "Resolution", minutes: int | None = 60, **keys: Any) -> dict[str, Any]:
    """One row of a process: completed by hand, unless something else is said."""
    return {"milestone": milestone, "complete_on": "manual", **keys} | (
        {"minutes": minutes} if minutes else {}
    )


class Case:
    """A case, looked at in time: at every planned moment and at every fact."""

    def __init__(
        self,
        *rows: Mapping[str, Any],
        at: str = "09:00",
        recurrence: str = "none",
        process: Mapping[str, Any] | None = None,
        settings: Mapping[str, Any] | None = None,
        promise: Promise | None = None,
        custom: tuple[tuple[str, str], ...] = (("due", "date"),),
        **fields: Any,
    ) -> None:
        names = dict.fromkeys(one["milestone"] for one in rows)
        configuration = read_configuration(
            {
                "settings": {"allow_pausing": True, **(settings or {})},
                "business_hours": [OFFICE],
                "milestones": [{"name": name, "recurrence": recurrence} for name in names],
                "entitlement_processes": [{"name": "P", "milestones": list(rows), **(process or {})}],
            },
            custom,
        )
        self.process = configuration.processes["P"]
        self.organisation = configuration.organisation
        own = {key: fields.pop(key) for key in dict(custom) if key in fields}
        self.state = CaseState(
            t(at),
            texts={name: str(value) for name, value in fields.items()},
            custom=own,
            promise=promise or Promise(EVER),
            case_hours=configuration.default_hours,
        )
        self.looks: list[Changes] = []
        self.happen(Created(t(at)))

    def happen(self, *facts: Fact, now: datetime | None = None) -> Case:
        """Let facts happen and look, at the moment of the last one if no other is said."""
        now = now or facts[-1].at
        while (planned := next_look(self.process, self.state)) is not None and planned < facts[0].at:
            self._look((), planned)
        self._look(facts, now)
        return self

    def look(self, at: str) -> Case:
        """A tick that comes when it comes, and once."""
        self._look((), t(at))
        return self

    def until(self, at: str) -> Case:
        """Ticks at every planned moment until then."""
        while (planned := next_look(self.process, self.state)) is not None and planned <= t(at):
            self._look((), planned)
        return self.look(at)

    def _look(self, facts: tuple[Fact, ...], now: datetime) -> None:
        self.looks.append(evaluate(self.process, self.organisation, self.state, facts, now))
        self.state = self.looks[-1].state

    def set(self, at: str, **fields: Any) -> Case:
        named = {
            f"custom.{name}" if name in dict(self.process.custom) else name: value
            for name, value in fields.items()
        }
        return self.happen(FieldsChanged(t(at), fields=named))

    def reply(self, at: str, learned: str = "") -> Case:
        return self.happen(AgentReplied(t(at)), now=t(learned or at))

    def message(self, at: str) -> Case:
        return self.happen(CustomerWrote(t(at)))

    def complete(self, at: str, milestone: str = "Resolution", number: int | None = None) -> Case:
        return self.happen(CompletedByHand(t(at), milestone=milestone, occurrence=number))

    def stop(self, at: str, reason: str = "a part is missing", until_customer_answers: bool = False) -> Case:
        return self.happen(StoppedByHand(t(at), "", reason, until_customer_answers))

    def resume(self, at: str) -> Case:
        return self.happen(ResumedByHand(t(at)))

    def pause(self, at: str) -> Case:
        return self.happen(PausedByInterface(t(at)))

    def unpause(self, at: str) -> Case:
        return self.happen(ResumedByInterface(t(at)))

    def close(self, at: str) -> Case:
        return self.set(at, status="Closed")

    def reopen(self, at: str) -> Case:
        return self.set(at, status="Working")

    def promised(self, at: str, promise: Promise | None, other_process: bool = False) -> Case:
        return self.happen(EntitlementChanged(t(at), promise=promise, other_process=other_process))

    def hours_edited(self, at: str) -> Case:
        return self.happen(HoursChanged(t(at)))

    def __getitem__(self, place: str | tuple[str, int]) -> Occurrence:
        """`case["Resolution"]` is the last occurrence, `case["Resolution", 1]` the first."""
        name, number = place if isinstance(place, tuple) else (place, 0)
        own = self.state.of(name)
        return next(one for one in own if one.number == number) if number else own[-1]

    def numbers(self, milestone: str = "Resolution") -> list[tuple[int, str]]:
        return [(one.number, str(one.state)) for one in self.state.of(milestone)]

    @property
    def firings(self) -> list[Firing]:
        return [firing for changes in self.looks for firing in changes.firings]

    @property
    def fired(self) -> list[tuple[str, str]]:
        """What fired or was skipped: kind with offset, and the clock's time of it."""
        return [(named(firing), clock(firing.at)) for firing in self.firings]

    @property
    def refused(self) -> list[str]:
        return [refusal.why for changes in self.looks for refusal in changes.refused]

    @property
    def status(self) -> str:
        return milestone_status(self.state.occurrences)

    def events(self, kind: str) -> list[dict[str, Any]]:
        return [dict(one.details) for changes in self.looks for one in changes.log if one.kind == kind]


def named(firing: Firing) -> str:
    words = [str(firing.trigger.kind), firing.trigger.offset or ""]
    if firing.outcome == "skipped":
        words.append("skipped")
    return " ".join(word for word in words if word)


def clock(instant: datetime | None) -> str:
    """The other way round: "09:30", with the day when it is not the second."""
    if instant is None:
        return "–"
    time = instant.time().isoformat("auto" if instant.second or instant.microsecond else "minutes")
    return time if instant.day == 2 else f"{instant.day} {time}"
