"""Texts that people give: what every database can keep, and no longer than there is room for."""

from __future__ import annotations

import math

from cases.engine.evaluate import Refused
from cases.models import Case, Stop
from entitlements.models import Queue

LONGEST_BODY = 100_000
LONGEST_REASON = Stop._meta.get_field("reason").max_length or 0
LONGEST_OF_FIELD = {
    "subject": Case._meta.get_field("subject").max_length or 0,
    "type": Case._meta.get_field("type").max_length or 0,
    "origin": Case._meta.get_field("origin").max_length or 0,
    **dict.fromkeys(("status", "stage", "priority", "queue", "owner"), 150),
}


def check_text(name: str, text: object, longest: int) -> None:
    """Raises Refused for one that is no text, too long, or has characters that cannot be kept."""
    if not isinstance(text, str):
        raise Refused(f"The {name} is a text, not {text!r}.")
    if len(text) > longest:
        raise Refused(f"The {name} has at most {longest:,} characters; this one has {len(text):,}.")
    if "\x00" in text or any("\ud800" <= character <= "\udfff" for character in text):
        raise Refused(f"The {name} contains characters that cannot be kept.")


def check_custom(name: str, value: object) -> None:
    """A value of a custom field, whatever its type. Raises Refused for one that JSON cannot keep."""
    if isinstance(value, str):
        check_text(name, value, LONGEST_BODY)
    if isinstance(value, float) and not math.isfinite(value):
        raise Refused(f"The {name} is not a number.")


def check_queue(name: str | None) -> None:
    """Raises Refused for a queue that does not exist."""
    if name and not Queue.objects.filter(pk=name).exists():
        raise Refused(f"There is no queue “{name}”.")
