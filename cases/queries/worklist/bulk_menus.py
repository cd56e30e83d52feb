"""What can be done with many cases at once: the menus, and one choice of them in words."""

from __future__ import annotations

from dataclasses import dataclass

from cases.operations.bulk import Bulk
from cases.queries.people import Choices
from cases.queries.worklist.around import Around


@dataclass(frozen=True, slots=True)
class Menu:
    """`name` is the field of the case that gets one of the values."""

    name: str
    label: str
    values: Choices


def menus_for(around: Around, username: str) -> list[Menu]:
    organisation = around.organisation
    others = [(key, label) for key, label in around.people if key != username]
    return [
        Menu("owner", "Assign", [(username, "Me"), *others, ("", "Nobody")]),
        Menu("status", "Status", [(name, name) for name in organisation.status]),
        Menu("priority", "Priority", [(name, name) for name in reversed(organisation.priorities)]),
        Menu("queue", "Queue", [*around.queues, ("", "No queue")]),
    ]


def told_as(bulk: Bulk, around: Around) -> str:
    """As a heading says it: “Priority → High”."""
    if bulk.what == "stop":
        return "Stop the clock"
    if bulk.what == "raise":
        return "Raise the priority"
    if bulk.what == "extend":
        return f"Extend {bulk.milestone or 'the next milestone'}{f' by {bulk.value}' if bulk.value else ''}"
    named = dict(around.people).get(bulk.value, bulk.value) if bulk.what == "owner" else bulk.value
    nothing = {"owner": "nobody", "queue": "no queue"}.get(bulk.what, "none")
    return f"{bulk.what.capitalize()} → {named or nothing}"
