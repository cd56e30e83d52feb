"""How the chance of being late is drawn and given its reasons."""

from __future__ import annotations

from typing import Any

from django import template

from cases.queries.chance_words import reasons_for
from cases.queries.late_chance import LateChance

register = template.Library()


@register.filter
def reasons(chance: LateChance) -> list[str]:
    return reasons_for(chance)


@register.inclusion_tag("cases/_chance_scale.html")
def chance_scale(chance: LateChance) -> dict[str, Any]:
    """A line from 0 to 100 with the interval and the estimate on it."""
    low, high = chance.between
    return {"low": low, "width": max(high - low, 1), "at": chance.value_percent}
