"""Folds the quotes in the HTML of a mail."""

from __future__ import annotations

import re
from html import unescape

from django.utils.safestring import SafeString, mark_safe

from cases.rich_text.clean import clean_html
from cases.rich_text.markdown import folded
from cases.rich_text.quoted import is_attribution

LONGEST_LINE = 1200
"""So much HTML before a quote is looked at for the line that introduces it."""

_QUOTE = re.compile(r"<(/?)blockquote>")
_TAG = re.compile(r"<[^>]*>")
_TAGS_AT_THE_END = re.compile(r"(?:\s|<[^<>]*>)*\Z")
_BREAK = re.compile(r"<(?:br|p|div)>")


def fold_quotes(html: str, with_images: bool = False) -> SafeString:
    """A mail's HTML, cleaned, with each outermost `<blockquote>` in a `<details>`."""
    clean = clean_html(html, with_images)
    pieces: list[str] = []
    depth = start = 0
    for mark in _QUOTE.finditer(clean):
        depth += -1 if mark[1] else 1
        if depth == 1 and not mark[1]:
            pieces.append(clean[start : mark.start()])
            start = mark.start()
        elif depth == 0:
            pieces[-1], introduced = _without_attribution(pieces[-1])
            pieces.append(folded(clean[start : mark.end()], introduced))
            start = mark.end()
    pieces.append(clean[start:])
    return mark_safe("".join(pieces))  # cleaned above


def _without_attribution(before: str) -> tuple[str, str]:
    """The HTML before a quote without its last line, where that says who is quoted; its tags stay."""
    near = before[-LONGEST_LINE:]
    ends = _TAGS_AT_THE_END.search(near)
    text = near[: ends.start()] if ends else near
    begins = max((mark.end() for mark in _BREAK.finditer(text)), default=0)
    said = " ".join(unescape(_TAG.sub("", text[begins:])).split())
    if not is_attribution(said):
        return before, ""
    tags = "".join(_TAG.findall(near[begins:]))
    return before[: len(before) - len(near) + begins] + tags, said.rstrip(" :")
