"""A subset of Markdown → safe HTML: emphasis, code, lists, links, quotes. No images, no HTML, no headings.

A line break is a line break, as people who write mails expect, and indented text is no code.
"""

from __future__ import annotations

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

from cases.rich_text.clean import clean_html
from cases.rich_text.quoted import Part, parts_of

DEEPEST = 4
"""So many quotes within quotes are shown as such."""

_LEFT_OUT = ["html_block", "html_inline", "image", "code", "heading", "lheading", "reference"]
_MARKDOWN = (
    MarkdownIt("commonmark", {"html": False, "breaks": True, "linkify": True, "maxNesting": 20})
    .enable(["linkify", "strikethrough"])
    .disable(_LEFT_OUT)
)


def text_as_html(text: str) -> SafeString:
    """What somebody typed, as HTML; quoted mail is folded away."""
    return _as_html(text.replace("\r\n", "\n").replace("\r", "\n"), DEEPEST)


def _as_html(text: str, depth: int) -> SafeString:
    if not depth:
        return _plain(text)
    pieces = [_quote(part, depth) if part.is_quote else _plain(part.text) for part in parts_of(text)]
    return mark_safe("".join(pieces))  # each is safe by itself


def _plain(text: str) -> SafeString:
    return mark_safe(clean_html(_MARKDOWN.render(text)))  # cleaned


def _quote(part: Part, depth: int) -> SafeString:
    quote = format_html("<blockquote>{}</blockquote>", _as_html(part.text, depth - 1))
    return folded(quote, part.introduced) if part.is_folded else quote


def folded(quote: str, introduced: str) -> SafeString:
    """A `<details>` around what is quoted. `quote` is safe HTML, `introduced` a text."""
    return format_html(
        '<details class="quoted"><summary>{}</summary>{}</details>',
        introduced or "Quoted text",
        mark_safe(quote),  # cleaned by whoever calls
    )
