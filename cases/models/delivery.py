"""The outbox: one row for each effect on each target, whatever caused it.

A row comes from an action of a fired trigger (an email alert has a row for each recipient), from an event
that a webhook endpoint subscribed to, from a public reply that leaves by mail (`message`), from a step of an
escalation, from a saved report that is due, or from a test. Whoever makes one chooses its `key`, which says
what it is ("trigger:17:4:lead@example.com", "reply:9:ada@example.com"): a second row with the same key is
never made, so that its maker may run twice. `cases.engine.outbox.put` makes rows; call it in the transaction
that records why.

`payload` holds the facts of that moment (docs/webhooks.md): what is sent later speaks of them and not of
what the case has become. `token` never changes over retries: a mail's Message-ID and a webhook's
webhook-id come from it.

Effects inside the database are done in the transaction that records their cause and stand here as done.
Others wait until `next_attempt_at`, are leased until `leased_until` under `lease`, and end

* done: it arrived;
* dead: it did not, after the last try or because it cannot; Setup shows it, and it can be tried again;
* cancelled: it was no longer wanted before it left (`error` says why), or `expires_at` had come.
"""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db import models
from django.db.models import Q

from cases.models.case import Case
from cases.models.message import Message
from cases.models.trigger import FiredTrigger
from entitlements.models import Action, ActionKind, WebhookEndpoint


class DeliveryKind(models.TextChoices):
    """How it is done: an action's kind, a public reply on its way to the customer, or a saved report."""

    EMAIL = ActionKind.EMAIL.value, ActionKind.EMAIL.label
    REPLY = "reply", "Reply by mail"
    REPORT = "report", "Report by mail"
    WEBHOOK = ActionKind.WEBHOOK.value, ActionKind.WEBHOOK.label
    TASK = ActionKind.TASK.value, ActionKind.TASK.label
    SET = ActionKind.SET.value, ActionKind.SET.label
    ASSIGN = ActionKind.ASSIGN.value, ActionKind.ASSIGN.label
    ESCALATE = ActionKind.ESCALATE.value, ActionKind.ESCALATE.label
    NOTIFY = ActionKind.NOTIFY.value, ActionKind.NOTIFY.label


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
    """One outside effect to one target, to do or done; or an action inside the database, done.

    `recipient` is a mail address, or the endpoint's name as it was. `event` names what it tells
    ("milestone.violated"). `tries` are the last attempts, with request and response in excerpts; `result`
    is what became of the one that arrived.
    """

    key = models.CharField(max_length=320)
    kind = models.CharField(max_length=10, choices=DeliveryKind.choices)
    event = models.CharField(max_length=40, blank=True)
    case = models.ForeignKey(
        Case, on_delete=models.CASCADE, null=True, blank=True, related_name="deliveries", db_index=False
    )
    fired_trigger = models.ForeignKey(
        FiredTrigger,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="deliveries",
        db_index=False,
    )
    action = models.ForeignKey(
        Action, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    message = models.ForeignKey(
        Message, on_delete=models.CASCADE, null=True, blank=True, related_name="deliveries", db_index=False
    )
    recipient = models.CharField(max_length=254, blank=True)
    endpoint = models.ForeignKey(
        WebhookEndpoint,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="deliveries",
        db_index=False,
    )
    payload = models.JSONField(default=dict, blank=True)
    late = models.CharField(max_length=16, blank=True)

    state = models.CharField(max_length=10, choices=DeliveryState.choices, default=DeliveryState.WAITING)
    token = models.UUIDField(default=uuid.uuid4, editable=False)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveIntegerField(default=0)
    failing_since = models.DateTimeField(null=True, blank=True)
    next_attempt_at = models.DateTimeField(null=True, blank=True)
    lease = models.UUIDField(null=True, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    error = models.TextField(blank=True)
    result = models.JSONField(default=dict, blank=True)
    tries = models.JSONField(default=list, blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name_plural = "deliveries"
        indexes = [
            models.Index(fields=["next_attempt_at", "id"], condition=Q(state="waiting"), name="delivery_due"),
            models.Index(
                fields=["endpoint", "next_attempt_at"],
                condition=Q(state="waiting", endpoint__isnull=False),
                name="delivery_of_endpoint",
            ),
            models.Index(fields=["id"], condition=Q(state="dead"), name="delivery_dead"),
            models.Index(
                fields=["leased_until"], condition=Q(leased_until__isnull=False), name="delivery_leased"
            ),
            models.Index(
                fields=["fired_trigger"],
                condition=Q(fired_trigger__isnull=False),
                name="delivery_of_trigger",
            ),
            models.Index(fields=["message"], condition=Q(message__isnull=False), name="delivery_of_message"),
            models.Index(fields=["case", "id"], condition=Q(case__isnull=False), name="delivery_of_case"),
        ]
        constraints = [models.UniqueConstraint(fields=["key"], name="one_delivery_a_key")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} ({self.get_state_display()})"
