"""Accounts by what has been typed of their names."""

from __future__ import annotations

from entitlements.models import Account

OFFERED = 30


def account_names(typed: str) -> list[str]:
    """The first of those that contain what has been typed."""
    accounts = Account.objects.filter(name__icontains=typed.replace("\x00", "").strip()[:150])
    return list(accounts.values_list("name", flat=True)[:OFFERED])
