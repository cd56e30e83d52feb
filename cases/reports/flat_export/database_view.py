"""The database view of the flat export, made with the migrations and kept in step with the code.

A view stands in the way of changes to the tables that it reads: SQLite cannot rename one, PostgreSQL cannot
change the type of a column. So it is taken down before migrations and put up again after them; what readers
were granted on it is granted again.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import Any

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.executor import MigrationExecutor
from django.db.models.functions import Now

from cases.reports.flat_export.columns import NAMES, flat_rows

VIEW = "case_milestone_export"

Grants = list[tuple[str, str]]
_granted: dict[str, Grants] = {}
"""What was granted to whom, by database, while the view is down."""


def make_way(*, using: str, plan: Sequence[Any], **_: Any) -> None:
    """Before migrations, if there are any to do."""
    if plan:
        _take_down(connections[using])


def put_up(*, using: str, plan: Sequence[Any] | None = None, **_: Any) -> None:
    """After migrations: the view as the code says now. A database that is only partly migrated has none."""
    connection = connections[using]
    if plan is None or not _is_whole(connection):
        return
    text = view_text(connection)
    if _standing(connection) != _mark(text):
        _take_down(connection)
        _create(connection, text)


def view_text(connection: BaseDatabaseWrapper) -> str:
    """The statement that makes the view in this database."""
    sql, values = flat_rows(Now()).query.get_compiler(connection=connection).as_sql()
    literals = tuple(_literal(value) for value in values)
    columns = ", ".join(connection.ops.quote_name(name) for name in NAMES)
    return f"CREATE VIEW {VIEW} ({columns}) AS {sql % literals}"


def _literal(value: object) -> str:
    """A constant of our own code as SQL writes it."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise TypeError(f"The view needs no constant like {value!r}.")
    return f"'{value.replace(chr(39), chr(39) * 2)}'" if isinstance(value, str) else repr(value)


def _is_whole(connection: BaseDatabaseWrapper) -> bool:
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def _mark(text: str) -> str:
    return f"Servicedesk's flat export, {sha256(text.encode()).hexdigest()[:16]}. See docs/export.md."


def _standing(connection: BaseDatabaseWrapper) -> str:
    """The mark of the view that is there; empty where none is."""
    if connection.vendor == "postgresql":
        found = _rows(connection, "SELECT obj_description(to_regclass(%s), 'pg_class')", [VIEW])
        return found[0][0] or ""
    found = _rows(connection, "SELECT sql FROM sqlite_master WHERE type = 'view' AND name = %s", [VIEW])
    return _mark(found[0][0]) if found else ""


def _create(connection: BaseDatabaseWrapper, text: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(text)
        if connection.vendor == "postgresql":
            cursor.execute(f"COMMENT ON VIEW {VIEW} IS '{_mark(text).replace(chr(39), chr(39) * 2)}'")
            for privilege, role in _granted.pop(connection.alias, []):
                cursor.execute(f"GRANT {privilege} ON {VIEW} TO {role}")


def _take_down(connection: BaseDatabaseWrapper) -> None:
    if connection.vendor == "postgresql" and (grants := _grants(connection)):
        _granted[connection.alias] = grants
    with connection.cursor() as cursor:
        cursor.execute(f"DROP VIEW IF EXISTS {VIEW}")


def _grants(connection: BaseDatabaseWrapper) -> Grants:
    """(privilege, role) of everybody but the owner; roles are quoted."""
    sql = """
        SELECT granted.privilege_type, coalesce(quote_ident(role.rolname), 'PUBLIC')
        FROM pg_class AS view
        CROSS JOIN LATERAL aclexplode(view.relacl) AS granted
        LEFT JOIN pg_roles AS role ON role.oid = granted.grantee
        WHERE view.oid = to_regclass(%s) AND granted.grantee <> view.relowner
    """
    return [(privilege, role) for privilege, role in _rows(connection, sql, [VIEW])]


def _rows(connection: BaseDatabaseWrapper, sql: str, values: Sequence[str]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())
