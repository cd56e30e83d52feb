"""The case team: people of the desk who follow a case beside its owner."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from cases.models.case import Case
from cases.models.delivery import Delivery


class CaseFollower(models.Model):
    """`role` is what this person does on the case, in the desk's own words; it may be empty."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="team", db_index=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="followed_cases"
    )
    role = models.CharField(max_length=60, blank=True)
    since = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["case", "user"], name="one_place_in_a_case_team")]

    def __str__(self) -> str:
        return self.role or "Follower"


class DigestEntry(models.Model):
    """An alert that waits to be collected with others for the same person. It goes when it was."""

    delivery = models.OneToOneField(
        Delivery, on_delete=models.CASCADE, primary_key=True, related_name="digest"
    )
    recipient = models.CharField(max_length=254)
    collect_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name_plural = "digest entries"

    def __str__(self) -> str:
        return self.recipient
