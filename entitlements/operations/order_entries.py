"""The order of an escalation rule's entries."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.db.models import Max

from entitlements.models import ConfigurationRevision, EscalationRule, RuleEntry


def next_position(rule: EscalationRule) -> int:
    """Behind all others."""
    last: int | None = rule.entries.aggregate(last=Max("position"))["last"]
    return (last or 0) + 1


@transaction.atomic
def move_entry(entry: RuleEntry, places: int) -> None:
    """Up (-1) or down (1). At the end it stays."""
    entries = _locked(entry.rule)
    place = entries.index(entry)
    entries.insert(min(max(place + places, 0), len(entries) - 1), entries.pop(place))
    _put(entries)


@transaction.atomic
def order_entries(rule: EscalationRule, keys: Sequence[int]) -> None:
    """These first, the others behind them as they stand."""
    wanted = {key: place for place, key in enumerate(keys)}
    _put(sorted(_locked(rule), key=lambda entry: wanted.get(entry.pk, len(wanted))))


def _locked(rule: EscalationRule) -> list[RuleEntry]:
    return list(RuleEntry.objects.select_for_update().filter(rule=rule).order_by("position", "pk"))


def _put(entries: list[RuleEntry]) -> None:
    for position, entry in enumerate(entries, start=1):
        entry.position = position
    RuleEntry.objects.bulk_update(entries, ["position"])
    ConfigurationRevision.advance()
