"""What happened on a case, append-only."""

from typing import Any

from django.db import models

from cases.models.as_read import AsRead
from cases.models.case import Case
from cases.models.case_milestone import CaseMilestone


class AppendOnly(Exception):
    """Events are never changed or deleted one by one."""


class DeskKind(models.TextChoices):
    """Kinds of event that no clock cares about, beside `core.changes.Kind`."""

    MERGED_INTO = "case_merged_into", "Merged into"
    MERGED_HERE = "case_merged_here", "Merged into this case"
    LINKED = "case_linked", "Linked"
    UNLINKED = "case_unlinked", "Link removed"
    TASK_ADDED = "task_added", "Task"
    TASK_ASSIGNED = "task_assigned", "Task given"
    TASK_DONE = "task_done", "Task done"
    TAKEN_UP = "case_taken_up", "Taken up again"
    TEAM_JOINED = "team_joined", "In the team"
    TEAM_LEFT = "team_left", "Left the team"


class CaseEvent(AsRead):
    """`at` is when it happened, `recorded_at` when the engine wrote it; `kind` is a value of
    `core.changes.Kind` or of `DeskKind`.
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="events", db_index=False)
    case_milestone = models.ForeignKey(
        CaseMilestone, on_delete=models.CASCADE, null=True, blank=True, related_name="events", db_index=False
    )
    kind = models.CharField(max_length=30)
    at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    by = models.CharField(max_length=150, blank=True)
    details = models.JSONField(default=dict)

    class Meta:
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["case", "at", "id"], name="event_of_case")]

    def __str__(self) -> str:
        return f"{self.what} {self.at:%Y-%m-%d %H:%M:%S}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise AppendOnly("An event is never changed.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise AppendOnly("An event is never deleted.")

    @property
    def what(self) -> str:
        """Its kind in words: “Milestone started”."""
        return self.kind.replace("_", " ").capitalize()
