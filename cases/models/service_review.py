"""Service reviews: what one customer was promised in a period and what was kept, as of one moment."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db import models
from django.db.models import Q

from entitlements.models import Account


class ServiceReview(models.Model):
    """A dated document. `figures` are as of `figures_at` and stay as they are until they are taken anew.

    `first_day` and `last_day` are days in `time_zone`. `hidden` are the names of milestones that it leaves
    out; `explanations` say for a missed case milestone, by its key, why. `remarks` and `explanations` are
    written for the customer.
    """

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="service_reviews")
    first_day = models.DateField()
    last_day = models.DateField()
    time_zone = models.CharField(max_length=64)
    figures = models.JSONField()
    figures_at = models.DateTimeField()
    hidden = models.JSONField(default=list, blank=True)
    remarks = models.TextField(blank=True)
    explanations = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=150, blank=True)

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(last_day__gte=models.F("first_day")), name="review_ends_after_it_begins"
            )
        ]

    def __str__(self) -> str:
        return f"{self.account}, {self.first_day} to {self.last_day}"


class ReviewLinkQuerySet(models.QuerySet["ReviewLink"]):
    def good(self, now: datetime) -> ReviewLinkQuerySet:
        """Those that open their review now."""
        return self.filter(revoked_at__isnull=True, expires_at__gt=now)


class ReviewLink(models.Model):
    """A way to one review for whoever holds it, until it expires or is revoked. `recipient` says for whom.

    `key` is what the link's signature vouches for. `opened` counts how often it was followed.
    """

    review = models.ForeignKey(ServiceReview, on_delete=models.CASCADE, related_name="links")
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    recipient = models.CharField(max_length=150, blank=True)
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=150, blank=True)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.CharField(max_length=150, blank=True)
    opened = models.PositiveIntegerField(default=0)
    opened_at = models.DateTimeField(null=True, blank=True)

    objects = ReviewLinkQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_at__gt=models.F("created_at")), name="review_link_lasts"
            )
        ]

    def __str__(self) -> str:
        return f"{self.review_id} until {self.expires_at:%Y-%m-%d}"

    def is_good(self, now: datetime) -> bool:
        return self.revoked_at is None and now < self.expires_at
