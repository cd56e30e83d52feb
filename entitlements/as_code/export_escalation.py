"""Rotas, escalation ladders and escalation rules, from their rows, as a configuration file writes them.

People are named by their users' names, as in actions: a rota without people would say nothing.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from entitlements.as_code.normal import weekly
from entitlements.core.hours import Window
from entitlements.models import CountedIn, EscalationLadder, EscalationRule, Rota
from entitlements.models.escalation import InHours


def written_ladders() -> list[dict[str, Any]]:
    rows = EscalationLadder.objects.select_related("business_hours").prefetch_related("levels")
    return [_ladder(row) for row in rows]


def _ladder(row: EscalationLadder) -> dict[str, Any]:
    return {
        "name": row.name,
        "description": row.description,
        "business_hours": _hours(row),
        "levels": [
            {"after": f"{one.after}m", "to": list(one.to), "template": one.template}
            for one in row.levels.all()
        ],
        "repeat": row.repeat,
        "repeat_after": f"{row.repeat_after}m",
    }


def written_rules() -> list[dict[str, Any]]:
    rows = EscalationRule.objects.prefetch_related("entries__actions", "entries__business_hours")
    return [
        {
            "name": row.name,
            "description": row.description,
            "active": row.is_active,
            "entries": [
                {
                    "name": entry.name,
                    "when": entry.when,
                    "business_hours": _hours(entry),
                    "since": entry.since,
                    "until_changed": entry.until_changed,
                    "actions": [{"after": f"{one.after}m", **one.parts} for one in entry.actions.all()],
                }
                for entry in row.entries.all()
            ],
        }
        for row in rows
    ]


def written_rotas() -> list[dict[str, Any]]:
    rows = Rota.objects.select_related("covered").prefetch_related("shifts", "substitutions")
    return [_rota(row) for row in rows]


def _rota(row: Rota) -> dict[str, Any]:
    windows: dict[str, list[Window]] = defaultdict(list)
    for shift in row.shifts.all():
        windows[shift.person].append(shift.value().window)
    return {
        "queue": row.queue_id,
        "time_zone": row.time_zone,
        "covered": row.covered.name if row.covered else "",
        "shifts": [{"person": person, "open": weekly(found)} for person, found in windows.items()],
        "substitutions": [
            {"person": one.person, "instead_of": one.instead_of, "from": value.starts, "to": value.ends}
            for one in row.substitutions.all()
            for value in [one.value()]
        ],
    }


def _hours(row: InHours) -> str:
    if row.counts_in == CountedIn.NAMED and row.business_hours is not None:
        return row.business_hours.name
    return "case" if row.counts_in == CountedIn.CASE else ""
