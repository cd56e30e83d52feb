"""Whom an action means: owner, queue, team, on_duty, supervisors, contact, a user's name, an address."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.contrib.auth.models import User
from django.db.models import QuerySet

from cases.models import Case
from cases.models.visibility import those_who_see
from entitlements.core.rota import on_duty
from entitlements.models import Rota, WebhookEndpoint

SUPERVISORS = "Supervisors"
OF_QUEUE = frozenset({"queue", "on_duty"})


class Directory:
    """Looks people up, each group once however many cases ask. Made anew for each batch.

    On duty is who is so `now`.
    """

    def __init__(self, now: datetime) -> None:
        self.now = now
        self._found: dict[tuple[str, str], list[User]] = {}
        self._named: dict[str, User | None] = {}
        self._endpoints: dict[str, str | None] = {}

    def named(self, username: str) -> User | None:
        """The active user of this name."""
        if username not in self._named:
            self._named[username] = User.objects.filter(username=username, is_active=True).first()
        return self._named[username]

    def users(self, names: str | Iterable[str], case: Case) -> list[User]:
        """The active users of the desk that are meant, each once, in the order of the names."""
        found: dict[int, User] = {}
        for name in _listed(names):
            for user in self._users(name, case):
                found.setdefault(user.pk, user)
        return list(found.values())

    def user(self, name: str, case: Case) -> User | None:
        return next(iter(self.users(name, case)), None)

    def addresses(self, names: str | Iterable[str], case: Case) -> list[str]:
        """The mail addresses that are meant, each once. People without an address are left out."""
        found: dict[str, None] = {}
        for name in _listed(names):
            if name == "contact":
                found[case.contact.email if case.contact else ""] = None
            elif "@" in name:
                found[name] = None
            else:
                found.update(dict.fromkeys(user.email for user in self._users(name, case)))
        return [address for address in found if address]

    def endpoint(self, name: str) -> str | None:
        """The key of the webhook endpoint of this name, if there is one."""
        if name not in self._endpoints:
            known = WebhookEndpoint.objects.filter(pk=name)
            self._endpoints[name] = known.values_list("pk", flat=True).first()
        return self._endpoints[name]

    def _users(self, name: str, case: Case) -> list[User]:
        if name == "owner":
            return [case.owner] if case.owner and case.owner.is_active else []
        if name == "team":
            return list(team_of(case))
        asked = name, (case.queue_id or "") if name in OF_QUEUE else ""
        if asked not in self._found:
            self._found[asked] = _look_up(*asked, self.now)
        return self._found[asked]


def team_of(case: Case) -> QuerySet[User]:
    """Those of its team who may see the case as it is now, in the order in which they came."""
    seeing = those_who_see(case.queue_id, case.owner_id)
    return User.objects.filter(seeing, followed_cases__case=case).order_by("followed_cases__pk")


def _listed(names: str | Iterable[str]) -> Iterable[str]:
    return [names] if isinstance(names, str) else names


def _look_up(name: str, queue: str, now: datetime) -> list[User]:
    active = User.objects.filter(is_active=True).order_by("pk")
    if name == "queue":
        return list(active.filter(queues=queue)) if queue else []
    if name == "on_duty":
        return list(active.filter(username__in=people_on_duty(queue, now)))
    if name == "supervisors":
        return list(active.filter(groups__name=SUPERVISORS))
    return list(active.filter(username=name))


def people_on_duty(queue: str, at: datetime) -> tuple[str, ...]:
    """The users' names of who is on duty for a queue; none where it has no rota."""
    rotas = Rota.objects.filter(queue=queue).select_related("covered")
    rota = rotas.prefetch_related("shifts", "substitutions").first() if queue else None
    return on_duty(rota.value(), at) if rota else ()
