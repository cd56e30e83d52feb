"""Canned replies: texts that agents send again and again."""

from django.db import models

from entitlements.models.base import ConfigurationModel
from entitlements.models.queue import Queue


class CannedReply(ConfigurationModel):
    """A text with {{fields}}, for the whole desk or for the cases of one queue."""

    name = models.CharField(max_length=80, unique=True)
    keywords = models.CharField(max_length=200, blank=True)
    body = models.TextField()
    queue = models.ForeignKey(
        Queue, on_delete=models.PROTECT, null=True, blank=True, related_name="canned_replies"
    )

    class Meta:
        ordering = ["name"]
        verbose_name_plural = "canned replies"

    def __str__(self) -> str:
        return self.name
