"""How Setup writes what a trial or a replay came to."""

from __future__ import annotations

from datetime import timedelta

from django import template

from cases.queries.words import span
from cases.replay import as_text
from cases.replay.report import Count, Line
from cases.replay.trial import Tried

register = template.Library()

LEVELS = {"met": "met", "missed": "late", "open": "calm", "cancelled": "cancelled"}
STANDING = {"pending": "Upcoming", "stopped": "Stopped", "running": "Running"}


@register.filter
def outcome_level(result: str, state: str = "") -> str:
    """The colour and icon of a result; one that is open has those of its state."""
    if result != "open":
        return LEVELS[result]
    return {"pending": "upcoming", "stopped": "stopped"}.get(state, "calm")


@register.filter
def outcome_words(result: str, state: str) -> str:
    """“Met”, “Missed, running”, “Upcoming”."""
    standing = STANDING.get(state, "")
    if result == "open":
        return standing
    return f"{result.capitalize()}, {standing.lower()}" if standing else result.capitalize()


@register.filter
def spare(one: Tried) -> str:
    """“12 m to spare”, “2 h left”, “late by 15 m”."""
    if one.left is None:
        return ""
    if one.left < timedelta(0):
        return f"late by {span(one.left)}"
    return f"{span(one.left)} {'left' if one.state in STANDING else 'to spare'}"


@register.filter
def counted(count: Count) -> list[str]:
    return as_text.counted(count)


@register.filter
def changed(line: Line) -> str:
    return as_text.changed(line)


@register.filter
def plain_name(section: str) -> str:
    """“entitlement processes”."""
    return section.replace("_", " ")
