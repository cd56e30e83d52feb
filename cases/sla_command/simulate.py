"""manage.py sla simulate FILE...: runs scenarios and holds them against what they expect."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import OutputWrapper

HELP = "Runs the scenarios of files. Exit status 1 when an expectation is not met. Needs no database."


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("files", nargs="+", metavar="FILE")
    parser.add_argument("--json", action="store_true", help="One JSON object a line and scenario.")


def run(options: dict[str, Any], stdout: OutputWrapper, stderr: OutputWrapper) -> int:
    """0: as expected; 1: an expectation is not met; 2: a file is wrong."""
    raise NotImplementedError
