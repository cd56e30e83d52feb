"""What somebody is writing on a case and has not sent."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models

from cases.models.case import Case
from cases.models.message import MessageKind

WRITES_FOR = timedelta(seconds=30)
"""So long after its last keystrokes were saved somebody counts as writing."""


class DraftQuerySet(models.QuerySet["Draft"]):
    def being_written(self, now: datetime) -> DraftQuerySet:
        return self.filter(saved_at__gt=now - WRITES_FOR)


class Draft(models.Model):
    """One a user and case. `since` is when the writer last saw the case before beginning it.

    `cc_added` and `cc_removed` are what the writer made of the copies, as it was typed.
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="drafts", db_index=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="drafts")
    kind = models.CharField(max_length=10, choices=MessageKind.choices, default=MessageKind.REPLY)
    body = models.TextField()
    since = models.DateTimeField()
    saved_at = models.DateTimeField()
    cc_added = models.JSONField(default=list, blank=True)
    cc_removed = models.JSONField(default=list, blank=True)

    objects = DraftQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "user"], name="one_draft_a_case_and_user")]

    def __str__(self) -> str:
        return f"{self.user} on {self.case_id}"

    def is_being_written(self, now: datetime) -> bool:
        return self.saved_at > now - WRITES_FOR
