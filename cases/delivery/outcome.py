"""How an attempt ends: with a Receipt, TryLater or CannotArrive. Anything else that is raised is TryLater."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any


@dataclass(frozen=True, slots=True)
class Receipt:
    """It arrived. `result` is what to keep; `trace` the exchange, for the list of tries."""

    result: Mapping[str, Any] = field(default_factory=dict)
    trace: Mapping[str, Any] = field(default_factory=dict)


class TryLater(Exception):
    """It did not arrive this time. `after` is how long the other side asks us to wait at least."""

    def __init__(self, why: str, trace: Mapping[str, Any] | None = None, after: timedelta | None = None):
        super().__init__(why)
        self.trace = trace or {}
        self.after = after


class CannotArrive(Exception):
    """It will never arrive as it is: another try is no use unless somebody mends something."""

    def __init__(self, why: str, trace: Mapping[str, Any] | None = None):
        super().__init__(why)
        self.trace = trace or {}


class Gone(CannotArrive):
    """The other side says that it wants nothing any more (410)."""


class NotTried(Exception):
    """Its turn did not come in time: its lease could have ended while it was being sent."""


Send = Callable[[], Receipt]
"""One attempt, ready to go: it uses no database, and may be run in any thread."""
