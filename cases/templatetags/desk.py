"""How the desk's templates write instants, spans and people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django import template
from django.contrib.auth.models import User
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString

from cases.queries import words
from cases.views import way_back

register = template.Library()


@register.simple_tag(takes_context=True)
def instant(context: template.Context, at: datetime | None) -> SafeString | str:
    """A `<time>`: short, with the whole of it as a tooltip. Digits and names of days need no escaping."""
    if at is None:
        return ""
    local = timezone.localtime(at)
    whole, short = words.full_instant(local), words.local_instant(local, context["now"])
    return SafeString(f'<time datetime="{at.isoformat()}" title="{whole}">{short}</time>')


@register.filter
def span(length: timedelta | None) -> str:
    return "" if length is None else words.span(length)


@register.filter
def milliseconds(at: datetime) -> str:
    """Since the epoch, as JavaScript counts and reads it."""
    return str(int(at.timestamp() * 1000))


@register.filter
def person(user: User | None) -> str:
    """A user's full name, else the log-in name."""
    return "" if user is None else user.get_full_name() or user.get_username()


@register.filter
def named(username: str, names: Mapping[str, str]) -> str:
    """A full name by the log-in name; who has none is called as it is written."""
    return names.get(username, username)


@register.filter
def attribute(value: float) -> str:
    """A number as SVG and JavaScript read it, whatever the language."""
    return f"{value:g}"


@register.simple_tag
def zone_name() -> str:
    """The time zone that instants are shown in."""
    return timezone.get_current_timezone_name()


@register.simple_tag(takes_context=True)
def with_parameters(context: template.Context, **changes: Any) -> str:
    """The page's own query string with some parameters changed, and without those made empty."""
    query = context["request"].GET.copy()
    query.pop("after", None)
    for name, value in changes.items():
        query.pop(name, None)
        if value not in (None, ""):
            query[name] = value
    return f"?{query.urlencode()}" if query else "?"


@register.simple_tag(takes_context=True)
def without_parameters(context: template.Context, names: Iterable[str]) -> str:
    """The page's own query string without these parameters."""
    query = context["request"].GET.copy()
    for name in ("after", *names):
        query.pop(name, None)
    return f"?{query.urlencode()}" if query else "?show=open"


@register.simple_tag(takes_context=True)
def board_address(context: template.Context) -> str:
    """The board that the viewer came from, if they came from it."""
    request = context.get("request")
    return way_back.board_address(request) if request else ""


@register.simple_tag(takes_context=True)
def list_address(context: template.Context) -> str:
    """The list that the viewer came from, with its filters."""
    request = context.get("request")
    return way_back.list_address(request) if request else reverse("cases:list")
