"""PostgreSQL counts how many of the events change which field: it would expect far too few of each otherwise,
and look up the case of each change one by one. SQLite keeps no such statistics.
"""

from __future__ import annotations

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps


def create(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    if editor.connection.vendor == "postgresql":
        editor.execute(
            "CREATE STATISTICS event_of_field (mcv) ON kind, (details -> 'field') FROM cases_caseevent"
        )
        editor.execute("ANALYZE cases_caseevent")


def drop(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    if editor.connection.vendor == "postgresql":
        editor.execute("DROP STATISTICS IF EXISTS event_of_field")


class Migration(migrations.Migration):
    dependencies = [("cases", "0031_board_by_milestone")]
    operations = [migrations.RunPython(create, drop)]
