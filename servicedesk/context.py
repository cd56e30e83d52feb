"""What the templates of every page may ask for, the desk's and Setup's alike."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from cases.queries.foot import read_foot
from cases.roles import is_administrator, is_agent, is_supervisor


def desk(request: HttpRequest) -> dict[str, Any]:
    """Nothing is read from the database until a template shows it."""
    user, now = request.user, timezone.now()
    if not user.is_authenticated:
        return {"now": now}
    return {
        "now": now,
        "is_agent": is_agent(user),
        "is_supervisor": is_supervisor(user),
        "is_administrator": is_administrator(user),
        "foot": SimpleLazyObject(lambda: read_foot(user, now)),
    }
