"""“One of these keys”, for the hundreds of cases of a batch: one value in the statement, and not one each."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BooleanField, F, Func
from django.db.models.sql.compiler import SQLCompiler

Compiled = tuple[str, list[Any]]


class Among(Func):
    """Whether a column of whole numbers holds one of them: `filter(Among("case_id", keys))`."""

    output_field = BooleanField()

    def __init__(self, name: str, keys: Iterable[int]) -> None:
        super().__init__(F(name))
        self.keys = ",".join(map(str, keys))

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **_: Any) -> Compiled:
        column, given = compiler.compile(self.source_expressions[0])
        return f"{column} = ANY (%s::bigint[])", [*given, f"{{{self.keys}}}"]

    def as_sqlite(  # type: ignore[override]
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **_: Any
    ) -> Compiled:
        column, given = compiler.compile(self.source_expressions[0])
        return f"{column} IN (SELECT value FROM json_each(%s))", [*given, f"[{self.keys}]"]
