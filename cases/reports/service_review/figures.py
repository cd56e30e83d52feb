"""The figures of a service review: all that a customer may be told, and nothing besides.

They are plain values that can be kept. What a review shows comes from them alone, so that what is not put
in here cannot get out: no person of the desk, no queue, no note, no reason that was written for colleagues.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Case as Choice
from django.db.models import Count, F, Q, QuerySet, Value, When
from django.db.models.functions import TruncMonth

from cases.models import Case, CaseMilestone, MilestoneState
from cases.reports.basis import Basis, date_of, within
from cases.reports.contract import promised_to
from cases.reports.results import Result, condition, counts
from cases.reports.service_review.days import Days
from entitlements.models import Account, Entitlement

TREND_MONTHS = 6
COUNTED = (*(str(result) for result in Result), "extended")
DECIDED = (str(Result.MET), str(Result.MISSED), str(Result.OPEN_LATE))
LISTED = 100
"""Missed promises that are told one by one."""

INSTANT = timedelta(microseconds=1)

Figures = dict[str, Any]


def figures_of(account: Account, days: Days, now: datetime) -> Figures:
    """Of the promises to the account that were due on these days, as of `now`: as reports count by due date.

    Cases that were replayed from another system's log are no part of it.
    """
    promised = CaseMilestone.objects.filter(case__account=account, case__is_imported=False)
    of_period = promised.filter(within(Basis.DUE, days.start, days.end))
    broken = of_period.filter(condition(Result.MISSED, now) | condition(Result.OPEN_LATE, now))
    trend = days.with_months_before(TREND_MONTHS)
    counted = _counted(promised, days, trend, now)
    return {
        "agreed_percent": promised_to([account.pk], min(now, days.end - INSTANT)).get(account.pk),
        "entitlements": _entitlements(account, days),
        "cases": _cases(account, days),
        "milestones": [
            {"name": name, "promises": _promises(rows), "months": _months(rows, trend.months)}
            for name, rows in sorted(counted.items())
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


def _counted(
    promised: QuerySet[CaseMilestone], days: Days, trend: Days, now: datetime
) -> dict[str, list[Mapping[str, Any]]]:
    """By milestone, a row for each month, promised minutes, and whether it is of the days: in one look."""
    rows = (
        promised.filter(within(Basis.DUE, min(days.start, trend.start), days.end))
        .annotate(
            month=TruncMonth(date_of(Basis.DUE), tzinfo=days.zone),
            is_of_days=Choice(When(within(Basis.DUE, days.start, days.end), then=Value(1)), default=Value(0)),
        )
        .values("milestone__name", "minutes", "month", "is_of_days")
        .annotate(**counts(now), extended=Count("pk", filter=Q(extension__gt=0)))
        .order_by("minutes", "month")
    )
    found: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for row in rows:
        found[row["milestone__name"]].append(row)
    return found


def _promises(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """By the minutes that were promised, on the days."""
    by_minutes: dict[int | None, Counter[str]] = defaultdict(Counter)
    for row in rows:
        if row["is_of_days"]:
            by_minutes[row["minutes"]].update({name: row[name] for name in COUNTED})
    return [
        {"minutes": minutes, **{name: counter[name] for name in COUNTED}}
        for minutes, counter in by_minutes.items()
    ]


def _months(rows: Iterable[Mapping[str, Any]], months: Iterable[str]) -> list[dict[str, Any]]:
    """Every month, those without any promise too."""
    by_month: dict[str, Counter[str]] = defaultdict(Counter)
    for row in rows:
        by_month[f"{row['month']:%Y-%m}"].update({name: row[name] for name in DECIDED})
    return [{"month": month, **{name: by_month[month][name] for name in DECIDED}} for month in months]


def _missed(broken: QuerySet[CaseMilestone], now: datetime) -> list[dict[str, Any]]:
    """The first of them, by when they were due."""
    rows = (
        broken.annotate(due=date_of(Basis.DUE))
        .order_by("due", "pk")
        .values(
            "pk",
            "number",
            "recurrence",
            "state",
            "minutes",
            "extension",
            "due",
            "completion_date",
            "cancelled_at",
            "elapsed_seconds",
            "stopped_seconds",
            milestone_name=F("milestone__name"),
            case_number=F("case__number"),
            subject=F("case__subject"),
        )
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
        "due": row["due"].isoformat(),
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
    return max(0, int((end - row["due"]) / timedelta(seconds=1)))
