"""What the log's words are called at this desk."""

from __future__ import annotations

import re

UNKNOWN = "?"

NEW = "New"
RESOLVED = "Resolved"
CLOSED = "Closed"

STATUS_OF_STATE = {
    "New": NEW,
    "Active": "Working",
    "Awaiting User Info": "Waiting on Customer",
    "Awaiting Problem": "Waiting on Problem",
    "Awaiting Vendor": "Waiting on Vendor",
    "Awaiting Evidence": "Waiting on Evidence",
    "Resolved": RESOLVED,
    "Closed": CLOSED,
}
"""A resolved incident is not closed yet: the caller may still bring it back."""

WAITING = frozenset(name for name in STATUS_OF_STATE.values() if name.startswith("Waiting"))

PRIORITIES = ("Low", "Moderate", "High", "Critical")
"""From the least urgent to the most."""

_NUMBERED = re.compile(r"\d+\s*-\s*(\S.*)")


def known(text: str) -> str:
    """The text without needless spaces; empty where the log says `?`."""
    text = " ".join(text.split())
    return "" if text == UNKNOWN else text


def priority_named(text: str) -> str:
    """“Moderate” of “3 - Moderate”."""
    text = known(text)
    numbered = _NUMBERED.fullmatch(text)
    return numbered.group(1) if numbered else text
