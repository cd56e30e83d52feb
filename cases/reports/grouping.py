"""What a report can be divided by. Each part has a name, and an address that asks for it alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from cases.reports.asked import NONE, Choices
from cases.reports.known import Known, Name, account_names
from cases.reports.rows import PATHS

GONE = "(gone)"


@dataclass(frozen=True, slots=True)
class Grouping:
    """`filter` narrows to one of them; `nothing` is what is said of rows that have none."""

    filter: str
    label: str
    plural: str
    nothing: str = ""

    @property
    def path(self) -> str:
        return PATHS[self.filter]


GROUPINGS = {
    "milestone": Grouping("milestone", "Milestone", "milestones"),
    "queue": Grouping("queue", "Queue", "queues", "No queue"),
    "owner": Grouping("owner", "Agent", "agents", "Nobody"),
    "account": Grouping("account", "Account", "accounts", "No account"),
    "version": Grouping("version", "Process version", "process versions"),
    "priority": Grouping("priority", "Priority", "priorities", "No priority"),
}
BY: Choices = tuple((key, grouping.label) for key, grouping in GROUPINGS.items())


def names_of(grouping: Grouping, keys: Iterable[Any], known: Known) -> Mapping[Any, Name]:
    """A name for each key, None's too. Accounts are read, in one query."""
    wanted = {key for key in keys if key is not None}
    rows = account_names(wanted) if grouping.filter == "account" else known.of(grouping.filter)
    found = {name.key: name for name in rows}
    names: dict[Any, Name] = {key: found.get(str(key), Name(str(key), "", GONE)) for key in wanted}
    return {**names, None: Name("", NONE, grouping.nothing)}
