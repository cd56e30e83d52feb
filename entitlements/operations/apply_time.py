"""Holidays, business hours and milestones from entries of a file."""

from __future__ import annotations

from typing import Any

from entitlements.as_code.difference import Change
from entitlements.as_code.keys import ConfigurationError
from entitlements.core.hours import windows_from_mapping
from entitlements.models import (
    BusinessHours,
    Holiday,
    Milestone,
    ProcessMilestone,
    VersionState,
)
from entitlements.operations.hours import replace_windows
from entitlements.operations.put_row import found, put


def put_holiday(change: Change) -> None:
    entry = change.new
    put(Holiday, {"name": entry["name"]}, {**_span(entry), "rule": entry.get("repeats", "")})


def _span(entry: dict[str, Any]) -> dict[str, Any]:
    """A whole day has no times."""
    if "date" in entry:
        return {"start_date": entry["date"], "start_time": None, "end_date": None, "end_time": None}
    starts, ends = entry["from"], entry["to"]
    return {
        "start_date": starts.date(),
        "start_time": starts.time(),
        "end_date": ends.date(),
        "end_time": ends.time(),
    }


def put_hours(change: Change) -> None:
    """Windows and holidays are replaced. Another default is no longer it."""
    entry = change.new
    is_default = entry.get("default", False)
    if is_default:
        for other in BusinessHours.objects.filter(is_default=True).exclude(name=entry["name"]):
            other.is_default = False
            other.save()
    values = {
        "time_zone": entry.get("time_zone", "UTC"),
        "public_holidays": entry.get("public_holidays", ""),
        "is_default": is_default,
        "is_active": entry.get("active", True),
    }
    hours = put(BusinessHours, {"name": entry["name"]}, values)
    hours.holidays.set([found(Holiday, "holidays", name=name) for name in entry.get("holidays", ())])
    replace_windows(hours, windows_from_mapping(entry["open"]))


def put_milestone(change: Change) -> None:
    """How often it comes stays once a version with it was published."""
    entry = change.new
    recurrence = entry.get("recurrence", "none")
    before = change.old.get("recurrence", "none")
    if change.old and recurrence != before and _was_published(entry["name"]):
        raise ConfigurationError(
            "recurrence", f"it stays “{before}”: a process with this milestone was published"
        )
    values = {
        "description": entry.get("description", ""),
        "recurrence": recurrence,
        "is_active": entry.get("active", True),
    }
    put(Milestone, {"name": entry["name"]}, values)


def _was_published(milestone: str) -> bool:
    places = ProcessMilestone.objects.filter(milestone__name=milestone)
    return places.exclude(version__state=VersionState.DRAFT).exists()
