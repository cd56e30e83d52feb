"""Holidays from elsewhere beside those that are here: which are new, and under which name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from entitlements.core.holidays import Falls
from entitlements.core.hours import Holiday as HolidayValue
from entitlements.models import Holiday

MIDNIGHT = time()
Span = tuple[datetime, datetime, frozenset[str]]
"""From, to, and the parts of the rule, in whatever order they are written."""


@dataclass(frozen=True, slots=True)
class Offered:
    """`known` says that it is here already, or that one with another name closes the same time."""

    number: int
    holiday: HolidayValue
    known: str = ""

    @property
    def is_whole_days(self) -> bool:
        return self.holiday.starts.time() == self.holiday.ends.time() == MIDNIGHT

    @property
    def last_day(self) -> date:
        """Of whole days."""
        return self.holiday.ends.date() - timedelta(days=1)


def offered(found: Sequence[HolidayValue]) -> list[Offered]:
    """In the same order, with names that nobody else has: a name is given once here."""
    if not found:
        return []
    here = [holiday.value() for holiday in Holiday.objects.all()]
    taken = {holiday.name.casefold() for holiday in here}
    spans = _spans(here, found)
    offers = []
    for number, holiday in enumerate(found):
        known = spans.get(_span(holiday), "")
        if not known:
            holiday = replace(holiday, name=_free_name(holiday, taken))
            taken.add(holiday.name.casefold())
        offers.append(Offered(number, holiday, known))
    return offers


def _spans(here: Iterable[HolidayValue], found: Sequence[HolidayValue]) -> dict[Span, str]:
    """What is closed already, by whose name; a repeating one on each of its days."""
    first, last = min(one.starts for one in found), max(one.ends for one in found)
    spans: dict[Span, str] = {}
    for holiday in here:
        spans.setdefault(_span(holiday), holiday.name)
        if holiday.rule:
            for starts, ends in Falls(holiday, ZoneInfo("UTC")).between(first, last):
                spans.setdefault((starts, ends, frozenset()), f"{holiday.name} (repeats)")
    return spans


def _span(holiday: HolidayValue) -> Span:
    rule = holiday.rule.upper().removeprefix("RRULE:").strip(";")
    return holiday.starts, holiday.ends, frozenset(rule.split(";") if rule else ())


def _free_name(holiday: HolidayValue, taken: set[str]) -> str:
    return next(name for name in _names(holiday) if name.casefold() not in taken)


def _names(holiday: HolidayValue) -> Iterator[str]:
    """The name, with the year, with the day, then numbered."""
    yield holiday.name
    yield f"{holiday.name} {holiday.starts.year}"
    dated = f"{holiday.name} {holiday.starts:%d %b %Y}"
    yield dated
    number = 2
    while True:
        yield f"{dated} ({number})"
        number += 1
