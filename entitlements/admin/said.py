"""What is said about a thing that is only read."""

from collections.abc import Mapping

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString


def described(words: Mapping[str, str]) -> SafeString:
    """A list of what it is about and the words for it, all escaped."""
    entries = format_html_join("", "<dt>{}</dt><dd>{}</dd>", words.items())
    return format_html('<dl class="said">{}</dl>', entries)
