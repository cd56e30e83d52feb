"""Whom a step of an escalation tells, resolved when it is taken: in the desk, and by mail."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User

from cases.engine.recipients import Directory
from cases.models import Case, Escalation, EscalationStep, Notification

INSTEAD = "supervisors"


@dataclass
class Telling:
    """One step with what it is to do. `find` fills in the people and the addresses."""

    case: Case
    step: EscalationStep
    escalation: Escalation | None
    parts: Mapping[str, Any]
    users: list[User] = field(default_factory=list)
    addresses: list[str] = field(default_factory=list)

    def find(self, directory: Directory) -> None:
        """A ladder never falls silent: when a level finds nobody, supervisors are told instead."""
        of_ladder = self.parts.get("tell", {}).get("to", ())
        self._add(of_ladder or self._to("notify"), of_ladder or self._to("email"), directory)
        if of_ladder and not (self.users or self.addresses):
            self._add([INSTEAD], [INSTEAD], directory)
            self.step.note = f"Nobody was there of: {', '.join(of_ladder)}. Supervisors were told instead."
            if not (self.users or self.addresses):
                self.step.note = f"Nobody was there of: {', '.join(of_ladder)}, nor any supervisor."
        theirs = {user.email for user in self.users}
        self.step.told = [
            *(user.get_username() for user in self.users),
            *(address for address in self.addresses if address not in theirs),
        ]

    @property
    def template(self) -> str:
        """The name of the template for its mails; empty for the usual words."""
        given = self.parts.get("tell") or self.parts.get("email") or {}
        return str(given.get("template") or "")

    @property
    def text(self) -> str:
        """What it says in the desk."""
        given = str(self.parts.get("notify", {}).get("text") or "")
        if given:
            return given
        number, step = self.case.number, self.step
        if self.escalation is None:
            return f"{number}: {step.entry} ({step.rule})"
        return f"{number}: {self.escalation.reason}. Level {step.level} of {self.escalation.ladder}"

    def _to(self, kind: str) -> Iterable[str]:
        to = self.parts.get(kind, {}).get("to", ())
        return [to] if isinstance(to, str) else to

    def _add(self, in_desk: Iterable[str], by_mail: Iterable[str], directory: Directory) -> None:
        self.users = directory.users([name for name in in_desk if "@" not in name], self.case)
        self.addresses = directory.addresses(by_mail, self.case)


def tell_in_desk(tellings: Sequence[Telling], now: datetime) -> None:
    """Call it in the transaction that records the steps."""
    Notification.objects.bulk_create(
        Notification(case=one.case, user=user, text=one.text[:300], created_at=now)
        for one in tellings
        for user in one.users
    )
