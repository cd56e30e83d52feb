"""Priority and queue of the case when a milestone came into being: what it had before it was first changed
after that, else what it has.
"""

from django.db import migrations
from django.db.models import CharField, OuterRef, Subquery, TextField, Value
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Coalesce


def fill(apps, schema_editor):
    CaseMilestone = apps.get_model("cases", "CaseMilestone")
    CaseMilestone.objects.update(
        priority_at_start=_at_start(apps, "priority"), queue_at_start=_at_start(apps, "queue")
    )


def _at_start(apps, field):
    changes = apps.get_model("cases", "CaseEvent").objects.filter(
        case=OuterRef("case_id"), at__gt=OuterRef("came_at"), kind="field_changed", details__field=field
    )
    before = changes.order_by("at", "pk").annotate(
        before=Cast(Coalesce(KT("details__old"), Value(""), output_field=TextField()), CharField())
    )
    cases = apps.get_model("cases", "Case").objects.filter(pk=OuterRef("case_id"))
    return Coalesce(Subquery(before.values("before")[:1]), Subquery(cases.values(f"{field}_id")), Value(""))


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0022_estimates'),
    ]

    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop, elidable=True),
    ]
