"""Texts and defaults in the one way of writing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

# A file cannot hold them, and nobody would see them.
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")


def kept(**values: Any) -> dict[str, Any]:
    """Only what says something: neither nothing, nor false, nor empty."""
    return {name: value for name, value in values.items() if value or value == 0 and value is not False}


def activity(given: Mapping[str, Any]) -> dict[str, Any]:
    """Only where it is inactive."""
    return {} if given.get("active", True) else {"active": False}


def text(given: Any) -> str:
    """A text as it is kept. Browsers end lines in their own way."""
    return "" if given is None else _UNSEEN.sub("", str(given).replace("\r\n", "\n"))


def expression(given: Any) -> str:
    """YAML may have read `true` and `false` as such."""
    return str(given).lower() if isinstance(given, bool) else text(given).strip()


def percent(given: Any) -> int | float | None:
    """Whole ones without a point: 95, 99.5."""
    if given is None:
        return None
    return int(given) if given == int(given) else float(given)
