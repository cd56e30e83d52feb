"""The columns that a list can have."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Column:
    """`sort` is the order that a click on its head gives, and `again` the one of a second click."""

    key: str
    label: str
    sort: str = ""
    again: str = ""


COLUMNS: dict[str, Column] = {
    column.key: column
    for column in (
        Column("number", "Case", "-number", "number"),
        Column("subject", "Subject"),
        Column("account", "Account"),
        Column("contact", "Contact"),
        Column("next", "Next milestone"),
        Column("due", "Due", "due"),
        Column("chance", "May be late, estimated"),
        Column("priority", "Priority", "priority"),
        Column("queue", "Queue"),
        Column("owner", "Owner"),
        Column("status", "Status"),
        Column("stage", "Stage"),
        Column("type", "Type"),
        Column("process", "Process"),
        Column("waiting", "Customer wrote", "waiting"),
        Column("created", "Created"),
    )
}
ALWAYS_SHOWN = ("number", "subject")
USUAL = ("number", "subject", "account", "next", "due", "priority", "owner", "status")


def columns_of(chosen: Iterable[str]) -> list[Column]:
    """Those chosen, and the two by which a case is known; the usual ones where nothing was chosen.

    They stand in the order of this page, whatever the order of the choice. What is unknown is left out.
    """
    wanted = {*chosen} & COLUMNS.keys() or {*USUAL}
    return [column for key, column in COLUMNS.items() if key in wanted or key in ALWAYS_SHOWN]
