"""Escalations in words: on the page of a case, in the list of open ones, and behind the link in a mail."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.contrib.auth.models import User

from cases.engine.recipients import Directory
from cases.models import Case, Escalation, EscalationEnd, EscalationStep, RuleClock, StepOutcome, seen_by
from cases.queries.words import span
from entitlements.core.ladder import Step

SHOWN = 200
IN_WORDS = {
    "owner": "the owner",
    "queue": "the queue",
    "team": "the case team",
    "on_duty": "who is on duty",
    "supervisors": "the supervisors",
    "contact": "the contact",
}


@dataclass(frozen=True, slots=True)
class StepLine:
    """One step that was taken or skipped, in words."""

    due: datetime
    what: str
    who: str
    note: str
    is_skipped: bool
    late: str


@dataclass(frozen=True, slots=True)
class Card:
    """One escalation. `next_who` says whom the next step will tell, with the names as things stand."""

    row: Escalation
    level: int
    levels: int
    steps: list[StepLine]
    next_step: Step | None
    next_who: str
    state: str

    @property
    def is_open(self) -> bool:
        return self.row.ended_at is None

    @property
    def tone(self) -> str:
        if self.is_open:
            return "late"
        return "met" if self.row.ended_as == EscalationEnd.ACKNOWLEDGED else "cancelled"


@dataclass(frozen=True, slots=True)
class EscalationPanel:
    """What the page of a case shows: its escalations, the open ones first, and what the rule has done."""

    cards: list[Card] = field(default_factory=list)
    aged: list[StepLine] = field(default_factory=list)
    clock: RuleClock | None = None

    @property
    def is_empty(self) -> bool:
        return not (self.cards or self.aged or self.clock)


def panel_of(case: Case, now: datetime) -> EscalationPanel:
    rows = list(Escalation.objects.filter(case=case).order_by("-started_at", "-pk"))
    clock = RuleClock.objects.filter(case=case).first()
    steps = list(EscalationStep.objects.filter(case=case)) if rows or clock else []
    cards = _cards(rows, steps, now)
    cards.sort(key=lambda card: not card.is_open)
    aged = [_line(one) for one in steps if one.escalation_id is None][::-1]
    return EscalationPanel(cards, aged, clock if clock and clock.due_at else None)


def open_escalations(user: User, now: datetime) -> list[Card]:
    """Those on cases that the user may see, the longest open first; two hundred at most."""
    open_ones = Escalation.objects.open().filter(seen_by(user, "case__"))
    rows = list(open_ones.select_related("case__owner", "case__account").order_by("started_at", "pk")[:SHOWN])
    steps = EscalationStep.objects.filter(escalation__in=rows)
    return _cards(rows, list(steps), now)


def _cards(rows: Sequence[Escalation], steps: Iterable[EscalationStep], now: datetime) -> list[Card]:
    taken: dict[int | None, list[EscalationStep]] = defaultdict(list)
    for step in steps:
        taken[step.escalation_id].append(step)
    directory = Directory(now)
    return [_card(row, taken[row.pk], directory, now) for row in rows]


def _card(row: Escalation, steps: list[EscalationStep], directory: Directory, now: datetime) -> Card:
    ladder = row.value()
    coming = ladder.step(row.done) if row.ended_at is None else None
    return Card(
        row=row,
        level=max((one.level for one in steps if one.outcome == StepOutcome.FIRED), default=0),
        levels=len(ladder.levels),
        steps=[_line(one) for one in steps][::-1],
        next_step=coming,
        next_who=_whom(coming, row.case, directory) if coming else "",
        state=_state(row, now),
    )


def _state(row: Escalation, now: datetime) -> str:
    if row.ended_at is None:
        return "Nobody has acknowledged it"
    if row.ended_as == EscalationEnd.ACKNOWLEDGED:
        return f"Acknowledged by {row.ended_by or 'somebody'} after {span(row.ended_at - row.started_at)}"
    return f"Resolved: {row.ended_how}"


def _whom(step: Step, case: Case, directory: Directory) -> str:
    """“who is on duty (Ada Byron), lead@example.com”."""
    return ", ".join(_named(name, case, directory) for name in step.who.to)


def _named(name: str, case: Case, directory: Directory) -> str:
    if "@" in name or name == "contact":
        return IN_WORDS.get(name, name)
    people = [user.get_full_name() or user.get_username() for user in directory.users([name], case)]
    if name not in IN_WORDS:
        return people[0] if people else f"{name} (gone)"
    if not people:
        return f"{IN_WORDS[name]} (nobody now)"
    more = f" and {len(people) - 3} more" if len(people) > 3 else ""
    return f"{IN_WORDS[name]} ({', '.join(people[:3])}{more})"


def _line(step: EscalationStep) -> StepLine:
    late = step.fired_at - step.due
    return StepLine(
        due=step.due,
        what=_what(step),
        who=", ".join(step.told) or "nobody",
        note=step.note,
        is_skipped=step.outcome == StepOutcome.SKIPPED,
        late=span(late) if late >= timedelta(minutes=1) else "",
    )


def _what(step: EscalationStep) -> str:
    if step.escalation_id is not None:
        again = f", round {step.round}" if step.round > 1 else ""
        return f"Level {step.level}{again}"
    done = f": {', '.join(step.done)}" if step.done else ""
    return f"{step.entry} ({step.rule}){done}"
