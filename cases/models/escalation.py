"""Escalations under way, what their steps did, and the clocks of the escalation rule."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Q

from cases.models.case import Case
from cases.models.case_milestone import CaseMilestone
from entitlements.core.ladder import Ladder, Level
from entitlements.models import BusinessHours, CountedIn


class EscalationEnd(models.TextChoices):
    """How an escalation ended."""

    ACKNOWLEDGED = "acknowledged", "Acknowledged"
    RESOLVED = "resolved", "Resolved"


class EscalationQuerySet(models.QuerySet["Escalation"]):
    def open(self) -> EscalationQuerySet:
        return self.filter(ended_at__isnull=True)

    def due(self, now: datetime) -> EscalationQuerySet:
        """Those with a step to take by now."""
        return self.filter(due_at__lte=now)


class Escalation(models.Model):
    """A ladder that is being climbed on a case, or was.

    It keeps the levels as they were at its start (`levels`, `repeat`, `repeat_after`): an edit of the
    ladder changes what begins later. Its hours are the ones named then, as they are now. `case_milestone`
    is the milestone that it is about: it is resolved when that ends, else when the case is closed. `done`
    counts the steps taken; `due_at` is when the next comes, empty when none will.
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="escalations", db_index=False)
    case_milestone = models.ForeignKey(
        CaseMilestone, on_delete=models.CASCADE, null=True, blank=True, related_name="+", db_index=False
    )
    ladder = models.CharField(max_length=100)
    levels = models.JSONField()
    repeat = models.PositiveSmallIntegerField(default=0)
    repeat_after = models.PositiveIntegerField(default=0)
    counts_in = models.CharField(max_length=8, choices=CountedIn.choices)
    business_hours = models.ForeignKey(
        BusinessHours, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )
    reason = models.CharField(max_length=300)
    started_at = models.DateTimeField()
    done = models.PositiveIntegerField(default=0)
    due_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_as = models.CharField(max_length=12, choices=EscalationEnd.choices, blank=True)
    ended_by = models.CharField(max_length=254, blank=True)
    ended_how = models.CharField(max_length=300, blank=True)

    objects = EscalationQuerySet.as_manager()

    class Meta:
        ordering = ["started_at", "pk"]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(due_at__isnull=False), name="escalation_due"),
            models.Index(fields=["started_at"], condition=Q(ended_at__isnull=True), name="escalation_open"),
            models.Index(fields=["case", "started_at"], name="escalation_of_case"),
            models.Index(fields=["started_at"], name="escalation_started"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "ladder", "case_milestone"],
                condition=Q(ended_at__isnull=True, case_milestone__isnull=False),
                name="one_open_escalation_a_milestone",
            ),
            models.UniqueConstraint(
                fields=["case", "ladder"],
                condition=Q(ended_at__isnull=True, case_milestone__isnull=True),
                name="one_open_escalation_a_ladder",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_as="")
                | Q(ended_at__isnull=False, due_at__isnull=True) & ~Q(ended_as=""),
                name="ended_escalation_is_not_due",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ladder} ({self.reason})"

    def value(self) -> Ladder:
        """Its ladder as it was at the start."""
        levels = tuple(Level(one["after"], tuple(one["to"]), one.get("template", "")) for one in self.levels)
        return Ladder(self.ladder, levels, self.repeat, self.repeat_after)


def frozen_levels(ladder: Ladder) -> list[dict[str, Any]]:
    """The levels as an escalation keeps them."""
    return [{"after": one.after, "to": list(one.to), "template": one.template} for one in ladder.levels]


class StepOutcome(models.TextChoices):
    FIRED = "fired", "Fired"
    SKIPPED = "skipped", "Skipped"


class EscalationStep(models.Model):
    """One step of an escalation, or one action of the escalation rule at an age of the case: each once.

    `due` is the planned instant, `fired_at` the wall clock's. A step that was still to come when its
    escalation ended late is skipped and tells nobody. `told` names who was told, `done` what else
    was done, `note` what was out of the ordinary.
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="escalation_steps", db_index=False)
    escalation = models.ForeignKey(
        Escalation, on_delete=models.CASCADE, null=True, blank=True, related_name="steps", db_index=False
    )
    number = models.PositiveIntegerField(default=0)
    round = models.PositiveIntegerField(default=1)
    level = models.PositiveIntegerField(default=0)
    rule = models.CharField(max_length=100, blank=True)
    entry = models.CharField(max_length=100, blank=True)
    subject = models.CharField(max_length=200, blank=True)
    age = models.PositiveIntegerField(default=0, help_text="Counted minutes.")
    due = models.DateTimeField()
    fired_at = models.DateTimeField()
    outcome = models.CharField(max_length=8, choices=StepOutcome.choices)
    told = models.JSONField(default=list)
    done = models.JSONField(default=list)
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["due", "pk"]
        indexes = [models.Index(fields=["case", "due"], name="escalation_step_of_case")]
        constraints = [
            models.UniqueConstraint(
                fields=["escalation", "number"],
                condition=Q(escalation__isnull=False),
                name="a_step_fires_once_an_escalation",
            ),
            models.UniqueConstraint(
                fields=["case", "entry", "subject", "age"],
                condition=Q(escalation__isnull=True),
                name="an_age_comes_once_a_case",
            ),
        ]

    def __str__(self) -> str:
        what = f"Level {self.level}" if self.escalation_id else f"{self.entry} at {self.age} min"
        return f"{what}, due {self.due:%Y-%m-%d %H:%M:%S}"


class RuleClock(models.Model):
    """The clock of the escalation rule on one open case: the entry that counts, and when it comes next.

    `fault` tells which criteria failed on the case.
    """

    case = models.OneToOneField(Case, on_delete=models.CASCADE, primary_key=True, related_name="rule_clock")
    entry = models.CharField(max_length=100, blank=True)
    since = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    fault = models.TextField(blank=True)

    class Meta:
        indexes = [models.Index(fields=["due_at"], condition=Q(due_at__isnull=False), name="rule_clock_due")]

    def __str__(self) -> str:
        return f"{self.entry or 'no entry'}, due {self.due_at or 'never'}"


class RuleSeen(models.Model):
    """One row: the revision of Setup and the active rule by which the clocks were last set."""

    revision = models.UUIDField(null=True, blank=True)
    fingerprint = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="one_rule_seen")]

    def __str__(self) -> str:
        return self.fingerprint
