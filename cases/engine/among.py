"""“One of these keys”, for the hundreds of cases of a batch: one value in the statement, and not one each."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Generic, TypeVar

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BooleanField, F, Func, Model
from django.db.models.query import RawQuerySet
from django.db.models.sql.compiler import SQLCompiler

Compiled = tuple[str, list[Any]]
Row = TypeVar("Row", bound=Model)


class Among(Func):
    """Whether a column of whole numbers holds one of them: `filter(Among("case_id", keys))`."""

    output_field = BooleanField()

    def __init__(self, name: str, keys: Iterable[int]) -> None:
        super().__init__(F(name))
        self.keys = keys

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **_: Any) -> Compiled:
        column, given = compiler.compile(self.source_expressions[0])
        return f"{column} = ANY (%s::bigint[])", [*given, _written(self.keys, connection.vendor)]

    def as_sqlite(  # type: ignore[override]
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **_: Any
    ) -> Compiled:
        column, given = compiler.compile(self.source_expressions[0])
        return f"{column} IN (SELECT value FROM json_each(%s))", [
            *given,
            _written(self.keys, connection.vendor),
        ]


class RowsAmong(Generic[Row]):
    """The rows of a table among whose keys in `column` are some given ones, whole, in this order.

    The statement is put together once for each kind of database: for the rows of one case, Django takes
    longer to put it together than the database takes to find them.
    """

    def __init__(self, model: type[Row], column: str, *order: str) -> None:
        self._model, self._column, self._order = model, column, order
        self._statements: dict[str, str] = {}

    def __call__(self, keys: Iterable[int]) -> RawQuerySet[Row]:
        vendor = connection.vendor
        if vendor not in self._statements:
            self._statements[vendor] = self._put_together()
        return self._model._default_manager.raw(self._statements[vendor], [_written(keys, vendor)])

    def _put_together(self) -> str:
        rows = self._model._default_manager.filter(Among(self._column, [])).order_by(*self._order)
        statement, _ = rows.query.sql_with_params()
        return statement


def _written(keys: Iterable[int], vendor: str) -> str:
    """The keys as one value: an array of PostgreSQL's, or JSON."""
    begin, end = "{}" if vendor == "postgresql" else "[]"
    return f"{begin}{','.join(map(str, keys))}{end}"
