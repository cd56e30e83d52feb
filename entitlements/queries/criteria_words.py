"""Criteria in plain words: "Priority equals High and (Stage is empty or Closed is no)"."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from entitlements.core.criteria import TO_FIELDS, WITHOUT_VALUE, Condition, Criteria
from entitlements.core.criteria_logic import Every, Not, Part, Ref, Some
from entitlements.core.criteria_reading import read_criteria
from entitlements.queries.case_fields import Fields, operator_words


def expression_words(text: str, fields: Fields) -> str:
    """An expression in words, where it can be shown as rows; else as it is written."""
    criteria = read_criteria(text, {name: field.type for name, field in fields.items()})
    return criteria_words(criteria, fields) if criteria and criteria.conditions else text


def criteria_words(criteria: Criteria, fields: Fields) -> str:
    """Instants are told in the current time zone."""
    return _words(criteria.logic, [_condition(one, fields) for one in criteria.conditions])


def _words(part: Part, said: list[str]) -> str:
    if isinstance(part, Ref):
        return said[part.number - 1]
    if isinstance(part, Not):
        return f"not ({_words(part.part, said)})"
    word = " and " if isinstance(part, Every) else " or "
    return word.join(
        f"({_words(one, said)})" if isinstance(one, Every | Some) else _words(one, said) for one in part.parts
    )


def _condition(one: Condition, fields: Fields) -> str:
    field = fields[one.field]
    words = f"{field.label} {operator_words(one.operator, field.type)}"
    if one.operator in WITHOUT_VALUE:
        return words
    if one.operator in TO_FIELDS:
        return f"{words} {fields[str(one.value)].label}"
    return f"{words} {value_words(one.value)}"


def value_words(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    if isinstance(value, datetime):
        return f"{timezone.localtime(value):%d %b %Y %H:%M}"
    return str(value)
