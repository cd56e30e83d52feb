"""In which order, and how a page begins where the one before it ended: by key, never by counting rows."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, OrderBy, Q

from cases.models import Case
from cases.models.case import CaseQuerySet


@dataclass(frozen=True, slots=True)
class Key:
    """One part of an order. What has no value comes last, whichever way the order goes."""

    name: str
    descending: bool = False

    @property
    def order(self) -> OrderBy:
        field = F(self.name)
        if self.name == "pk":
            return field.desc() if self.descending else field.asc()
        return field.desc(nulls_last=True) if self.descending else field.asc(nulls_last=True)

    def beyond(self, value: Any) -> Q:
        return Q(**{f"{self.name}__{'lt' if self.descending else 'gt'}": value})

    def from_here(self, value: Any) -> Q:
        """`beyond`, and the value itself: what an index can begin with."""
        return Q(**{f"{self.name}__{'lte' if self.descending else 'gte'}": value})

    def has_none(self) -> Q:
        return Q(**{f"{self.name}__isnull": True})

    def of(self, case: Case) -> Any:
        value: Any = case
        for part in self.name.split("__"):
            value = getattr(value, part, None)
        return value


DUE, NUMBER = Key("next_target"), Key("pk")
SORTS: dict[str, tuple[Key, ...]] = {
    "due": (DUE, NUMBER),
    "number": (NUMBER,),
    "-number": (Key("pk", descending=True),),
    "priority": (Key("priority__position", descending=True), DUE, NUMBER),
    "waiting": (Key("last_customer_message_at"), NUMBER),
}
"""By name. `waiting`: the customer whose last message is the oldest."""

Place = list[Any]


def place_of(case: Case, sort: str) -> str:
    """Where a case stands in the order, fit for an address."""
    values = [key.of(case) for key in SORTS[sort]]
    return json.dumps([one.isoformat() if isinstance(one, datetime) else one for one in values])


def read_place(text: str, sort: str) -> Place | None:
    """The inverse of `place_of`; None where the text is no place in this order."""
    keys = SORTS[sort]
    try:
        values = json.loads(text) if text else None
        if not isinstance(values, list) or len(values) != len(keys):
            return None
        return [_read(key, value) for key, value in zip(keys, values, strict=True)]
    except (ValueError, RecursionError):
        return None


def _read(key: Key, value: Any) -> Any:
    """Raises ValueError."""
    if key.name.endswith(("target", "_at")):
        if value is None:
            return None
        at = datetime.fromisoformat(value) if isinstance(value, str) else None
        if at is None or at.tzinfo is None:
            raise ValueError(value)
        return at
    most = 2**63 if key.name == "pk" else 2**31
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < most:
        return value
    if value is None and key.name != "pk":
        return None
    raise ValueError(value)


def page_of(
    cases: CaseQuerySet, sort: str, place: Place | None, how_many: int, read: CaseQuerySet
) -> list[Case]:
    """The next cases in the order, in one query; in two where those without a value begin.

    Those with a value for the first key and those without are asked for apart: an index finds the place of
    each at once, however far down it is. `read` is what to read of the cases, once they are chosen.
    """
    first, rest = SORTS[sort][0], SORTS[sort][1:]
    if place is None:
        return _first(cases, sort, how_many, read)
    if not rest:
        return _first(cases.filter(first.beyond(place[0])), sort, how_many, read)
    if place[0] is None:
        return _first(cases.filter(first.has_none(), _after(rest, place[1:])), sort, how_many, read)
    with_value = first.from_here(place[0]) & (first.beyond(place[0]) | _after(rest, place[1:]))
    found = _first(cases.filter(with_value), sort, how_many, read)
    if len(found) < how_many:
        found += _first(cases.filter(first.has_none()), sort, how_many - len(found), read)
    return found


def _first(cases: CaseQuerySet, sort: str, how_many: int, read: CaseQuerySet) -> list[Case]:
    """What they refer to is joined to the chosen ones alone, not to all that were looked through.

    PostgreSQL begins with the chosen ones as long as no more than eight tables are joined.
    """
    keys = SORTS[sort]
    order = [key.order for key in keys]
    chosen = cases.order_by(*order).values("pk")[:how_many]
    related = [key.name.rpartition("__")[0] for key in keys if "__" in key.name]
    read = read.select_related(*related) if related else read
    return list(read.filter(pk__in=chosen).order_by(*order))


def _after(keys: Sequence[Key], place: Place) -> Q:
    """Later by these keys alone."""
    key, value = keys[0], place[0]
    if len(keys) == 1:
        return key.beyond(value)
    rest = _after(keys[1:], place[1:])
    if value is None:
        return key.has_none() & rest
    return key.beyond(value) | key.has_none() | Q(**{key.name: value}) & rest
