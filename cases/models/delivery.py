"""The outbox: one row for each action of each fired trigger."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db import models
from django.db.models import Q

from cases.models.trigger import FiredTrigger
from entitlements.models import Action, ActionKind


class DeliveryState(models.TextChoices):
    WAITING = "waiting", "Waiting"
    DONE = "done", "Done"
    CANCELLED = "cancelled", "Cancelled"
    DEAD = "dead", "Dead"


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def due(self, now: datetime) -> DeliveryQuerySet:
        """Those to try now, not leased to anybody."""
        return self.filter(state=DeliveryState.WAITING, next_attempt_at__lte=now).filter(
            Q(leased_until__isnull=True) | Q(leased_until__lte=now)
        )


class Delivery(models.Model):
    """An action to do or done. `token` never changes over retries: an email's Message-ID comes from it.

    Actions inside the database are written as done in the transaction that records their trigger. Others
    wait until `next_attempt_at`, are leased until `leased_until` under `lease`, and end done or dead with
    their error.
    """

    fired_trigger = models.ForeignKey(
        FiredTrigger, on_delete=models.CASCADE, related_name="deliveries", db_index=False
    )
    action = models.ForeignKey(Action, on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=10, choices=ActionKind.choices)
    state = models.CharField(max_length=10, choices=DeliveryState.choices, default=DeliveryState.WAITING)
    token = models.UUIDField(default=uuid.uuid4, editable=False)
    attempts = models.PositiveIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True, blank=True)
    lease = models.UUIDField(null=True, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    error = models.TextField(blank=True)
    result = models.JSONField(default=dict, blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name_plural = "deliveries"
        indexes = [
            models.Index(fields=["next_attempt_at"], condition=Q(state="waiting"), name="delivery_due")
        ]
        constraints = [
            models.UniqueConstraint(fields=["fired_trigger", "action"], name="one_delivery_an_action"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} ({self.get_state_display()})"
