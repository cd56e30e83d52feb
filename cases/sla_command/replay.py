"""manage.py sla replay FILE: what past cases would have come to under a draft, beside what was recorded."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.core.management.base import OutputWrapper

from cases.incidents.incident import Incident, incidents_of
from cases.incidents.log_event import Clock
from cases.incidents.log_file import UnreadableLog, read_log
from cases.replay import as_text
from cases.replay.as_csv import FlipsFile
from cases.replay.desk import cases_with_process, pasts
from cases.replay.draft import Draft, NoSuchProcess
from cases.replay.file import read_draft
from cases.replay.incidents import draft_for_incidents, pasts_of
from cases.replay.period import since
from cases.replay.report import FlippedCase, Report, report_on
from cases.sla_command.progress import Progress
from entitlements.as_code.configuration_file import WrongFile

HELP = "Runs a draft over past cases, or over an incident log, and writes nothing: what would have been met?"


class Unusable(Exception):
    """Something that was asked for cannot be done. `str()` says why."""


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help="The draft: a configuration file.")
    parser.add_argument("--process", default="", metavar="NAME", help="For all, whatever they followed.")
    source = parser.add_mutually_exclusive_group()
    source.add_argument("--since", metavar="90d", help="Cases created that long ago at most.")
    source.add_argument("--incidents", metavar="CSV", help="An incident log, as for import_incidents.")
    parser.add_argument("--time-zone", default="UTC", metavar="ZONE", help="The log's (default: UTC).")
    parser.add_argument("--csv", metavar="OUT", help="Writes all that flips to this file.")


def run(options: dict[str, Any], stdout: OutputWrapper, stderr: OutputWrapper) -> int:
    """0: done; 2: the draft or what it is to run over cannot be read."""
    now = datetime.now(UTC)
    try:
        draft = read_draft(options["file"])
        if options["process"]:
            draft = draft.running(options["process"])
        with _flips_file(options["csv"]) as flips:
            work = _over_incidents if options["incidents"] else _over_cases
            told, report = work(options, draft, now, stderr, flips)
    except (WrongFile, NoSuchProcess, Unusable, UnreadableLog) as fault:
        stderr.write(str(fault))
        return 2
    _print(told, report, options, stdout)
    return 0


def _over_cases(
    options: dict[str, Any], draft: Draft, now: datetime, stderr: OutputWrapper, flips: FlipsFile | None
) -> tuple[str, Report]:
    try:
        begin = since(options["since"], now) if options["since"] else None
    except ValueError as fault:
        raise Unusable(f"--since: {fault}") from fault
    cases = cases_with_process(begin)
    show = Progress(stderr, cases.count(), "cases")
    report = report_on(pasts(cases, draft, now), draft, now, _each(show, flips))
    created = f" created since {begin:%Y-%m-%d %H:%M} UTC" if begin else ""
    return f"{report.cases:,} case{'s' * (report.cases != 1)}{created}", report


def _over_incidents(
    options: dict[str, Any], draft: Draft, now: datetime, stderr: OutputWrapper, flips: FlipsFile | None
) -> tuple[str, Report]:
    draft = draft_for_incidents(draft)
    incidents, unusable = _incidents(Path(options["incidents"]), options["time_zone"], now)
    show = Progress(stderr, len(incidents), "incidents")
    report = report_on(pasts_of(incidents, draft, now), draft, now, _each(show, flips))
    without = f"; {unusable:,} lines could not be used" if unusable else ""
    return f"{report.cases:,} incidents of {Path(options['incidents']).name}{without}", report


def _incidents(path: Path, zone: str, now: datetime) -> tuple[list[Incident], int]:
    """The incidents of the log, and how many of its lines tell of none."""
    try:
        clock = Clock(ZoneInfo(zone), now)
    except (ZoneInfoNotFoundError, ValueError, OSError) as fault:
        raise Unusable(f"There is no time zone “{zone}”.") from fault
    rows, misshapen = read_log(path)
    incidents, unusable = incidents_of(rows, clock)
    if not incidents:
        raise Unusable(f"{path}: there is no incident in it that can be used.")
    return incidents, sum(len(one.lines) for one in (*misshapen, *unusable))


def _each(show: Progress, flips: FlipsFile | None) -> Any:
    def each(flipped: Sequence[FlippedCase]) -> bool:
        if flips is not None:
            flips.add(flipped)
        show.one_more()
        return True

    return each


@contextmanager
def _flips_file(path: str | None) -> Iterator[FlipsFile | None]:
    if not path:
        yield None
        return
    try:
        file = Path(path).open("w", encoding="utf-8", newline="")
    except OSError as fault:
        raise Unusable(f"{path} cannot be written: {fault.strerror}.") from fault
    with file:
        yield FlipsFile(file)


def _print(told: str, report: Report, options: dict[str, Any], stdout: OutputWrapper) -> None:
    stdout.write(f"{options['file']} over {told}, as of {report.as_of:%Y-%m-%d %H:%M} UTC.\n\n")
    lines = report.lines()
    if lines:
        stdout.write(as_text.table(lines, bool(report.with_record)))
        stdout.write(f"\n{as_text.FORMULA}\n\n")
    if report.with_record:
        for line in as_text.flips(report):
            stdout.write(line)
    elif lines:
        stdout.write("None of them has been imported: there is no record to set beside the draft.")
    else:
        stdout.write("No case has come to a milestone.")
    for line in as_text.left_out(report):
        stdout.write(line)
    if options["csv"]:
        stdout.write(f"All flips are in {options['csv']}.")
