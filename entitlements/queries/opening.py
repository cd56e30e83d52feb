"""When business hours are open, in words."""

from __future__ import annotations

from entitlements.models import BusinessHours, Weekday


def week_in_words(hours: BusinessHours) -> str:
    """ "Mon–Fri 09:00–17:00; Sat 10:00–14:00"."""
    days: dict[int, str] = {}
    for window in hours.windows.all():
        times = f"{window.opens_at:%H:%M}–{_clock(window.closes)}"
        days[window.weekday] = f"{days[window.weekday]}, {times}" if window.weekday in days else times
    spans: list[tuple[int, int, str]] = []
    for day, times in sorted(days.items()):
        if spans and spans[-1][1:] == (day - 1, times):
            spans[-1] = (spans[-1][0], day, times)
        else:
            spans.append((day, day, times))
    return "; ".join(f"{_days(first, last)} {times}" for first, last, times in spans)


def _clock(minutes: int) -> str:
    return "24:00" if minutes == 24 * 60 else f"{minutes // 60 % 24:02}:{minutes % 60:02}"


def _days(first: int, last: int) -> str:
    names = [str(Weekday(day).label)[:3] for day in (first, last)]
    return names[0] if first == last else "–".join(names)
