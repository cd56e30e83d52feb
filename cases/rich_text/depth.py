"""HTML nested so deep that cleaning it would take minutes: that work grows with the depth's square."""

from __future__ import annotations

import re
from collections import Counter

DEEPEST = 1_000
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9-]{0,30})")
_CLOSE_THEMSELVES = frozenset("area base br col hr img input link meta p li td th tr dt dd option".split())


def is_too_deep(html: str) -> bool:
    """By counting what is opened and not closed again. People's mail stays far below."""
    open_tags: Counter[str] = Counter()
    depth = 0
    for closing, name in _TAG.findall(html):
        tag = name.lower()
        if tag in _CLOSE_THEMSELVES:
            continue
        if not closing:
            open_tags[tag] += 1
            depth += 1
        elif open_tags[tag]:
            open_tags[tag] -= 1
            depth -= 1
        if depth > DEEPEST:
            return True
    return False
