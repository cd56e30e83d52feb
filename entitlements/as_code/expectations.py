"""What a scenario expects, held against what came of it: one line for each expectation that is not met."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from entitlements.as_code.fields import instant_of
from entitlements.as_code.keys import Given, at_key, each
from entitlements.as_code.spans import span
from entitlements.core.durations import minutes_of, seconds_of
from entitlements.core.simulation import as_utc

Row = Mapping[str, Any]

_FOUND_AS = {"elapsed": "elapsed_s", "stopped": "stopped_s", "remaining": "remaining_s"}
_WRITTEN_AS = {found: written for written, found in _FOUND_AS.items()}
_DATES = ("start_date", "target_date", "completion_date", "cancelled_at", "due", "fired")
_CALLED = ("milestone", "occurrence", "kind")


@dataclass(frozen=True)
class Expectations:
    """In the words of what `simulate --json` prints. None: nothing is expected of the number."""

    milestones: Sequence[Row]
    triggers: Sequence[Row]
    counts: Mapping[str, Any]
    trigger_count: int | None

    def unmet(self, milestones: Sequence[Row], triggers: Sequence[Row]) -> list[str]:
        return [
            *_unmet("milestone", self.milestones, milestones),
            *_unmet("trigger", self.triggers, triggers),
            *self._wrong_counts(milestones, triggers),
        ]

    def _wrong_counts(self, milestones: Sequence[Row], triggers: Sequence[Row]) -> list[str]:
        wrong = []
        for name, wanted in self.counts.items():
            count = sum(row["milestone"] == name for row in milestones)
            if count != wanted:
                wrong.append(f"{name}: expected {wanted} occurrences in all, found {count}")
        if self.trigger_count not in (None, len(triggers)):
            found = f"found {len(triggers)}"
            wrong.append(f"expected {self.trigger_count} triggers that fired or were skipped, {found}")
        return wrong


def read_expectations(given: Given) -> Expectations:
    """Raises ConfigurationError."""
    with at_key("expect_count"):
        counts = dict(given.get("expect_count") or {})
    return Expectations(
        each(given, "expect", _wanted),
        each(given, "expect_triggers", _wanted),
        counts,
        given.get("expect_trigger_count"),
    )


def _wanted(one: Given) -> dict[str, Any]:
    wanted = {}
    for key, value in one.items():
        with at_key(key):
            wanted[_FOUND_AS.get(key, key)] = _comparable(key, value)
    return wanted


def _comparable(key: str, value: Any) -> Any:
    if value is None:
        return None
    text = str(value)
    if key in _DATES:
        return as_utc(instant_of(value))
    if key in _FOUND_AS:
        return -seconds_of(text[1:]) if text.startswith("-") else seconds_of(text)
    if key == "offset" and not text.endswith("%"):
        return f"{minutes_of(text)}m"
    return value


def _unmet(what: str, expected: Sequence[Row], found: Sequence[Row]) -> list[str]:
    unmet = []
    for wanted in expected:
        differing = [_differing(wanted, row) for row in found if _is_called(wanted, row)]
        if not differing:
            unmet.append(f"expected a {what} {_shown(wanted)}; there is none")
        elif all(differing):
            nearest = min(differing, key=len)
            unmet.append(f"{_name(what, wanted)}: {'; '.join(nearest)}")
    return unmet


def _is_called(wanted: Row, row: Row) -> bool:
    """Whether an expectation may be about this row, whatever else it says."""
    return all(row.get(key) == wanted[key] for key in _CALLED if key in wanted)


def _differing(wanted: Row, row: Row) -> list[str]:
    return [
        f"expected {_pair(key, value)}, found {_value(key, row.get(key))}"
        for key, value in wanted.items()
        if key not in row or row[key] != value
    ]


def _name(what: str, wanted: Row) -> str:
    return " ".join(str(wanted[key]) for key in _CALLED if key in wanted) or f"a {what}"


def _shown(row: Row) -> str:
    return "{" + ", ".join(_pair(key, value, ": ") for key, value in row.items()) + "}"


def _pair(key: str, value: Any, between: str = " ") -> str:
    return f"{_WRITTEN_AS.get(key, key)}{between}{_value(key, value)}"


def _value(key: str, value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    return span(value) if key in _WRITTEN_AS and isinstance(value, int | float) else str(value)
