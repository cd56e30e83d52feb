"""Incidents: the events of each in their order, and the rows that contradict them."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass

from cases.incidents.log_event import Clock, LogEvent, UnusableRow, event_of
from cases.incidents.log_file import Rejected, Row

TOO_EARLY = "sys_updated_at is earlier than opened_at, and it is not the first event"
OUT_OF_ORDER = "out of order: its sys_mod_count and its time contradict the incident's other events"
NO_BEGINNING = "its first event (sys_mod_count 0) is missing, so the incident is left out"


@dataclass(frozen=True, slots=True)
class Incident:
    """`events` are in order of time, the first is the one with which the incident begins."""

    number: str
    events: tuple[LogEvent, ...]

    @property
    def first(self) -> LogEvent:
        return self.events[0]

    @property
    def lines(self) -> tuple[int, ...]:
        return lines_of(self.events)


def lines_of(events: Iterable[LogEvent]) -> tuple[int, ...]:
    return tuple(line for event in events for line in event.lines)


def incidents_of(rows: Iterable[Row], clock: Clock) -> tuple[list[Incident], list[Rejected]]:
    """The incidents in order of their opening, and what cannot be used."""
    rejected: list[Rejected] = []
    events: dict[str, list[LogEvent]] = {}
    for row in rows:
        try:
            event = event_of(row, clock)
        except UnusableRow as fault:
            named = row.values["number"].strip()
            rejected.append(Rejected(row.lines, f"{named}: {fault}" if named else str(fault)))
        else:
            events.setdefault(event.number, []).append(event)
    found = [_incident(number, own, rejected) for number, own in events.items()]
    incidents = [incident for incident in found if incident is not None]
    return sorted(incidents, key=lambda one: (one.first.opened_at, one.first.lines)), rejected


def _incident(number: str, events: list[LogEvent], rejected: list[Rejected]) -> Incident | None:
    """None, and listed, when it lacks its first event: nobody knows what its clocks did until the second."""
    kept = in_order(event for event in events if not is_too_early(event))
    usable = frozenset(kept)
    for event in events:
        if event not in usable:
            why = TOO_EARLY if is_too_early(event) else OUT_OF_ORDER
            rejected.append(Rejected(event.lines, f"{number}: {why}"))
    if kept and kept[0].count == 0:
        return Incident(number, tuple(kept))
    if kept:
        rejected.append(Rejected(lines_of(kept), f"{number}: {NO_BEGINNING}"))
    return None


def is_too_early(event: LogEvent) -> bool:
    """The first event may tell of a time before the opening: what it says holds from the opening on."""
    return event.count > 0 and event.at < event.opened_at


def in_order(events: Iterable[LogEvent]) -> list[LogEvent]:
    """The most events that agree on their order: the longest run in which both time and count grow.

    Of several with one count the earliest stays.
    """
    by_time = sorted(events, key=lambda event: (event.at, event.count, event.lines))
    counts: list[int] = []
    places: list[int] = []
    before: list[int] = []
    for place, event in enumerate(by_time):
        length = bisect_left(counts, event.count)
        before.append(places[length - 1] if length else -1)
        if event.count not in counts[length : length + 1]:
            counts[length : length + 1] = [event.count]
            places[length : length + 1] = [place]
    kept = []
    place = places[-1] if places else -1
    while place >= 0:
        kept.append(by_time[place])
        place = before[place]
    return kept[::-1]
