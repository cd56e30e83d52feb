"""Room for a report's query: years of milestones are joined and counted in memory, not over the disk."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

WORK_MEM = "64MB"
"""For each hash table or sort of one query, while a report is worked out; PostgreSQL's default is 4 MB."""


@contextmanager
def room_for_a_report() -> Iterator[None]:
    """Of PostgreSQL alone. SQLite has one cache, and a transaction there would wait for whoever writes."""
    if connection.vendor != "postgresql":
        yield
        return
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL work_mem = '{WORK_MEM}'")
        yield
