"""What followed from a mail."""

from __future__ import annotations

from dataclasses import dataclass

from cases.models import Case, Message, Outcome


class Held(Exception):
    """It is not handled now; `str()` says why, for the administrator who decides."""


@dataclass(frozen=True, slots=True)
class Followed:
    outcome: Outcome
    reason: str = ""
    case: Case | None = None
    message: Message | None = None
