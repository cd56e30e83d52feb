"""manage.py sla: service level agreements as code."""

from __future__ import annotations

import io
import os
import sys
from typing import Any, Protocol

from django.core.management.base import BaseCommand, CommandParser, OutputWrapper

from cases.sla_command import apply, check, export, plan, replay, simulate


class Subcommand(Protocol):
    """A module of `cases.sla_command`."""

    HELP: str

    def add_arguments(self, parser: CommandParser) -> None: ...

    def run(self, options: dict[str, Any], stdout: OutputWrapper, stderr: OutputWrapper) -> int: ...


# In the order in which they are used.
SUBCOMMANDS: dict[str, Subcommand] = {
    "check": check,
    "export": export,
    "plan": plan,
    "apply": apply,
    "simulate": simulate,
    "replay": replay,
}


class Command(BaseCommand):
    help = "SLA as code: docs/sla-as-code.md. A bad file is exit status 2, and nothing is changed."
    # Checking and simulating need no database and no folder to write to.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        subparsers = parser.add_subparsers(dest="subcommand", metavar="SUBCOMMAND", required=True)
        for name, subcommand in SUBCOMMANDS.items():
            own = subparsers.add_parser(name, help=subcommand.HELP, description=subcommand.HELP)
            subcommand.add_arguments(own)

    def handle(self, *args: Any, **options: Any) -> None:
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):
                # A terminal that cannot show “ or ✔ shows their numbers.
                stream.reconfigure(errors="backslashreplace")
        subcommand = SUBCOMMANDS[options["subcommand"]]
        try:
            status = subcommand.run(options, self.stdout, self.stderr)
        except BrokenPipeError:
            # Whoever read has seen enough (`| head`). What is still to be flushed has nowhere to go.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            status = 0
        if status:
            sys.exit(status)
