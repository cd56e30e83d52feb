"""The engine says that it has looked, and keeps what there was in the last day."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from cases.models import EngineLook, EngineSample
from cases.models.look import KEPT, span_of


def note_look(now: datetime, lag: float, cases: int, fired: int) -> None:
    """Two statements, whatever there was to do; two more with the first look of a span."""
    with transaction.atomic():
        look, _ = EngineLook.objects.select_for_update().get_or_create(pk=1)
        if look.span_since is None or span_of(now) > look.span_since:
            _keep(look, now)
            look.span_since, look.span_lag, look.span_cases, look.span_fired = span_of(now), 0.0, 0, 0
        look.looked_at, look.lag_seconds = now, lag
        look.span_lag = max(look.span_lag, lag)
        look.span_cases += cases
        look.span_fired += fired
        look.save(update_fields=[*_OF_A_LOOK])


_OF_A_LOOK = ("looked_at", "lag_seconds", "span_since", "span_lag", "span_cases", "span_fired")


def _keep(look: EngineLook, now: datetime) -> None:
    EngineSample.objects.filter(since__lt=now - KEPT).delete()
    if look.span_since is not None:
        sample = EngineSample(
            since=look.span_since, lag_seconds=look.span_lag, cases=look.span_cases, fired=look.span_fired
        )
        EngineSample.objects.bulk_create([sample], ignore_conflicts=True)
