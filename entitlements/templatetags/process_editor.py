"""How the pages of the process editor write numbers."""

from __future__ import annotations

from django import template

register = template.Library()


@register.filter
def grouped(number: int) -> str:
    """1,204"""
    return f"{number:,}"
