"""Deliveries get the case, the time and the key that they would have been made with."""

from django.db import migrations
from django.db.models import CharField, OuterRef, Subquery, Value
from django.db.models.functions import Cast, Concat


def fill(apps, schema_editor):
    Delivery = apps.get_model("cases", "Delivery")
    fired = apps.get_model("cases", "FiredTrigger").objects.filter(pk=OuterRef("fired_trigger"))
    Delivery.objects.filter(key=None).update(
        key=Concat(
            Value("trigger:"),
            Cast("fired_trigger_id", CharField()),
            Value(":"),
            Cast("action_id", CharField()),
            Value(":"),
        ),
        case_id=Subquery(fired.values("case_milestone__case_id")),
        created_at=Subquery(fired.values("fired_at")),
        late=Subquery(fired.values("late")),
    )


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0007_deliveries_of_any_cause'),
    ]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop, elidable=True)]
