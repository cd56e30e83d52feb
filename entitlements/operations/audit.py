"""The one place that writes down who changed what in Setup: saves of its pages, publishing, files."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.contrib.auth.models import User
from django.db.models import Model

from entitlements.models import ChangeVerb, SetupChange
from entitlements.queries.setup_state import Line

FILE = "Configuration file"


def write_down_change(
    thing: Model,
    verb: ChangeVerb,
    *,
    by: User | None,
    now: datetime,
    lines: Iterable[Line] = (),
    remark: str = "",
) -> None:
    """Call it in the transaction of the change. `remark` is a reason, or what was done in words."""
    _write(
        verb,
        kind=str(thing._meta.verbose_name).capitalize(),
        model=thing._meta.label_lower,
        key=str(thing.pk),
        name=str(thing),
        by=by,
        now=now,
        lines=lines,
        remark=remark,
    )


def write_down_file(
    section: str,
    name: str,
    verb: ChangeVerb,
    *,
    by: User | None,
    now: datetime,
    lines: Iterable[Line],
    source: str = FILE,
) -> None:
    """An entry of a file that changed the desk, or several of its things at once."""
    kind = section.replace("_", " ").capitalize()
    _write(verb, kind=kind, model="", key="", name=name, by=by, now=now, lines=lines, source=source)


def _write(
    verb: ChangeVerb,
    *,
    kind: str,
    model: str,
    key: str,
    name: str,
    by: User | None,
    now: datetime,
    lines: Iterable[Line],
    remark: str = "",
    source: str = "Setup",
) -> None:
    SetupChange.objects.create(
        at=now,
        by=by,
        by_name=by.get_username() if by else "the system",
        verb=verb,
        kind=kind[:80],
        model=model,
        key=key[:150],
        name=name[:250],
        lines=[list(line) for line in lines],
        remark=remark,
        source=source,
    )
