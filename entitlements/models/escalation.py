"""Escalation ladders, and the escalation rules of the organisation."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from entitlements.core.calendar import ALWAYS, HORIZON, Timeline
from entitlements.core.definition import HoursFrom
from entitlements.core.durations import written_duration
from entitlements.core.escalation_rule import AgeAction, Since
from entitlements.core.escalation_rule import EscalationRule as RuleValue
from entitlements.core.escalation_rule import RuleEntry as EntryValue
from entitlements.core.expressions import CustomFields, Kind, Scope, compile_expression
from entitlements.core.ladder import MOST_REPEATS
from entitlements.core.ladder import Ladder as LadderValue
from entitlements.core.ladder import Level as LevelValue
from entitlements.models.base import ConfigurationModel
from entitlements.models.escalation_parts import wrong_parts
from entitlements.models.hours import BusinessHours
from entitlements.models.process import check_expression

LONGEST_AGE = HORIZON.days * 24 * 60


class CountedIn(models.TextChoices):
    """The hours in which delays and ages count."""

    ALWAYS = "always", "24/7: nights and weekends count"
    CASE = "case", "The case's own business hours"
    NAMED = "named", "These business hours"


class SinceChoice(models.TextChoices):
    CREATED = Since.CREATED, "The case was created"
    CHANGED = Since.CHANGED, "An agent last did something on it"
    AT_RISK = Since.AT_RISK, "A milestone is at risk"
    VIOLATED = Since.VIOLATED, "A milestone is violated"


class InHours(ConfigurationModel):
    """What counts in hours: 24/7, the case's own, or some that it names."""

    counts_in = models.CharField(max_length=8, choices=CountedIn.choices, default=CountedIn.ALWAYS)
    business_hours = models.ForeignKey(
        BusinessHours, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        abstract = True

    def clean(self) -> None:
        named = self.counts_in == CountedIn.NAMED
        if named and self.business_hours_id is None:
            raise ValidationError({"business_hours": "Choose the business hours."})
        if not named:
            self.business_hours = None

    def hours(self) -> tuple[Timeline, HoursFrom]:
        if self.counts_in == CountedIn.CASE:
            return ALWAYS, HoursFrom.CASE
        if self.business_hours is not None:
            return self.business_hours.timeline(), HoursFrom.PROCESS
        return ALWAYS, HoursFrom.NOTHING


class EscalationLadder(InHours):
    """Levels, each told so long after the start, until somebody acknowledges or the matter is resolved."""

    name = models.CharField(max_length=100, unique=True)
    description = models.TextField(blank=True)
    repeat = models.PositiveSmallIntegerField(
        default=0,
        validators=[MaxValueValidator(MOST_REPEATS)],
        help_text="How often the whole ladder is climbed again when nobody acknowledges.",
    )
    repeat_after = models.PositiveIntegerField(
        default=0, validators=[MaxValueValidator(LONGEST_AGE)], help_text="Minutes after the last level."
    )

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        super().clean()
        if self.repeat and not self.repeat_after:
            raise ValidationError({"repeat_after": "Say how long after the last level it begins again."})

    def value(self) -> LadderValue:
        """As the core takes it."""
        levels = tuple(level.value() for level in self.levels.all())
        return LadderValue(self.name, levels, self.repeat, self.repeat_after)


class LadderLevel(ConfigurationModel):
    """One rung: whom to tell, and how long after the start."""

    ladder = models.ForeignKey(EscalationLadder, on_delete=models.CASCADE, related_name="levels")
    after = models.PositiveIntegerField(default=0, validators=[MaxValueValidator(LONGEST_AGE)])
    to = models.JSONField(default=list)
    template = models.CharField(max_length=80, blank=True)

    class Meta:
        ordering = ["ladder", "after"]
        verbose_name = "level"
        constraints = [
            models.UniqueConstraint(
                fields=["ladder", "after"],
                name="one_level_a_delay",
                violation_error_message="Another level comes at the same time.",
            )
        ]

    def __str__(self) -> str:
        return f"after {written_duration(self.after)}"

    def value(self) -> LevelValue:
        return LevelValue(self.after, tuple(map(str, self.to)), self.template)


class EscalationRule(ConfigurationModel):
    """Ordered entries; the first that fits a case counts. One rule is active at a time."""

    name = models.CharField(max_length=100, unique=True)
    description = models.TextField(blank=True)
    is_active = models.BooleanField("active", default=False)

    class Meta:
        ordering = ["-is_active", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["is_active"],
                condition=models.Q(is_active=True),
                name="one_active_escalation_rule",
                violation_error_message="Another escalation rule is active already.",
            )
        ]

    def __str__(self) -> str:
        return self.name

    def value(self, custom: CustomFields = ()) -> RuleValue:
        """As the core takes it. Raises ExpressionError."""
        entries = self.entries.select_related("business_hours").prefetch_related(
            "actions", "business_hours__windows", "business_hours__holidays"
        )
        return RuleValue(self.name, tuple(entry.value(custom) for entry in entries))


class RuleEntry(InHours):
    """Which cases, how their age is measured. Its name is how the desk remembers what it has done."""

    rule = models.ForeignKey(EscalationRule, on_delete=models.CASCADE, related_name="entries")
    position = models.PositiveIntegerField(default=0)
    name = models.CharField(max_length=100)
    when = models.CharField("criteria", max_length=1000, blank=True)
    since = models.CharField(
        "age is measured since", max_length=20, choices=SinceChoice.choices, default=SinceChoice.CREATED
    )
    until_changed = models.BooleanField("disabled after the first change by an agent", default=False)

    class Meta:
        ordering = ["rule", "position", "pk"]
        verbose_name_plural = "rule entries"
        constraints = [
            models.UniqueConstraint(
                fields=["rule", "name"],
                name="one_entry_a_name",
                violation_error_message="This rule has an entry of that name already.",
            )
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        super().clean()
        check_expression("when", self.when, Kind.CONDITION, Scope.CASE)

    def value(self, custom: CustomFields = ()) -> EntryValue:
        hours, hours_from = self.hours()
        when = compile_expression(self.when, custom=custom) if self.when else None
        actions = tuple(action.value() for action in self.actions.all())
        since = Since(self.since)
        return EntryValue(self.name, when, since, self.until_changed, hours, hours_from, actions)


class RuleAction(ConfigurationModel):
    """What happens at an age: `parts` are assign, escalate, notify and email, each with its parameters."""

    entry = models.ForeignKey(RuleEntry, on_delete=models.CASCADE, related_name="actions")
    after = models.PositiveIntegerField(
        default=60, validators=[MinValueValidator(0), MaxValueValidator(LONGEST_AGE)]
    )
    parts = models.JSONField(default=dict)

    class Meta:
        ordering = ["entry", "after"]
        verbose_name = "action"
        constraints = [
            models.UniqueConstraint(
                fields=["entry", "after"],
                name="one_action_an_age",
                violation_error_message="Another action of this entry comes at the same age.",
            )
        ]

    def __str__(self) -> str:
        return f"after {written_duration(self.after)}"

    def clean(self) -> None:
        problem = wrong_parts(self.parts)
        if problem:
            raise ValidationError({"parts": problem})

    def value(self) -> AgeAction:
        parts: dict[str, Any] = {kind: MappingProxyType(dict(given)) for kind, given in self.parts.items()}
        return AgeAction(self.after, MappingProxyType(parts))
