"""What an escalation rule may do at an age: the same actions as those of milestones, some of them."""

from __future__ import annotations

from typing import Any

from entitlements.models.action import ActionKind, wrong_parameters

PARTS = (ActionKind.ASSIGN, ActionKind.ESCALATE, ActionKind.NOTIFY, ActionKind.EMAIL)


def wrong_parts(parts: Any) -> str:
    """What is wrong with them; empty when nothing is."""
    if not isinstance(parts, dict) or not parts:
        return f"Say what happens: {', '.join(PARTS)}."
    unknown = sorted(set(parts) - set(PARTS))
    if unknown:
        return f"Unknown: {', '.join(unknown)}. Known: {', '.join(PARTS)}."
    problems = ((kind, wrong_parameters(kind, parameters)) for kind, parameters in parts.items())
    return " ".join(f"{kind}: {problem}" for kind, problem in problems if problem)
