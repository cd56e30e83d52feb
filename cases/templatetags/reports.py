"""How reports write what was asked of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import template

from cases.reports.asked import FILTERS, NONE, Asked, Choices, Filter, Option
from cases.reports.basis import BASES
from cases.reports.report import Report
from cases.reports.results import WORDS, Result

register = template.Library()


@register.filter
def item(values: Sequence[Any], index: int) -> Any:
    return values[index]


@register.filter
def basis_words(asked: Asked) -> str:
    return BASES[asked.basis].lower()


@register.filter
def result_word(result: str) -> str:
    return WORDS[Result(result)]


@register.filter
def chosen(asked: Asked, option: Option) -> str:
    return asked.options[option.name]


@register.filter
def filter_choices(asked: Asked, filters: Sequence[Filter]) -> list[tuple[Filter, Choices, Sequence[str]]]:
    """Each filter with its values and those chosen. Of versions it offers those that a number has named."""
    found: list[tuple[Filter, Choices, Sequence[str]]] = []
    for one in filters:
        picked = asked.filters.get(one.name, ())
        values = [(name.value, name.label) for name in asked.known.of(one.name)]
        if one.name == "version":
            values = [(value, label) for value, label in values if value in picked]
        if one.nothing and values:
            values = [(NONE, one.nothing), *values]
        found.append((one, values, picked))
    return found


@register.filter
def narrowed_to(asked: Asked) -> list[tuple[str, list[str]]]:
    """What the filters say, in words."""
    return [
        (one.label, [_label(asked, one, value) for value in asked.filters[one.name]])
        for one in FILTERS
        if one.name in asked.filters
    ]


@register.filter
def hidden_options(asked: Asked, report: Report) -> list[tuple[str, str]]:
    """What a number that was opened asks beside the report's own fields, in words."""
    hidden = [option for option in report.options if option.is_hidden and asked.options[option.name]]
    return [(option.label, option.told(asked.options[option.name])) for option in hidden]


@register.filter
def address_of_report(asked: Asked, report: Report) -> str:
    """The report itself, without what only a number asks."""
    hidden = {option.name: "" for option in report.options if option.is_hidden}
    return asked.address(result="", **hidden)


def _label(asked: Asked, one: Filter, value: str) -> str:
    if value == NONE:
        return one.nothing
    return next((name.label for name in asked.known.of(one.name) if name.value == value), value)
