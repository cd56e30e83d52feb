"""Fields of a case as people write them, with values of the kinds that the engine wants."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from entitlements.as_code.keys import Given, at_key
from entitlements.core.case_facts import kind_of_field
from entitlements.core.expressions import TEXTS, CustomFields

RELATED = tuple(name for name in TEXTS if not name.startswith("case."))


def values_of(given: Given, custom: CustomFields) -> dict[str, Any]:
    """Fields of a case with their values, as their kinds want them."""
    values: dict[str, Any] = {}
    for name, value in flat(given):
        name = f"custom.{name}" if name in dict(custom) and kind_of_field(name, ()) is None else name
        kind = "text" if name in RELATED else kind_of_field(name, custom)
        with at_key(name):
            if kind == "text":
                values[name] = "" if value is None else str(value)
            elif kind == "date":
                values[name] = instant_of(value) if value not in (None, "") else None
            elif name != "business_hours":
                values[name] = value
    return values


def flat(given: Given) -> Iterator[tuple[str, Any]]:
    """`account: {tier: Gold}` is `account.tier: Gold`, and `account: {name: X}` is `account: X`."""
    for name, value in given.items():
        if not isinstance(value, Mapping):
            yield str(name).removeprefix("case."), value
            continue
        for part, inner in value.items():
            yield (str(name) if part == "name" and name != "product" else f"{name}.{part}"), inner


def instant_of(written: Any) -> datetime:
    """An instant as YAML gives it. Without a zone it is in UTC."""
    value = written if isinstance(written, datetime) else datetime.fromisoformat(str(written))
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
