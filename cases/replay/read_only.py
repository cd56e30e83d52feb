"""A stretch in which this process reads and does not write."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection

WRITES = ("INSERT", "UPDATE", "DELETE", "REPLACE", "COPY", "TRUNCATE", "ALTER", "CREATE", "DROP")


class Written(Exception):
    """Something was about to be written where everything is only to be read."""


@contextmanager
def read_only() -> Iterator[None]:
    """Raises Written at the first statement that would change the database."""
    with connection.execute_wrapper(_refuse):
        yield


def _refuse(execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: Any) -> Any:
    if str(sql).lstrip().upper().startswith(WRITES):
        raise Written(f"A replay writes nothing: {str(sql)[:80]}")
    return execute(sql, params, many, context)
