"""The live example beside a milestone's form: what the engine would do with a case, as the form stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import prefetch_related_objects
from django.utils import timezone

from entitlements.core.clock import hours_of
from entitlements.core.definition import Process
from entitlements.core.definition import ProcessMilestone as RowValue
from entitlements.core.expressions import Scope
from entitlements.core.foresight import Foreseen, foresee
from entitlements.models import ProcessMilestone, ProcessVersion
from entitlements.models.compiled import Compiled, compiled
from entitlements.queries import in_words
from entitlements.queries.case_fields import named_fields
from entitlements.queries.example_case import Sampled, case_of, sample_of
from entitlements.queries.example_moments import Moment, moments_of, open_day

NEW = "new"


@dataclass(frozen=True, slots=True)
class Step:
    """One moment of an example: `kind` is start, warning, target or violation."""

    kind: str
    words: str
    at: str


@dataclass(frozen=True, slots=True)
class Example:
    words: str
    created: str
    steps: list[Step]
    remark: str
    foreseen: Foreseen | None


@dataclass(frozen=True)
class LiveExample:
    """`hours` are those that count, `zone` the one in which times are told. `day` says what a day means."""

    examples: list[Example]
    sample: list[Sampled]
    hours: str
    zone: str
    day: str


def live_example(
    row: ProcessMilestone, version: ProcessVersion, given: Mapping[str, str], now: datetime
) -> LiveExample:
    """For a row as it stands, saved or not. `given` are values that the sample case is to have, by field."""
    desk = compiled()
    process, key = process_with(row, version, desk)
    fields = named_fields(Scope.CASE)
    sample = sample_of(process, process.row[key], fields, given, desk)
    empty = case_of(sample, now, process, process.row[key], desk)
    hours = hours_of(process.row[key], empty)
    zone = ZoneInfo(hours.time_zone or timezone.get_current_timezone_name())
    moments = moments_of(hours, zone, now)
    return LiveExample(
        [_example(moment, sample, process, key, desk, zone) for moment in moments],
        sample,
        hours.name,
        str(zone),
        _day_in_words(row, open_day(hours, zone, now), hours.name),
    )


def process_with(row: ProcessMilestone, version: ProcessVersion, desk: Compiled) -> tuple[Process, str]:
    """The version's definition with this row in its place, or at the end; and the row's key in it."""
    process = desk.definition(version.pk)
    if row.pk:
        prefetch_related_objects([row], "triggers__actions")
    own = replace(row.value(1, version, desk.custom_fields), key=str(row.pk or NEW))
    rows = [own if one.key == own.key else one for one in process.rows]
    if own.key not in process.row:
        rows.append(own)
    return replace(process, rows=tuple(_with_tiers(rows))), own.key


def _with_tiers(rows: list[RowValue]) -> list[RowValue]:
    so_far: dict[str, int] = {}
    numbered = []
    for row in rows:
        so_far[row.milestone] = so_far.get(row.milestone, 0) + 1
        numbered.append(replace(row, tier=so_far[row.milestone]))
    return numbered


def _example(
    moment: Moment, sample: list[Sampled], process: Process, key: str, desk: Compiled, zone: ZoneInfo
) -> Example:
    if moment.at is None:
        return Example(moment.words, "", [], "", None)
    state = case_of(sample, moment.at.astimezone(UTC), process, process.row[key], desk)
    seen = foresee(process, desk.organisation, state, key)
    steps = list(_steps(seen, zone))
    moved = seen.moved_to
    remark = f"An action of its triggers moves the target to {said(moved, zone)}." if moved else seen.why_not
    return Example(moment.words, said(moment.at, zone), steps, remark, seen)


def _steps(seen: Foreseen, zone: ZoneInfo) -> list[Step]:
    if seen.start is None:
        return []
    found = [(seen.start, 0, Step("start", "starts", said(seen.start, zone)))]
    if seen.target is not None:
        found.append((seen.target, 2, Step("target", "due", said(seen.target, zone))))
    for firing in seen.firings:
        offset = _offset(firing.trigger.percent, firing.trigger.minutes)
        words = f"{firing.trigger.kind} {offset}".strip() + (
            ", skipped" if firing.outcome == "skipped" else ""
        )
        rank = 1 if firing.trigger.kind == "warning" else 3
        found.append((firing.due, rank, Step(str(firing.trigger.kind), words, said(firing.due, zone))))
    return [step for _, _, step in sorted(found, key=lambda one: one[:2])]


def _offset(percent: int | None, minutes: int) -> str:
    if percent is not None:
        return f"{percent}\u00a0%"
    return in_words.duration(minutes) if minutes else ""


def said(at: datetime, zone: ZoneInfo) -> str:
    """ "Fri 27 Nov 16:45", with seconds where there are any."""
    local = at.astimezone(zone)
    return (
        f"{local:%a} {local.day} {local:%b %H:%M:%S}"
        if local.second
        else f"{local:%a} {local.day} {local:%b %H:%M}"
    )


def _day_in_words(row: ProcessMilestone, day: timedelta | None, hours: str) -> str:
    """What the target comes to in days of the hours that count."""
    if row.minutes is None:
        return ""
    target = in_words.duration(row.minutes)
    if day is None:
        return f"{target} on the clock on the wall: nights and weekends count."
    length = in_words.duration(round(day / timedelta(minutes=1)))
    share = row.minutes / (day / timedelta(minutes=1))
    days = f"{share:.1f}".removesuffix(".0")
    return f"{target} of {hours}: a usual day there has {length}, so this is {days} of them."
