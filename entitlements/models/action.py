"""Triggers of a process milestone, and the actions that they start."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

from entitlements.core.definition import Action as ActionValue
from entitlements.core.definition import Trigger as TriggerValue
from entitlements.core.definition import TriggerKind
from entitlements.core.durations import minutes_of
from entitlements.models.base import ConfigurationModel
from entitlements.models.process import ProcessMilestone


class TriggerChoice(models.TextChoices):
    WARNING = TriggerKind.WARNING, "Warning"
    VIOLATION = TriggerKind.VIOLATION, "Violation"
    SUCCESS = TriggerKind.SUCCESS, "Success"


class ActionKind(models.TextChoices):
    EMAIL = "email", "Email alert"
    TASK = "task", "Task"
    SET = "set", "Field update"
    ASSIGN = "assign", "Assignment"
    ESCALATE = "escalate", "Escalation"
    NOTIFY = "notify", "In-app notification"
    WEBHOOK = "webhook", "Outbound message"


class Trigger(ConfigurationModel):
    """A success, warning or violation moment of a process milestone (§8.1)."""

    row = models.ForeignKey(ProcessMilestone, on_delete=models.CASCADE, related_name="triggers")
    kind = models.CharField(max_length=10, choices=TriggerChoice.choices, default=TriggerChoice.WARNING)
    position = models.PositiveIntegerField(default=0)
    minutes = models.PositiveIntegerField(
        default=0, help_text="Open minutes before the target (warning) or after it (violation)."
    )
    percent = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        help_text="For a warning, instead of minutes: at this share of the target's time.",
    )

    class Meta:
        ordering = ["row", "position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(percent__isnull=True)
                | models.Q(kind="warning", minutes=0, percent__range=(1, 99)),
                name="only_a_warning_has_a_percentage",
                violation_error_message="Only a warning may have a percentage, 1 to 99, and then no minutes.",
            ),
            models.CheckConstraint(
                condition=~models.Q(kind="success") | models.Q(minutes=0),
                name="success_has_no_offset",
                violation_error_message="A success trigger fires at completion: it has no minutes.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.value().offset or ''}".strip()

    def clean(self) -> None:
        if self.kind == TriggerChoice.WARNING and not self.minutes and self.percent is None:
            raise ValidationError(
                {"minutes": "Say how long before the target, in minutes or as a percentage."}
            )

    def value(self) -> TriggerValue:
        """As the engine takes it."""
        actions = tuple(action.value() for action in self.actions.all()) if self.pk else ()
        return TriggerValue(str(self.pk), TriggerKind(self.kind), self.minutes, self.percent, actions)


class Action(ConfigurationModel):
    """One thing to do when a trigger fires (§9). What it needs stands in its parameters."""

    trigger = models.ForeignKey(Trigger, on_delete=models.CASCADE, related_name="actions")
    kind = models.CharField(max_length=10, choices=ActionKind.choices)
    position = models.PositiveIntegerField(default=0)
    parameters = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["trigger", "position", "pk"]

    def __str__(self) -> str:
        return self.get_kind_display()

    def clean(self) -> None:
        problem = wrong_parameters(self.kind, self.parameters)
        if problem:
            raise ValidationError({"parameters": problem})

    def value(self) -> ActionValue:
        """As the engine takes it."""
        return ActionValue(str(self.pk), self.kind, MappingProxyType(dict(self.parameters)))


_ALLOWED: dict[str, frozenset[str]] = {
    ActionKind.EMAIL: frozenset({"to", "template"}),
    ActionKind.TASK: frozenset({"subject", "assign_to", "due"}),
    ActionKind.ASSIGN: frozenset({"queue", "user"}),
    ActionKind.ESCALATE: frozenset({"level", "ladder"}),
    ActionKind.NOTIFY: frozenset({"to", "text"}),
    ActionKind.WEBHOOK: frozenset({"endpoint"}),
}
_NEEDED: dict[str, tuple[str, ...]] = {
    ActionKind.EMAIL: ("to",),
    ActionKind.TASK: ("subject",),
    ActionKind.NOTIFY: ("to",),
    ActionKind.WEBHOOK: ("endpoint",),
}


def wrong_parameters(kind: str, parameters: Any) -> str:
    """What is wrong with an action's parameters; empty when nothing is."""
    if not isinstance(parameters, dict):
        return 'Parameters are a mapping such as {"to": ["owner"]}.'
    if kind == ActionKind.SET:
        return "" if parameters else "Say which field gets which value."
    unknown = sorted(set(parameters) - _ALLOWED.get(kind, frozenset()))
    if unknown:
        return f"Unknown: {', '.join(unknown)}. Known: {', '.join(sorted(_ALLOWED.get(kind, ())))}."
    missing = [name for name in _NEEDED.get(kind, ()) if not parameters.get(name)]
    if missing:
        return f"Missing: {', '.join(missing)}."
    if kind == ActionKind.ASSIGN and not parameters:
        return "Say to which queue or user."
    level = parameters.get("level", 1)
    if kind == ActionKind.ESCALATE and (type(level) is not int or level < 1):
        return "An escalation level is a whole number, 1 or more."
    return _wrong_due(parameters["due"]) if parameters.get("due") else ""


def _wrong_due(due: Any) -> str:
    try:
        minutes_of(str(due))
    except ValueError as fault:
        return str(fault)
    return ""
