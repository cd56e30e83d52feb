"""How “Why this time?” writes instants and spans: exactly, in the calendar's zone."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django import template
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

from entitlements.core import explained
from entitlements.core.explain import Explanation

register = template.Library()

_FRACTION = re.compile(r"\.\d+")
_UNIT = re.compile(r" (?=[hms])")


@register.simple_tag
def exact_moment(at: datetime, explanation: Explanation) -> SafeString:
    """A `<time>` to the microsecond."""
    told = _with_quiet_fraction(explained.exact_moment(at, explanation))
    return format_html('<time datetime="{}">{}</time>', at.isoformat(), told)


@register.simple_tag
def exact_period(start: datetime, end: datetime, explanation: Explanation) -> SafeString:
    """Two of them; within one day the second is the time alone."""
    until = _with_quiet_fraction(explained.exact_end(start, end, explanation))
    first = exact_moment(start, explanation)
    return format_html('{} – <time datetime="{}">{}</time>', first, end.isoformat(), until)


@register.simple_tag
def inputs(given: Mapping[str, Any], explanation: Explanation) -> str:
    """“, where case.priority is “High””."""
    return explained.inputs_in_words(given, explanation)


@register.filter
def exactly(length: timedelta) -> SafeString:
    """A span to the microsecond. It breaks between its units, never before one."""
    return _with_quiet_fraction(_UNIT.sub("\u00a0", explained.exactly(length)))


def _with_quiet_fraction(text: str) -> SafeString:
    """Fractions of a second are there for the sum, and small."""
    return mark_safe(_FRACTION.sub(lambda found: f'<span class="fraction">{found[0]}</span>', escape(text)))
