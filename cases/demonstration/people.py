"""Who works at Stormhaven, with which roles."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from django.contrib.auth.models import Group, Permission, User
from django.db.models import Q

from cases.roles import ADMINISTRATORS, AGENTS, SUPERVISORS


@dataclass(frozen=True, slots=True)
class Person:
    username: str
    first_name: str
    last_name: str
    role: str
    queues: tuple[str, ...] = ()


PEOPLE = (
    Person("administrator", "Ruth", "Calloway", ADMINISTRATORS),
    Person("supervisor", "Marcus", "Webb", SUPERVISORS, ("Escalations",)),
    Person("agent", "Amara", "Osei", AGENTS, ("Claims", "Motor")),
    Person("priya", "Priya", "Nair", AGENTS, ("Claims", "Escalations")),
    Person("jonas", "Jonas", "Lind", AGENTS, ("Motor",)),
    Person("elena", "Elena", "Rossi", AGENTS, ("Policies",)),
)


@dataclass(frozen=True, slots=True)
class LogIn:
    """With the password, which is stored nowhere else."""

    username: str
    password: str
    role: str


def add_people() -> list[LogIn]:
    """Everybody with a password of their own."""
    groups = add_groups()
    return [_add(person, groups) for person in PEOPLE]


def add_groups() -> dict[str, Group]:
    """The three roles with what the Setup pages ask for; what is there already stays."""
    may_see = Q(content_type__app_label="cases", codename__startswith="view_")
    may_work = may_see | Q(codename__in=["add_case", "change_case", "add_message", "add_attachment"])
    may_supervise = may_work | Q(codename="supervise_cases")
    may_set_up = (
        Q(content_type__app_label="entitlements")
        | Q(content_type__app_label="auth", content_type__model__in=["user", "group"])
        | may_supervise
    )
    granted = {AGENTS: may_work, SUPERVISORS: may_supervise, ADMINISTRATORS: may_set_up}
    groups = {name: Group.objects.get_or_create(name=name)[0] for name in granted}
    for name, which in granted.items():
        groups[name].permissions.add(*Permission.objects.filter(which))
    return groups


def _add(person: Person, groups: dict[str, Group]) -> LogIn:
    password = secrets.token_urlsafe(12)
    user = User.objects.create_user(
        person.username,
        email=f"{person.first_name}.{person.last_name}@stormhaven.example".lower(),
        password=password,
        first_name=person.first_name,
        last_name=person.last_name,
        is_staff=person.role == ADMINISTRATORS,
    )
    user.groups.add(groups[person.role])
    return LogIn(person.username, password, person.role)
