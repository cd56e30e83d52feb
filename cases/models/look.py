"""The engine's pulse, and what it was in the last day."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models

SPAN = timedelta(minutes=5)
KEPT = timedelta(hours=25)


def span_of(now: datetime) -> datetime:
    """The beginning of the span in which an instant lies."""
    return now.replace(minute=now.minute - now.minute % 5, second=0, microsecond=0)


class EngineLook(models.Model):
    """One row: when the engine last looked, and how late it was then.

    `span_…` is what there has been since `span_since`: the greatest lag, cases looked at, triggers fired. It
    becomes an `EngineSample` with the first look of the next span, so that a look writes this row alone.
    """

    looked_at = models.DateTimeField(null=True, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)
    lag_seconds = models.FloatField(default=0)
    revision_seen = models.UUIDField(null=True, blank=True)
    span_since = models.DateTimeField(null=True, blank=True)
    span_lag = models.FloatField(default=0)
    span_cases = models.PositiveIntegerField(default=0)
    span_fired = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="one_engine_look")]

    def __str__(self) -> str:
        return f"Looked at {self.looked_at}"


class EngineSample(models.Model):
    """What the engine did in one span of `SPAN` that is over. Those of the last `KEPT` are kept."""

    since = models.DateTimeField(primary_key=True)
    lag_seconds = models.FloatField(default=0)
    cases = models.PositiveIntegerField(default=0)
    fired = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["since"]

    def __str__(self) -> str:
        return f"{self.since:%H:%M}: {self.lag_seconds:.1f} s"
