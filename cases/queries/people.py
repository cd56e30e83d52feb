"""Whom and where a case can belong to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db.models import CharField, F, Q, QuerySet, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Concat, Trim

from entitlements.models import Queue

ROLES = ("Agents", "Supervisors", "Administrators")
TEXT = CharField()
NOTHING = Value("", TEXT)
Choices = list[tuple[str, str]]
Row = tuple[str, str, str, str, str]
"""What it is, its key, its label, and what else there is to say of it."""


def whole_name(path: str = "") -> Trim:
    """First and last name as one text; `path` leads from the table to the user."""
    return Trim(Concat(f"{path}first_name", Value(" "), f"{path}last_name"))


WHOLE_NAME = whole_name()


@dataclass(frozen=True, slots=True)
class Hands:
    """Queues, and active people with a role, each by key and label, in order of label.

    `addresses` are the people's mail addresses.
    """

    queues: Choices
    people: Choices
    addresses: list[str]


def read_hands() -> Hands:
    """In one query."""
    return hands_in(rows_of_people().union(rows_of_queues()))


def rows_of_people(note: Combinable = NOTHING) -> QuerySet[User, Row]:
    with_role = Q(groups__name__in=ROLES) | Q(is_superuser=True)
    people = User.objects.filter(with_role, is_active=True).order_by()
    return people.values_list(Value("person", TEXT), "username", WHOLE_NAME, note, "email")


def rows_of_queues() -> QuerySet[Queue, Row]:
    queues = Queue.objects.filter(is_active=True).order_by()
    return queues.values_list(Value("queue", TEXT), "name", F("name"), NOTHING, NOTHING)


def hands_in(rows: Iterable[Row]) -> Hands:
    """What there is of them among the rows."""
    found = sorted(rows, key=lambda row: (row[2] or row[1]).casefold())
    return Hands(
        queues=[(row[1], row[1]) for row in found if row[0] == "queue"],
        people=[(row[1], row[2] or row[1]) for row in found if row[0] == "person"],
        addresses=[row[4] for row in found if row[0] == "person" and row[4]],
    )
