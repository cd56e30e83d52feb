"""Which share of milestones a contract promises to keep: the line that compliance is measured by."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db.models import Max

from cases.reports.asked import Asked
from entitlements.models import Entitlement, EntitlementSettings


def promised_percent(asked: Asked, now: datetime) -> float:
    """The strictest of the accounts that the report is narrowed to, else what Entitlement Settings say."""
    accounts = asked.known.keys("account", asked.filters.get("account", ()))
    if not accounts:
        return usual_percent()
    return max(promised_to(accounts, now).values(), default=usual_percent())


def usual_percent() -> float:
    """For whoever's contract says nothing."""
    row = EntitlementSettings.objects.only("compliance_percent").filter(pk=1).first()
    return float((row or EntitlementSettings()).compliance_percent)


def promised_to(accounts: Iterable[Any], now: datetime) -> Mapping[Any, float]:
    """By key: of the accounts whose entitlements, as of now, promise a share. In one query."""
    found = (
        Entitlement.objects.active(now)
        .filter(account__in=list(accounts), compliance_percent__isnull=False)
        .order_by()
        .values_list("account")
        .annotate(promised=Max("compliance_percent"))
    )
    return {key: float(promised) for key, promised in found}
