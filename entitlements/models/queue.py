"""Queues: where cases wait, and who works them."""

from django.conf import settings
from django.db import models

from entitlements.models.base import OFFERED, ConfigurationModel


class Queue(ConfigurationModel):
    """A queue of cases. Its name is its key and stays.

    The cases of a restricted one are seen by its members, their owners and supervisors alone.
    """

    name = models.CharField(max_length=80, primary_key=True)
    members = models.ManyToManyField(settings.AUTH_USER_MODEL, blank=True, related_name="queues")
    is_active = models.BooleanField("active", default=True, help_text=OFFERED)
    is_restricted = models.BooleanField("only members see its cases", default=False)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
