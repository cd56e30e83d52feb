"""The order of auto-apply rules."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Max

from entitlements.models import AutoApplyRule, ConfigurationRevision


def next_position() -> int:
    """Behind all others."""
    last: int | None = AutoApplyRule.objects.aggregate(last=Max("position"))["last"]
    return (last or 0) + 1


@transaction.atomic
def move_rule(rule: AutoApplyRule, places: int) -> None:
    """Up (-1) or down (1). At the end it stays."""
    rules = list(AutoApplyRule.objects.select_for_update().order_by("position", "pk"))
    place = rules.index(rule)
    rules.insert(min(max(place + places, 0), len(rules) - 1), rules.pop(place))
    put_in_order(rules)


def put_in_order(rules: list[AutoApplyRule]) -> None:
    for position, rule in enumerate(rules, start=1):
        rule.position = position
    AutoApplyRule.objects.bulk_update(rules, ["position"])
    ConfigurationRevision.advance()
