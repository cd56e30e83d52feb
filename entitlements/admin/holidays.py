"""Setup: Holidays."""

from django.contrib import admin

from entitlements.admin.base import SetupAdmin
from entitlements.models import Holiday


@admin.register(Holiday)
class HolidayAdmin(SetupAdmin):
    list_display = ["name", "when", "rule"]
    search_fields = ["name"]
    fieldsets = [
        (None, {"fields": ["name", ("start_date", "start_time"), ("end_date", "end_time"), "rule"]}),
        ("Used by", {"fields": ["used_by"]}),
    ]
    readonly_fields = ["used_by"]
    when_empty = "A holiday closes the business hours that it is attached to, in their time zone."

    @admin.display(description="Closed", ordering="start_date")
    def when(self, holiday: Holiday) -> str:
        value = holiday.value()
        if not holiday.start_time and not holiday.end_time:
            last = holiday.end_date or holiday.start_date
            first = f"{holiday.start_date:%a %d %b %Y}"
            return first if last == holiday.start_date else f"{first} to {last:%a %d %b %Y}"
        return f"{value.starts:%a %d %b %Y %H:%M} to {value.ends:%a %d %b %Y %H:%M}"
