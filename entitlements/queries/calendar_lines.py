"""The lines of a calendar file (.ics, RFC 5545) that tell of holidays. All else is dropped before anything
is worked out, so that a hostile file costs no more than the reading of its lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

READ = {"SUMMARY", "DTSTART", "DTEND", "DURATION", "RRULE", "STATUS"}
NOTED = {"RDATE", "EXDATE", "EXRULE", "RECURRENCE-ID"}
LONGEST_LINE = 1_000

_NAME = re.compile(r"[A-Za-z-]+")


@dataclass
class EventLines:
    """`lines` are those of the properties that are read, `has` the names of all that matter."""

    lines: list[str] = field(default_factory=list)
    has: set[str] = field(default_factory=set)
    too_long: str = ""
    twice: str = ""

    def take(self, line: str) -> None:
        match = _NAME.match(line)
        name = match[0].upper() if match else ""
        if name not in READ | NOTED:
            return
        if name in READ and name in self.has:
            self.twice = name
        elif name in READ and len(line) > LONGEST_LINE:
            if name == "SUMMARY":
                self.lines.append(line[:LONGEST_LINE])
            else:
                self.too_long = name
        elif name in READ:
            self.lines.append(line)
        self.has.add(name)

    @property
    def text(self) -> str:
        return "\r\n".join(["BEGIN:VEVENT", *self.lines, "END:VEVENT", ""])


def event_lines(text: str) -> Iterator[EventLines]:
    """Each VEVENT, without what is nested in it. One that is not ended is none."""
    event, nested = None, 0
    for line in re.sub(r"(\r\n|\r|\n)[ \t]", "", text).splitlines():
        word = line.strip().upper()
        if event is None:
            event, nested = (EventLines(), 0) if word == "BEGIN:VEVENT" else (None, 0)
        elif word.startswith("BEGIN:"):
            nested += 1
        elif word.startswith("END:") and nested:
            nested -= 1
        elif word == "END:VEVENT":
            yield event
            event = None
        elif not nested:
            event.take(line)
