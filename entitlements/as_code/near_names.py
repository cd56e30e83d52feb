"""Names that somebody may have meant."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


def nearest(name: str, known: Iterable[str]) -> str:
    """The known name that somebody may have meant; empty when none is near."""
    lower, written = {one.lower(): one for one in known}, name.lower()
    found = difflib.get_close_matches(written, lower, n=1, cutoff=0.7)
    within = [one for one in lower if len(written) > 3 and written in one]
    return lower[found[0]] if found else lower[within[0]] if len(within) == 1 else ""


def not_among(message: str, name: str, known: list[str]) -> str:
    """The message, with the known name that is nearest, else with those that there are."""
    near = nearest(name, known)
    if near:
        return f"{message}; did you mean “{near}”?"
    there = ", ".join(sorted(known)[:12])
    return f"{message}; there are: {there}" if there else f"{message}; there are none"
