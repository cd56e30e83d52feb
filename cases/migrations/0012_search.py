"""What the search of the list looks into. On PostgreSQL alone: SQLite reads with LIKE.

Parts of words are found through trigrams (pg_trgm, a trusted extension: the database's owner may create it),
whole words and their beginnings in what was written through full text. A text of more than 100,000 characters
is indexed up to there: PostgreSQL refuses a larger one.
"""

from __future__ import annotations

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

INDEXES = {
    "case_number_parts": "cases_case USING gin (upper(number::text) gin_trgm_ops)",
    "case_subject_parts": "cases_case USING gin (upper(subject::text) gin_trgm_ops)",
    "account_name_parts": "entitlements_account USING gin (upper(name::text) gin_trgm_ops)",
    "contact_name_parts": "entitlements_contact USING gin (upper(name::text) gin_trgm_ops)",
    "case_words": "cases_case USING gin (to_tsvector('english', left(description, 100000)))",
    "message_words": "cases_message USING gin (to_tsvector('english', left(body, 100000)))",
    "case_of_contact": "cases_case (contact_id) WHERE contact_id IS NOT NULL",
}


def create(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    if editor.connection.vendor != "postgresql":
        return
    editor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    for name, what in INDEXES.items():
        editor.execute(f"CREATE INDEX {name} ON {what}")


def drop(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """The extension stays: somebody else may use it."""
    if editor.connection.vendor == "postgresql":
        for name in INDEXES:
            editor.execute(f"DROP INDEX IF EXISTS {name}")


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0011_saved_views_and_list_indexes"),
        ("entitlements", "0001_initial"),
    ]
    operations = [migrations.RunPython(create, drop)]
