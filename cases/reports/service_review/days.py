"""Whole days in a time zone, as a span of instants."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from cases.reports.period import Period
from entitlements.models import Account, BusinessHours


@dataclass(frozen=True, slots=True)
class Days:
    """From the start of the first to the end of the last."""

    first: date
    last: date
    zone: ZoneInfo

    @property
    def start(self) -> datetime:
        return Period(self.first, self.last).bounds(self.zone)[0]

    @property
    def end(self) -> datetime:
        """The first instant that is no longer part of it."""
        return Period(self.first, self.last).bounds(self.zone)[1]

    def with_months_before(self, months: int) -> Days:
        """So many whole months that end with the last day's, that one included."""
        count = self.last.year * 12 + self.last.month - months
        return Days(date(count // 12, count % 12 + 1, 1), self.last, self.zone)

    @property
    def months(self) -> list[str]:
        """Each month that it touches: "2026-03"."""
        first = self.first.year * 12 + self.first.month - 1
        last = self.last.year * 12 + self.last.month - 1
        return [f"{count // 12}-{count % 12 + 1:02}" for count in range(first, last + 1)]


def zone_of(account: Account) -> ZoneInfo:
    """The account's own hours' zone, else the organisation's, else UTC: the same one for every reader."""
    hours = account.business_hours or BusinessHours.objects.filter(is_default=True).first()
    return ZoneInfo(hours.time_zone if hours else "UTC")
