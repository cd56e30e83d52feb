"""Entitlement processes: immutable versions of a list of milestones with targets, criteria, hours and
actions.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models

from entitlements.core.calendar import ALWAYS, Timeline
from entitlements.core.definition import (
    CompletedBy,
    HoursFrom,
    OnReentry,
    Process,
    Recurrence,
)
from entitlements.core.definition import ProcessMilestone as RowValue
from entitlements.core.expressions import (
    CustomFields,
    Expression,
    ExpressionError,
    Kind,
    Scope,
    compile_expression,
)
from entitlements.models.base import ConfigurationModel
from entitlements.models.hours import BusinessHours
from entitlements.models.milestone import Milestone
from entitlements.models.settings import read_custom_fields


class WhoseHours(models.TextChoices):
    """Where the hours of a process or of one of its milestones come from (§2.7)."""

    INHERITED = "inherited", "Not set: the process's hours, else 24/7"
    NAMED = "named", "These business hours"
    CASE = "case", "The case's own business hours"
    ALWAYS = "always", "24/7: nights and weekends count"


class VersionState(models.TextChoices):
    DRAFT = "draft", "Draft"
    PUBLISHED = "published", "Published"
    RETIRED = "retired", "Retired"


class ReentryChoice(models.TextChoices):
    KEEP = OnReentry.KEEP, "What was completed on the case counts"
    RESTART = OnReentry.RESTART, "Everything begins anew"


class CompletionChoice(models.TextChoices):
    AGENT_REPLY = CompletedBy.AGENT_REPLY, "A public reply by an agent"
    CASE_CLOSED = CompletedBy.CASE_CLOSED, "The case is closed"
    CRITERIA = CompletedBy.CRITERIA, "Its completion criteria turn true"
    MANUAL = CompletedBy.MANUAL, "Only by hand"


class PublishedVersion(Exception):
    """A published version is never edited: make a new one."""


class EntitlementProcess(ConfigurationModel):
    """A named process. What it promises stands in its versions."""

    name = models.CharField(max_length=100, unique=True)
    description = models.TextField(blank=True)
    is_active = models.BooleanField("active", default=True, help_text="Cases enter only active processes.")

    class Meta:
        ordering = ["name"]
        verbose_name_plural = "entitlement processes"

    def __str__(self) -> str:
        return self.name

    def published_version(self) -> ProcessVersion | None:
        """The version that new cases get."""
        return self.versions.filter(state=VersionState.PUBLISHED).first()


class ProcessVersion(ConfigurationModel):
    """One version of a process. Drafts change; published and retired ones never do."""

    process = models.ForeignKey(EntitlementProcess, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField(default=1)
    state = models.CharField(
        max_length=10, choices=VersionState.choices, default=VersionState.DRAFT, editable=False
    )
    enter_at = models.CharField(
        max_length=60, default="created_at", help_text="A date-time field of the case: when a case enters."
    )
    exit_when = models.CharField(
        max_length=1000, blank=True, help_text="An expression. Empty: case.is_closed."
    )
    on_reentry = models.CharField(max_length=8, choices=ReentryChoice.choices, default=ReentryChoice.KEEP)
    hours_from = models.CharField(max_length=10, choices=WhoseHours.choices, default=WhoseHours.INHERITED)
    business_hours = models.ForeignKey(BusinessHours, on_delete=models.PROTECT, null=True, blank=True)
    notes = models.TextField(blank=True)
    published_at = models.DateTimeField(null=True, blank=True, editable=False)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )
    published_reason = models.CharField(max_length=300, blank=True, editable=False)
    retired_at = models.DateTimeField(null=True, blank=True, editable=False)
    retired_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )
    retired_reason = models.CharField(max_length=300, blank=True, editable=False)

    class Meta:
        ordering = ["process", "-number"]
        verbose_name = "process version"
        constraints = [
            models.UniqueConstraint(fields=["process", "number"], name="one_version_a_number"),
            models.UniqueConstraint(
                fields=["process"],
                condition=models.Q(state=VersionState.PUBLISHED),
                name="one_published_version_a_process",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.process.name} v{self.number}"

    def clean(self) -> None:
        _check_hours_choice(self.hours_from, self.business_hours_id)
        check_expression("exit_when", self.exit_when, Kind.CONDITION, Scope.CASE)

    def definition(self, custom: CustomFields = ()) -> Process:
        """As the engine takes it.

        Reads the version's milestones, triggers, actions and hours in five queries.
        """
        rows = self.rows.select_related("milestone", "business_hours").prefetch_related(
            "triggers__actions", "business_hours__windows", "business_hours__holidays"
        )
        tiers: dict[int, int] = {}
        values = []
        for row in rows:
            tiers[row.milestone_id] = tiers.get(row.milestone_id, 0) + 1
            values.append(row.value(tiers[row.milestone_id], self, custom))
        return Process(
            name=self.process.name,
            rows=tuple(values),
            version=self.number,
            enter_at=self.enter_at,
            exit_when=_compiled(self.exit_when, Kind.CONDITION, Scope.CASE, custom),
            on_reentry=OnReentry(self.on_reentry),
            custom=custom,
        )


class ProcessMilestone(ConfigurationModel):
    """One milestone's place in a version, or one of its tiers: target, criteria, completion, hours."""

    version = models.ForeignKey(ProcessVersion, on_delete=models.CASCADE, related_name="rows")
    milestone = models.ForeignKey(Milestone, on_delete=models.PROTECT, related_name="places")
    position = models.PositiveIntegerField(
        default=0, help_text="Order in the process; the first tier that fits wins."
    )
    minutes = models.PositiveIntegerField("time trigger (minutes)", null=True, blank=True)
    formula = models.CharField(
        max_length=1000, blank=True, help_text='Minutes, such as case.priority == "High" ? 30 : 240'
    )
    start = models.CharField(
        max_length=60,
        default="entry",
        help_text="entry: when the case entered the process. criteria: when the criteria turned true. "
        "Or a date-time field of the case.",
    )
    when = models.CharField(
        "criteria", max_length=1000, blank=True, help_text="An expression. Empty: always."
    )
    completed_by = models.CharField(
        "completed by", max_length=12, choices=CompletionChoice.choices, default=CompletionChoice.MANUAL
    )
    completion = models.CharField(
        "completion criteria", max_length=1000, blank=True, help_text="For “completion criteria turn true”."
    )
    pause_when = models.CharField(
        max_length=1000,
        blank=True,
        help_text="An expression: this milestone's clock stands still while it holds.",
    )
    cancel_when_criteria_end = models.BooleanField(default=True)
    hours_from = models.CharField(max_length=10, choices=WhoseHours.choices, default=WhoseHours.INHERITED)
    business_hours = models.ForeignKey(BusinessHours, on_delete=models.PROTECT, null=True, blank=True)

    class Meta:
        ordering = ["version", "position", "pk"]
        verbose_name = "milestone of a process"
        verbose_name_plural = "milestones of processes"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(minutes__isnull=False, formula="")
                | (models.Q(minutes__isnull=True) & ~models.Q(formula="")),
                name="minutes_or_formula",
                violation_error_message="Give either minutes or a formula.",
            ),
            models.CheckConstraint(
                condition=models.Q(minutes__isnull=True) | models.Q(minutes__gte=1),
                name="a_target_is_a_minute_or_more",
                violation_error_message="A target is 1 minute or more.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.milestone} in {self.version}"

    def clean(self) -> None:
        _check_hours_choice(self.hours_from, self.business_hours_id)
        check_expression("formula", self.formula, Kind.MINUTES, Scope.MILESTONE)
        check_expression("when", self.when, Kind.CONDITION, Scope.CASE)
        check_expression("completion", self.completion, Kind.CONDITION, Scope.MILESTONE)
        check_expression("pause_when", self.pause_when, Kind.CONDITION, Scope.MILESTONE)
        by_criteria = self.completed_by == CompletionChoice.CRITERIA
        if by_criteria and not self.completion:
            raise ValidationError(
                {"completion": "Say what completes it, or choose another way of completion."}
            )

    def value(self, tier: int, version: ProcessVersion, custom: CustomFields = ()) -> RowValue:
        """As the engine takes it; `tier` counts the rows of one milestone from 1."""
        hours, hours_from = _chosen_hours(self, version)
        return RowValue(
            key=str(self.pk),
            milestone=self.milestone.name,
            recurrence=Recurrence(self.milestone.recurrence),
            tier=tier,
            minutes=self.minutes,
            formula=_compiled(self.formula, Kind.MINUTES, Scope.MILESTONE, custom),
            start=self.start,
            when=_compiled(self.when, Kind.CONDITION, Scope.CASE, custom),
            completed_by=CompletedBy(self.completed_by),
            completion=_compiled(self.completion, Kind.CONDITION, Scope.MILESTONE, custom),
            pause_when=_compiled(self.pause_when, Kind.CONDITION, Scope.MILESTONE, custom),
            cancel_when_criteria_end=self.cancel_when_criteria_end,
            hours=hours,
            hours_from=hours_from,
            triggers=tuple(trigger.value() for trigger in self.triggers.all()) if self.pk else (),
        )


def _chosen_hours(row: ProcessMilestone, version: ProcessVersion) -> tuple[Timeline, HoursFrom]:
    for owner, source in ((row, HoursFrom.MILESTONE), (version, HoursFrom.PROCESS)):
        if owner.hours_from == WhoseHours.NAMED and owner.business_hours is not None:
            return owner.business_hours.timeline(), source
        if owner.hours_from == WhoseHours.CASE:
            return ALWAYS, HoursFrom.CASE
        if owner.hours_from == WhoseHours.ALWAYS:
            return ALWAYS, source
    return ALWAYS, HoursFrom.NOTHING


def _check_hours_choice(hours_from: str, business_hours: Any) -> None:
    if hours_from == WhoseHours.NAMED and not business_hours:
        raise ValidationError({"business_hours": "Choose the business hours."})
    if hours_from != WhoseHours.NAMED and business_hours:
        raise ValidationError({"hours_from": "Business hours are chosen below: say “These business hours”."})


def _compiled(text: str, kind: Kind, scope: Scope, custom: CustomFields) -> Expression | None:
    return compile_expression(text, kind, scope, custom) if text else None


def check_expression(field: str, text: str, kind: Kind, scope: Scope) -> None:
    """Raises ValidationError at the field, with the place of each fault."""
    try:
        _compiled(text, kind, scope, read_custom_fields() if text else ())
    except ExpressionError as fault:
        raise ValidationError({field: str(fault)}) from fault
