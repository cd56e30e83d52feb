"""Lists of what grows for ever: they are counted up to a limit, and say so, instead of to the end."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.core.paginator import Paginator

MOST = 10_000
"""Rows that are counted, and that can be paged through: filters and the search lead to the others."""


class OrMore(int):
    """A number that says of itself that there are more."""

    def __str__(self) -> str:
        return f"{int(self):,}+"


class PaginatorUpTo(Paginator):
    @cached_property
    def count(self) -> int:
        """At most MOST; then an `OrMore`."""
        rows: Any = self.object_list
        found = rows[: MOST + 1].count()
        return OrMore(MOST) if found > MOST else found
