"""What a list can be narrowed by."""

from __future__ import annotations

from dataclasses import dataclass

from cases.engine.load import organisation
from cases.queries.case_list import FILTERS, CaseList
from cases.queries.people import full_name, people_of_the_desk
from entitlements.models import Queue


@dataclass(frozen=True, slots=True)
class Choice:
    """A filter with its values and labels, and the value chosen."""

    name: str
    label: str
    values: list[tuple[str, str]]
    chosen: str


def list_choices(found: CaseList) -> list[Choice]:
    settings = organisation()
    values = {
        "priority": [(name, name) for name in settings.priorities],
        "status": [(name, name) for name in settings.status],
        "queue": [(name, name) for name in Queue.objects.values_list("pk", flat=True)],
        "owner": [("-", "nobody"), *((user.username, full_name(user)) for user in people_of_the_desk())],
    }
    chosen = found.wanted.filters
    return [Choice(name, name.capitalize(), values[name], chosen.get(name, "")) for name in FILTERS]
