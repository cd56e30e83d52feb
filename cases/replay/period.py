"""“90d”: how far back to look."""

from __future__ import annotations

from datetime import datetime, timedelta

from entitlements.core.durations import seconds_of

LONGEST = timedelta(days=36_500)


def since(text: str, now: datetime) -> datetime:
    """That long before now; a bare number counts days. Raises ValueError."""
    written = f"{text.strip()}d" if text.strip().isdecimal() else text
    return now - min(timedelta(seconds=seconds_of(written)), LONGEST)
