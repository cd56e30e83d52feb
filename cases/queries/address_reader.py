"""Values out of an address: what it gets wrong is told and left out."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from django.http import QueryDict

Value = TypeVar("Value")


class AddressReader:
    """Takes values out of an address, and notes what cannot be taken."""

    def __init__(self, query: QueryDict) -> None:
        self._query, self.problems = query, list[str]()

    def text(self, name: str) -> str:
        return self._query.get(name, "").replace("\x00", "").strip()

    def one(self, name: str, known: Iterable[str], what: str, default: str = "") -> str:
        value = self.text(name)
        if not value or value in known:
            return value or default
        return self.refuse(value, what, default)

    def several(self, name: str, known: Iterable[str], what: str) -> tuple[str, ...]:
        given = dict.fromkeys(value.replace("\x00", "") for value in self._query.getlist(name))
        for value in given:
            if value and value not in known:
                self.refuse(value, what, "")
        return tuple(value for value in given if value in known)

    def read(self, name: str, reading: Callable[[str], Value], what: str) -> Value | None:
        value = self.text(name)
        try:
            return reading(value) if value else None
        except (ValueError, OverflowError):
            self.refuse(value, what, "")
            return None

    def refuse(self, value: str, what: str, instead: str) -> str:
        told = value if len(value) <= 40 else f"{value[:40]}…"
        self.problems.append(f"“{told}” is not {what}.")
        return instead
