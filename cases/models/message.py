"""The conversation on a case."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from cases.models.case import Case
from entitlements.models import Contact


class MessageKind(models.TextChoices):
    REPLY = "reply", "Public reply"
    NOTE = "note", "Internal note"
    CUSTOMER = "customer", "From the customer"


class Message(models.Model):
    """A public reply, an internal note, or the customer's own words.

    `form_key` makes a form posted twice count once. `moved_from` is the case on which it was
    written, where that has been merged into this one: for clocks it counts there.
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="messages", db_index=False)
    kind = models.CharField(max_length=10, choices=MessageKind.choices)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True)
    contact = models.ForeignKey(Contact, on_delete=models.SET_NULL, null=True, blank=True)
    body = models.TextField()
    at = models.DateTimeField()
    moved_from = models.ForeignKey(
        Case, on_delete=models.SET_NULL, null=True, blank=True, related_name="messages_moved"
    )
    form_key = models.UUIDField(null=True, blank=True, unique=True)

    class Meta:
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["case", "at", "id"], name="message_of_case")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.at:%Y-%m-%d %H:%M}"


class Attachment(models.Model):
    """A file of a message. Kept under a name of our own; only ever served as a download."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="attachments")
    file = models.FileField(upload_to="attachments/%Y/%m/")
    name = models.CharField(max_length=200)
    size = models.PositiveBigIntegerField()
    content_type = models.CharField(max_length=100, blank=True)

    def __str__(self) -> str:
        return self.name
