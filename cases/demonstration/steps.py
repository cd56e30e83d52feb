"""What may happen in a tale: each word gives something that the desk's own operations then do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from django.contrib.auth.models import User

from cases.demonstration.customers import Customer
from cases.mail.copies import UNCHANGED, CcChanges
from cases.models import Case
from cases.operations import (
    add_note,
    change_case,
    complete_milestone,
    follow_case,
    receive_customer_message,
    reply_to_case,
    resume_case,
    stop_case,
)
from entitlements.models import Contact


@dataclass
class Scene:
    """A case being told. `agent` is who does what nobody else is named for."""

    case: Case
    agent: User
    contact: Contact | None
    people: dict[str, User] = field(default_factory=dict)

    def person(self, username: str) -> User:
        return self.people[username] if username else self.agent


Do = Callable[[Scene, datetime], object]
Step = tuple[float, Do]
"""How many minutes ago, on the case's own clock, and what."""


@dataclass(frozen=True)
class Tale:
    """A case and what happened to it. `opened` and the steps count minutes of its own clock back from now.

    `owner` is a user's name; empty: nobody has taken it yet. `contact` counts the customer's contacts from 0.
    """

    subject: str
    words: str
    customer: Customer | None
    opened: float
    steps: tuple[Step, ...] = ()
    owner: str = "agent"
    queue: str = "Claims"
    priority: str = "Medium"
    type: str = "Claim"
    origin: str = "Email"
    contact: int = 0


def replies(words: str, status: str = "", by: str = "", copy_to: str = "") -> Do:
    copies = CcChanges(added=(copy_to,)) if copy_to else UNCHANGED
    return lambda scene, now: reply_to_case(
        scene.case.pk, body=words, by=scene.person(by), now=now, status=status, copies=copies
    )


def notes(words: str, by: str = "") -> Do:
    return lambda scene, now: add_note(scene.case.pk, body=words, by=scene.person(by), now=now)


def writes(words: str) -> Do:
    """The customer does."""
    return lambda scene, now: receive_customer_message(
        scene.case.pk, body=words, contact=scene.contact, now=now
    )


def joins(username: str, role: str = "", by: str = "") -> Do:
    """The case team; put there by the agent unless somebody else is named, who may be the same."""
    return lambda scene, now: follow_case(
        scene.case.pk, scene.people[username], by=scene.person(by), role=role, now=now
    )


def sets(by: str = "", **fields: str) -> Do:
    return lambda scene, now: change_case(scene.case.pk, fields=fields, by=scene.person(by), now=now)


def stops(reason: str, until_customer_answers: bool = False) -> Do:
    return lambda scene, now: stop_case(
        scene.case.pk,
        reason=reason,
        until_customer_answers=until_customer_answers,
        by=scene.agent,
        now=now,
    )


def resumes() -> Do:
    return lambda scene, now: resume_case(scene.case.pk, by=scene.agent, now=now)


def completes(milestone: str) -> Do:
    return lambda scene, now: complete_milestone(scene.case.pk, milestone=milestone, by=scene.agent, now=now)


WORKING = "Working"
WAITING = "Waiting on Customer"


def triages(**fields: str) -> Do:
    return sets(stage="Triaged", **fields)


def begins(**fields: str) -> Do:
    return sets(stage="In Progress", **fields)


def closes() -> Do:
    return sets(stage="Resolved", status="Closed")
