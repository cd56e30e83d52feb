"""manage.py sla plan FILE: what applying the file would change. Writes nothing."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import OutputWrapper
from django.utils import timezone

from cases.queries.plan import Plan
from cases.sla_command.plan_text import print_changes, print_effects
from entitlements.as_code.configuration_file import WrongFile, read_file
from entitlements.as_code.keys import ConfigurationError
from entitlements.operations.apply_configuration import refusal

HELP = "Shows what applying a file would change, and which open case milestones would move. Changes nothing."


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE")
    parser.add_argument("--all", action="store_true", help="Every open case milestone that would move.")


def run(options: dict[str, Any], stdout: OutputWrapper, stderr: OutputWrapper) -> int:
    """0: the file can be applied; 2: it cannot."""
    now = timezone.now()
    try:
        file = read_file(options["file"], now.year)
        plan = Plan(file.says)
    except (WrongFile, ConfigurationError) as fault:
        stderr.write(str(fault))
        return 2
    for warning in file.warnings:
        stderr.write(str(warning), style_func=str)
    print_changes(plan, stdout)
    refused = refusal(file.says, now)
    if refused is not None:
        stderr.write(str(file.mistake(refused)))
        return 2
    print_effects(plan, now, options["all"], stdout, stderr)
    return 0
