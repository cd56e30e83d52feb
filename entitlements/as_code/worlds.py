"""What can be said of criteria without a case: by trying every value of the few fields that they mention."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import Any

from entitlements.as_code.contents import inner, statuses_of, texts
from entitlements.as_code.places import YamlMapping
from entitlements.core.definition import Status
from entitlements.core.expressions import (
    CustomFields,
    EvaluationError,
    Expression,
    ExpressionError,
    Kind,
    Names,
    Scope,
    compile_expression,
    missing_values,
)

MOST_WORLDS = 3000
_STRING = re.compile(r""""(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'""")
_NAME = re.compile(r"\b(?:case|account|contact|entitlement|product|milestone)\.[a-z0-9_.]*[a-z0-9_]")
_FLAGS = ("case.is_stopped", "case.is_escalated", "case.awaiting_reply")

World = Mapping[str, Any]


@dataclass(frozen=True)
class Worlds:
    """The values that fields of a case may have by the settings of a configuration."""

    statuses: tuple[Status, ...]
    stages: tuple[str, ...]
    priorities: tuple[str, ...]
    custom: CustomFields = ()

    @cached_property
    def _domains(self) -> dict[str, tuple[World, ...]]:
        """The values of each field that can be tried; closed is what a closed status says."""
        status: tuple[World, ...] = tuple(
            {"case.status": one.name, "case.is_closed": one.closed} for one in self.statuses
        )
        named = {"case.stage": self.stages, "case.priority": self.priorities}
        return (
            {"case.status": status, "case.is_closed": status}
            | {name: tuple({name: one} for one in values) for name, values in named.items() if values}
            | {name: ({name: False}, {name: True}) for name in _FLAGS}
        )

    def of(self, *criteria: Expression) -> list[World] | None:
        """Every case as far as these criteria see it; None when they see what cannot be tried."""
        mentioned = set[str]().union(*(names_in(one) for one in criteria))
        if not mentioned <= self._domains.keys():
            return None
        # A status brings its case.is_closed: one domain, however it is asked for.
        domains = {id(domain): domain for domain in map(self._domains.__getitem__, sorted(mentioned))}
        count = 1
        for domain in domains.values():
            count *= len(domain)
        return list(_combined(domains.values())) if count <= MOST_WORLDS else None

    def holds(self, criteria: Expression, world: World) -> bool:
        try:
            return bool(criteria.value(Names({**missing_values(), **world}, self.custom)))
        except EvaluationError:
            return False

    def where(self, criteria: Expression, *others: Expression) -> list[World] | None:
        """The cases, as far as all of these see them, on which the first holds; None as above."""
        found = self.of(criteria, *others)
        return None if found is None else [world for world in found if self.holds(criteria, world)]

    def holds_always(self, criteria: Expression) -> bool:
        """Whether criteria surely hold on every case."""
        found = self.of(criteria)
        return bool(found) and all(self.holds(criteria, world) for world in found or ())

    def implies(self, criteria: Expression, other: Expression) -> bool:
        """Whether the other one surely holds whenever these criteria do."""
        if plain(other.text) in conjuncts(criteria.text):
            return True
        where = self.where(criteria, other)
        return bool(where) and all(self.holds(other, world) for world in where or ())


def worlds_of(config: YamlMapping, custom: CustomFields) -> Worlds:
    settings = inner(config, "settings")
    stages, priorities = texts(settings, "stages"), texts(settings, "priorities")
    return Worlds(tuple(statuses_of(config)), tuple(stages), tuple(priorities), custom)


def _combined(domains: Any) -> Iterator[World]:
    for parts in product(*domains):
        yield {name: value for part in parts for name, value in part.items()}


def names_in(criteria: Expression) -> set[str]:
    """The names that criteria mention, texts between quotes aside."""
    return set(_NAME.findall(_STRING.sub('""', criteria.text)))


def plain(text: str) -> str:
    """Without blanks that mean nothing, so that the same criteria look the same."""
    return "".join(part if part[:1] in "\"'" else re.sub(r"\s+", "", part) for part in _parts(text))


def _parts(text: str) -> Iterator[str]:
    end = 0
    for string in _STRING.finditer(text):
        yield text[end : string.start()]
        yield string.group()
        end = string.end()
    yield text[end:]


def conjuncts(text: str) -> set[str]:
    """Criteria that must all hold: the whole, and what `&&` joins where nothing else is in the way."""
    written = plain(text)
    if any(sign in _STRING.sub('""', written) for sign in ("||", "?", "(")) or "&&" in "".join(
        _STRING.findall(text)
    ):
        return {written}
    return {written, *written.split("&&")}


def compiled(given: YamlMapping, key: str, scope: Scope, custom: CustomFields) -> Expression | None:
    """Criteria by their key; None when there are none, or none that can be used."""
    written = given.get(key)
    if not isinstance(written, str | bool):
        return None
    try:
        text = str(written).lower() if isinstance(written, bool) else written
        return compile_expression(text, Kind.CONDITION, scope, custom)
    except ExpressionError:
        return None
