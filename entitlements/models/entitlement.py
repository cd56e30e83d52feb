"""Entitlements: who was promised which process, and for how long."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

from entitlements.core.definition import LONGEST_TERM
from entitlements.core.holidays import FIRST_YEAR, LAST_YEAR
from entitlements.core.state import Promise
from entitlements.models.account import Account, Contact, Product
from entitlements.models.base import ConfigurationModel
from entitlements.models.hours import BusinessHours
from entitlements.models.process import EntitlementProcess


class EntitlementTemplate(ConfigurationModel):
    """The terms of entitlements that are made alike. One with products is for cases about these alone."""

    name = models.CharField(max_length=150, unique=True)
    process = models.ForeignKey(EntitlementProcess, on_delete=models.PROTECT, related_name="templates")
    type = models.CharField(max_length=50, blank=True)
    term_days = models.PositiveIntegerField(
        "term (days)", null=True, blank=True, help_text="Its first day is one of them. Empty: without end."
    )
    business_hours = models.ForeignKey(BusinessHours, on_delete=models.SET_NULL, null=True, blank=True)
    products = models.ManyToManyField(Product, blank=True, related_name="entitlement_templates")
    is_active = models.BooleanField("active", default=True, help_text="Only active ones make entitlements.")

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(term_days__isnull=True) | Q(term_days__range=(1, LONGEST_TERM)),
                name="a_term_is_a_day_or_more",
                violation_error_message=f"A term is 1 to {LONGEST_TERM:,} days.",
            )
        ]

    def __str__(self) -> str:
        return self.name

    def last_day(self, first: date) -> date | None:
        """The last day of an entitlement that begins on the first; None when it is without end."""
        return None if self.term_days is None else first + timedelta(days=self.term_days - 1)


class EntitlementQuerySet(models.QuerySet["Entitlement"]):
    def active(self, at: datetime) -> EntitlementQuerySet:
        """Those that hold on the day of `at` (UTC)."""
        day = at.astimezone(UTC).date()
        return self.filter(Q(start_date__lte=day), Q(end_date__isnull=True) | Q(end_date__gte=day))

    def promised_to(self, account_id: int | None, contact_id: int | None) -> EntitlementQuerySet:
        """Those of the contact or of its account, the contact's own first."""
        own = Q(contact_id=contact_id) if contact_id else Q(pk__in=[])
        accounts = Q(account_id=account_id, contact__isnull=True) if account_id else Q(pk__in=[])
        return self.filter(own | accounts).order_by(
            models.F("contact_id").desc(nulls_last=True), "start_date", "pk"
        )


class Entitlement(ConfigurationModel):
    """One promise. It holds from the start of `start_date` to the end of `end_date`, in UTC."""

    name = models.CharField(max_length=150)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="entitlements")
    contact = models.ForeignKey(
        Contact, on_delete=models.CASCADE, null=True, blank=True, related_name="entitlements"
    )
    product = models.ForeignKey(Product, on_delete=models.SET_NULL, null=True, blank=True)
    type = models.CharField(max_length=50, blank=True)
    process = models.ForeignKey(EntitlementProcess, on_delete=models.PROTECT, related_name="entitlements")
    business_hours = models.ForeignKey(BusinessHours, on_delete=models.SET_NULL, null=True, blank=True)
    template = models.ForeignKey(
        EntitlementTemplate,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="entitlements",
        help_text="From which it was made.",
    )
    compliance_percent = models.DecimalField(
        "promised compliance",
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
        help_text="Percent of the milestones that are to be kept. Empty: as in Entitlement Settings.",
    )
    start_date = models.DateField()
    end_date = models.DateField(null=True, blank=True, help_text="The last day. Empty: without end.")

    objects = EntitlementQuerySet.as_manager()

    class Meta:
        ordering = ["account", "name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(end_date__isnull=True) | Q(end_date__gte=models.F("start_date")),
                name="entitlement_ends_after_it_starts",
                violation_error_message="It ends before it starts.",
            ),
            models.CheckConstraint(
                condition=Q(compliance_percent__isnull=True)
                | Q(compliance_percent__gt=0, compliance_percent__lte=100),
                name="promised_compliance_is_a_share",
                violation_error_message="Compliance is a share: more than 0, at most 100 percent.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        if self.contact is not None and self.contact.account_id != self.account_id:
            raise ValidationError({"contact": "This contact belongs to another account."})
        for field, day in (("start_date", self.start_date), ("end_date", self.end_date)):
            if day is not None and not FIRST_YEAR <= day.year <= LAST_YEAR:
                raise ValidationError({field: f"Choose a day in the years {FIRST_YEAR} to {LAST_YEAR}."})

    def status(self, day: date) -> str:
        """Inactive, Active or Expired, by date."""
        if day < self.start_date:
            return "Inactive"
        return "Expired" if self.end_date is not None and day > self.end_date else "Active"

    def promise(self) -> Promise:
        """As the engine takes it."""
        return self.promise_while(self.process.is_active)

    def promise_while(self, process_is_active: bool) -> Promise:
        """`promise` for whoever knows that of the process: its row is not read."""
        ends = None if self.end_date is None else _midnight(self.end_date + timedelta(days=1))
        return Promise(_midnight(self.start_date), ends, process_is_active)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=UTC)
