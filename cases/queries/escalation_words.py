"""Events of escalations in words, for the timeline."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from entitlements.core.changes import Kind


def words_of_escalation(kind: str, details: Mapping[str, Any]) -> str:
    ladder = f"“{details.get('ladder', '')}”"
    match kind:
        case Kind.LADDER_STARTED:
            return f"{details['reason']}: the escalation {ladder} started"
        case Kind.LADDER_STEP:
            again = f", round {details['round']}" if details["round"] > 1 else ""
            return f"Escalation {ladder}, level {details['level']}{again}: {_told(details)}"
        case Kind.ACKNOWLEDGED:
            return f"Escalation {ladder} acknowledged, {details['how'][:1].lower()}{details['how'][1:]}"
        case Kind.LADDER_RESOLVED:
            return f"Escalation {ladder} resolved: {details['how']}"
        case _:
            done = [*details["done"], *([_told(details)] if details["told"] else [])]
            return f"Escalation rule, {details['entry']}: {'; '.join(done) or 'nobody told'}"


def _told(details: Mapping[str, Any]) -> str:
    return f"told {', '.join(details['told'])}" if details["told"] else "nobody told"
