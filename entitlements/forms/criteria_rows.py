"""Rows of criteria as a form has them: texts, read into conditions and written from them."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_datetime

from entitlements.core.criteria import (
    MANY_VALUES,
    MOST_CONDITIONS,
    OPERATORS,
    TO_FIELDS,
    WITHOUT_VALUE,
    Condition,
    Criteria,
    FieldType,
    Operator,
    Value,
    all_of,
    any_of,
)
from entitlements.core.criteria_logic import LogicError, read_logic, said
from entitlements.queries.case_fields import CaseField, Fields

YES, NO = "yes", "no"
LONGEST_VALUE = 250


@dataclass
class Row:
    """One row: the name of a field, an operator, and what was written or ticked beside them."""

    name: str = ""
    operator: str = ""
    values: list[str] = field(default_factory=list)
    fault: str = ""

    @property
    def value(self) -> str:
        return self.values[0] if self.values else ""


@dataclass
class Rows:
    """`join` is all, any or custom; `logic` counts for custom alone. `fault` is of the logic."""

    rows: list[Row] = field(default_factory=list)
    join: str = "all"
    logic: str = ""
    fault: str = ""

    @property
    def faults(self) -> list[str]:
        return [*(f"Row {n}: {row.fault}" for n, row in enumerate(self.rows, 1) if row.fault), *self._own()]

    def _own(self) -> list[str]:
        return [self.fault] if self.fault else []


class WrongRow(Exception):
    """`str()` says what is wrong with a row."""


def posted_rows(data: Any, name: str) -> Rows:
    """What a form posted under a name; `data` knows `getlist`. A row without a field is kept as one."""
    written = data.get(f"{name}-rows", "")
    count = min(int(written), MOST_CONDITIONS + 1) if re.fullmatch(r"[0-9]{1,3}", written) else 0
    rows = [
        Row(
            data.get(f"{name}-{n}-field", ""),
            data.get(f"{name}-{n}-operator", ""),
            data.getlist(f"{name}-{n}-value"),
        )
        for n in range(count)
    ]
    return Rows(rows, data.get(f"{name}-join", "all"), data.get(f"{name}-logic", "").strip())


def criteria_of(rows: Rows, fields: Fields) -> Criteria | None:
    """The criteria; None when something is wrong, which each row and the whole then says."""
    filled = [row for row in rows.rows if row.name]
    conditions = []
    for row in filled:
        try:
            conditions.append(_condition(row, fields))
        except WrongRow as fault:
            row.fault = str(fault)
    if len(filled) > MOST_CONDITIONS:
        rows.fault = f"{MOST_CONDITIONS} rows at most: write the rest as an expression."
    if rows.faults:
        return None
    if rows.join != "custom" or not conditions:
        return (any_of if rows.join == "any" else all_of)(*conditions)
    try:
        return Criteria(tuple(conditions), read_logic(rows.logic, len(conditions)))
    except LogicError as fault:
        rows.fault = str(fault)
        return None


def rows_of(criteria: Criteria, fields: Fields) -> Rows | None:
    """The other way round. None where the form could not give the same back."""
    logic = said(criteria.logic) if criteria.join == "custom" else ""
    written = [_row(one, fields[one.field]) for one in criteria.conditions]
    again = Rows([Row(row.name, row.operator, list(row.values)) for row in written], criteria.join, logic)
    return Rows(written, criteria.join, logic) if criteria_of(again, fields) == criteria else None


def _row(one: Condition, field: CaseField) -> Row:
    return Row(one.field, one.operator, _texts(one, field))


def _texts(one: Condition, field: CaseField) -> list[str]:
    value = one.value
    if value is None:
        return []
    if isinstance(value, tuple):
        return list(value) if field.choices else [", ".join(value)]
    if isinstance(value, bool):
        return [YES if value else NO]
    if isinstance(value, datetime):
        local = timezone.localtime(value)
        return [f"{local:%Y-%m-%dT%H:%M:%S}" if local.second else f"{local:%Y-%m-%dT%H:%M}"]
    return [str(value)]


def _condition(row: Row, fields: Fields) -> Condition:
    field = fields.get(row.name)
    if field is None:
        raise WrongRow(f"there is no field “{row.name[:60]}”.")
    if row.operator not in OPERATORS[field.type]:
        raise WrongRow("choose how the field and the value compare.")
    operator = Operator(row.operator)
    if operator in WITHOUT_VALUE:
        return Condition(field.name, operator)
    if operator in TO_FIELDS:
        other = fields.get(row.value)
        if other is None or other.type is not FieldType.DATE:
            raise WrongRow("choose the other field.")
        return Condition(field.name, operator, other.name)
    if operator in MANY_VALUES:
        return Condition(field.name, operator, _many(row, field))
    return Condition(field.name, operator, _READ[field.type](row.value))


def _many(row: Row, field: CaseField) -> tuple[str, ...]:
    parts: Iterable[str] = row.values if field.choices else row.value.split(",")
    values = tuple(dict.fromkeys(part.strip() for part in parts if part.strip()))
    if not values:
        raise WrongRow("choose at least one value.")
    return tuple(_text(value) for value in values)


def _text(value: str) -> str:
    if not value.strip():
        raise WrongRow("give a value, or choose “is empty”.")
    if len(value) > LONGEST_VALUE:
        raise WrongRow(f"a value has {LONGEST_VALUE} characters at most.")
    if not value.isprintable():
        raise WrongRow("this value has signs that cannot be seen.")
    return value.strip()


def _whole(value: str) -> int:
    if not re.fullmatch(r"\s*-?[0-9]{1,18}\s*", value):
        raise WrongRow("write a whole number, such as 3.")
    return int(value)


def _number(value: str) -> float:
    try:
        number = float(value[:40].strip().replace("_", "x"))
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise WrongRow("write a number, such as 2.5.")
    return number


def _flag(value: str) -> bool:
    if value not in (YES, NO):
        raise WrongRow("choose yes or no.")
    return value == YES


def _instant(value: str) -> datetime:
    try:
        found = parse_datetime(value.strip()[:40])
        instant = timezone.make_aware(found) if found and timezone.is_naive(found) else found
        if instant is None or instant.year < 1900:
            raise WrongRow("write a date and a time.")
        return instant.astimezone(UTC)
    except (ValueError, OverflowError):
        raise WrongRow("there is no such date or time.") from None


_READ: Mapping[FieldType, Callable[[str], Value]] = {
    FieldType.TEXT: _text,
    FieldType.WHOLE: _whole,
    FieldType.NUMBER: _number,
    FieldType.FLAG: _flag,
    FieldType.DATE: _instant,
}
