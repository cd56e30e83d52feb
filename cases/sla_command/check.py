"""manage.py sla check FILE...: what is wrong with configurations and scenarios, and what is surprising."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import OutputWrapper

HELP = "Finds every mistake in configuration and scenario files. Needs no database."


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("files", nargs="+", metavar="FILE")
    parser.add_argument("--strict", action="store_true", help="Warnings count as mistakes.")


def run(options: dict[str, Any], stdout: OutputWrapper, stderr: OutputWrapper) -> int:
    """0: no mistakes; 2: mistakes, or warnings with --strict."""
    raise NotImplementedError
