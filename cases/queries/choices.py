"""What a list can be narrowed by."""

from __future__ import annotations

from dataclasses import dataclass

from cases.queries.case_list import FILTERS, CaseList
from cases.queries.people import read_hands


@dataclass(frozen=True, slots=True)
class Choice:
    """A filter with its values and labels, and the value chosen."""

    name: str
    label: str
    values: list[tuple[str, str]]
    chosen: str


def list_choices(found: CaseList) -> list[Choice]:
    hands, settings = read_hands(), found.organisation
    values = {
        "priority": [(name, name) for name in settings.priorities],
        "status": [(name, name) for name in settings.status],
        "queue": hands.queues,
        "owner": [("-", "nobody"), *hands.people],
    }
    chosen = found.wanted.filters
    return [Choice(name, name.capitalize(), values[name], chosen.get(name, "")) for name in FILTERS]
