"""Auto-apply rules: which entitlement a new case takes."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

from entitlements.core.expressions import Kind, Scope, speaks_of
from entitlements.models.base import ConfigurationModel
from entitlements.models.entitlement import EntitlementTemplate
from entitlements.models.process import EntitlementProcess, check_expression

ENTITLEMENT_UNKNOWN = "These criteria choose the entitlement: they cannot ask about it."


class Takes(models.TextChoices):
    """What a case takes for which a rule fits."""

    PROMISED = "promised", "An active entitlement that the customer has"
    TEMPLATE = "template", "An entitlement made from a template"
    NOTHING = "none", "No entitlement"


class AutoApplyRule(ConfigurationModel):
    """One of an ordered list. The first that fits, and that has something to give, decides (§3.6).

    `process` and `type` narrow down which of the customer's entitlements are meant.
    """

    name = models.CharField(max_length=100, unique=True)
    position = models.PositiveIntegerField(default=0)
    is_active = models.BooleanField("active", default=True)
    when = models.CharField(
        "criteria", max_length=1000, blank=True, help_text="An expression. Empty: every new case."
    )
    takes = models.CharField(max_length=8, choices=Takes.choices, default=Takes.PROMISED)
    process = models.ForeignKey(
        EntitlementProcess, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    type = models.CharField(max_length=50, blank=True)
    template = models.ForeignKey(
        EntitlementTemplate, on_delete=models.PROTECT, null=True, blank=True, related_name="rules"
    )

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = "auto-apply rule"
        constraints = [
            models.CheckConstraint(
                condition=Q(takes="template", template__isnull=False)
                | (~Q(takes="template") & Q(template__isnull=True)),
                name="a_template_where_one_is_made",
                violation_error_message="Name a template where the entitlement is made from one, only there.",
            ),
            models.CheckConstraint(
                condition=Q(takes="promised") | Q(process__isnull=True, type=""),
                name="only_promised_ones_are_narrowed_down",
                violation_error_message="A process or type only narrows down what the customer has.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        check_expression("when", self.when, Kind.CONDITION, Scope.CASE)
        if speaks_of(self.when, "case.entitlement", "entitlement.type"):
            raise ValidationError({"when": ENTITLEMENT_UNKNOWN})
