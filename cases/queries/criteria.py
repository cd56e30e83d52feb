"""Which open cases criteria hold for, as the engine would see them. Only what they ask about is read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cases.engine.load import READABLE
from cases.models import Case
from entitlements.core.evaluation import NO_VALUE
from entitlements.core.expressions import EvaluationError, Expression, Names, missing_values
from entitlements.models.compiled import compiled

MOST_CASES = 5_000
CUSTOM = "case.custom."

_OTHERS = {
    "case.status": "status_id",
    "case.stage": "stage_id",
    "case.priority": "priority_id",
    "case.queue": "queue_id",
    "case.owner": "owner__username",
    "case.account": "account__name",
    "case.contact": "contact__name",
    "case.entitlement": "entitlement__name",
    "account.tier": "account__tier",
    "account.region": "account__region",
    "contact.email": "contact__email",
    "entitlement.type": "entitlement__type",
    "product.name": "product__name",
}
COLUMNS = {
    name: _OTHERS.get(name, name.removeprefix("case."))
    for name in missing_values()
    if not name.startswith("milestone.")
}


@dataclass(frozen=True)
class Matching:
    """`matched` of `looked_at` cases, the newest of `open_cases`; `failed` could not be told.

    `cases` are the newest of those that match, as many as were asked for.
    """

    matched: int
    looked_at: int
    open_cases: int
    failed: int
    cases: list[Case]

    @property
    def is_of_all(self) -> bool:
        return self.looked_at == self.open_cases


def matching(criteria: Expression, shown: int = 0) -> Matching:
    """The open cases that criteria hold for, among the newest `MOST_CASES`; `shown` of them in full."""
    answers = list(_answers(criteria))
    found = [key for key, answer in answers if answer]
    open_cases = len(answers) if len(answers) < MOST_CASES else Case.objects.open().count()
    cases = READABLE.filter(pk__in=found[:shown]).order_by("-pk") if shown else ()
    failed = sum(answer is None for _, answer in answers)
    return Matching(len(found), len(answers), open_cases, failed, list(cases))


def _answers(criteria: Expression) -> Iterator[tuple[int, bool | None]]:
    """Each open case, the newest first, and whether the criteria hold; None where they fail on it."""
    custom = compiled().custom_fields
    nothing = missing_values() | {f"{CUSTOM}{key}": NO_VALUE[kind] for key, kind in custom}
    asked = [name for name in Names(nothing, custom).used_by(criteria) if name in COLUMNS]
    columns = [COLUMNS[name] for name in asked]
    if CUSTOM in criteria.text:
        columns.append("custom")
    for key, *values in Case.objects.open().order_by("-pk").values_list("pk", *columns)[:MOST_CASES]:
        own = _of_custom(values.pop(), dict(custom)) if CUSTOM in criteria.text else {}
        known = {name: value for name, value in zip(asked, values, strict=True) if value is not None}
        try:
            yield key, bool(criteria.value(Names({**nothing, **known, **own}, custom)))
        except EvaluationError:
            yield key, None


def _of_custom(values: dict[str, Any], kinds: dict[str, str]) -> dict[str, Any]:
    """The organisation's own fields that have a value; dates are kept as texts."""
    return {
        f"{CUSTOM}{key}": datetime.fromisoformat(value) if kinds[key] == "date" else value
        for key, value in values.items()
        if key in kinds and value not in (None, "")
    }
