"""Webhook endpoints: where outbound messages go."""

from __future__ import annotations

import base64
import secrets
from datetime import datetime

from django.db import models

from entitlements.models.base import ConfigurationModel

SECRET_BYTES = 32
SECRET_PREFIX = "whsec_"


def new_secret() -> str:
    """A signing secret as Standard Webhooks writes it."""
    return SECRET_PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


class WebhookEndpoint(ConfigurationModel):
    """Where outbound messages go, and which events it hears of. Its name is its key and stays.

    After a rotation messages carry a signature by `old_secret` too, until `old_secret_until`. `note` says
    why the desk itself switched it off.
    """

    name = models.CharField(max_length=80, primary_key=True)
    url = models.URLField("URL", max_length=500)
    is_active = models.BooleanField("Active", default=True)
    events = models.JSONField(default=list, blank=True)
    headers = models.JSONField(default=dict, blank=True)
    secret = models.CharField(max_length=100, default=new_secret, editable=False)
    old_secret = models.CharField(max_length=100, blank=True, editable=False)
    old_secret_until = models.DateTimeField(null=True, blank=True, editable=False)
    note = models.CharField(max_length=300, blank=True, editable=False)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def secrets(self, now: datetime) -> list[str]:
        """Those to sign with, the current one first."""
        old_counts = self.old_secret_until is not None and now < self.old_secret_until
        return [self.secret, self.old_secret] if old_counts else [self.secret]
