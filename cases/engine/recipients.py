"""Whom an action means: "owner", "queue", "supervisors", "contact", a user's name, or an address."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.auth.models import User

from cases.models import Case
from entitlements.models import WebhookEndpoint

SUPERVISORS = "Supervisors"


class Directory:
    """Looks people up, each group once however many cases ask. Made anew for each batch."""

    def __init__(self) -> None:
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
        asked = name, (case.queue_id or "") if name == "queue" else ""
        if asked not in self._found:
            self._found[asked] = _look_up(*asked)
        return self._found[asked]


def _listed(names: str | Iterable[str]) -> Iterable[str]:
    return [names] if isinstance(names, str) else names


def _look_up(name: str, queue: str) -> list[User]:
    active = User.objects.filter(is_active=True).order_by("pk")
    if name == "queue":
        return list(active.filter(queues=queue)) if queue else []
    if name == "supervisors":
        return list(active.filter(groups__name=SUPERVISORS))
    return list(active.filter(username=name))
