"""What each administrator looked at last in Setup."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models

KEPT = 12


class RecentlyViewed(models.Model):
    """One thing that one person looked at; the latest `KEPT` of a person are kept."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    model = models.CharField(max_length=100)
    key = models.CharField(max_length=150)
    kind = models.CharField(max_length=80)
    name = models.CharField(max_length=250)
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["user", "model", "key"], name="one_view_a_thing")]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def note(cls, user_id: int, thing: models.Model, kind: str, name: str, at: datetime) -> None:
        cls.objects.update_or_create(
            user_id=user_id,
            model=thing._meta.label_lower,
            key=str(thing.pk)[:150],
            defaults={"kind": kind[:80], "name": name[:250], "at": at},
        )
        kept = cls.objects.filter(user_id=user_id)[:KEPT].values_list("pk", flat=True)
        cls.objects.filter(user_id=user_id).exclude(pk__in=list(kept)).delete()

    @classmethod
    def forget(cls, thing: models.Model) -> None:
        """It is no more."""
        cls.objects.filter(model=thing._meta.label_lower, key=str(thing.pk)).delete()
