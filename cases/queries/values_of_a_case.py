"""Values of one case, by its number, for what every open page asks for again and again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet

from cases.models import Case

Values = tuple[Any, ...]
ANY_NUMBER = "any number"


class ValuesOfACase:
    """A query of cases with `values_list`, whose statement is put together once for each kind of database.

    Django takes longer to put it together than the database takes to answer it.
    """

    def __init__(self, rows: QuerySet[Case, Values]) -> None:
        self._rows = rows
        self._asking: dict[str, Callable[[str], Values | None]] = {}

    def of(self, number: str, sees: Q) -> Values:
        """Raises Case.DoesNotExist. `sees` is `seen_by`: empty but for who is shut out of a queue."""
        if sees:
            return self._rows.get(sees, number=number)
        vendor = connection.vendor
        if vendor not in self._asking:
            self._asking[vendor] = _put_together(self._rows.filter(number=ANY_NUMBER))
        found = self._asking[vendor](number)
        if found is None:
            raise Case.DoesNotExist
        return found


def _put_together(rows: QuerySet[Case, Values]) -> Callable[[str], Values | None]:
    compiler = rows.query.get_compiler(connection=connection)
    statement, given = compiler.as_sql()
    converters = compiler.get_converters([column for column, *_ in compiler.select])

    def ask(number: str) -> Values | None:
        with connection.cursor() as cursor:
            cursor.execute(statement, [number if one == ANY_NUMBER else one for one in given])
            row = cursor.fetchone()
        return None if row is None else tuple(next(iter(compiler.apply_converters([row], converters))))

    return ask
