"""manage.py sla simulate FILE...: runs scenarios and holds them against what they expect."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import OutputWrapper

from entitlements.as_code.places import Mistake
from entitlements.as_code.scenario_file import Ran, run_file
from entitlements.as_code.story import story

HELP = "Runs the scenarios of files. Exit status 1 when an expectation is not met. Needs no database."


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("files", nargs="+", metavar="FILE")
    parser.add_argument("--json", action="store_true", help="One JSON object a line and scenario.")


def run(options: dict[str, Any], stdout: OutputWrapper, stderr: OutputWrapper) -> int:
    """0: as expected; 1: an expectation is not met; 2: a file is wrong."""
    ran = unmet = wrong = 0
    for file in options["files"]:
        for one in run_file(file):
            if isinstance(one, Mistake):
                wrong += 1
                stderr.write(str(one))
            else:
                ran += 1
                unmet += not one.printed["ok"]
                stdout.write(_printed(one, as_json=options["json"]))
    if not options["json"]:
        stderr.write(_summary(ran, unmet, wrong), style_func=str)
    return 2 if wrong else int(unmet > 0)


def _printed(one: Ran, *, as_json: bool) -> str:
    return json.dumps(one.printed) if as_json else story(one)


def _summary(ran: int, unmet: int, wrong: int) -> str:
    parts = [f"{ran} scenario{'s' * (ran != 1)}"]
    parts += [f"{unmet} not as expected" if unmet else "all as expected"] if ran else []
    parts += [f"{wrong} mistake{'s' * (wrong != 1)}"] if wrong else []
    return f"{', '.join(parts)}."
