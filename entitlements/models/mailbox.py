"""Mailboxes: where customers write to, and as whom the desk answers."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone

from entitlements.models.account import Account
from entitlements.models.base import ConfigurationModel
from entitlements.models.queue import Queue
from entitlements.models.secret import seal, unseal
from entitlements.models.settings import CasePriority


class Security(models.TextChoices):
    TLS = "tls", "TLS (port 993)"
    STARTTLS = "starttls", "STARTTLS (port 143)"
    NONE = "none", "None: everything can be read on the way"


class WhenClosed(models.TextChoices):
    REOPEN = "reopen", "The case opens again"
    FOLLOW_UP = "follow_up", "A new case follows it"


class Mailbox(ConfigurationModel):
    """One mailbox, read over IMAP. Its name is its key and stays.

    What comes before `read_from` is left alone. The password is sealed (see `secret`): it is set and used,
    never shown or exported.
    """

    name = models.CharField(max_length=80, primary_key=True)
    address = models.EmailField(unique=True, help_text="Customers write to it, and get answers from it.")
    sender_name = models.CharField(
        max_length=100, blank=True, help_text="Whom customers see as the sender. Empty: the mailbox's name."
    )
    is_active = models.BooleanField("read it", default=True)
    host = models.CharField("server", max_length=200)
    port = models.PositiveIntegerField(default=993)
    security = models.CharField(max_length=8, choices=Security.choices, default=Security.TLS)
    user = models.CharField(max_length=200, blank=True, help_text="Empty: the address.")
    sealed_password = models.TextField(blank=True, editable=False)
    folder = models.CharField(max_length=200, default="INBOX")
    done_folder = models.CharField(
        "move what was read to",
        max_length=200,
        blank=True,
        help_text="A folder of the mailbox. Empty: it stays and is marked as read.",
    )
    read_from = models.DateTimeField(
        null=True,
        blank=True,
        default=timezone.now,
        help_text="What came before is left alone. Empty: everything is read.",
    )
    queue = models.ForeignKey(
        Queue, on_delete=models.SET_NULL, null=True, blank=True, related_name="mailboxes"
    )
    priority = models.ForeignKey(CasePriority, on_delete=models.SET_NULL, null=True, blank=True)
    account = models.ForeignKey(
        Account,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        verbose_name="account of strangers",
        help_text="For senders whose address and domain no account has. Empty: such a case has no account.",
    )
    when_closed = models.CharField(
        "a message to a closed case", max_length=10, choices=WhenClosed.choices, default=WhenClosed.REOPEN
    )
    reopen_days = models.PositiveSmallIntegerField(
        "days",
        null=True,
        blank=True,
        help_text="Closed for longer than so many days: a new case follows it anyway. Empty: never.",
    )
    machines_open_cases = models.BooleanField(
        default=False,
        help_text="Mail that says that a machine or a mailing wrote it. Off: it is set aside. "
        "Automatic replies never open a case.",
    )

    class Meta:
        ordering = ["name"]
        verbose_name_plural = "mailboxes"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(port__range=(1, 65535)),
                name="mailbox_port",
                violation_error_message="A port is a number from 1 to 65535.",
            )
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """What ends up in commands to the server is one line."""
        for name in ("host", "user", "folder", "done_folder", "sender_name", "name"):
            if any(ord(character) < 32 or ord(character) == 127 for character in getattr(self, name)):
                raise ValidationError({name: "This is one line without control characters."})
        if self.done_folder and self.done_folder == self.folder:
            raise ValidationError({"done_folder": "This is the folder that is read."})

    @property
    def log_in_as(self) -> str:
        return self.user or self.address

    @property
    def password(self) -> str:
        """Raises SecretLost."""
        return unseal(self.sealed_password)

    @password.setter
    def password(self, given: str) -> None:
        self.sealed_password = seal(given)
