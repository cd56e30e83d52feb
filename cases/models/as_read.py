"""Rows that are read by the thousand."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Self

from django.db import models
from django.db.models.base import ModelState


class AsRead(models.Model):
    """A row becomes an instance without `__init__`, which takes longer than the engine takes to decide on it.

    Not for a model whose `__init__`, or a field of which, does more than to keep the values.
    """

    class Meta:
        abstract = True

    @classmethod
    def from_db(  # type: ignore[override]
        cls, db: str | None, field_names: Collection[str], values: Collection[Any]
    ) -> Self:
        """What is not among the names is read when it is first asked for."""
        row = cls.__new__(cls)
        row._state = state = ModelState()
        state.db, state.adding = db, False
        row.__dict__.update(zip(field_names, values, strict=True))
        return row
