"""What a page needs to draw rows of criteria, and a text with its mistake marked."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import groupby

from entitlements.core.criteria import MANY_VALUES, OPERATORS, TO_FIELDS, WITHOUT_VALUE, FieldType, Operator
from entitlements.core.expressions import ExpressionError
from entitlements.forms.criteria_rows import NO, YES, Row, Rows
from entitlements.queries.case_fields import CaseField, Fields, operator_words

Choices = list[tuple[str, str]]
SHOWN_AROUND = 60


@dataclass(frozen=True, slots=True)
class RowShown:
    """`control` is how the value is given: none, pick, tick, text, list, number, date."""

    row: Row
    groups: list[tuple[str, Choices]]
    operators: Choices
    control: str
    choices: Choices


@dataclass(frozen=True, slots=True)
class Marked:
    """A line of a text, cut around its mistake, and what is wrong there; `place` in words."""

    message: str
    before: str
    at: str
    after: str
    place: str


def shown_rows(rows: Rows, fields: Fields) -> list[RowShown]:
    groups = [
        (name, [(one.name, one.label) for one in found])
        for name, found in groupby(
            sorted(fields.values(), key=lambda one: _GROUPS.index(one.group)), lambda one: one.group
        )
    ]
    return [_shown(row, groups, fields) for row in rows.rows]


_GROUPS = ("Case", "Customer and promise", "Own fields", "This milestone")


def _shown(row: Row, groups: list[tuple[str, Choices]], fields: Fields) -> RowShown:
    field = fields.get(row.name)
    if field is None:
        return RowShown(row, groups, [], "none", [])
    operators = OPERATORS[field.type]
    if row.operator not in operators:
        row.operator = operators[0].value
    named = [(one.value, operator_words(one, field.type)) for one in operators]
    operator = Operator(row.operator)
    return RowShown(row, groups, named, _control(field, operator), _choices(row, field, operator, fields))


def _control(field: CaseField, operator: Operator) -> str:
    if operator in WITHOUT_VALUE:
        return "none"
    if operator in TO_FIELDS or field.type is FieldType.FLAG:
        return "pick"
    if field.choices and operator in MANY_VALUES:
        return "tick"
    if field.choices and operator in (Operator.EQUALS, Operator.NOT_EQUALS):
        return "pick"
    if operator in MANY_VALUES:
        return "list"
    return {FieldType.TEXT: "text", FieldType.DATE: "date"}.get(field.type, "number")


def _choices(row: Row, field: CaseField, operator: Operator, fields: Fields) -> Choices:
    if operator in TO_FIELDS:
        return [(one.name, one.label) for one in fields.values() if one.type is FieldType.DATE]
    if field.type is FieldType.FLAG:
        return [(YES, YES), (NO, NO)]
    gone = [value for value in row.values if value and value not in field.choices]
    return [*((one, one) for one in field.choices), *((one, f"{one} (not in Setup)") for one in gone)]


_NAME = re.compile(r"[\w.]*")
_END_OF_NAME = re.compile(r"[\w.]*\Z")


def marked(fault: ExpressionError) -> Marked:
    """The first mistake, with the whole of the name in which it stands."""
    problem = fault.problems[0]
    lines = fault.text.splitlines() or [""]
    line = lines[min(problem.line, len(lines)) - 1]
    column = min(problem.column - 1, len(line))
    begins, ends = column, column + 1
    if (within := _NAME.match(line, column)) and within.end() > column:
        before = _END_OF_NAME.search(line, 0, column)
        begins, ends = before.start() if before else column, within.end()
    before_it, after_it = line[:begins], line[ends:]
    place = f"line {problem.line}, column {problem.column}" if len(lines) > 1 else f"column {problem.column}"
    cut = before_it if len(before_it) <= SHOWN_AROUND else f"…{before_it[-SHOWN_AROUND:]}"
    return Marked(problem.message, cut, line[begins:ends] or " ", after_it[:SHOWN_AROUND], place)
