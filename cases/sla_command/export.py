"""manage.py sla export: the live configuration as a file."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import OutputWrapper

from entitlements.as_code.export import export, left_out
from entitlements.as_code.keys import ConfigurationError

HELP = "Writes the live configuration. Drafts, people and secrets are left out."


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("-o", "--output", metavar="FILE", type=Path, help="Default: standard output.")


def run(options: dict[str, Any], stdout: OutputWrapper, stderr: OutputWrapper) -> int:
    """0: written; 2: it cannot be written."""
    path: Path | None = options["output"]
    try:
        text = export()
        if path is None:
            stdout.write(text, ending="")
        else:
            path.write_text(text, encoding="utf-8", newline="\n")
    except ConfigurationError as fault:
        stderr.write(str(fault))
        return 2
    except OSError as fault:
        stderr.write(f"{path} cannot be written: {fault.strerror}.")
        return 2
    for what in left_out():
        stderr.write(f"Left out: {what}.", style_func=str)
    return 0
