"""Many rows of one table in one round trip: PostgreSQL takes them as arrays and streams, SQLite one by one.

A batch of the engine writes thousands of rows; model instances and a statement each would cost more than
deciding what to write. Values are given as the model's fields hold them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import connection
from django.db.models import Field, JSONField, Model

Values = Sequence[Any]


def update_rows(model: type[Model], names: Sequence[str], rows: Sequence[Values]) -> None:
    """Set the named fields. Each row is its key, then its values in the order of the names."""
    if not rows:
        return
    fields = [_field(model, "pk"), *(_field(model, name) for name in names)]
    prepared = _prepared(fields, rows)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(*_update_many(model, fields, list(zip(*prepared, strict=True))))
        else:
            cursor.executemany(_update_one(model, fields), [[*row[1:], row[0]] for row in prepared])


def insert_rows(model: type[Model], names: Sequence[str], rows: Sequence[Values]) -> None:
    """Insert rows of the named fields. A key that is not among them is given by the database."""
    if not rows:
        return
    fields = [_field(model, name) for name in names]
    columns = ", ".join(_quoted(field) for field in fields)
    prepared = _prepared(fields, rows)
    with connection.cursor() as cursor, connection.wrap_database_errors:
        if is_ahead():
            cursor.execute(*_insert_many(model, fields, list(zip(*prepared, strict=True))))
        elif connection.vendor == "postgresql":
            with cursor.copy(f"COPY {_table(model)} ({columns}) FROM STDIN") as copy:
                for row in prepared:
                    copy.write_row(row)
        else:
            places = ", ".join(["%s"] * len(fields))
            cursor.executemany(f"INSERT INTO {_table(model)} ({columns}) VALUES ({places})", prepared)


def take_keys(model: type[Model], how_many: int) -> Iterable[int]:
    """Keys for rows that are about to be inserted. Call it in the transaction that inserts them."""
    if not how_many:
        return []
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            sequence = f"pg_get_serial_sequence('{model._meta.db_table}', 'id')"
            cursor.execute(f"SELECT nextval({sequence}) FROM generate_series(1, %s)", [how_many])
            return [key for (key,) in cursor.fetchall()]
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [model._meta.db_table])
        last = (cursor.fetchone() or (0,))[0]
        return range(last + 1, last + how_many + 1)


def is_ahead() -> bool:
    """Whether statements are sent without waiting for their results."""
    return connection.vendor == "postgresql" and bool(connection.connection.pgconn.pipeline_status)


@contextmanager
def ahead() -> Iterator[None]:
    """Send what is written without waiting for each result: the database works while we go on.

    Whoever reads waits for all that was sent before. At the end everything has arrived; the first error is
    raised there, or where something is read. Not for what asks how many rows it has met: `update`, `delete`,
    `save` of a row that exists.
    """
    if connection.vendor != "postgresql":
        yield
        return
    with connection.wrap_database_errors, connection.connection.pipeline():
        yield


def _field(model: type[Model], name: str) -> Field[Any, Any]:
    field = model._meta.pk if name == "pk" else model._meta.get_field(name)
    assert isinstance(field, Field), f"{name} has no column"
    return field


def _quoted(field: Field[Any, Any]) -> str:
    return connection.ops.quote_name(str(field.column))


def _table(model: type[Model]) -> str:
    return connection.ops.quote_name(model._meta.db_table)


def _prepared(fields: Sequence[Field[Any, Any]], rows: Sequence[Values]) -> list[list[Any]]:
    """The values as the database's driver takes them."""
    if connection.vendor != "postgresql":
        return [
            [field.get_db_prep_save(value, connection) for field, value in zip(fields, row, strict=True)]
            for row in rows
        ]
    written_as_json = [place for place, field in enumerate(fields) if isinstance(field, JSONField)]
    prepared = [list(row) for row in rows]
    for row in prepared:
        for place in written_as_json:
            row[place] = _as_json(row[place])
    return prepared


def _as_json(value: Any) -> str:
    """Most of what is kept as JSON is empty."""
    if value == {} or value == []:
        return str(value)
    return json.dumps(value)


def _update_many(
    model: type[Model], fields: Sequence[Field[Any, Any]], columns: Sequence[Values]
) -> tuple[str, list[Any]]:
    """The statement and its values: a column that is the same in all rows once, any other as an array."""
    differing: list[tuple[Field[Any, Any], Values]] = []
    same: list[tuple[Field[Any, Any], Values]] = []
    for field, column in zip(fields, columns, strict=True):
        is_same = not field.primary_key and column.count(column[0]) == len(column)
        (same if is_same else differing).append((field, column))
    arrays = ", ".join(f"%s::{_type_of(field)}[]" for field, _ in differing)
    names = ", ".join(_quoted(field) for field, _ in differing)
    assignments = [f"{_quoted(field)} = given.{_quoted(field)}" for field, _ in differing[1:]]
    assignments += [f"{_quoted(field)} = %s::{_type_of(field)}" for field, _ in same]
    key = _quoted(fields[0])
    statement = (
        f"UPDATE {_table(model)} AS row SET {', '.join(assignments)} "
        f"FROM unnest({arrays}) AS given ({names}) WHERE row.{key} = given.{key}"
    )
    return statement, [column[0] for _, column in same] + [_as_array(column) for _, column in differing]


def _insert_many(
    model: type[Model], fields: Sequence[Field[Any, Any]], columns: Sequence[Values]
) -> tuple[str, list[Any]]:
    """`COPY` as a statement that can be sent ahead. A column that is the same in all rows is sent once."""
    differing: list[tuple[Field[Any, Any], Values]] = []
    chosen: list[str] = []
    values: list[Any] = []
    for field, column in zip(fields, columns, strict=True):
        if column.count(column[0]) == len(column):
            chosen.append(f"%s::{_type_of(field)}")
            values.append(column[0])
        else:
            chosen.append(f"given.{_quoted(field)}")
            differing.append((field, column))
    names = ", ".join(_quoted(field) for field in fields)
    arrays = ", ".join(f"%s::{_type_of(field)}[]" for field, _ in differing)
    given = ", ".join(_quoted(field) for field, _ in differing)
    source = f"unnest({arrays}) AS given ({given})" if differing else f"generate_series(1, {len(columns[0])})"
    statement = f"INSERT INTO {_table(model)} ({names}) SELECT {', '.join(chosen)} FROM {source}"
    return statement, values + [_as_array(column) for _, column in differing]


def _as_array(values: Values) -> str:
    """As PostgreSQL writes an array."""
    return f"{{{','.join(map(_as_element, values))}}}"


def _as_element(value: Any) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, int):
        return str(value)
    written = str(value).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{written}"'


def _update_one(model: type[Model], fields: Sequence[Field[Any, Any]]) -> str:
    key, *others = fields
    assignments = ", ".join(f"{_quoted(field)} = %s" for field in others)
    return f"UPDATE {_table(model)} SET {assignments} WHERE {_quoted(key)} = %s"


def _type_of(field: Field[Any, Any]) -> str:
    """The type of a value. Texts have no length here: a cast to one would cut them silently."""
    given = str(field.rel_db_type(connection))
    return "text" if given.startswith("varchar") else given
