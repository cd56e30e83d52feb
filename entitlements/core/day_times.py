"""The open times of one day as people write them: "09:00-13:00, 14:00-18:00"."""

import re
from itertools import pairwise

from entitlements.core.hours import MINUTES_A_DAY, HoursError

Times = tuple[int, int]
"""Minutes after the day's midnight: opens, closes. Beyond 1440 it closes on the next day (§2.1)."""

LONGEST = 300
_CLOCK = r"(\d{1,2})(?:[:.h](\d{2}))?\s*([ap]\.?m\.?)?"
_RANGE = re.compile(rf"{_CLOCK}\s*(?:-|–|—|to|until)\s*{_CLOCK}", re.ASCII | re.IGNORECASE)
_ALL_DAY = {"24h", "24 h", "all day", "open", "24/7"}
_CLOSED = {"", "closed", "-", "–"}


def read_day(text: str) -> list[Times]:
    """In order. Raises HoursError for what is no time, for no length, and for two that overlap."""
    said = text.strip().lower()
    if said in _CLOSED:
        return []
    if said in _ALL_DAY:
        return [(0, MINUTES_A_DAY)]
    found = sorted(_range(part.strip()) for part in re.split(r"[,;]|\band\b", said))
    for one, other in pairwise(found):
        if other[0] < one[1]:
            raise HoursError(f"{write_times(one)} and {write_times(other)} overlap: make them one.")
    return found


def write_day(times: list[Times]) -> str:
    """As `read_day` reads it."""
    return ", ".join(write_times(one, "-") for one in sorted(times))


def write_times(times: Times, dash: str = "–") -> str:
    opens, closes = times
    return f"{_clock(opens)}{dash}{'24:00' if closes == MINUTES_A_DAY else _clock(closes % MINUTES_A_DAY)}"


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _range(text: str) -> Times:
    match = _RANGE.fullmatch(text)
    if match is None:
        raise HoursError(f"“{text[:40]}” is not from one time to another, such as 09:00-17:00.")
    opens, closes = _minutes(text, *match.groups()[:3]), _minutes(text, *match.groups()[3:])
    if opens == MINUTES_A_DAY:
        raise HoursError(f"“{text}” opens at 24:00: that is 00:00 of the next day.")
    if opens == closes and opens:
        raise HoursError(
            f"{_clock(opens)}–{_clock(closes)} opens and closes at the same time: it would never be open. "
            "A whole day is 00:00-24:00."
        )
    return opens, closes if closes > opens else closes + MINUTES_A_DAY


def _minutes(text: str, hour: str, minute: str | None, half: str | None) -> int:
    hours, minutes = int(hour), int(minute or 0)
    if half and not 1 <= hours <= 12:
        hours = 99
    elif half:
        hours = hours % 12 + (12 if half.startswith("p") else 0)
    if minutes > 59 or hours * 60 + minutes > MINUTES_A_DAY:
        raise HoursError(f"“{text}” has a time that is not on the clock (00:00 to 24:00).")
    return hours * 60 + minutes
