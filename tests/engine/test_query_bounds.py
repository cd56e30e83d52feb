"""How many statements things take, a COPY counted as one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cases.engine.due import tick
from cases.models import Case
from cases.operations import (
    change_case,
    complete_milestone,
    create_case,
    receive_customer_message,
    reply_to_case,
    resume_case,
    stop_case,
)
from entitlements.models import Account
from tests.factory import (
    NOON,
    first_response,
    make_case,
    make_customer,
    make_desk,
    make_process,
    make_user,
    resolution,
    violation,
    warning,
)

pytestmark = pytest.mark.django_db
A_SAVE = 12
LATER = NOON + timedelta(minutes=10)
BOOKKEEPING = ("SAVEPOINT", "RELEASE SAVEPOINT", "BEGIN", "COMMIT")


class Statements:
    """How many there were. On SQLite an `executemany` is one entry for however many rows."""

    def of(self, doing: Callable[[], Any]) -> int:
        with CaptureQueriesContext(connection) as captured:
            doing()
        return len([one for one in captured if not one["sql"].startswith(BOOKKEEPING)])


@pytest.fixture
def statements() -> Statements:
    return Statements()


@pytest.fixture
def account() -> Account:
    make_desk()
    make_user("ann")
    mail = {"kind": "email", "to": ["lead@example.com"]}
    note = {"kind": "notify", "to": ["supervisors", "owner"]}
    assign = {"kind": "assign", "user": "ann", "queue": "Claims"}
    triggers = [warning(50, 0, mail), violation(0, assign, mail, note)]
    return make_customer(make_process("", first_response(triggers=triggers), resolution(triggers=triggers)))


@pytest.fixture
def case(account: Account) -> Case:
    """Its definitions are compiled: the next one finds them."""
    return make_case(account=account, now=NOON)


@pytest.fixture
def agent() -> User:
    return make_user()


def test_a_new_case(statements: Statements, case: Case, account: Account) -> None:
    taken = statements.of(lambda: create_case(subject="Leak", account=account, by=None, now=NOON))
    assert taken <= A_SAVE


def test_a_reply(statements: Statements, case: Case, agent: User) -> None:
    assert statements.of(lambda: reply_to_case(case.pk, body="Yes.", by=agent, now=LATER)) <= A_SAVE


def test_a_customers_message(statements: Statements, case: Case) -> None:
    assert statements.of(lambda: receive_customer_message(case.pk, body="Hi.", now=LATER)) <= A_SAVE


def test_a_change(statements: Statements, case: Case, agent: User) -> None:
    fields = {"status": "Working", "priority": "High", "stage": "Intake"}
    assert statements.of(lambda: change_case(case.pk, fields=fields, by=agent, now=LATER)) <= A_SAVE


def test_closing(statements: Statements, case: Case, agent: User) -> None:
    fields = {"status": "Closed"}
    assert statements.of(lambda: change_case(case.pk, fields=fields, by=agent, now=LATER)) <= A_SAVE


def test_a_stop_and_its_end(statements: Statements, case: Case, agent: User) -> None:
    assert statements.of(lambda: stop_case(case.pk, reason="A part", by=agent, now=LATER)) <= A_SAVE
    assert statements.of(lambda: resume_case(case.pk, by=agent, now=LATER)) <= A_SAVE


def test_completing(statements: Statements, case: Case, agent: User) -> None:
    def complete() -> None:
        complete_milestone(case.pk, milestone="Resolution", by=agent, now=LATER)

    assert statements.of(complete) <= A_SAVE


def test_an_idle_tick(statements: Statements, case: Case) -> None:
    tick(LATER, 100)
    assert statements.of(lambda: tick(LATER, 100)) <= 6


def test_sixty_cases_take_no_more_statements_than_three(statements: Statements, account: Account) -> None:
    late = NOON + timedelta(minutes=61)
    tick(NOON, 100)
    for _ in range(3):
        make_case(account=account, now=NOON)
    three = statements.of(lambda: tick(late, 100))
    for _ in range(60):
        make_case(account=account, now=NOON)
    assert statements.of(lambda: tick(late, 100)) <= three
