"""A plan as text: the objects field by field, then the open case milestones that would move."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from django.core.management.base import OutputWrapper
from django.utils import timezone

from cases.queries.plan import Plan
from cases.queries.plan_cases import cases_in_question, looks
from cases.queries.plan_effects import Effect, Tally, What
from cases.sla_command.progress import Progress
from entitlements.as_code.difference import Change, Kind

SHOWN = 20
SIGNS = {Kind.ADDED: "+", Kind.CHANGED: "~"}
BY_HOURS = "by the hours, always"
BY_VERSION = "by the new version, with --open-cases"
SHORT = {BY_HOURS: "hours", BY_VERSION: "version"}


def print_changes(plan: Plan, stdout: OutputWrapper) -> None:
    section = ""
    for change in plan.changes:
        if change.kind is Kind.NOT_IN_FILE:
            continue
        if change.section != section:
            section = change.section
            stdout.write(section.replace("_", " "))
        for line in _of_object(plan, change):
            stdout.write(line)
    for line in _not_in_file(plan.changes):
        stdout.write(line)
    if plan.changes_nothing:
        stdout.write("The desk is as the file says: nothing to change.")


def _of_object(plan: Plan, change: Change) -> Iterator[str]:
    new = plan.new_definitions.get(change.name) if change.name in plan.changed_processes else None
    version = f" → version {new.version}" if change.section == "entitlement_processes" and new else ""
    yield f"  {SIGNS[change.kind]} {change.name}{version}"
    for line in change.lines():
        old = f"{line.old} → " if change.kind is Kind.CHANGED else ""
        yield f"      {line.about}: {old}{line.new}"


def _not_in_file(changes: Iterable[Change]) -> Iterator[str]:
    left: dict[str, list[str]] = {}
    for change in changes:
        if change.kind is Kind.NOT_IN_FILE:
            left.setdefault(change.section.replace("_", " "), []).append(change.name)
    if left:
        yield "not in the file, and left as they are"
    for section, names in left.items():
        more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
        yield f"    {section}: {', '.join(names[:SHOWN])}{more}"


def print_effects(
    plan: Plan, now: datetime, show_all: bool, stdout: OutputWrapper, stderr: OutputWrapper
) -> None:
    """One line a milestone, the first of them or all, and how many there are of each kind."""
    tallies = {BY_HOURS: Tally(), BY_VERSION: Tally()}
    in_question = cases_in_question(plan).count()
    if not in_question:
        return
    progress = Progress(stderr, in_question, "cases")
    stdout.write(f"open case milestones, times in {timezone.get_current_timezone_name()}")
    for look in looks(plan, now):
        progress.one_more()
        for cause, effects in ((BY_HOURS, look.by_hours), (BY_VERSION, look.by_version)):
            tallies[cause].cases += bool(effects)
            for effect in effects:
                tallies[cause].add(effect)
                if show_all or tallies[cause].all <= SHOWN:
                    stdout.write(f"    {_in_words(effect)} · {SHORT[cause]}")
    for cause, tally in tallies.items():
        for line in _totals(cause, tally, show_all):
            stdout.write(line)
    if not any(tally.all for tally in tallies.values()):
        stdout.write(f"  None of those of {in_question:,} cases would move.")


def _in_words(effect: Effect) -> str:
    number = f" {effect.number}" if effect.number > 1 else ""
    targets = f"{_instant(effect.old)} → {_instant(effect.new)}"
    if effect.what is What.NEW:
        targets = _instant(effect.new)
    late = ", late at once" if effect.late else ""
    reason = f" ({effect.reason})" if effect.reason else ""
    return f"{effect.case}  {effect.milestone}{number}: {targets}, {effect.what}{reason}{late}"


def _instant(instant: datetime | None) -> str:
    return f"{timezone.localtime(instant):%Y-%m-%d %H:%M}" if instant else "no target"


def _totals(cause: str, tally: Tally, show_all: bool) -> Iterator[str]:
    if not tally.all:
        return
    if tally.all > SHOWN and not show_all:
        yield f"    … and {tally.all - SHOWN:,} more; --all shows them"
    counts = {
        "earlier": tally.earlier,
        "later": tally.later,
        "with another target": tally.otherwise,
        "cancelled": tally.cancelled,
        "completed": tally.completed,
        "new": tally.new,
    }
    said = ", ".join(f"{count:,} {what}" for what, count in counts.items() if count)
    late = f"; {tally.late:,} late at once" if tally.late else ""
    cases = f"{tally.cases:,} case{'s' * (tally.cases != 1)}"
    yield f"  {cause}: {said}{late} (in {cases})"
