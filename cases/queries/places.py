"""Where a page of rows in order of time ended: `2026-03-04T12:00:00+00:00_17`, the row's time and key."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q


@dataclass(frozen=True, slots=True)
class Place:
    """The latest first: what comes after it is earlier. `rank` orders kinds of row of one instant."""

    at: datetime
    key: int
    rank: int = 0

    @classmethod
    def of(cls, text: str) -> Place | None:
        """From an address; None for what is no place."""
        at, _, rest = text.partition("_")
        key, _, rank = rest.partition("_")
        if not (key.isdecimal() and key.isascii() and len(key) < 18) or rank not in ("", "0", "1"):
            return None
        try:
            instant = datetime.fromisoformat(at)
        except ValueError:
            return None
        return cls(instant, int(key), int(rank or 0)) if instant.tzinfo else None

    def __str__(self) -> str:
        return f"{self.at.isoformat()}_{self.key}_{self.rank}"

    def before(self, at: str = "at", rank: int = 0) -> Q:
        """The rows of a table with that rank that come after the place; `at` is the name of their time."""
        if rank != self.rank:
            return Q(**{f"{at}__lte" if rank < self.rank else f"{at}__lt": self.at})
        return Q(**{f"{at}__lt": self.at}) | Q(**{at: self.at}, pk__lt=self.key)
