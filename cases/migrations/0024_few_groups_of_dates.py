from django.db import migrations

VALUES = {
    "cases_casemilestone": {
        "target_date": 200,
        "completion_date": 200,
        "cancelled_at": 200,
        "elapsed_seconds": 50,
        "stopped_seconds": 1,
    },
    "cases_case": {"created_at": 200},
}


def say(how):
    def said(apps, schema_editor):
        if schema_editor.connection.vendor != "postgresql":
            return
        for table, columns in VALUES.items():
            changes = [f"ALTER COLUMN {column} {how.format(number)}" for column, number in columns.items()]
            schema_editor.execute(f"ALTER TABLE {table} {', '.join(changes)}")

    return said


class Migration(migrations.Migration):
    """Reports group by the month, weekday or hour of these dates, and by the share of the target that was used.

    PostgreSQL takes such an expression to have as many values as its columns, a million or their product, and
    sorts all rows on disk instead of counting them in memory. Nothing asks for one exact value of them, so that a
    small number does no harm elsewhere. It counts from the next ANALYZE on.
    """

    dependencies = [("cases", "0023_what_cases_had_at_the_start")]

    operations = [
        migrations.RunPython(say("SET (n_distinct = {})"), say("RESET (n_distinct)")),
    ]
