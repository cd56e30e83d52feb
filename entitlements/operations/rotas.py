"""The shifts of a rota: written as text, and replaced."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import time

from django.db import transaction

from entitlements.as_code.normal import weekly
from entitlements.core.hours import Window
from entitlements.models import ConfigurationRevision, Rota, RotaShift


def written_windows(rota: Rota) -> dict[str, str]:
    """Each person's week: “mon-fri 08:00-18:00; sat 10:00-14:00”."""
    windows: dict[str, list[Window]] = defaultdict(list)
    for shift in rota.shifts.all():
        windows[shift.person].append(shift.value().window)
    return {
        person: "; ".join(f"{days} {times}" for days, times in weekly(found).items())
        for person, found in windows.items()
    }


@transaction.atomic
def replace_shifts(rota: Rota, windows: Mapping[str, Sequence[Window]]) -> None:
    """These, and no others."""
    rota.shifts.all().delete()
    RotaShift.objects.bulk_create(
        RotaShift(
            rota=rota,
            person=person,
            weekday=window.weekday,
            starts_at=clock(window.opens),
            ends_at=clock(window.closes),
        )
        for person, found in windows.items()
        for window in {(one.weekday, one.opens): one for one in found}.values()
    )
    ConfigurationRevision.advance()


def clock(minute: int) -> time:
    """The time of day of a minute of the week's day; midnight at its end is 00:00."""
    return time(minute // 60 % 24, minute % 60)
