"""Expressions read as rows: comparisons of fields with plain values, joined by and, or, not.

An expression that says anything else (arithmetic, a choice, a list that is gone through) is not shown
as rows: the answer is None, never a guess.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime

from entitlements.core.criteria import (
    METHODS,
    MOST_CONDITIONS,
    SIGNS,
    TO_FIELDS,
    Condition,
    Criteria,
    FieldType,
    Operator,
    Types,
    Value,
    all_of,
)
from entitlements.core.criteria_logic import Every, Not, Part, Ref, Some, joined
from entitlements.core.expressions import MISSING_DATE

DEEPEST = 30


def read_criteria(text: str, types: Types) -> Criteria | None:
    """The rows of a valid expression; None where rows cannot show it. Equal conditions are one row."""
    if not text.strip():
        return all_of()
    try:
        reader = _Reader(list(_tokens(text)), types)
        logic = reader.some(0)
        reader.end()
    except _NotRows:
        return None
    if len(reader.conditions) > MOST_CONDITIONS:
        return None
    return Criteria(tuple(reader.conditions), logic)


class _NotRows(Exception):
    """Something that rows cannot say."""


_TOKEN = re.compile(
    r"""\s*(?:
      (?P<text>"(?:\\.|[^"\\\r\n])*"|'(?:\\.|[^'\\\r\n])*')
    | (?P<number>-?\d+\.\d+(?:[eE][+-]?\d+)?|-?\d+[eE][+-]?\d+)(?![\w.])
    | (?P<whole>-?\d+)(?![\w.])
    | (?P<name>[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)(?!["'])
    | (?P<sign>&&|\|\||==|!=|<=|>=|[<>!()\[\],])
    )""",
    re.VERBOSE | re.ASCII,
)
Token = tuple[str, str]


def _tokens(text: str) -> Iterator[Token]:
    place, text = 0, text.rstrip(" \t\r\n\f")
    while place < len(text):
        found = _TOKEN.match(text, place)
        if found is None or found.lastgroup is None:
            raise _NotRows
        yield found.lastgroup, found.group(found.lastgroup)
        place = found.end()


class _Reader:
    """Takes token after token. `conditions` are those found so far, each once."""

    def __init__(self, tokens: list[Token], types: Types) -> None:
        self._tokens = tokens
        self._place = 0
        self._types = types
        self.conditions: list[Condition] = []

    def _peek(self) -> Token:
        return self._tokens[self._place] if self._place < len(self._tokens) else ("end", "")

    def _take(self, kind: str) -> str:
        found, word = self._peek()
        if found != kind:
            raise _NotRows
        self._place += 1
        return word

    def _has(self, sign: str) -> bool:
        """Take the sign if it comes next."""
        if self._peek() != ("sign", sign):
            return False
        self._place += 1
        return True

    def _need(self, sign: str) -> None:
        if not self._has(sign):
            raise _NotRows

    def end(self) -> None:
        if self._place < len(self._tokens):
            raise _NotRows

    def some(self, depth: int) -> Part:
        parts = [self._every(depth)]
        while self._has("||"):
            parts.append(self._every(depth))
        return joined(Some, parts)

    def _every(self, depth: int) -> Part:
        parts = [self._one(depth)]
        while self._has("&&"):
            parts.append(self._one(depth))
        return joined(Every, parts)

    def _one(self, depth: int) -> Part:
        if depth > DEEPEST:
            raise _NotRows
        if self._has("!"):
            known = len(self.conditions)
            return self._negated(self._one(depth + 1), known)
        if self._has("("):
            part = self.some(depth + 1)
            self._need(")")
            return part
        return self._ref(self._condition())

    def _ref(self, one: Condition) -> Ref:
        if one not in self.conditions:
            self.conditions.append(one)
        return Ref(self.conditions.index(one) + 1)

    def _negated(self, part: Part, known: int) -> Part:
        """Without a NOT where a condition has an opposite. `known` were there before it was read."""
        if isinstance(part, Not):
            return part.part
        opposite = _opposite(self.conditions[part.number - 1]) if isinstance(part, Ref) else None
        if opposite is None:
            return Not(part)
        del self.conditions[known:]
        return self._ref(opposite)

    def _condition(self) -> Condition:
        name = self._take("name")
        if name not in self._types:
            return self._called(*name.rpartition(".")[::2])
        kind, sign = self._types[name], self._peek()
        if sign == ("name", "in"):
            self._place += 1
            return Condition(name, Operator.ONE_OF, self._texts(kind))
        if sign[0] == "sign" and sign[1] in _BY_SIGN:
            self._place += 1
            return self._compared(name, kind, _BY_SIGN[sign[1]])
        if kind is FieldType.FLAG:
            return Condition(name, Operator.EQUALS, True)
        raise _NotRows

    def _called(self, name: str, method: str) -> Condition:
        operator = _BY_METHOD.get(method)
        if operator is None or self._types.get(name) is not FieldType.TEXT:
            raise _NotRows
        self._need("(")
        condition = Condition(name, operator, _text(self._take("text")))
        self._need(")")
        return condition

    def _texts(self, kind: FieldType) -> tuple[str, ...]:
        if kind is not FieldType.TEXT:
            raise _NotRows
        self._need("[")
        found = [_text(self._take("text"))]
        while self._has(","):
            found.append(_text(self._take("text")))
        self._need("]")
        return tuple(found)

    def _compared(self, name: str, kind: FieldType, operator: Operator) -> Condition:
        found, word = self._peek()
        if kind is FieldType.DATE and found == "name" and self._types.get(word) is FieldType.DATE:
            self._place += 1
            if operator not in _WITH_FIELD:
                raise _NotRows
            return Condition(name, _WITH_FIELD[operator], word)
        value = self._value(kind)
        if value in ("", MISSING_DATE) and operator in _EMPTINESS[kind]:
            return Condition(name, _EMPTINESS[kind][operator])
        is_ordered = operator not in (Operator.EQUALS, Operator.NOT_EQUALS)
        if is_ordered is not (kind is FieldType.DATE) and kind not in (FieldType.WHOLE, FieldType.NUMBER):
            raise _NotRows
        if kind is FieldType.FLAG:
            return Condition(name, Operator.EQUALS, value is (operator is Operator.EQUALS))
        return Condition(name, operator, value)

    def _value(self, kind: FieldType) -> Value:
        match kind:
            case FieldType.TEXT:
                return _text(self._take("text"))
            case FieldType.WHOLE:
                return int(self._take("whole"))
            case FieldType.NUMBER:
                return float(self._take("number"))
            case FieldType.FLAG:
                word = self._take("name")
                if word not in ("true", "false"):
                    raise _NotRows
                return word == "true"
        if self._take("name") != "timestamp":
            raise _NotRows
        self._need("(")
        instant = _instant(_text(self._take("text")))
        self._need(")")
        return instant


_BY_SIGN = {sign: operator for operator, sign in reversed(SIGNS.items())}
_BY_METHOD = {method: operator for operator, method in METHODS.items()}
_WITH_FIELD = {
    next(operator for operator, sign in SIGNS.items() if sign == SIGNS[other]): other for other in TO_FIELDS
}
_TEXT_EMPTINESS = {Operator.EQUALS: Operator.EMPTY, Operator.NOT_EQUALS: Operator.NOT_EMPTY}
_DATE_EMPTINESS = {Operator.EQUALS: Operator.NO_DATE, Operator.NOT_EQUALS: Operator.ANY_DATE}
_EMPTINESS: dict[FieldType, dict[Operator, Operator]] = {
    **dict.fromkeys(FieldType, {}),
    FieldType.TEXT: _TEXT_EMPTINESS,
    FieldType.DATE: _DATE_EMPTINESS,
}
_OPPOSITES = {
    Operator.EQUALS: Operator.NOT_EQUALS,
    Operator.ONE_OF: Operator.NONE_OF,
    Operator.CONTAINS: Operator.NOT_CONTAINS,
    Operator.EMPTY: Operator.NOT_EMPTY,
    Operator.NO_DATE: Operator.ANY_DATE,
}
_OPPOSITE = _OPPOSITES | {other: one for one, other in _OPPOSITES.items()}


def _opposite(one: Condition) -> Condition | None:
    if isinstance(one.value, bool):
        return Condition(one.field, one.operator, not one.value)
    operator = _OPPOSITE.get(one.operator)
    return Condition(one.field, operator, one.value) if operator else None


_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|[xX]([0-9a-fA-F]{2})|(.))", re.DOTALL)
_PLAIN = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_PLAIN |= {sign: sign for sign in "\\?\"'`"}


def _text(quoted: str) -> str:
    return _ESCAPE.sub(_unescaped, quoted[1:-1])


def _unescaped(found: re.Match[str]) -> str:
    code = next((code for code in found.groups()[:3] if code), None)
    if code is not None:
        return chr(int(code, 16))
    if found[4] not in _PLAIN:
        raise _NotRows
    return _PLAIN[found[4]]


_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?(?:Z|[+-]\d\d:\d\d)", re.ASCII)


def _instant(text: str) -> datetime:
    """RFC 3339, as CEL takes it."""
    if not _INSTANT.fullmatch(text):
        raise _NotRows
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError):
        raise _NotRows from None
