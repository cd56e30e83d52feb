"""Case milestones: one occurrence of a process milestone on one case, the running clock."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q

from cases.models.as_read import AsRead
from cases.models.case import Case
from entitlements.core.state import OPEN, State
from entitlements.models import Milestone, ProcessMilestone, RecurrenceType

OPEN_STATES = sorted(str(state) for state in OPEN)


class MilestoneState(models.TextChoices):
    PENDING = State.PENDING, "Upcoming"
    RUNNING = State.RUNNING, "Running"
    STOPPED = State.STOPPED, "Stopped"
    COMPLETED = State.COMPLETED, "Completed"
    CANCELLED = State.CANCELLED, "Cancelled"


class CaseMilestoneQuerySet(models.QuerySet["CaseMilestone"]):
    def open(self) -> CaseMilestoneQuerySet:
        return self.filter(state__in=OPEN_STATES)

    def due(self, now: datetime) -> CaseMilestoneQuerySet:
        """Those at which the engine must look by now."""
        return self.filter(due_at__lte=now)


class CaseMilestone(AsRead):
    """One occurrence; see `entitlements.core.state.Occurrence` for what the fields mean.

    `elapsed_seconds` and `stopped_seconds` are whole seconds of its open time from start to end, and the part
    of them that it stood still (§7.5): recorded when it ends, for reports, and never rewritten.
    `due_at` is the next instant at which the engine must look at it, empty when there is none.
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="milestones", db_index=False)
    milestone = models.ForeignKey(Milestone, on_delete=models.PROTECT, related_name="+", db_index=False)
    process_milestone = models.ForeignKey(
        ProcessMilestone, on_delete=models.PROTECT, related_name="occurrences", db_index=False
    )
    recurrence = models.CharField(max_length=12, choices=RecurrenceType.choices)
    number = models.PositiveIntegerField()
    run = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=MilestoneState.choices)
    came_at = models.DateTimeField()
    start_date = models.DateTimeField()
    minutes = models.PositiveIntegerField(null=True, blank=True)
    target_date = models.DateTimeField(null=True, blank=True)
    original_target = models.DateTimeField(null=True, blank=True)
    violated_at = models.DateTimeField(null=True, blank=True)
    completion_date = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    held = models.BooleanField(default=False)
    born_late = models.BooleanField(default=False)
    field_start = models.DateTimeField(null=True, blank=True)
    error = models.TextField(blank=True)
    extension = models.PositiveIntegerField(default=0, help_text="Minutes that a supervisor added.")
    waived_at = models.DateTimeField(null=True, blank=True)
    priority_at_start = models.CharField(max_length=80, blank=True, default="", db_default="")
    queue_at_start = models.CharField(max_length=80, blank=True, default="", db_default="")
    elapsed_seconds = models.PositiveBigIntegerField(null=True, blank=True)
    stopped_seconds = models.PositiveBigIntegerField(null=True, blank=True)
    settled = models.JSONField(default=list, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)

    objects = CaseMilestoneQuerySet.as_manager()

    class Meta:
        ordering = ["case", "pk"]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(due_at__isnull=False), name="case_milestone_due"),
            models.Index(
                fields=["target_date"],
                include=["milestone", "case", "waived_at"],
                condition=Q(state="running"),
                name="case_milestone_at_risk",
            ),
            models.Index(fields=["completion_date"], name="case_milestone_completed"),
            models.Index(fields=["cancelled_at"], name="case_milestone_cancelled"),
            models.Index(fields=["target_date"], name="case_milestone_target"),
            models.Index(
                fields=["violated_at"],
                condition=Q(target_date__isnull=True),
                name="case_milestone_late_stopped",
            ),
            models.Index(
                fields=["process_milestone"], condition=Q(state__in=OPEN_STATES), name="case_milestone_open"
            ),
            models.Index(
                fields=["process_milestone"],
                condition=Q(state="running", extension__gt=0),
                name="case_milestone_extended",
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["case", "milestone", "number"], name="one_occurrence_a_number"),
            models.UniqueConstraint(
                fields=["case", "milestone"],
                condition=Q(state__in=OPEN_STATES) & ~Q(recurrence="independent"),
                name="one_open_occurrence",
            ),
            models.CheckConstraint(
                condition=Q(state="completed", completion_date__isnull=False)
                | ~Q(state="completed") & Q(completion_date__isnull=True),
                name="completed_has_its_date",
            ),
            models.CheckConstraint(
                condition=Q(state="cancelled", cancelled_at__isnull=False)
                | ~Q(state="cancelled") & Q(cancelled_at__isnull=True),
                name="cancelled_has_its_date",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.milestone} {self.number}"

    @property
    def is_violated(self) -> bool:
        return self.violated_at is not None

    @property
    def is_open(self) -> bool:
        return self.state in OPEN
