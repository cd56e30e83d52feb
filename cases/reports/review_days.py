"""Whole days in a time zone, as a span of instants."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from entitlements.models import Account, BusinessHours


@dataclass(frozen=True, slots=True)
class Days:
    """From the start of the first to the end of the last."""

    first: date
    last: date
    zone: ZoneInfo

    @property
    def start(self) -> datetime:
        return _midnight(self.first, self.zone)

    @property
    def end(self) -> datetime:
        """The first instant that is no longer part of it."""
        return _midnight(self.last + timedelta(days=1), self.zone)

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


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), tzinfo=zone)
