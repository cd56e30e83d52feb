"""The windows of business hours, written as a whole."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import time

from django.db import transaction

from entitlements.core.hours import MINUTES_A_DAY, Window
from entitlements.models import BusinessHours, BusinessHoursWindow, ConfigurationRevision


@transaction.atomic
def replace_windows(hours: BusinessHours, windows: Iterable[Window]) -> None:
    hours.windows.all().delete()
    BusinessHoursWindow.objects.bulk_create(_row(hours, window) for window in windows)
    ConfigurationRevision.advance()


def _row(hours: BusinessHours, window: Window) -> BusinessHoursWindow:
    return BusinessHoursWindow(
        business_hours=hours,
        weekday=window.weekday,
        opens_at=_clock(window.opens),
        closes_at=_clock(window.closes % MINUTES_A_DAY),
    )


def _clock(minutes: int) -> time:
    return time(minutes // 60, minutes % 60)
