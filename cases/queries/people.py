"""Whom and where a case can belong to."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db.models import CharField, F, Q, Value
from django.db.models.functions import Concat, Trim

from entitlements.models import Queue

ROLES = ("Agents", "Supervisors", "Administrators")
Choices = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Hands:
    """Queues, and active people with a role, each by key and label, in order of label."""

    queues: Choices
    people: Choices


def read_hands() -> Hands:
    """In one query."""
    with_role = Q(groups__name__in=ROLES) | Q(is_superuser=True)
    name = Trim(Concat("first_name", Value(" "), "last_name"))
    people = User.objects.filter(with_role, is_active=True).order_by()
    rows = people.values_list(Value("person"), "username", name).union(
        Queue.objects.filter(is_active=True)
        .order_by()
        .values_list(Value("queue", CharField()), "name", F("name"))
    )
    found = sorted(rows, key=lambda row: (row[2] or row[1]).casefold())
    return Hands(
        queues=[(key, key) for kind, key, _ in found if kind == "queue"],
        people=[(key, label or key) for kind, key, label in found if kind == "person"],
    )
