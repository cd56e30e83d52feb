"""How templates show what people wrote."""

from __future__ import annotations

from django import template
from django.utils.safestring import SafeString

from cases.rich_text import fold_quotes, text_as_html

register = template.Library()


@register.filter
def written(text: str) -> SafeString:
    """A text in our Markdown, as safe HTML with quoted mail folded."""
    return text_as_html(text)


@register.filter
def mailed(html: str) -> SafeString:
    """The HTML of a mail, cleaned once more, with quoted mail folded."""
    return fold_quotes(html)
