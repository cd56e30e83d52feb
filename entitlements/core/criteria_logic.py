"""How numbered conditions are joined: "1 AND (2 OR 3)", as administrators write it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

DEEPEST = 20
LONGEST = 300


class LogicError(ValueError):
    """The text does not say how the conditions are joined. `str()` is fit for a form."""


@dataclass(frozen=True, slots=True)
class Ref:
    """One condition by its number, counted from 1."""

    number: int


@dataclass(frozen=True, slots=True)
class Not:
    part: Part


@dataclass(frozen=True, slots=True)
class Every:
    """All of the parts hold."""

    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Some:
    """At least one of the parts holds."""

    parts: tuple[Part, ...]


Part = Ref | Not | Every | Some


def numbers_in(part: Part) -> Iterator[int]:
    """The numbers of the conditions, in the order in which they are mentioned."""
    if isinstance(part, Ref):
        yield part.number
    elif isinstance(part, Not):
        yield from numbers_in(part.part)
    else:
        for one in part.parts:
            yield from numbers_in(one)


def joined(kind: type[Every] | type[Some], parts: list[Part]) -> Part:
    """The parts as one, each once; groups of the same kind are let in, a single part stays what it is."""
    flat: list[Part] = []
    for part in parts:
        within = part.parts if isinstance(part, kind) else (part,)
        flat += [one for one in within if one not in flat]
    return flat[0] if len(flat) == 1 else kind(tuple(flat))


def said(part: Part) -> str:
    """The other way round of `read_logic`."""
    if isinstance(part, Ref):
        return str(part.number)
    if isinstance(part, Not):
        return f"NOT {_within(part.part)}"
    word = " AND " if isinstance(part, Every) else " OR "
    return word.join(_within(one) for one in part.parts)


def _within(part: Part) -> str:
    return f"({said(part)})" if isinstance(part, Every | Some) else said(part)


def read_logic(text: str, count: int) -> Part:
    """Read "1 AND (2 OR 3)" about `count` conditions. Raises LogicError, also when one is left out."""
    if len(text) > LONGEST:
        raise LogicError(f"This is longer than {LONGEST} characters.")
    reader = _Reader(text)
    part = reader.group(0)
    if reader.word:
        raise LogicError(f"“{reader.word}” stands where AND or OR is expected.")
    used = set(numbers_in(part))
    unknown = sorted(used - set(range(1, count + 1)))
    if unknown:
        raise LogicError(f"There is no condition {unknown[0]}: they are numbered from 1 to {count}.")
    left_out = sorted(set(range(1, count + 1)) - used)
    if left_out:
        raise LogicError(f"Condition {left_out[0]} is not mentioned: use it or remove it.")
    return part


_WORDS = re.compile(r"\s*(\d{1,9}|[A-Za-z]+|[()]|\S)")


class _Reader:
    """Takes word after word; `word` is the next one, empty at the end."""

    def __init__(self, text: str) -> None:
        self._words = _WORDS.findall(text)
        self._place = 0

    @property
    def word(self) -> str:
        return self._words[self._place].upper() if self._place < len(self._words) else ""

    def take(self) -> str:
        word = self.word
        self._place += 1
        return word

    def group(self, depth: int) -> Part:
        parts, between = [self.one(depth)], set()
        while self.word in ("AND", "OR"):
            between.add(self.take())
            parts.append(self.one(depth))
        if len(between) > 1:
            raise LogicError("AND and OR side by side: say with brackets what belongs together.")
        return joined(Some if between == {"OR"} else Every, parts)

    def one(self, depth: int) -> Part:
        if depth > DEEPEST:
            raise LogicError("This is nested too deeply.")
        word = self.take()
        if word.isdecimal():
            return Ref(int(word))
        if word == "NOT":
            part = self.one(depth + 1)
            return part.part if isinstance(part, Not) else Not(part)
        if word != "(":
            raise LogicError(
                f"“{word}” stands where the number of a condition is expected."
                if word
                else "Write the numbers of the conditions, such as 1 AND (2 OR 3)."
            )
        part = self.group(depth + 1)
        if self.take() != ")":
            raise LogicError("A bracket is not closed.")
        return part
