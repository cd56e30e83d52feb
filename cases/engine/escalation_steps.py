"""Steps that are due: people are told, the case changes, and each step is recorded once with what it did.

All of it in one transaction with the look at the case. A look at a case is a look at its escalations.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from cases.engine.among import Among
from cases.engine.escalation_mail import mails_of
from cases.engine.escalation_state import climb_of
from cases.engine.escalation_told import Telling, tell_in_desk
from cases.engine.escalation_upkeep import Start, event, start_ladders
from cases.engine.evaluate import decide
from cases.engine.load import Loaded, load, lock_cases
from cases.engine.outbox import put
from cases.engine.recipients import Directory
from cases.engine.rule_clock import done_on, entry_and_anchor
from cases.engine.write import Decided, write
from cases.models import CaseEvent, Escalation, EscalationStep, RuleClock, StepOutcome
from entitlements.core.changes import Kind
from entitlements.core.escalation_rule import DueAction, next_actions
from entitlements.core.facts import FieldsChanged

LONGEST_CHAIN = 5
"""A ladder that a rule starts takes its first step at once; so many times in a row at most."""


@dataclass
class Doing:
    """A step that is being taken: the row that records it, and what it is to do."""

    work: Loaded
    row: EscalationStep
    escalation: Escalation | None = None
    parts: dict[str, Any] = field(default_factory=dict)
    milestone: tuple[str, int] | None = None


def take_steps(case_ids: Sequence[int], now: datetime) -> int:
    """Take every step of these cases that is due by now, in order; how many there were."""
    taken = 0
    for _ in range(LONGEST_CHAIN):
        more = _take_once(case_ids, now)
        if more is None:
            break
        taken += more
    return taken


def _take_once(case_ids: Sequence[int], now: datetime) -> int | None:
    """None when nothing was due. What was found not to be due yet is planned anew."""
    rows = list(Escalation.objects.open().due(now).filter(Among("case_id", case_ids)))
    due = RuleClock.objects.filter(Among("case_id", case_ids), due_at__lte=now)
    clocks = set(due.values_list("pk", flat=True))
    wanted = {row.case_id for row in rows} | clocks
    if not wanted:
        return None
    works = load(lock_cases(wanted))
    doings = [one for row in rows for one in _steps(row, works[row.case_id], now)]
    doings += _ages({key: works[key] for key in clocks}, now)
    doings.sort(key=lambda one: one.row.due)
    _record(doings, rows, now)
    decided = [Decided(work, decide(work, _facts(work, doings), now)) for work in works.values()]
    CaseEvent.objects.bulk_create(_refusals(decided, now))
    write(decided, now)
    return len(doings)


def _steps(row: Escalation, work: Loaded, now: datetime) -> Iterator[Doing]:
    for step, due in climb_of(row, work, work.state).due_steps(work.state.stops, now):
        recorded = EscalationStep(
            case=work.case,
            escalation=row,
            number=step.number,
            round=step.round,
            level=step.level,
            due=due,
            fired_at=now,
            outcome=StepOutcome.FIRED,
        )
        row.done = step.number + 1
        parts = {
            "escalate": {"level": step.level},
            "tell": {"to": step.who.to, "template": step.who.template},
        }
        yield Doing(work, recorded, row, parts)


def _ages(works: dict[int, Loaded], now: datetime) -> Iterator[Doing]:
    done = done_on(works)
    for key, work in works.items():
        rule = work.configuration.escalation_rule
        if rule is None:
            continue
        entry, anchor, _ = entry_and_anchor(rule, work, work.state)
        coming = next_actions(entry, anchor, work.state, done.get(key, ())) if entry and anchor else []
        yield from (_aged(work, rule.name, one, now) for one in coming if one.due <= now)


def _aged(work: Loaded, rule: str, one: DueAction, now: datetime) -> Doing:
    escalate = one.action.parts.get("escalate")
    recorded = EscalationStep(
        case=work.case,
        rule=rule,
        entry=one.entry.name,
        subject=one.anchor.subject,
        age=one.action.after,
        level=int(escalate.get("level", 1)) if escalate is not None else 0,
        due=one.due,
        fired_at=now,
        outcome=StepOutcome.FIRED,
    )
    anchor = one.anchor
    about = (anchor.milestone, anchor.number) if anchor.milestone else None
    return Doing(work, recorded, parts=dict(one.action.parts), milestone=about)


def _record(doings: Sequence[Doing], rows: Sequence[Escalation], now: datetime) -> None:
    """The steps with whom they told, before the case is looked at anew: what is done is not planned again."""
    directory = Directory(now)
    tellings = [Telling(one.work.case, one.row, one.escalation, one.parts) for one in doings]
    for telling in tellings:
        telling.find(directory)
    for one in doings:
        one.row.done = _done(one.parts)
    EscalationStep.objects.bulk_create(one.row for one in doings)
    Escalation.objects.bulk_update(rows, ["done"])
    tell_in_desk(tellings, now)
    put(mails_of(tellings, now), now)
    CaseEvent.objects.bulk_create(_event(one, now) for one in doings)
    start_ladders([start for one in doings for start in _starts(one)], now)


def _done(parts: dict[str, Any]) -> list[str]:
    """What it did beside telling people, in words."""
    assign, escalate = parts.get("assign", {}), parts.get("escalate", {})
    words = [
        f"{name} {assign[key]}" for key, name in (("queue", "queue"), ("user", "owner")) if assign.get(key)
    ]
    return words + ([f"ladder {escalate['ladder']}"] if escalate.get("ladder") else [])


def _event(one: Doing, now: datetime) -> CaseEvent:
    row = one.row
    details: dict[str, Any] = {"told": row.told, "level": row.level}
    if one.escalation is not None:
        details |= {"ladder": one.escalation.ladder, "round": row.round}
        return event(one.work, Kind.LADDER_STEP, row.due, now, **details)
    details |= {"rule": row.rule, "entry": row.entry, "age": row.age, "done": row.done}
    return event(one.work, Kind.AGED, row.due, now, **details)


def _starts(one: Doing) -> Iterator[Start]:
    ladder = str(one.parts.get("escalate", {}).get("ladder") or "")
    if ladder:
        running = one.milestone is not None and _is_open(one)
        yield Start(
            one.work,
            ladder,
            f"{one.row.entry}, {one.row.rule}",
            one.row.due,
            one.milestone if running else None,
        )


def _is_open(one: Doing) -> bool:
    return any(
        (found.milestone, found.number) == one.milestone and found.is_open
        for found in one.work.state.occurrences
    )


def _refusals(decided: Sequence[Decided], now: datetime) -> list[CaseEvent]:
    """An assignment to what no longer exists changes nothing, and is a fault on the case."""
    return [
        event(one.work, Kind.FAULT, refusal.fact.at, now, message=f"An escalation was refused: {refusal.why}")
        for one in decided
        for refusal in one.changes.refused
    ]


def _facts(work: Loaded, doings: Sequence[Doing]) -> list[FieldsChanged]:
    """What the steps change on the case, in the order of their due times. Levels only rise."""
    level = work.state.escalation_level
    facts = []
    for one in doings:
        if one.work is not work:
            continue
        fields: dict[str, Any] = {}
        if "escalate" in one.parts and one.row.level > level:
            level = fields["escalation_level"] = one.row.level
        assign = one.parts.get("assign", {})
        fields |= {
            name: assign[key] for key, name in (("queue", "queue"), ("user", "owner")) if assign.get(key)
        }
        if fields:
            facts.append(FieldsChanged(one.row.due, fields=fields))
    return facts
