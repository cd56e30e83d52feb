"""Choices of a field."""

from __future__ import annotations

from collections.abc import Iterable

from cases.queries.people import Choices


def same(names: Iterable[str]) -> Choices:
    """Names that are their own labels."""
    return [(name, name) for name in names]


def or_none(choices: Choices) -> Choices:
    return [("", "—"), *choices]
