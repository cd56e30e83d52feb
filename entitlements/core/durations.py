"""Durations as people write them: "30m", "4h", "1d 4h". A day is 24 hours of the clock that counts."""

from __future__ import annotations

import re

_PART = re.compile(r"(\d{1,7})\s*([dhms])", re.IGNORECASE)
_SECONDS = {"d": 86_400, "h": 3_600, "m": 60, "s": 1}


def seconds_of(text: str) -> int:
    """Seconds of a duration. A bare number is minutes. Raises ValueError on anything else."""
    written = text.strip()
    if written.isdecimal():
        return int(written[:8]) * 60
    parts = _PART.findall(written)
    if not parts or _PART.sub("", written).strip():
        raise ValueError(f"“{text[:40]}” is not a duration; write 30m, 4h or 1d 4h")
    return sum(int(number) * _SECONDS[unit.lower()] for number, unit in parts)


def minutes_of(text: str) -> int:
    """Whole minutes of a duration. Raises ValueError where there is a rest."""
    minutes, rest = divmod(seconds_of(text), 60)
    if rest:
        raise ValueError(f"“{text}” is not a whole number of minutes")
    return minutes


def written_duration(minutes: int) -> str:
    """The other way round, of whole minutes: "30m", "4h", "1d 4h"."""
    days, rest = divmod(minutes, 24 * 60)
    hours, left = divmod(rest, 60)
    parts = ((days, "d"), (hours, "h"), (left, "m"))
    return " ".join(f"{number}{unit}" for number, unit in parts if number) or "0m"
