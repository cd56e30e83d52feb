"""Whom a case can belong to."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db.models import Q

ROLES = ("Agents", "Supervisors", "Administrators")


def people_of_the_desk() -> list[User]:
    """Active users with a role, by name."""
    with_role = Q(groups__name__in=ROLES) | Q(is_superuser=True)
    found = User.objects.filter(with_role, is_active=True).distinct()
    return sorted(found, key=lambda user: (user.get_full_name() or user.username).casefold())


def full_name(user: User) -> str:
    return user.get_full_name() or user.get_username()
