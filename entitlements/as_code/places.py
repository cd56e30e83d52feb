"""Where something stands in a file, and mistakes that say so."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple


class Place(NamedTuple):
    """A place in a file; line and column count from 1."""

    file: str
    line: int
    column: int


class YamlMapping(dict[str, Any]):
    """Keys with values, as a file has them, and where each key and each value stands."""

    __slots__ = ("key_places", "place", "value_places")

    def __init__(self, place: Place) -> None:
        super().__init__()
        self.place = place
        self.key_places: dict[str, Place] = {}
        self.value_places: dict[str, Place] = {}

    def put(self, key: str, value: Any, key_place: Place, value_place: Place) -> None:
        self[key] = value
        self.key_places[key], self.value_places[key] = key_place, value_place


class YamlList(list[Any]):
    """Entries, as a file has them, and where each stands."""

    __slots__ = ("place", "places")

    def __init__(self, place: Place) -> None:
        super().__init__()
        self.place = place
        self.places: list[Place] = []

    def put(self, value: Any, place: Place) -> None:
        self.append(value)
        self.places.append(place)


@dataclass(frozen=True, order=True)
class Mistake:
    """One thing that is wrong, or as a warning: legal, and yet dead or surprising.

    `advice` is what to write instead, `in_setup` the same for who looks at a page rather than at a file.
    """

    place: Place
    what: str
    is_warning: bool = False
    advice: str = ""
    in_setup: str = ""

    @property
    def message(self) -> str:
        return f"{self.what}; {self.advice}" if self.advice else self.what

    def __str__(self) -> str:
        kind = "warning: " if self.is_warning else ""
        return f"{self.place.file}:{self.place.line}: {kind}{self.message}"


class Unreadable(Exception):
    """A file that cannot be used at all; the one mistake says why."""

    def __init__(self, place: Place, message: str) -> None:
        super().__init__(f"{place.file}:{place.line}: {message}")
        self.mistake = Mistake(place, message)


def place_within(value: Any, parts: Iterable[str | int], start: Place) -> Place:
    """The place of what the keys lead to, as far as they lead; of a key rather than of its value."""
    place = start
    for part in parts:
        if isinstance(value, YamlMapping) and part in value:
            name = str(part)
            value, place = value[name], value.key_places[name]
        elif isinstance(value, YamlList) and isinstance(part, int) and part < len(value):
            value, place = value[part], value.places[part]
        else:
            break
    return place
