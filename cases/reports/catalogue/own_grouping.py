"""Grouping stops or escalations by what they say themselves, or by what their cases are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from cases.reports.asked import NONE, Asked, Choices
from cases.reports.grouping import GROUPINGS, names_of


@dataclass(frozen=True, slots=True)
class Own:
    """A field of the rows themselves: `nothing` is said of an empty one, `words` instead of its values.

    `is_person` is true where it holds a user's name.
    """

    label: str
    field: str
    nothing: str = ""
    words: Mapping[str, str] | None = None
    is_person: bool = False


@dataclass(frozen=True, slots=True)
class OwnGrouping:
    """By an own field, or by one of these of the case. A hidden option “so” narrows to one own value."""

    own: Mapping[str, Own]
    of_cases: Iterable[str]

    @property
    def choices(self) -> Choices:
        return [
            *((key, one.label) for key, one in self.own.items()),
            *((key, GROUPINGS[key].label) for key in self.of_cases),
        ]

    def label(self, asked: Asked) -> str:
        return dict(self.choices)[asked.options["by"]]

    def field(self, asked: Asked) -> str:
        by = asked.options["by"]
        return self.own[by].field if by in self.own else f"case__{by}"

    def narrowed(self, asked: Asked) -> Q:
        """To the value that “so” names."""
        wanted = asked.options["so"]
        return Q(**{self.field(asked): "" if wanted == NONE else wanted}) if wanted else Q()

    def names(self, asked: Asked, keys: Iterable[Any]) -> Mapping[Any, tuple[str, str]]:
        """What each group is called, and the address that opens it."""
        keys, by = list(keys), asked.options["by"]
        if by not in self.own:
            names = names_of(GROUPINGS[by], keys, asked.known)
            return {key: (names[key].label, asked.address(**{by: names[key].value})) for key in keys}
        own = self.own[by]
        people = {name.value: name.label for name in asked.known.of("owner")} if own.is_person else {}
        words = own.words or people
        return {key: (words.get(key, key) or own.nothing, asked.address(so=key or NONE)) for key in keys}


def text_up_to(longest: int) -> Callable[[str], str]:
    """Reads any text of an address that is no longer; raises ValueError for others."""

    def reading(written: str) -> str:
        if len(written) > longest:
            raise ValueError(f"longer than {longest}")
        return written

    return reading
