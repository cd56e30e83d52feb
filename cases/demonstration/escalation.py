"""Who is on duty at Stormhaven, the ladder that calls them, and the rule for what nobody touches."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from entitlements.core.hours import parse_windows
from entitlements.models import (
    BusinessHours,
    CountedIn,
    EscalationLadder,
    EscalationRule,
    LadderLevel,
    Queue,
    Rota,
    RotaSubstitution,
    RuleAction,
    RuleEntry,
)
from entitlements.operations.rotas import replace_shifts

ON_CALL = "On call"
LONDON = "London office"
SHIFTS = {
    "Claims": {
        "agent": "mon-fri 07:00-15:00",
        "priya": "mon-fri 15:00-07:00; sat,sun 00:00-24:00; sun 20:00-07:00",
    },
    "Motor": {"jonas": "mon-fri 08:00-18:00", "agent": "sat,sun 10:00-16:00"},
    "Policies": {"elena": "mon-fri 09:00-16:00"},
}


def add_ladder() -> None:
    """Before the promises, whose triggers name it."""
    ladder = EscalationLadder.objects.create(
        name=ON_CALL,
        description="Somebody takes it up, day or night.",
        repeat=20,
        repeat_after=180,
    )
    for after, to in ((0, ["on_duty"]), (15, ["owner", "queue"]), (60, ["supervisors"])):
        LadderLevel.objects.create(ladder=ladder, after=after, to=to)


def add_rotas(now: datetime) -> None:
    """Claims day and night; Policies with an hour at the end of the day that nobody covers."""
    office = BusinessHours.objects.get(name=LONDON)
    for queue, people in SHIFTS.items():
        rota = Rota.objects.create(
            queue=Queue.objects.get(pk=queue),
            time_zone="Europe/London",
            covered=None if queue == "Claims" else office,
        )
        replace_shifts(rota, {person: parse_windows(text) for person, text in people.items()})
        if queue == "Claims":
            day = now.astimezone(ZoneInfo("Europe/London")).date() + timedelta(days=2)
            RotaSubstitution.objects.create(
                rota=rota,
                person="priya",
                instead_of="agent",
                start_date=day,
                end_date=day + timedelta(days=1),
            )


def add_rule() -> None:
    """After the play: it looks at what is open then."""
    rule = EscalationRule.objects.create(
        name="Nobody is at it", description="What is left lying goes up.", is_active=True
    )
    urgent = RuleEntry.objects.create(
        rule=rule,
        position=1,
        name="Critical and untouched",
        when='case.priority == "Critical"',
        since="changed",
    )
    RuleAction.objects.create(entry=urgent, after=240, parts={"notify": {"to": ["on_duty", "supervisors"]}})
    old = RuleEntry.objects.create(
        rule=rule,
        position=2,
        name="A working week without an agent",
        since="changed",
        counts_in=CountedIn.CASE,
    )
    RuleAction.objects.create(entry=old, after=5 * 8 * 60, parts={"notify": {"to": ["owner"]}})
    RuleAction.objects.create(
        entry=old, after=10 * 8 * 60, parts={"escalate": {"level": 1}, "notify": {"to": ["supervisors"]}}
    )
