"""Criteria as rows of field, operator and value. What is kept is always an expression: rows are written
as one, and an expression is shown as rows wherever `criteria_reading` can read it as such.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from entitlements.core.criteria_logic import Every, Not, Part, Ref, Some, joined
from entitlements.core.expressions import COUNTS, DATES, FLAGS, MISSING_DATE, TEXTS, CustomFields, Scope

MOST_CONDITIONS = 20


class FieldType(StrEnum):
    """What a field holds, as custom fields name it."""

    TEXT = "text"
    FLAG = "flag"
    WHOLE = "whole"
    NUMBER = "number"
    DATE = "date"


class Operator(StrEnum):
    EQUALS = "equals"
    NOT_EQUALS = "not_equals"
    ONE_OF = "one_of"
    NONE_OF = "none_of"
    CONTAINS = "contains"
    NOT_CONTAINS = "not_contains"
    STARTS_WITH = "starts_with"
    ENDS_WITH = "ends_with"
    EMPTY = "empty"
    NOT_EMPTY = "not_empty"
    NO_DATE = "no_date"
    ANY_DATE = "any_date"
    LESS = "less"
    AT_MOST = "at_most"
    MORE = "more"
    AT_LEAST = "at_least"
    LESS_THAN_FIELD = "less_than_field"
    AT_MOST_FIELD = "at_most_field"
    MORE_THAN_FIELD = "more_than_field"
    AT_LEAST_FIELD = "at_least_field"


WITHOUT_VALUE = (Operator.EMPTY, Operator.NOT_EMPTY, Operator.NO_DATE, Operator.ANY_DATE)
MANY_VALUES = (Operator.ONE_OF, Operator.NONE_OF)
_COMPARISONS = (Operator.LESS, Operator.AT_MOST, Operator.MORE, Operator.AT_LEAST)
TO_FIELDS = (
    Operator.LESS_THAN_FIELD,
    Operator.AT_MOST_FIELD,
    Operator.MORE_THAN_FIELD,
    Operator.AT_LEAST_FIELD,
)
SIGNS = {
    Operator.EQUALS: "==",
    Operator.NOT_EQUALS: "!=",
    **dict(zip(_COMPARISONS, ("<", "<=", ">", ">="), strict=True)),
    **dict(zip(TO_FIELDS, ("<", "<=", ">", ">="), strict=True)),
}
METHODS = {
    Operator.CONTAINS: "contains",
    Operator.STARTS_WITH: "startsWith",
    Operator.ENDS_WITH: "endsWith",
}
OPERATORS: Mapping[FieldType, tuple[Operator, ...]] = {
    FieldType.TEXT: (
        *(Operator.EQUALS, Operator.NOT_EQUALS, Operator.ONE_OF, Operator.NONE_OF, Operator.CONTAINS),
        *(Operator.NOT_CONTAINS, Operator.STARTS_WITH, Operator.ENDS_WITH, Operator.EMPTY),
        Operator.NOT_EMPTY,
    ),
    FieldType.FLAG: (Operator.EQUALS,),
    FieldType.WHOLE: (Operator.EQUALS, Operator.NOT_EQUALS, *_COMPARISONS),
    FieldType.NUMBER: (Operator.EQUALS, Operator.NOT_EQUALS, *_COMPARISONS),
    FieldType.DATE: (*_COMPARISONS, *TO_FIELDS, Operator.NO_DATE, Operator.ANY_DATE),
}

Value = str | bool | int | float | datetime | tuple[str, ...] | None
Types = Mapping[str, FieldType]


@dataclass(frozen=True, slots=True)
class Condition:
    """One row. `value` is the field's type; some texts for "one of"; another date field's name for the
    comparisons of two fields; nothing for emptiness.
    """

    field: str
    operator: Operator
    value: Value = None


@dataclass(frozen=True, slots=True)
class Criteria:
    """Conditions, and how they are joined. Without conditions they hold always."""

    conditions: tuple[Condition, ...] = ()
    logic: Part = Every(())

    @property
    def join(self) -> str:
        """all, any or custom."""
        if self == all_of(*self.conditions):
            return "all"
        return "any" if self == any_of(*self.conditions) else "custom"


def all_of(*conditions: Condition) -> Criteria:
    return Criteria(conditions, _over(Every, conditions))


def any_of(*conditions: Condition) -> Criteria:
    return Criteria(conditions, _over(Some, conditions))


def _over(kind: type[Every] | type[Some], conditions: tuple[Condition, ...]) -> Part:
    refs: list[Part] = [Ref(number) for number in range(1, len(conditions) + 1)]
    return joined(kind, refs) if refs else Every(())


def types_of(scope: Scope, custom: CustomFields = ()) -> dict[str, FieldType]:
    """The fields of which criteria may speak, in the order in which they are offered."""
    own = {"milestone.occurrence": FieldType.WHOLE, "milestone.start_date": FieldType.DATE}
    return {
        **dict.fromkeys(TEXTS, FieldType.TEXT),
        **dict.fromkeys(FLAGS, FieldType.FLAG),
        **dict.fromkeys(COUNTS, FieldType.WHOLE),
        **dict.fromkeys(DATES, FieldType.DATE),
        **{f"case.custom.{key}": FieldType(kind) for key, kind in custom},
        **(own if scope is Scope.MILESTONE else {}),
    }


def written(criteria: Criteria) -> str:
    """The expression. Empty for criteria that hold always."""
    return _written(criteria.logic, criteria.conditions) if criteria.conditions else ""


def _written(part: Part, conditions: tuple[Condition, ...]) -> str:
    if isinstance(part, Ref):
        return written_condition(conditions[part.number - 1])
    if isinstance(part, Not):
        return f"!({_written(part.part, conditions)})"
    sign = " && " if isinstance(part, Every) else " || "
    return sign.join(
        f"({_written(one, conditions)})" if isinstance(one, Every | Some) else _written(one, conditions)
        for one in part.parts
    )


def written_condition(one: Condition) -> str:
    """One condition as an expression."""
    field, value = one.field, one.value
    match one.operator:
        case Operator.EQUALS | Operator.NOT_EQUALS if isinstance(value, bool):
            return field if value == (one.operator is Operator.EQUALS) else f"!{field}"
        case Operator.EMPTY | Operator.NOT_EMPTY:
            return f'{field} {"==" if one.operator is Operator.EMPTY else "!="} ""'
        case Operator.NO_DATE | Operator.ANY_DATE:
            sign = "==" if one.operator is Operator.NO_DATE else "!="
            return f"{field} {sign} {literal(MISSING_DATE)}"
        case Operator.ONE_OF:
            return f"{field} in {literal(value)}"
        case Operator.NONE_OF:
            return f"!({field} in {literal(value)})"
        case Operator.NOT_CONTAINS:
            return f"!{field}.contains({literal(value)})"
        case Operator.CONTAINS | Operator.STARTS_WITH | Operator.ENDS_WITH:
            return f"{field}.{METHODS[one.operator]}({literal(value)})"
    other = str(value) if one.operator in TO_FIELDS else literal(value)
    return f"{field} {SIGNS[one.operator]} {other}"


def literal(value: Value) -> str:
    """A value as expressions write it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return f"[{', '.join(map(literal, value))}]"
    if isinstance(value, datetime):
        return f'timestamp("{value.astimezone(UTC).isoformat().replace("+00:00", "Z")}")'
    if isinstance(value, str):
        return f'"{"".join(_ESCAPED.get(sign, sign) for sign in value)}"'
    return repr(value)


_ESCAPED = {chr(code): f"\\u{code:04x}" for code in (*range(32), 127)} | {
    "\\": "\\\\",
    '"': '\\"',
    "\n": "\\n",
    "\r": "\\r",
    "\t": "\\t",
}
