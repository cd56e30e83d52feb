"""What somebody looked at last in Setup, with the pages."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.admin.utils import quote
from django.urls import NoReverseMatch, reverse

from entitlements.models import RecentlyViewed


@dataclass(frozen=True, slots=True)
class Viewed:
    kind: str
    name: str
    address: str


def recently_viewed(user_id: int) -> list[Viewed]:
    """The latest first."""
    rows = RecentlyViewed.objects.filter(user_id=user_id)
    return [Viewed(row.kind, row.name, address) for row in rows if (address := _address(row))]


def _address(row: RecentlyViewed) -> str:
    try:
        return reverse(f"admin:{row.model.replace('.', '_')}_change", args=[quote(row.key)])
    except NoReverseMatch:
        return ""
