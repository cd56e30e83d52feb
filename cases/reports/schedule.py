"""When a saved report is mailed: moments on the wall clock of a time zone, one in each period."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from cases.models.saved_report import Rhythm
from entitlements.core.wall_clock import instant_of, utc

DAY = timedelta(days=1)
SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Schedule:
    """`weekday` counts for a weekly one only: 0 is Monday."""

    rhythm: Rhythm
    at: time
    zone: ZoneInfo
    weekday: int = 0

    def next_after(self, now: datetime) -> datetime:
        """The first moment after `now`. One that a clock change skips comes by so much later (§2.3)."""
        day = now.astimezone(self.zone).date() - DAY
        while not (self._is_on(day) and self._moment(day) > now):
            day += DAY
        return self._moment(day)

    def last_by(self, now: datetime) -> datetime:
        """The newest moment that is not after `now`: what is made up for after a downtime."""
        day = now.astimezone(self.zone).date() + DAY
        while not (self._is_on(day) and self._moment(day) <= now):
            day -= DAY
        return self._moment(day)

    def period(self, moment: datetime) -> str:
        """The name of the period that a moment of this rhythm belongs to: one mailing each."""
        day = moment.astimezone(self.zone).date()
        if self.rhythm == Rhythm.WEEKLY:
            year, week, _ = day.isocalendar()
            return f"{self.rhythm} {year}-W{week:02}"
        return f"{self.rhythm} {day:%Y-%m}" if self.rhythm == Rhythm.MONTHLY else f"day {day}"

    def _is_on(self, day: date) -> bool:
        return {
            Rhythm.DAILY: True,
            Rhythm.WORKDAYS: day.weekday() < SATURDAY,
            Rhythm.WEEKLY: day.weekday() == self.weekday,
            Rhythm.MONTHLY: day.day == 1,
        }[self.rhythm]

    def _moment(self, day: date) -> datetime:
        return utc(instant_of(datetime.combine(day, self.at), self.zone))
