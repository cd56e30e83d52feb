"""manage.py import_incidents: a ServiceNow event log, replayed through the engine."""

from __future__ import annotations

from argparse import BooleanOptionalAction
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from cases.engine.evaluate import Refused
from cases.incidents.compliance import FORMULA, as_table, compliance
from cases.incidents.configuration import (
    CannotConfigure,
    Ground,
    add_assigned_to,
    add_entitlement,
    add_priorities,
    add_queues,
    add_statuses,
    allow_pausing,
)
from cases.incidents.incident import Incident, incidents_of
from cases.incidents.load import Imported, import_incidents
from cases.incidents.log_event import Clock
from cases.incidents.log_file import Rejected, UnreadableLog, read_log
from cases.incidents.process import ATTRIBUTION, published_process


class Command(BaseCommand):
    help = (
        "Reads a ServiceNow incident event log (CSV, one row an update, day-first local times) and replays "
        "each incident through the engine with its own times. What is there already is left alone."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE", type=Path)
        parser.add_argument(
            "--time-zone",
            default="UTC",
            metavar="ZONE",
            help="The log's (default: UTC).",
        )
        parser.add_argument(
            "--allow-pausing",
            action=BooleanOptionalAction,
            default=None,
            help="Turn “Allow pausing” on for the desk, or import without stops where it is off.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        incidents = self._read(options["file"], Clock(_zone(options["time_zone"]), now))
        try:
            with transaction.atomic():
                ground, stops = _prepared(incidents, options["allow_pausing"], now)
            imported = import_incidents(incidents, ground, now, self._progress(len(incidents)))
        except (CannotConfigure, Refused) as fault:
            raise CommandError(str(fault)) from fault
        self._report(imported, stops, now)

    def _read(self, path: Path, clock: Clock) -> list[Incident]:
        try:
            rows, misshapen = read_log(path)
        except UnreadableLog as fault:
            raise CommandError(str(fault)) from fault
        incidents, unusable = incidents_of(rows, clock)
        events = sum(len(incident.events) for incident in incidents)
        self.stdout.write(
            f"{path.name}: {events:,} events of {len(incidents):,} incidents, times in {clock.zone}."
        )
        self._list([*misshapen, *unusable])
        if not incidents:
            raise CommandError("There is no incident in it that can be used. Nothing has been changed.")
        return incidents

    def _list(self, rejected: Sequence[Rejected]) -> None:
        if rejected:
            count = sum(len(one.lines) for one in rejected)
            self.stdout.write(f"Not used: {count:,} {'line' if count == 1 else 'lines'}.")
        for one in sorted(rejected, key=lambda one: one.lines):
            self.stdout.write(f"  {one}")

    def _progress(self, total: int) -> Any:
        """Tells a terminal how far it is; a file or a pipe would only be littered."""

        def show(done: int) -> None:
            if self.stderr.isatty():
                ending = "\n" if done == total else ""
                told = f"\rReplayed {done:,} of {total:,} incidents"
                self.stderr.write(told, style_func=str, ending=ending)

        return show

    def _report(self, imported: Imported, stops: bool, now: datetime) -> None:
        there = f"; {imported.there:,} were here already" if imported.there else ""
        added = f"{imported.added:,} incident{'s' * (imported.added != 1)}"
        self.stdout.write(f"Imported {added}{there}.")
        if not stops:
            self.stdout.write("Pausing is not allowed at this desk: no status has stopped a clock.")
        self.stdout.write("\nHow the promises to all imported incidents were kept:\n\n")
        self.stdout.write(as_table(compliance(now)))
        self.stdout.write(f"\n{FORMULA}\n\n{ATTRIBUTION}")


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as fault:
        raise CommandError(f"There is no time zone “{name}”.") from fault


def _prepared(incidents: Sequence[Incident], pausing: bool | None, now: datetime) -> tuple[Ground, bool]:
    """The desk with everything that the incidents need, and whether statuses stop the clock."""
    stops = allow_pausing(pausing)
    add_statuses()
    add_priorities(event.priority for incident in incidents for event in incident.events)
    add_queues(event.queue for incident in incidents for event in incident.events)
    add_assigned_to()
    version = published_process(now)
    entitlement = add_entitlement(version.process, min(one.first.opened_at for one in incidents).date())
    return Ground(entitlement.account, entitlement, version), stops
