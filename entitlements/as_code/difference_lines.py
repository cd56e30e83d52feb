"""How two entries differ, field by field, in the order of the file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from entitlements.as_code.emit import in_line
from entitlements.as_code.normal import Entry

NOTHING = "–"


@dataclass(frozen=True, slots=True)
class Line:
    """One field: what it was and what it becomes; `NOTHING` where it says nothing."""

    about: str
    old: str
    new: str


def lines_between(old: Entry, new: Entry, before: str = "") -> Iterator[Line]:
    """The fields that differ, but for the name. `before` says what they are fields of."""
    for name in [*new, *(name for name in old if name not in new)]:
        if name != "name" and old.get(name) != new.get(name):
            yield Line(before + name, _shown(old.get(name)), _shown(new.get(name)))


def lines_of_process(old: Entry, new: Entry) -> Iterator[Line]:
    """The process's own fields, then its milestones by name and tier, then their order."""
    yield from lines_between(_own(old), _own(new))
    before, now = _rows(old), _rows(new)
    for name, row in now.items():
        if name in before:
            yield from lines_between(before[name], row, f"{name}: ")
        else:
            yield Line(name, NOTHING, _in_short(row))
    yield from (Line(name, _in_short(row), NOTHING) for name, row in before.items() if name not in now)
    kept_before, kept_now = [name for name in before if name in now], [name for name in now if name in before]
    if kept_before != kept_now:
        yield Line("order", ", ".join(kept_before), ", ".join(kept_now))


def _own(process: Entry) -> Entry:
    return {name: value for name, value in process.items() if name != "milestones"}


def _rows(process: Entry) -> dict[str, Entry]:
    """By milestone and tier: "First Response", "First Response (tier 2)"; each trigger is a field."""
    seen: Counter[str] = Counter()
    found = {}
    for row in process.get("milestones", ()):
        name = row["milestone"]
        seen[name] += 1
        found[name if seen[name] == 1 else f"{name} (tier {seen[name]})"] = _flat(row)
    return found


def _flat(row: Entry) -> Entry:
    flat = {name: value for name, value in row.items() if name not in ("milestone", "triggers")}
    for trigger in row.get("triggers", ()):
        ((kind, offset),) = ((name, value) for name, value in trigger.items() if name != "actions")
        about = f"{kind} {offset}" if offset else kind
        again = sum(name.partition(" (")[0] == about for name in flat)
        flat[f"{about} ({again + 1})" if again else about] = trigger.get("actions", [])
    return flat


def _in_short(row: Entry) -> str:
    return ", ".join(f"{name} {_shown(value)}" for name, value in row.items())


def _shown(value: Any) -> str:
    return NOTHING if value is None else in_line(value)
