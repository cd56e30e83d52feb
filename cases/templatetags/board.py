"""How the board's numbers open their lists."""

from __future__ import annotations

from typing import Any

from django import template
from django.http import QueryDict
from django.urls import reverse

register = template.Library()

NOT_OF_THE_LIST = ("wall", "show", "sort", "after", "view")
NOT_BY_MILESTONE = ("stopped-long", "answered", "unwatched")
"""What these lists hold has nothing to do with the target of a milestone."""


@register.simple_tag(takes_context=True)
def list_of(context: template.Context, show: str, **more: Any) -> str:
    """The list of these cases, narrowed as the page is, and further by what is given."""
    query = QueryDict(mutable=True)
    query["show"] = show
    for name, values in context["request"].GET.lists():
        if name not in NOT_OF_THE_LIST and not (name == "milestone" and show in NOT_BY_MILESTONE):
            query.setlist(name, values)
    for name, value in more.items():
        query[name] = value
    return f"{reverse('cases:list')}?{query.urlencode()}"
