"""Milestones: a name and how often it comes."""

from django.db import models

from entitlements.core.definition import Recurrence
from entitlements.models.base import OFFERED, ConfigurationModel


class RecurrenceType(models.TextChoices):
    NONE = Recurrence.NONE, "No Recurrence"
    SEQUENTIAL = Recurrence.SEQUENTIAL, "Sequential"
    INDEPENDENT = Recurrence.INDEPENDENT, "Independent"


class Milestone(ConfigurationModel):
    """A template. It does nothing until an entitlement process gives it a place."""

    name = models.CharField(max_length=100, unique=True)
    description = models.TextField(blank=True)
    recurrence = models.CharField(
        "recurrence type",
        max_length=12,
        choices=RecurrenceType.choices,
        default=RecurrenceType.NONE,
        help_text="No Recurrence: once per case. Sequential: again and again, one after the other. "
        "Independent: each time its criteria turn true, also side by side.",
    )
    is_active = models.BooleanField("active", default=True, help_text=OFFERED)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
