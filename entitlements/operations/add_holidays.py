"""Many holidays at once, attached to business hours: all of them or none."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, time, timedelta

from django.contrib.auth.models import User
from django.db import transaction

from entitlements.core.calendar import check_hours
from entitlements.core.hours import Holiday as HolidayValue
from entitlements.models import BusinessHours, ChangeVerb, ConfigurationRevision, Holiday
from entitlements.operations.audit import write_down_change, write_down_file

MIDNIGHT = time()
CALENDAR_FILE = "Calendar file"


@transaction.atomic
def add_holidays(
    values: Sequence[HolidayValue], hours: Collection[BusinessHours], *, by: User | None, now: datetime
) -> list[Holiday]:
    """Raises HoursError when some hours would never be open any more; then nothing was saved."""
    made = [holiday_of(value) for value in values]
    for holiday in made:
        holiday.clean()
    Holiday.objects.bulk_create(made)
    lines = [(holiday.name, "", str(holiday)) for holiday in made]
    name = f"{len(made)} holidays"
    write_down_file("holidays", name, ChangeVerb.ADDED, by=by, now=now, lines=lines, source=CALENDAR_FILE)
    attach_holidays(made, hours, by=by, now=now)
    return made


@transaction.atomic
def attach_holidays(
    holidays: Collection[Holiday], hours: Collection[BusinessHours], *, by: User | None, now: datetime
) -> None:
    """Those that are attached already stay so. Raises HoursError as above."""
    attached = BusinessHours.holidays.through
    attached.objects.bulk_create(
        (attached(businesshours=one, holiday=holiday) for one in hours for holiday in holidays),
        ignore_conflicts=True,
    )
    ConfigurationRevision.advance()
    names = ", ".join(holiday.name for holiday in holidays)
    keys = [one.pk for one in hours]
    for changed in BusinessHours.objects.filter(pk__in=keys).prefetch_related("windows", "holidays"):
        check_hours(changed.value(), now.year)
        write_down_change(changed, ChangeVerb.DID, by=by, now=now, remark=f"Holidays attached: {names}.")


def holiday_of(value: HolidayValue) -> Holiday:
    """The row of a value, not saved. Whole days have no times."""
    starts, ends = value.starts, value.ends
    if starts.time() == ends.time() == MIDNIGHT:
        last = ends.date() - timedelta(days=1)
        end_date = None if last == starts.date() else last
        return Holiday(name=value.name, start_date=starts.date(), end_date=end_date, rule=value.rule)
    return Holiday(
        name=value.name,
        start_date=starts.date(),
        start_time=starts.time(),
        end_date=ends.date(),
        end_time=ends.time(),
        rule=value.rule,
    )
