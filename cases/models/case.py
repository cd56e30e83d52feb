"""The case, with what the engine keeps of it between two looks."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.models import User
from django.db import models
from django.db.models import F, Q

from cases.models.as_read import AsRead
from cases.models.visibility import seen_by
from entitlements.models import (
    Account,
    CasePriority,
    CaseStage,
    CaseStatus,
    Contact,
    Entitlement,
    ProcessVersion,
    Product,
    Queue,
)


class MilestoneStatus(models.TextChoices):
    """§10."""

    COMPLIANT = "compliant", "Compliant"
    OPEN_VIOLATION = "open_violation", "Open violation"
    CLOSED_VIOLATION = "closed_violation", "Closed violation"


class CaseQuerySet(models.QuerySet["Case"]):
    def open(self) -> CaseQuerySet:
        return self.filter(is_closed=False)

    def visible_to(self, user: User) -> CaseQuerySet:
        """Those that the user may see: see `seen_by`."""
        return self.filter(seen_by(user))

    def next_due_first(self) -> CaseQuerySet:
        """By the nearest target; those without one last, the oldest first."""
        return self.order_by(F("next_target").asc(nulls_last=True), "pk")


class Case(AsRead):
    """A customer's case.

    `next_target` is the nearest target of its running milestones and `milestone_status` what §10 calls so;
    both are kept by the engine for lists. `merged_into` is the case that this one repeated,
    `agent_changed_at` when an agent last did something on it after its creation, `drafted_at` when somebody
    last saved a draft. One that `is_imported` was replayed from another system's log: reports keep its
    results apart from what was recorded here. `revision` grows with every change. `run`, `entry_date`,
    `enters_at`, `looked_at` and `memory` are the engine's own (see `CaseState`).
    """

    number = models.CharField(max_length=20, unique=True)
    external_id = models.CharField(max_length=60, null=True, blank=True, unique=True)
    form_key = models.UUIDField(null=True, blank=True, unique=True, editable=False)
    is_imported = models.BooleanField(default=False)
    subject = models.CharField(max_length=250)
    description = models.TextField(blank=True)
    status = models.ForeignKey(CaseStatus, on_delete=models.PROTECT, db_column="status", db_index=False)
    stage = models.ForeignKey(
        CaseStage, on_delete=models.PROTECT, db_column="stage", null=True, blank=True, db_index=False
    )
    priority = models.ForeignKey(
        CasePriority, on_delete=models.PROTECT, db_column="priority", null=True, blank=True, db_index=False
    )
    type = models.CharField(max_length=60, blank=True)
    origin = models.CharField(max_length=60, blank=True)
    queue = models.ForeignKey(
        Queue,
        on_delete=models.PROTECT,
        db_column="queue",
        null=True,
        blank=True,
        related_name="cases",
        db_index=False,
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="cases",
        db_index=False,
    )
    account = models.ForeignKey(
        Account, on_delete=models.PROTECT, null=True, blank=True, related_name="cases", db_index=False
    )
    contact = models.ForeignKey(
        Contact, on_delete=models.SET_NULL, null=True, blank=True, related_name="cases", db_index=False
    )
    product = models.ForeignKey(Product, on_delete=models.SET_NULL, null=True, blank=True, db_index=False)
    entitlement = models.ForeignKey(
        Entitlement, on_delete=models.SET_NULL, null=True, blank=True, related_name="cases"
    )
    entitlement_reason = models.TextField(blank=True, help_text="Why it was given this one, or none.")
    process_version = models.ForeignKey(
        ProcessVersion, on_delete=models.PROTECT, null=True, blank=True, related_name="cases", db_index=False
    )
    custom = models.JSONField(default=dict, blank=True)
    merged_into = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="merged", db_index=False
    )

    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=150, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    first_response_at = models.DateTimeField(null=True, blank=True)
    last_agent_reply_at = models.DateTimeField(null=True, blank=True)
    last_customer_message_at = models.DateTimeField(null=True, blank=True)
    agent_changed_at = models.DateTimeField(null=True, blank=True)
    drafted_at = models.DateTimeField(null=True, blank=True)
    is_closed = models.BooleanField(default=False)
    is_stopped = models.BooleanField(default=False)
    is_escalated = models.BooleanField(default=False)
    escalation_level = models.PositiveIntegerField(default=0)
    reopen_count = models.PositiveIntegerField(default=0)
    awaiting_reply = models.BooleanField(default=False)

    milestone_status = models.CharField(
        max_length=16, choices=MilestoneStatus.choices, default=MilestoneStatus.COMPLIANT
    )
    next_target = models.DateTimeField(null=True, blank=True)
    has_open_milestones = models.BooleanField(default=False)
    revision = models.PositiveIntegerField(default=0)

    run = models.PositiveIntegerField(default=0)
    first_run_of_process = models.BooleanField(default=True)
    entry_date = models.DateTimeField(null=True, blank=True)
    enters_at = models.DateTimeField(null=True, blank=True)
    looked_at = models.DateTimeField(null=True, blank=True)
    memory = models.JSONField(default=dict, blank=True)
    set_aside = models.TextField(blank=True, help_text="Why the engine cannot look at this case.")

    objects = CaseQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["next_target", "id"], condition=Q(is_closed=False), name="case_next_target"),
            models.Index(
                fields=["next_target", "queue", "owner", "milestone_status"],
                include=["id"],
                condition=Q(is_closed=False),
                name="case_load",
            ),
            models.Index(fields=["enters_at"], condition=Q(enters_at__isnull=False), name="case_enters_at"),
            models.Index(fields=["owner", "next_target"], condition=Q(is_closed=False), name="case_of_owner"),
            models.Index(fields=["queue", "next_target"], condition=Q(is_closed=False), name="case_of_queue"),
            models.Index(
                fields=["account", "is_closed", "-created_at"],
                include=["id", "is_imported"],
                name="case_of_account",
            ),
            models.Index(fields=["created_at"], name="case_created"),
            models.Index(fields=["closed_at"], condition=Q(is_closed=True), name="case_closed_at"),
            models.Index(fields=["owner", "closed_at"], name="case_of_owner_closed"),
            models.Index(fields=["id"], condition=Q(is_imported=True), name="case_imported"),
            models.Index(fields=["id"], condition=~Q(set_aside=""), name="case_set_aside"),
            models.Index(
                fields=["next_target", "id"],
                condition=Q(is_closed=False, milestone_status="open_violation"),
                name="case_violated",
            ),
            models.Index(fields=["id"], condition=Q(is_closed=False, is_stopped=True), name="case_stopped"),
            models.Index(
                fields=["id"], condition=Q(is_closed=False, has_open_milestones=False), name="case_unwatched"
            ),
        ]
        permissions = [("supervise_cases", "Can see every queue and what is at risk")]

    def __str__(self) -> str:
        return f"{self.number} {self.subject}"


class CaseNumber(models.Model):
    """One row: the last number given to a case."""

    last = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="one_case_number")]

    def __str__(self) -> str:
        return str(self.last)

    @classmethod
    def take(cls, how_many: int = 1) -> list[str]:
        """The next numbers. Call it inside the transaction that creates the cases."""
        row, _ = cls.objects.select_for_update().get_or_create(pk=1)
        cls.objects.filter(pk=1).update(last=F("last") + how_many)
        return [cls.told(number) for number in range(row.last + 1, row.last + how_many + 1)]

    @staticmethod
    def told(number: int) -> str:
        """As people read it."""
        return f"C-{number:06d}"
