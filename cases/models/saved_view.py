"""How people look at the list: views that they saved or share, and what each user chose."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from entitlements.models import Queue


class SavedView(models.Model):
    """A name for what stands in the list's address. `queue` is set where a queue's members see it too."""

    class Audience(models.TextChoices):
        ME = "me", "Only me"
        QUEUE = "queue", "A queue’s members"
        EVERYONE = "everyone", "Everyone"

    name = models.CharField(max_length=60)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_views")
    query = models.CharField(max_length=2000, blank=True)
    audience = models.CharField(max_length=8, choices=Audience.choices, default=Audience.ME)
    queue = models.ForeignKey(Queue, on_delete=models.CASCADE, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["owner", "name"], name="one_view_a_name"),
            models.CheckConstraint(
                condition=Q(audience="queue", queue__isnull=False)
                | ~Q(audience="queue") & Q(queue__isnull=True),
                name="a_view_of_a_queue_names_it",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ListPreference(models.Model):
    """What a user chose for the list: columns, comma-separated in their order, and the view to begin with."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    columns = models.CharField(max_length=300, blank=True)
    default_view = models.ForeignKey(
        SavedView, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    def __str__(self) -> str:
        return f"{self.user_id}: {self.columns}"
