"""Filters of lists."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import admin


class ValuesInUse(admin.AllValuesFieldListFilter):
    """The values that a text field has; the empty one has a name, so that it can be clicked."""

    def choices(self, changelist: Any) -> Iterator[Any]:
        for choice in super().choices(changelist):
            yield {**choice, "display": choice["display"] or "None"}
