"""manage.py sla apply [FILE]: the file becomes the live configuration, and open cases follow where asked."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from collections.abc import Collection
from typing import Any

from django.conf import settings
from django.core.management.base import OutputWrapper
from django.utils import timezone

from cases.operations.apply_file import DeskHasChanged, Turn, turn
from cases.operations.move_to_version import cases_behind
from cases.operations.one_apply import AnotherApplies
from cases.queries.plan import Plan
from cases.sla_command.plan_text import print_changes, print_effects
from cases.sla_command.progress import Progress
from entitlements.as_code.configuration_file import ConfigurationFile, WrongFile, read_file
from entitlements.as_code.keys import ConfigurationError
from entitlements.models import EntitlementProcess
from entitlements.operations.apply_configuration import refusal

HELP = (
    "Makes a file the live configuration; changed processes become new versions. Shows the plan and asks. "
    "Applied again, it changes nothing."
)


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", nargs="?", help="None: only --open-cases, of all processes.")
    parser.add_argument("--yes", action="store_true", help="Do not ask.")
    parser.add_argument(
        "--open-cases",
        action="store_true",
        help="Move open cases to the published versions too. One that was broken off goes on where it was.",
    )
    parser.add_argument("--all", action="store_true", help="Every open case milestone that would move.")


def run(options: dict[str, Any], stdout: OutputWrapper, stderr: OutputWrapper) -> int:
    """0: done, or nothing to do; 1: not wanted; 2: it cannot be done, and nothing has been changed."""
    try:
        if options["file"]:
            return _apply(options, stdout, stderr)
        if options["open_cases"]:
            return _move_all(options, stdout, stderr)
    except (WrongFile, ConfigurationError, AnotherApplies, DeskHasChanged, CannotAsk) as fault:
        stderr.write(str(fault))
        return 2
    stderr.write("Say which file, or --open-cases.")
    return 2


class CannotAsk(Exception):
    """Nobody is there to ask."""


def _apply(options: dict[str, Any], stdout: OutputWrapper, stderr: OutputWrapper) -> int:
    now = timezone.now()
    file = read_file(options["file"], now.year)
    plan = Plan(file.says)
    print_changes(plan, stdout)
    refused = refusal(file.says, now)
    if refused is not None:
        raise WrongFile([file.mistake(refused)])
    print_effects(plan, now, options["all"], stdout, stderr)
    processes = _keys(plan.process_names)
    behind = options["open_cases"] and cases_behind(processes).exists()
    if plan.changes_nothing and not behind:
        return 0
    if not _is_wanted(options, stdout):
        return 1
    with turn(None, timezone.now) as ours:
        if not plan.changes_nothing:
            _make(ours, file, plan, stdout)
            _follow_hours(ours, stdout)
        if options["open_cases"]:
            _move(ours, _keys(plan.process_names), stdout, stderr)
    return 0


def _move_all(options: dict[str, Any], stdout: OutputWrapper, stderr: OutputWrapper) -> int:
    count = cases_behind().count()
    stdout.write(f"{count:,} open cases are on another version than the published one of their process.")
    if not count:
        return 0
    if not _is_wanted(options, stdout):
        return 1
    with turn(None, timezone.now) as ours:
        _move(ours, None, stdout, stderr)
    return 0


def _keys(names: Collection[str]) -> list[int]:
    return list(EntitlementProcess.objects.filter(name__in=names).values_list("pk", flat=True))


def _is_wanted(options: dict[str, Any], stdout: OutputWrapper) -> bool:
    """Raises CannotAsk."""
    if options["yes"]:
        return True
    if not sys.stdin.isatty():
        raise CannotAsk("Nobody can be asked here: say --yes to apply it. Nothing has been changed.")
    stdout.write("Apply this? [y/N] ", ending="")
    stdout.flush()
    wanted = sys.stdin.readline().strip().lower() in ("y", "yes")
    if not wanted:
        stdout.write("Nothing has been changed.")
    return wanted


def _make(ours: Turn, file: ConfigurationFile, plan: Plan, stdout: OutputWrapper) -> None:
    try:
        applied = ours.objects(file.says, plan.changes)
    except ConfigurationError as fault:
        raise WrongFile([file.mistake(fault)]) from fault
    count = len(applied.changes)
    stdout.write(f"Applied: {count:,} object{'s' * (count != 1)} changed.")
    for version in applied.versions:
        stdout.write(f"  {version} is published.")


def _follow_hours(ours: Turn, stdout: OutputWrapper) -> None:
    for done in ours.hours(settings.ENGINE_BATCH_SIZE):
        stdout.write(f"{done.business_hours}: {done.moved:,} targets in {done.cases:,} cases moved.")


def _move(ours: Turn, processes: list[int] | None, stdout: OutputWrapper, stderr: OutputWrapper) -> None:
    progress = Progress(stderr, cases_behind(processes).count(), "cases")
    cases = targets = 0
    for moved in ours.open_cases(processes, settings.ENGINE_BATCH_SIZE):
        cases, targets = cases + moved.cases, targets + moved.targets
        for _ in range(moved.looked_at):
            progress.one_more()
    stdout.write(f"{cases:,} open cases moved to the published versions; {targets:,} targets moved.")
    if left := cases_behind(processes).count():
        stderr.write(f"{left:,} could not be moved; Setup shows why under cases that were set aside.")
