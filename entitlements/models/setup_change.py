"""The audit of Setup: who changed what, from what to what. Rows are never changed."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models


class ChangeVerb(models.TextChoices):
    ADDED = "added", "Added"
    CHANGED = "changed", "Changed"
    DELETED = "deleted", "Deleted"
    PUBLISHED = "published", "Published"
    RETIRED = "retired", "Retired"
    DID = "did", "Did"


class SetupChange(models.Model):
    """One change. `lines` are `[about, before, after]` in words; secrets stand there only as marks.

    `by_name`, `kind` and `name` are kept as they were, since people and things go.
    """

    at = models.DateTimeField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    by_name = models.CharField("by", max_length=150)
    verb = models.CharField("what", max_length=10, choices=ChangeVerb.choices)
    kind = models.CharField(max_length=80)
    model = models.CharField(max_length=100)
    key = models.CharField(max_length=150)
    name = models.CharField(max_length=250)
    lines = models.JSONField(default=list)
    remark = models.TextField(blank=True)
    source = models.CharField(max_length=40, default="Setup")

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = "change of Setup"
        verbose_name_plural = "changes of Setup"
        indexes = [
            models.Index(fields=["-at", "-id"], name="setup_change_at"),
            models.Index(fields=["model", "key"], name="setup_change_of"),
        ]

    def __str__(self) -> str:
        return f"{self.get_verb_display()} {self.kind.lower()} {self.name}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise TypeError("The audit is never changed.")
        super().save(*args, **kwargs)
