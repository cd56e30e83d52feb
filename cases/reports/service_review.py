"""The figures of a service review: all that a customer may be told, and nothing besides.

They are plain values that can be kept. What a review shows comes from them alone, so that what is not put
in here cannot get out: no person of the desk, no queue, no note, no reason that was written for colleagues.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import TruncMonth

from cases.models import Case, CaseMilestone, MilestoneState
from cases.reports.contract import promised_to
from cases.reports.results import Result, condition, counts
from cases.reports.review_days import Days
from entitlements.models import Account, Entitlement

TREND_MONTHS = 6
LISTED = 100
"""Missed promises that are told one by one."""

INSTANT = timedelta(microseconds=1)

Figures = dict[str, Any]


def figures_of(account: Account, days: Days, now: datetime) -> Figures:
    """Of the promises to the account that were due on these days (`target_date`), as of `now`.

    Cases that were replayed from another system's log are no part of it.
    """
    promised = CaseMilestone.objects.filter(case__account=account, case__is_imported=False)
    of_period = promised.filter(target_date__gte=days.start, target_date__lt=days.end)
    broken = of_period.filter(condition(Result.MISSED, now) | condition(Result.OPEN_LATE, now))
    trend = _trend(promised, days.with_months_before(TREND_MONTHS), now)
    milestones = _promises(of_period, now)
    return {
        "agreed_percent": promised_to([account.pk], min(now, days.end - INSTANT)).get(account.pk),
        "entitlements": _entitlements(account, days),
        "cases": _cases(account, days),
        "milestones": [
            {"name": name, "promises": milestones.get(name, []), "months": trend.get(name, [])}
            for name in sorted(milestones.keys() | trend.keys())
        ],
        "missed": _missed(broken, now),
    }


def _entitlements(account: Account, days: Days) -> list[dict[str, Any]]:
    """Those that held on one of the days."""
    held = Entitlement.objects.filter(Q(end_date__isnull=True) | Q(end_date__gte=days.first), account=account)
    return [
        {
            "name": one.name,
            "from": one.start_date.isoformat(),
            "to": one.end_date.isoformat() if one.end_date else None,
        }
        for one in held.filter(start_date__lte=days.last).order_by("start_date", "pk")
    ]


def _cases(account: Account, days: Days) -> dict[str, int]:
    cases = Case.objects.filter(account=account, is_imported=False)
    return {
        "opened": cases.filter(created_at__gte=days.start, created_at__lt=days.end).count(),
        "closed": cases.filter(closed_at__gte=days.start, closed_at__lt=days.end).count(),
    }


def _promises(of_period: QuerySet[CaseMilestone], now: datetime) -> dict[str, list[dict[str, Any]]]:
    """By milestone and by the minutes that were promised."""
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    rows = of_period.values("milestone__name", "minutes").annotate(
        **counts(now), extended=Count("pk", filter=Q(extension__gt=0))
    )
    for row in rows.order_by("milestone__name", "minutes"):
        found[row["milestone__name"]].append(_without(row, "milestone__name"))
    return found


def _trend(promised: QuerySet[CaseMilestone], days: Days, now: datetime) -> dict[str, list[dict[str, Any]]]:
    """By milestone and month, every month of the days."""
    due = promised.filter(target_date__gte=days.start, target_date__lt=days.end)
    kept = {key: counts(now)[key] for key in (Result.MET, Result.MISSED, Result.OPEN_LATE)}
    rows = (
        due.annotate(month=TruncMonth("target_date", tzinfo=days.zone))
        .values("milestone__name", "month")
        .annotate(**{str(key): count for key, count in kept.items()})
        .order_by()
    )
    by_month: dict[str, dict[str, dict[str, Any]]] = defaultdict(dict)
    for row in rows:
        months = by_month[row["milestone__name"]]
        months[f"{row['month']:%Y-%m}"] = _without(row, "milestone__name", "month")
    nothing = {str(key): 0 for key in kept}
    return {
        name: [{"month": month, **months.get(month, nothing)} for month in days.months]
        for name, months in by_month.items()
    }


def _without(row: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in names}


def _missed(broken: QuerySet[CaseMilestone], now: datetime) -> list[dict[str, Any]]:
    """The first of them, by when they were due."""
    rows = broken.order_by("target_date", "pk").values(
        "pk",
        "number",
        "recurrence",
        "state",
        "minutes",
        "extension",
        "target_date",
        "completion_date",
        "cancelled_at",
        "elapsed_seconds",
        "stopped_seconds",
        milestone_name=F("milestone__name"),
        case_number=F("case__number"),
        subject=F("case__subject"),
    )
    return [_told(row, now) for row in rows[:LISTED]]


def _told(row: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    ended = row["completion_date"] or row["cancelled_at"]
    return {
        "key": row["pk"],
        "case": row["case_number"],
        "subject": row["subject"],
        "milestone": row["milestone_name"],
        "number": row["number"] if row["recurrence"] != "none" else None,
        "minutes": row["minutes"],
        "due": row["target_date"].isoformat(),
        "end": {MilestoneState.COMPLETED: "done", MilestoneState.CANCELLED: "ended"}.get(
            row["state"], "open"
        ),
        "ended": ended.isoformat() if ended else None,
        "over_seconds": _over(row, ended or now),
        "waited_seconds": row["stopped_seconds"] or 0,
    }


def _over(row: Mapping[str, Any], end: datetime) -> int:
    """By how much it was late in its own time, where that was recorded; else from target to end."""
    if row["elapsed_seconds"] is not None and row["minutes"] is not None:
        took = row["elapsed_seconds"] - (row["stopped_seconds"] or 0)
        over = took - 60 * (row["minutes"] + row["extension"])
        if over > 0:
            return over
    return max(0, int((end - row["target_date"]) / timedelta(seconds=1)))
