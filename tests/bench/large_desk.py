"""A desk with years of history, written by the database itself: a million case milestones in minutes.

A hundred people in ten queues serve two hundred accounts under two versions of a
process. Some people and queues are slower than others, weekends are quiet, cases wait for their customers,
warnings fire, late ones are escalated. The numbers are drawn, not decided by the engine: for measuring pages,
never for checking rules.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import User
from django.db import connection, transaction

from cases.estimates.refresh import refresh
from cases.models import Case, CaseNumber, StopKindChoice
from cases.operations import change_case, reply_to_case
from entitlements.models import Entitlement, ProcessVersion, Queue
from entitlements.operations.versions import new_draft_from, publish_version
from tests.bench import large_desk_rows as rows
from tests.bench.crowd import make_people
from tests.bench.full_desk import WORDS
from tests.escalation_rows import make_ladder
from tests.factory import (
    first_response,
    make_account,
    make_case,
    make_contact,
    make_desk,
    make_entitlement,
    make_hours,
    make_process,
    make_user,
    resolution,
    violation,
    warning,
)

MILESTONES, OPEN_CASES = 1_000_000, 100_000
A_CASE = 2
PEOPLE, QUEUES, ACCOUNTS = 100, 10, 200
STEP = 20_000

Tell = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Ground:
    """What all cases stand on. `past` and `running` are made by the desk itself; every other is like them."""

    past: Case
    running: Case
    given: dict[str, Any]
    supervisor: User
    agent: User


def fill_large_desk(
    now: datetime, tell: Tell, milestones: int = MILESTONES, open_cases: int = OPEN_CASES
) -> Ground:
    """So many milestones that have ended, two a case, and so many open cases.

    `tell` is told how many of all the cases are there. At the end estimates are counted, as the beat does.
    """
    ground = lay_ground(now)
    with connection.cursor() as cursor:
        with rows.without_indexes(cursor):
            write_cases(ground, now, tell, milestones // A_CASE, open_cases)
        cursor.execute("VACUUM ANALYZE")
    refresh(now)
    return ground


def write_cases(ground: Ground, now: datetime, tell: Tell, closed: int, open_cases: int) -> None:
    """With everything that happened on them."""
    done = 0
    with connection.cursor() as cursor:
        cursor.execute(rows.FUNCTIONS)
        cursor.execute("SELECT setseed(0.7)")
        for is_open, how_many in ((False, closed), (True, open_cases)):
            for first in range(0, how_many, STEP):
                step = min(STEP, how_many - first)
                with transaction.atomic():
                    _add(cursor, ground, done, step, is_open, now)
                done += step
                tell(done, closed + open_cases)
    CaseNumber.objects.update(last=rows.FIRST_NUMBER + done)


def _add(cursor: Any, ground: Ground, first: int, step: int, is_open: bool, now: datetime) -> None:
    template = ground.running if is_open else ground.past
    drawn = ground.given | {"first": first, "last": first + step - 1, "now": now, "is_open": is_open}
    cursor.execute(rows.DRAW, drawn)
    rows.insert_cases(cursor, template)
    for statement in (rows.STOPS, rows.EVENTS, rows.FIRED, rows.ESCALATIONS, rows.STEPS):
        cursor.execute(statement, drawn)
    cursor.execute("DROP TABLE drawn")


def lay_ground(now: datetime) -> Ground:
    make_desk()
    people = make_people(PEOPLE)
    queues = [Queue.objects.create(name=f"Queue {number}") for number in range(QUEUES)]
    for number, person in enumerate(people):
        queues[number % QUEUES].members.add(person)
    versions = _two_versions(now)
    entitlements = _promises(versions[1])
    make_ladder()
    given = {
        "people": [person.pk for person in people],
        "names": [person.username for person in people],
        "queues": [queue.name for queue in queues],
        "accounts": [one.account_id for one in entitlements],
        "contacts": [one.account.contacts.get().pk for one in entitlements],
        "entitlements": [one.pk for one in entitlements],
        "versions": [version.pk for version in versions],
        "firsts": [version.rows.get(position=0).pk for version in versions],
        "solves": [version.rows.get(position=1).pk for version in versions],
        "words": WORDS,
        "by_hand": StopKindChoice.HAND,
    }
    return Ground(
        past=_past_case(entitlements[0], people[0], now - timedelta(days=20)),
        running=make_case("Running", account=entitlements[0].account, now=now - timedelta(minutes=1)),
        given=given,
        supervisor=make_user("sue", "Supervisors"),
        agent=people[3],
    )


def _two_versions(now: datetime) -> list[ProcessVersion]:
    triggers = [warning(50), warning(75), violation()]
    process = make_process(
        "Gold",
        first_response(60, triggers=triggers),
        resolution(480, triggers=triggers),
        hours=make_hours(),
    )
    first = process.versions.get()
    second = publish_version(new_draft_from(first, 2), by=None, now=now, reason="A year later")
    return [first, second]


def _promises(version: ProcessVersion) -> list[Entitlement]:
    made = []
    for number in range(ACCOUNTS):
        account = make_account(f"Company {number}", tier=("Basic", "Gold", "Premium")[number % 3])
        make_contact(account, f"{WORDS[number].title()} Person")
        made.append(make_entitlement(account, version.process))
    return made


def _past_case(entitlement: Entitlement, agent: User, now: datetime) -> Case:
    case = make_case("Past", account=entitlement.account, now=now, priority="High")
    reply_to_case(case.pk, body="We are on it.", by=agent, now=now + timedelta(minutes=5))
    return change_case(case.pk, fields={"status": "Closed"}, by=agent, now=now + timedelta(hours=1))
