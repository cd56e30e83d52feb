"""Entitlement Settings: what holds for every case. Statuses, stages, priorities and custom fields."""

from __future__ import annotations

import re
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import models

from entitlements.core.definition import Organisation, Status
from entitlements.core.expressions import CustomFields
from entitlements.models.base import ConfigurationModel
from entitlements.models.hours import BusinessHours
from entitlements.models.queue import Queue


class EntitlementSettings(ConfigurationModel):
    """One row."""

    allow_pausing = models.BooleanField(
        "allow pausing of case milestones",
        default=False,
        help_text="Off: statuses stop nothing and agents cannot stop a case.",
    )
    at_risk_percent = models.PositiveSmallIntegerField(
        default=75, help_text="From this share of the target's time on, a milestone is at risk."
    )
    compliance_percent = models.DecimalField(
        max_digits=5,
        decimal_places=2,
        default=Decimal("95"),
        help_text="The share of milestones that is to be kept where an entitlement does not say another.",
    )
    milestone_feed_items = models.BooleanField(
        "milestones in the timeline",
        default=True,
        help_text="Off: a case's timeline tells what people did, not what its milestones did.",
    )
    warning_hours = models.ForeignKey(
        BusinessHours,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="warnings are mailed within",
        help_text="Outside these hours a warning's mail waits for the opening. Violations never wait.",
    )
    digest_minutes = models.PositiveSmallIntegerField(
        "collect warnings for",
        default=0,
        help_text="Minutes. Each person gets the warnings of so long in one mail. 0: each at once.",
    )

    class Meta:
        verbose_name = verbose_name_plural = "entitlement settings"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(digest_minutes__lte=1440),
                name="a_digest_within_a_day",
                violation_error_message="Warnings are collected for a day at most: 0 to 1440 minutes.",
            ),
            models.CheckConstraint(
                condition=models.Q(compliance_percent__gt=0, compliance_percent__lte=100),
                name="usual_compliance_is_a_share",
                violation_error_message="Compliance is a share: more than 0, at most 100 percent.",
            ),
            models.CheckConstraint(condition=models.Q(pk=1), name="one_row_of_entitlement_settings"),
            models.CheckConstraint(
                condition=models.Q(at_risk_percent__range=(51, 99)),
                name="at_risk_between_watch_and_late",
                violation_error_message="At risk lies between 51 and 99 percent.",
            ),
        ]

    def __str__(self) -> str:
        return "Entitlement Settings"


class CaseStatus(ConfigurationModel):
    """A status of a case. Its name is its key and stays."""

    name = models.CharField(max_length=60, primary_key=True)
    position = models.PositiveIntegerField(default=0)
    is_default = models.BooleanField(default=False, help_text="New cases start here.")
    is_closed = models.BooleanField(default=False)
    stops_clock = models.BooleanField(
        default=False, help_text="Only where pausing is allowed in Entitlement Settings."
    )
    on_customer_message = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text="Where a customer's message moves the case.",
    )

    class Meta:
        ordering = ["position", "name"]
        verbose_name_plural = "case statuses"
        constraints = [
            models.UniqueConstraint(
                fields=["is_default"],
                condition=models.Q(is_default=True),
                name="one_default_status",
                violation_error_message="Another status is the default already.",
            )
        ]

    def __str__(self) -> str:
        return self.name

    def value(self) -> Status:
        return Status(
            self.name, self.is_closed, self.stops_clock, self.on_customer_message_id or "", self.is_default
        )


class CaseStage(ConfigurationModel):
    """A stage of work on a case. Its name is its key and stays."""

    name = models.CharField(max_length=60, primary_key=True)
    position = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["position", "name"]

    def __str__(self) -> str:
        return self.name


class CasePriority(ConfigurationModel):
    """How urgent a case is; higher positions are more urgent. Its name is its key and stays."""

    name = models.CharField(max_length=60, primary_key=True)
    position = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["position", "name"]
        verbose_name_plural = "case priorities"

    def __str__(self) -> str:
        return self.name


class CustomFieldType(models.TextChoices):
    TEXT = "text", "Text"
    NUMBER = "number", "Number"
    WHOLE = "whole", "Whole number"
    FLAG = "flag", "Yes or no"
    DATE = "date", "Date and time"


class CustomField(ConfigurationModel):
    """A field of the organisation's own; expressions call it case.custom.<key>."""

    key = models.SlugField(max_length=40, primary_key=True)
    label = models.CharField(max_length=80)
    type = models.CharField(max_length=8, choices=CustomFieldType.choices, default=CustomFieldType.TEXT)

    class Meta:
        ordering = ["key"]

    def __str__(self) -> str:
        return self.label

    def clean(self) -> None:
        if not _KEY.fullmatch(self.key) or self.key in _RESERVED:
            raise ValidationError(
                {"key": "A key is a small letter, then small letters, digits and _; no word of expressions."}
            )


_KEY = re.compile(r"[a-z][a-z0-9_]*")
# Words of the Common Expression Language: a name cannot contain them.
_RESERVED = frozenset(
    "as break const continue else false for function if import in let loop namespace null package return "
    "true var void while".split()
)


def read_organisation() -> Organisation:
    """The settings as the engine takes them, in five queries."""
    row = EntitlementSettings.objects.filter(pk=1).first() or EntitlementSettings()
    return Organisation(
        allow_pausing=row.allow_pausing,
        at_risk_percent=row.at_risk_percent,
        statuses=tuple(status.value() for status in CaseStatus.objects.all()),
        stages=tuple(CaseStage.objects.values_list("name", flat=True)),
        priorities=tuple(CasePriority.objects.values_list("name", flat=True)),
        queues=tuple(Queue.objects.values_list("name", flat=True)),
    )


def read_custom_fields() -> CustomFields:
    return tuple(CustomField.objects.values_list("key", "type"))
