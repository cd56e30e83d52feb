"""Tasks and notifications for people of the desk."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from cases.models.case import Case
from cases.models.delivery import Delivery


class Task(models.Model):
    """Something to do on a case. `delivery` is the action that made it, if one did."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="tasks")
    subject = models.CharField(max_length=250)
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="tasks"
    )
    due_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    delivery = models.OneToOneField(Delivery, on_delete=models.SET_NULL, null=True, blank=True)

    class Meta:
        ordering = ["due_at", "pk"]

    def __str__(self) -> str:
        return self.subject


class Notification(models.Model):
    """A line for one user of the desk. `delivery` is the action that made it."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notifications")
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="notifications")
    text = models.CharField(max_length=300)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)
    delivery = models.ForeignKey(Delivery, on_delete=models.SET_NULL, null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(
                fields=["user", "-created_at"], condition=Q(read_at__isnull=True), name="notification_unread"
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["delivery", "user"],
                condition=Q(delivery__isnull=False),
                name="one_notification_a_delivery_and_user",
            )
        ]

    def __str__(self) -> str:
        return self.text
