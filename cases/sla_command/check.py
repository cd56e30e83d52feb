"""manage.py sla check FILE...: what is wrong with configurations and scenarios, and what is surprising."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Sequence
from typing import Any

from django.core.management.base import OutputWrapper
from django.utils import timezone

from entitlements.as_code.check import check_file
from entitlements.as_code.places import Mistake

HELP = "Finds every mistake in configuration and scenario files. Needs no database."
# Further ones are counted only.
MOST_SHOWN = 200


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("files", nargs="+", metavar="FILE")
    parser.add_argument("--strict", action="store_true", help="Warnings count as mistakes.")


def run(options: dict[str, Any], stdout: OutputWrapper, stderr: OutputWrapper) -> int:
    """0: no mistakes; 2: mistakes, or warnings with --strict."""
    year = timezone.now().year
    found = list(dict.fromkeys(one for file in options["files"] for one in check_file(file, year)))
    mistakes = [one for one in found if not one.is_warning]
    for one in _shown(found, mistakes):
        stdout.write(str(one))
    stderr.write(_summary(len(options["files"]), len(mistakes), len(found) - len(mistakes)), style_func=str)
    return 2 if mistakes or (found and options["strict"]) else 0


def _shown(found: Sequence[Mistake], mistakes: Sequence[Mistake]) -> Sequence[Mistake]:
    """All, unless there are very many; then the mistakes before the warnings."""
    return found if len(found) <= MOST_SHOWN else (mistakes or found)[:MOST_SHOWN]


def _summary(files: int, mistakes: int, warnings: int) -> str:
    left_out = max(mistakes + warnings - MOST_SHOWN, 0)
    more = f" The first {MOST_SHOWN} are shown." if left_out else ""
    return f"{_many(files, 'file')}: {_many(mistakes, 'mistake')}, {_many(warnings, 'warning')}.{more}"


def _many(count: int, what: str) -> str:
    return f"{count or 'no'} {what}{'s' * (count != 1)}"
