"""Many open cases, fast: one case made by the desk itself and copied by the database."""

from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db import connection

from cases.models import Case, CaseMilestone
from tests.factory import (
    NOON,
    make_case,
    make_customer,
    make_desk,
    make_process,
    make_user,
    violation,
    warning,
)

NOTIFY_BY_MAIL = {"kind": "email", "to": ["lead@example.com"]}
COPIES_A_STEP = 50_000


def template_case(milestones: int, now: datetime = NOON) -> Case:
    """A case with so many running milestones; each warns at half of its four hours, by mail."""
    make_desk()
    rows = [
        {
            "milestone": f"Milestone {number}",
            "minutes": 240,
            "triggers": [warning(50, 0, NOTIFY_BY_MAIL), violation(0, NOTIFY_BY_MAIL)],
        }
        for number in range(milestones)
    ]
    return make_case(account=make_customer(make_process("", *rows)), now=now)


def copy_case(case: Case, copies: int) -> None:
    """So many more cases like this one, with their milestones."""
    last = 0
    while last < copies:
        step = min(COPIES_A_STEP, copies - last)
        _copy(case, last + 1, last + step)
        last += step
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def _copy(case: Case, first: int, last: int) -> None:
    of_case = columns_of(Case, "id", "number")
    of_milestone = columns_of(CaseMilestone, "id", "case_id")
    prefixed = ", ".join(f"m.{name}" for name in of_milestone.split(", "))
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            WITH copied AS (
              INSERT INTO cases_case (number, {of_case})
              SELECT %s || '-' || n, {of_case} FROM cases_case, generate_series(%s, %s) AS n
              WHERE id = %s RETURNING id)
            INSERT INTO cases_casemilestone (case_id, {of_milestone})
            SELECT copied.id, {prefixed} FROM copied, cases_casemilestone m WHERE m.case_id = %s
            """,
            [case.number, first, last, case.pk, case.pk],
        )


def columns_of(model: type[Case] | type[CaseMilestone], *without: str) -> str:
    """The columns of a table but these, as SQL lists them."""
    names = [str(field.column) for field in model._meta.concrete_fields]
    return ", ".join(f'"{name}"' for name in names if name not in without)


def make_people(how_many: int) -> list[User]:
    """Agents agent0, agent1, … Their password is worked out once."""
    first = make_user("agent0")
    others = User.objects.bulk_create(
        User(username=f"agent{number}", password=first.password) for number in range(1, how_many)
    )
    first.groups.get().user_set.add(*others)
    return [first, *others]


def half_way(case: Case) -> datetime:
    """When its warnings are due."""
    return case.created_at + timedelta(minutes=120)
