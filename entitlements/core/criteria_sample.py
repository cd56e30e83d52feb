"""A case for which criteria hold, as far as their rows say one: for examples, never for decisions."""

from __future__ import annotations

from collections.abc import Mapping

from entitlements.core.criteria import Condition, Criteria, Operator, Value
from entitlements.core.criteria_logic import Every, Not, Part, Ref


def sample_for(criteria: Criteria) -> dict[str, Value]:
    """Values of fields. Of alternatives the first; what is only excluded is left as it is."""
    found: dict[str, Value] = {}
    _fill(criteria.logic, criteria.conditions, found)
    return found


def _fill(part: Part, conditions: tuple[Condition, ...], found: dict[str, Value]) -> None:
    if isinstance(part, Ref):
        one = conditions[part.number - 1]
        value = _value(one)
        if value is not None:
            found.setdefault(one.field, value)
    elif isinstance(part, Every):
        for each in part.parts:
            _fill(each, conditions, found)
    elif not isinstance(part, Not):
        _fill(part.parts[0], conditions, found)


_STEP: Mapping[Operator, int] = {
    Operator.MORE: 1,
    Operator.LESS: -1,
    Operator.AT_LEAST: 0,
    Operator.AT_MOST: 0,
}
_AS_IT_STANDS = (Operator.EQUALS, Operator.CONTAINS, Operator.STARTS_WITH, Operator.ENDS_WITH)


def _value(one: Condition) -> Value:
    if one.operator in _AS_IT_STANDS:
        return one.value
    if one.operator is Operator.ONE_OF and isinstance(one.value, tuple):
        return one.value[0]
    if one.operator is Operator.NOT_EMPTY:
        return "x"
    if one.operator in _STEP and isinstance(one.value, int | float):
        return one.value + _STEP[one.operator]
    return None
