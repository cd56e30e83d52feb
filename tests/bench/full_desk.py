"""A desk with very many open cases, as different as real ones, streamed into the database (COPY)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random
from typing import Any

from django.contrib.auth.models import User
from django.db import connection, transaction

from cases.engine.rows import insert_rows, take_keys
from cases.models import Case, CaseMilestone, Message
from entitlements.models import Account, Contact, Queue
from tests.bench.crowd import make_people
from tests.factory import (
    first_response,
    make_case,
    make_customer,
    make_desk,
    make_process,
    make_user,
    resolution,
)

_SYLLABLES = "ba ke li mo nu ra se ti vo wu cha dre flo gri sta".split()
WORDS = [first + second + third for first in _SYLLABLES for second in _SYLLABLES for third in _SYLLABLES]
"""3,375 words, of which the first are said far more often than the last, as in any language."""
OFTEN = [1 / (place + 20) for place in range(len(WORDS))]
STEP = 20_000


def fill_desk(cases: int, now: datetime) -> tuple[User, User]:
    """So many open cases, one message each. A supervisor, and an agent of one queue of ten."""
    random = Random(7)
    make_desk()
    people = make_people(200)
    queues = [Queue.objects.create(name=f"Queue {number}") for number in range(10)]
    queues[3].members.add(people[3])
    process = make_process("Gold", first_response(60), resolution(480))
    accounts = [make_customer(process, name=f"Company {number}") for number in range(200)]
    for account in accounts:
        Contact.objects.create(account=account, name=f"{random.choice(WORDS).title()} Person")
    template = make_case("Template", account=accounts[0], now=now, priority="High")
    contacts = dict(Contact.objects.values_list("account", "pk"))
    made = _Made(random, template, accounts, contacts, people, queues, now)
    for start in range(0, cases, STEP):
        with transaction.atomic():
            made.insert(min(STEP, cases - start), start)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    return make_user("sue", "Supervisors"), people[3]


class _Made:
    """Rows like those of the template, with other texts, people, dates and states."""

    def __init__(
        self,
        random: Random,
        template: Case,
        accounts: list[Account],
        contacts: dict[int, int],
        people: list[User],
        queues: list[Queue],
        now: datetime,
    ) -> None:
        self.random, self.template, self.accounts, self.contacts = random, template, accounts, contacts
        self.people, self.queues, self.now = people, queues, now
        self.rows = list(template.milestones.order_by("pk"))
        self.case_fields = [field.name for field in Case._meta.concrete_fields]
        self.row_fields = [field.name for field in CaseMilestone._meta.concrete_fields if field.name != "id"]

    def insert(self, how_many: int, first: int) -> None:
        keys = list(take_keys(Case, how_many))
        cases = [self._case(key, first + place) for place, key in enumerate(keys)]
        insert_rows(Case, self.case_fields, [[case[name] for name in self.case_fields] for case in cases])
        insert_rows(CaseMilestone, self.row_fields, [row for case in cases for row in self._rows(case)])
        said = [[case["id"], "customer", self._words(12), case["created_at"]] for case in cases]
        insert_rows(Message, ("case", "kind", "body", "at"), said)

    def _case(self, key: int, place: int) -> dict[str, Any]:
        random, account = self.random, self.random.choice(self.accounts)
        is_stopped, is_unwatched = random.random() < 0.05, random.random() < 0.03
        runs = not (is_stopped or is_unwatched)
        target = self.now + timedelta(minutes=random.randint(-600, 12_000))
        given = {name: self.template.serializable_value(name) for name in self.case_fields}
        return given | {
            "id": key,
            "number": f"C-{900_000 + place}",
            "subject": self._words(5),
            "account": account.pk,
            "contact": self.contacts[account.pk],
            "queue": random.choice(self.queues).pk,
            "owner": random.choice(self.people).pk if random.random() < 0.9 else None,
            "priority": random.choice(("Low", "Medium", "High")),
            "created_at": self.now - timedelta(minutes=place % 50_000),
            "is_stopped": is_stopped,
            "has_open_milestones": not is_unwatched,
            "next_target": target if runs else None,
            "milestone_status": "open_violation" if runs and target < self.now else "compliant",
        }

    def _rows(self, case: dict[str, Any]) -> Iterator[list[Any]]:
        for place, row in enumerate(self.rows if case["has_open_milestones"] else []):
            target = case["next_target"] and case["next_target"] + timedelta(hours=7 * place)
            values = {name: row.serializable_value(name) for name in self.row_fields} | {
                "case": case["id"],
                "state": "running" if target else "stopped",
                "target_date": target,
                "violated_at": target if target and target < self.now else None,
                "start_date": (target or self.now) - timedelta(hours=1),
            }
            yield [values[name] for name in self.row_fields]

    def _words(self, how_many: int) -> str:
        return " ".join(self.random.choices(WORDS, OFTEN, k=how_many))
