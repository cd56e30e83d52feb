"""Queues: where cases wait, and who works them."""

from django.conf import settings
from django.db import models

from entitlements.models.base import ConfigurationModel


class Queue(ConfigurationModel):
    """A queue of cases. Its name is its key and stays."""

    name = models.CharField(max_length=80, primary_key=True)
    members = models.ManyToManyField(settings.AUTH_USER_MODEL, blank=True, related_name="queues")

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
