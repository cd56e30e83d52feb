"""A desk on which everything happens that can happen to a milestone, by chance; one seed, one desk."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from cases.operations import (
    Refused,
    change_case,
    complete_milestone,
    create_case,
    extend_milestone,
    receive_customer_message,
    reply_to_case,
    resume_case,
    stop_case,
    waive_milestone,
)
from entitlements.models import Account, EntitlementProcess, Queue
from tests.engine.performance import tick_before
from tests.escalation_rows import make_ladder
from tests.factory import (
    first_response,
    make_customer,
    make_desk,
    make_hours,
    make_process,
    make_user,
    resolution,
    violation,
    warning,
)

BEGIN = datetime(2026, 2, 25, 9, tzinfo=UTC)
MILESTONES = ("First Response", "Resolution", "Update", "Callback", "Visit")
STATUSES = ("New", "Working", "Waiting on Customer", "Closed", "Closed")


def let_things_happen(seed: int, cases: int = 20, steps: int = 9) -> datetime:
    """So many cases over three weeks, some left open. When the last thing happened."""
    desk = _Desk(Random(seed))
    begun = sorted(BEGIN + timedelta(minutes=desk.random.randint(0, 12 * 24 * 60)) for _ in range(cases))
    last = begun[-1]
    for at in begun:
        tick_before(at, [])
        case = desk.open_case(at)
        for _ in range(desk.random.randint(0, steps)):
            at += timedelta(minutes=desk.random.choice((1, 15, 40, 60, 240, 1000)))
            tick_before(at, [])
            desk.do_something(case, at)
        last = max(last, at)
    return last


class _Desk:
    def __init__(self, random: Random) -> None:
        make_desk()
        Queue.objects.create(name="Motor")
        make_ladder()
        self.random = random
        self.people = [make_user("amy"), make_user("bob"), make_user("sue", "Supervisors")]
        processes = [_process("Gold", 60), _process("Basic", 240)]
        self.accounts: list[Account] = [
            make_customer(processes[number % 2], name=f"Company {number}") for number in range(4)
        ]

    def open_case(self, at: datetime) -> int:
        return create_case(
            subject="Something",
            account=self.random.choice(self.accounts),
            priority=self.random.choice(("", "Low", "Medium", "High")),
            queue=self.random.choice(("", "Claims", "Motor")),
            owner=self.random.choice((None, *self.people)),
            by=None,
            now=at,
        ).pk

    def do_something(self, case: int, at: datetime) -> None:
        """What is refused at this moment does not happen."""
        by, choose = self.random.choice(self.people), self.random.choice
        milestone = choose(MILESTONES)
        whats: list[Callable[[], Any]] = [
            lambda: reply_to_case(case, body="We are on it.", by=by, now=at),
            lambda: receive_customer_message(case, body="Any news?", now=at),
            lambda: change_case(case, fields={"status": choose(STATUSES)}, by=by, now=at),
            lambda: change_case(case, fields={"priority": choose(("Low", "High"))}, by=by, now=at),
            lambda: change_case(case, fields={"queue": choose(("Claims", "Motor"))}, by=by, now=at),
            lambda: change_case(case, fields={"owner": choose(("amy", "bob"))}, by=by, now=at),
            lambda: change_case(case, fields={"stage": choose(("Intake", "Assessment"))}, by=by, now=at),
            lambda: stop_case(case, reason="A part is on order", by=by, now=at),
            lambda: resume_case(case, by=by, now=at),
            lambda: complete_milestone(case, milestone=milestone, by=by, now=at),
            lambda: waive_milestone(case, milestone=milestone, reason="Agreed", by=by, now=at),
            lambda: extend_milestone(case, milestone=milestone, minutes=45, reason="Snow", by=by, now=at),
        ]
        try:
            choose(whats)()
        except Refused:
            pass


def _process(name: str, minutes: int) -> EntitlementProcess:
    late = violation(0, {"kind": "escalate", "level": 1, "ladder": "On call"})
    return make_process(
        name,
        first_response(minutes // 2, when='case.priority == "High"'),
        first_response(minutes, triggers=[warning(50), warning(minutes=10)]),
        resolution(minutes * 8, pause_when='case.stage == "Assessment"', triggers=[warning(75), late]),
        {"milestone": "Update", "recurrence": "sequential", "minutes": 120, "completed_by": "agent_reply"},
        {
            "milestone": "Callback",
            "recurrence": "independent",
            "minutes": 50,
            "start": "criteria",
            "when": "case.awaiting_reply",
        },
        {
            "milestone": "Visit",
            "formula": 'case.priority == "High" ? 30 : 400',
            "when": 'case.queue == "Motor"',
        },
        hours=make_hours(f"Hours of {name}"),
    )
