"""Criteria and formulas: CEL expressions, compiled and type-checked once.

The names that an expression may use are those of `sla-as-code`: the case, its account, contact,
entitlement and product; completion, pausing and formulas also see the milestone's own occurrence.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from functools import lru_cache
from typing import Any

from cel_expr_python import cel

LONGEST = 1000
MOST_MACROS = 2
MISSING_DATE = datetime(1970, 1, 1, tzinfo=UTC)

TEXTS = tuple(
    "case.number case.subject case.status case.stage case.priority case.type case.origin case.queue "
    "case.owner case.account case.contact case.entitlement account.tier account.region contact.email "
    "entitlement.type product.name".split()
)
FLAGS = ("case.is_closed", "case.is_stopped", "case.is_escalated", "case.awaiting_reply")
COUNTS = ("case.escalation_level", "case.reopen_count")
DATES = (
    "case.created_at",
    "case.closed_at",
    "case.first_response_at",
    "case.last_agent_reply_at",
    "case.last_customer_message_at",
)

_OF_CASE = (
    dict.fromkeys(TEXTS, cel.Type.STRING)
    | dict.fromkeys(FLAGS, cel.Type.BOOL)
    | dict.fromkeys(COUNTS, cel.Type.INT)
    | dict.fromkeys(DATES, cel.Type.TIMESTAMP)
)
_OF_MILESTONE = {
    "milestone.name": cel.Type.STRING,
    "milestone.start_date": cel.Type.TIMESTAMP,
    "milestone.occurrence": cel.Type.INT,
}
CUSTOM_TYPES = {
    "text": cel.Type.STRING,
    "number": cel.Type.DOUBLE,
    "whole": cel.Type.INT,
    "flag": cel.Type.BOOL,
    "date": cel.Type.TIMESTAMP,
}
CustomFields = tuple[tuple[str, str], ...]


class Kind(Enum):
    """What an expression must yield."""

    CONDITION = "true or false"
    MINUTES = "a whole number"


class Scope(Enum):
    """What an expression may speak of."""

    CASE = "case"
    MILESTONE = "milestone"


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault of an expression: what is wrong, and the place (line and column count from 1)."""

    message: str
    line: int
    column: int


class ExpressionError(ValueError):
    """The text is not a valid expression. `problems` marks each place; `str()` is fit for a form."""

    def __init__(self, text: str, problems: list[Problem]) -> None:
        self.text = text
        self.problems = problems
        super().__init__("; ".join(_marked(text, problem) for problem in problems))


class EvaluationError(ValueError):
    """A valid expression failed on this case: division by zero, a number too large."""


class Expression:
    """A compiled expression. Made by `compile_expression`; equal texts share one object."""

    __slots__ = ("_program", "kind", "speaks_of_milestone", "text")

    def __init__(self, text: str, kind: Kind, program: Any) -> None:
        self.text = text
        self.kind = kind
        self.speaks_of_milestone = "milestone." in text
        self._program = program

    def __repr__(self) -> str:
        return f"Expression({self.text!r})"

    def value(self, names: Names) -> bool | int:
        """The value for one case. Raises EvaluationError when the expression fails on it."""
        try:
            value = self._program.eval(names.activation).value()
        except RuntimeError as fault:
            raise EvaluationError(f"“{self.text}” failed: {_told(str(fault))}") from None
        if type(value) is str:
            raise EvaluationError(f"“{self.text}” failed: {_told(value)}")
        return value  # type: ignore[no-any-return]


def _told(fault: str) -> str:
    """What CEL says without its codes: "INTERNAL: Iteration budget exceeded [INTERNAL]"."""
    return (fault.partition(": ")[2] or fault).partition(" [")[0]


class Names:
    """The values that names have for one case at one moment. Missing ones are empty, 0, false or 1970."""

    __slots__ = ("_custom", "_values", "activation")

    def __init__(self, values: Mapping[str, Any], custom: CustomFields = ()) -> None:
        self._values = values
        self._custom = custom
        self.activation = _environment(Scope.MILESTONE, custom).Activation(values)

    def with_milestone(self, name: str, start_date: datetime | None, occurrence: int) -> Names:
        """The same names, and those of one occurrence."""
        own = {
            "milestone.name": name,
            "milestone.start_date": start_date or MISSING_DATE,
            "milestone.occurrence": occurrence,
        }
        return Names({**self._values, **own}, self._custom)

    def used_by(self, expression: Expression) -> dict[str, Any]:
        """The names of which an expression speaks, with their values."""
        code = _NO_CODE.sub(" ", expression.text)
        spoken = {name: found for name in self._values if (found := _mention(name).search(code))}
        return {name: self._values[name] for name in sorted(spoken, key=lambda name: spoken[name].start())}


_NO_CODE = re.compile(r'"(?:\\.|[^"\\])*"|\'(?:\\.|[^\'\\])*\'|//[^\n]*')


def speaks_of(text: str, *names: str) -> bool:
    """Whether a text speaks of one of these names, be it an expression or not yet."""
    code = _NO_CODE.sub(" ", text)
    return any(_mention(name).search(code) for name in names)


@lru_cache(maxsize=1000)
def _mention(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w.]){re.escape(name)}(?!\w)")


def missing_values() -> dict[str, Any]:
    """Every name with the value that it has when nothing is known."""
    return (
        dict.fromkeys(TEXTS, "")
        | dict.fromkeys(FLAGS, False)
        | dict.fromkeys(COUNTS, 0)
        | dict.fromkeys(DATES, MISSING_DATE)
        | {"milestone.name": "", "milestone.start_date": MISSING_DATE, "milestone.occurrence": 0}
    )


@lru_cache(maxsize=20_000)
def compile_expression(
    text: str, kind: Kind = Kind.CONDITION, scope: Scope = Scope.CASE, custom: CustomFields = ()
) -> Expression:
    """Compile and type-check. Raises ExpressionError with the place of each fault."""
    if len(text) > LONGEST:
        raise ExpressionError(
            text[:60], [Problem(f"longer than {LONGEST:,} characters ({len(text):,})", 1, LONGEST + 1)]
        )
    if not text.strip():
        raise ExpressionError(text, [Problem("the expression is empty", 1, 1)])
    _check_characters(text)
    _check_cost(text)
    checked = _compile(text, scope, custom)
    wanted = cel.Type.BOOL if kind is Kind.CONDITION else cel.Type.INT
    if checked.return_type() != wanted:
        found = _plain_type(checked.return_type().name())
        raise ExpressionError(text, [Problem(f"this is {found}; it must be {kind.value}", 1, 1)])
    return Expression(text, kind, _compile(text, Scope.MILESTONE, custom))


def _check_characters(text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError as fault:
        readable = text.encode(errors="replace").decode()
        raise ExpressionError(readable, [Problem("half a character", 1, fault.start + 1)]) from None


_MACRO = re.compile(r"\b(?:all|exists|exists_one|existsOne|filter|map)\b(?:\s|//[^\n]*)*\(")


def _check_cost(text: str) -> None:
    """Lists made from lists, one within or after another, grow without bound; CEL itself does not stop it."""
    macros = list(_MACRO.finditer(text))
    if len(macros) > MOST_MACROS:
        place = macros[MOST_MACROS].start()
        line, column = text.count("\n", 0, place) + 1, place - text.rfind("\n", 0, place)
        what = f"an expression may go through lists {MOST_MACROS} times at most (all, exists, filter, map)"
        raise ExpressionError(text, [Problem(what, line, column)])


def _compile(text: str, scope: Scope, custom: CustomFields) -> Any:
    try:
        return _environment(scope, custom).compile(text)
    except (RuntimeError, ValueError) as fault:
        raise ExpressionError(text, _problems(str(fault), scope, custom)) from None


@lru_cache(maxsize=64)
def _environment(scope: Scope, custom: CustomFields) -> Any:
    return cel.NewEnv(variables=_variables(scope, custom))


def _variables(scope: Scope, custom: CustomFields) -> dict[str, Any]:
    own = {f"case.custom.{key}": CUSTOM_TYPES[kind] for key, kind in custom}
    return _OF_CASE | own | (_OF_MILESTONE if scope is Scope.MILESTONE else {})


_FAULT = re.compile(r"ERROR: <input>:(\d+):(\d+): (.*)")
_UNKNOWN = re.compile(r"undeclared reference to '([^']+)'")


def _problems(fault: str, scope: Scope, custom: CustomFields) -> list[Problem]:
    found = [
        Problem(_in_plain_words(message, scope, custom), int(line), int(column))
        for line, column, message in _FAULT.findall(fault)
    ]
    if found:
        return found
    too_deep = "recursion" in fault
    return [Problem("this is nested too deeply" if too_deep else fault.splitlines()[0], 1, 1)]


def _in_plain_words(message: str, scope: Scope, custom: CustomFields) -> str:
    unknown = _UNKNOWN.search(message)
    if not unknown:
        return message.replace(" (in container '')", "")
    name = unknown.group(1)
    near = difflib.get_close_matches(name, _variables(scope, custom), n=1, cutoff=0.6)
    return f"unknown name “{name}”" + (f"; did you mean “{near[0]}”?" if near else "")


def _plain_type(name: str) -> str:
    plain = {"STRING": "a text", "BOOL": "true or false", "INT": "a whole number", "TIMESTAMP": "a date-time"}
    return plain.get(name, name.lower())


def _marked(text: str, problem: Problem) -> str:
    lines = text.splitlines() or [""]
    line = lines[min(problem.line, len(lines)) - 1]
    before, after = line[: problem.column - 1][-20:], line[problem.column - 1 :][:20]
    place = f"line {problem.line}, column {problem.column}" if len(lines) > 1 else f"column {problem.column}"
    return f"{problem.message} ({place}: “{before}▸{after}”)"
