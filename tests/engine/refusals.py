"""What the database says when it refuses a row."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import IntegrityError, connection, transaction


@contextmanager
def refused_by(name: str) -> Iterator[None]:
    """By this constraint; SQLite names only the columns of a unique one."""
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        yield
    if connection.vendor == "postgresql" or "CHECK" in str(refusal.value):
        assert name in str(refusal.value)
