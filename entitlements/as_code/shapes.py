"""What values may stand in a file: said once, for the check of files and for the published JSON Schema.

Here are the parts of every shape; the values themselves are in `value_shapes`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from entitlements.core.expressions import CustomFields


@dataclass(frozen=True)
class Known:
    """What a file defines: names by section, and its custom fields.

    A section that is not among `names` may be defined elsewhere: every name of it is accepted.
    """

    names: Mapping[str, frozenset[str]] = field(default_factory=dict)
    custom: CustomFields = ()


@dataclass(frozen=True)
class Shape:
    """One kind of value. `wanted` says it in words."""

    @property
    def wanted(self) -> str:
        raise NotImplementedError

    def takes(self, value: Any) -> bool:
        """Whether the value is of the right type, be its content right or not."""
        raise NotImplementedError

    def problem(self, value: Any, known: Known) -> str:
        """What is wrong with the content of a value of the right type; empty when nothing is."""
        return ""


@dataclass(frozen=True)
class Anything(Shape):
    wanted = "a value"

    def takes(self, value: Any) -> bool:
        return True


@dataclass(frozen=True)
class Nothing(Shape):
    wanted = "nothing"

    def takes(self, value: Any) -> bool:
        return value is None


@dataclass(frozen=True)
class Entries(Shape):
    """A list."""

    of: Shape
    wanted = "a list"

    def takes(self, value: Any) -> bool:
        return isinstance(value, list)


@dataclass(frozen=True)
class Key:
    """A key of a mapping: what it holds and, for editors, what it is for."""

    shape: Shape
    about: str = ""
    needed: bool = False


@dataclass(frozen=True)
class Keys(Shape):
    """A mapping with known keys. `name` is what the JSON Schema calls it."""

    name: str
    keys: Mapping[str, Key] = field(hash=False)

    @property
    def wanted(self) -> str:
        return f"keys with values ({', '.join(list(self.keys)[:3])} …)"

    def takes(self, value: Any) -> bool:
        return isinstance(value, dict)


@dataclass(frozen=True)
class Named(Shape):
    """A mapping with keys of the writer's own."""

    of: Shape
    wanted = "keys with values"

    def takes(self, value: Any) -> bool:
        return isinstance(value, dict)


@dataclass(frozen=True)
class Either(Shape):
    """The first shape that takes the value counts."""

    shapes: tuple[Shape, ...]

    @property
    def wanted(self) -> str:
        return ", or ".join(shape.wanted for shape in self.shapes)

    def takes(self, value: Any) -> bool:
        return any(shape.takes(value) for shape in self.shapes)

    def chosen(self, value: Any) -> Shape:
        return next(shape for shape in self.shapes if shape.takes(value))
