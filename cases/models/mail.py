"""Mail: what makes a message a mail, what was read from mailboxes, and how reading them goes."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q

from cases.models.case import Case
from cases.models.message import Message
from entitlements.models import Mailbox


class MessageMail(models.Model):
    """A message that came or left by mail. `html` is cleaned already and may be put into a page.

    `mail_id` is the mail's own, in angle brackets. `notices` tell people of the desk what of it was not
    kept.
    """

    message = models.OneToOneField(Message, on_delete=models.CASCADE, primary_key=True, related_name="mail")
    mailbox = models.ForeignKey(Mailbox, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    mail_id = models.CharField(max_length=250, blank=True)
    refers_to = models.JSONField(default=list, blank=True)
    sender_name = models.CharField(max_length=150, blank=True)
    sender = models.CharField(max_length=254, blank=True)
    to = models.JSONField(default=list, blank=True)
    cc = models.JSONField(default=list, blank=True)
    subject = models.CharField(max_length=250, blank=True)
    html = models.TextField(blank=True)
    notices = models.JSONField(default=list, blank=True)

    class Meta:
        indexes = [models.Index(fields=["mail_id"], name="mail_by_its_id")]

    def __str__(self) -> str:
        return self.subject


class Outcome(models.TextChoices):
    """What became of a mail."""

    OPENED = "opened", "New case"
    ANSWERED = "answered", "Message on a case"
    NOTED = "noted", "Note on a case"
    BOUNCE = "bounce", "Bounce"
    AUTOMATIC = "automatic", "Automatic, left alone"
    OWN = "own", "The desk's own, left alone"
    TWICE = "twice", "Here already"
    SET_ASIDE = "set_aside", "Set aside"


RETRIED = (Outcome.SET_ASIDE, Outcome.AUTOMATIC)


class ReceivedMail(models.Model):
    """A mail that was read: one row, however often it is read again.

    Written in the transaction that does what follows from it. `fingerprint` is the same for each copy of a
    mail. `raw` is the mail as it came, kept while somebody may still want it handled. `is_filed` says that
    the mailbox was told: moved, or marked as read.
    """

    mailbox = models.ForeignKey(Mailbox, on_delete=models.SET_NULL, null=True, related_name="received")
    uid_validity = models.BigIntegerField()
    uid = models.BigIntegerField()
    fingerprint = models.CharField(max_length=64)
    mail_id = models.CharField(max_length=250, blank=True)
    sender = models.CharField(max_length=254, blank=True)
    subject = models.CharField(max_length=250, blank=True)
    size = models.BigIntegerField(default=0)
    arrived_at = models.DateTimeField()
    handled_at = models.DateTimeField()
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    reason = models.TextField(blank=True)
    case = models.ForeignKey(
        Case, on_delete=models.SET_NULL, null=True, blank=True, related_name="received_mail", db_index=False
    )
    message = models.ForeignKey(
        Message, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )
    raw = models.BinaryField(null=True, blank=True)
    is_filed = models.BooleanField(default=False)

    class Meta:
        ordering = ["-pk"]
        verbose_name = "received mail"
        verbose_name_plural = "received mail"
        indexes = [
            models.Index(fields=["sender", "handled_at"], name="received_by_sender"),
            models.Index(fields=["mailbox"], condition=Q(is_filed=False), name="received_to_file"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["mailbox", "uid_validity", "uid"], name="a_mail_is_read_once"),
            models.UniqueConstraint(
                fields=["fingerprint"], condition=~Q(outcome="twice"), name="a_mail_is_handled_once"
            ),
        ]

    def __str__(self) -> str:
        return self.subject or "(no subject)"


class MailboxReadingQuerySet(models.QuerySet["MailboxReading"]):
    def due(self, now: datetime) -> MailboxReadingQuerySet:
        """Those to read now, not leased to anybody."""
        return self.filter(mailbox__is_active=True, next_read_at__lte=now).filter(
            Q(leased_until__isnull=True) | Q(leased_until__lte=now)
        )


class MailboxReading(models.Model):
    """How reading a mailbox goes. One reader at a time: it is leased as deliveries are."""

    mailbox = models.OneToOneField(
        Mailbox, on_delete=models.CASCADE, primary_key=True, related_name="reading"
    )
    next_read_at = models.DateTimeField()
    lease = models.UUIDField(null=True, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveIntegerField(default=0)
    error = models.TextField(blank=True)

    objects = MailboxReadingQuerySet.as_manager()

    def __str__(self) -> str:
        return str(self.mailbox_id)
