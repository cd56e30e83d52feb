"""Criteria and formulas: what may be said, and what it may cost."""

import time
from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from entitlements.core.expressions import (
    EvaluationError,
    ExpressionError,
    Kind,
    Names,
    Scope,
    compile_expression,
    missing_values,
)

NOTHING = Names(missing_values())
LONG = "[" + ",".join(["1"] * 150) + "]"


def value(text: str, kind: Kind = Kind.CONDITION, **known: object) -> object:
    names = Names(missing_values() | {name.replace("__", "."): one for name, one in known.items()})
    return compile_expression(text, kind, Scope.MILESTONE).value(names)


@pytest.mark.parametrize(
    "text",
    [
        'case.priority == "High"',
        'case.priority in ["High", "Critical"]',
        'case.subject.contains("storm") || case.priority == "High"',
        '["High", "Critical"].exists(one, one == case.priority)',
        "case.created_at < case.last_agent_reply_at || !case.is_closed",
    ],
)
def test_says_what_people_ask(text: str) -> None:
    assert value(text, case__priority="High") is True


def test_a_formula_yields_a_whole_number() -> None:
    assert value('case.priority == "Critical" ? 15 : 60', Kind.MINUTES, case__priority="Critical") == 15


def test_what_is_missing_is_empty_false_0_or_1970() -> None:
    assert value('case.queue == "" && !case.is_closed && case.reopen_count == 0') is True
    assert value('case.closed_at == timestamp("1970-01-01T00:00:00Z")') is True


def test_custom_fields_are_typed() -> None:
    custom = (("loss", "whole"), ("seen", "date"))
    names = Names(
        missing_values() | {"case.custom.loss": 3, "case.custom.seen": datetime(2026, 3, 2, tzinfo=UTC)},
        custom,
    )
    text = "case.custom.loss > 2 && case.custom.seen > milestone.start_date"
    expression = compile_expression(text, scope=Scope.MILESTONE, custom=custom)
    assert expression.value(names.with_milestone("A", None, 1)) is True


class TestRefused:
    def problem(self, text: str, kind: Kind = Kind.CONDITION, scope: Scope = Scope.CASE) -> str:
        with pytest.raises(ExpressionError) as caught:
            compile_expression(text, kind, scope)
        return str(caught.value)

    def test_an_unknown_name_with_its_place_and_a_near_one(self) -> None:
        found = self.problem('case.prioritty == "High"')
        assert "unknown name “case.prioritty”; did you mean “case.priority”?" in found
        assert "column 5" in found

    def test_a_wrong_type(self) -> None:
        assert "it must be a whole number" in self.problem('"60"', Kind.MINUTES)
        assert "it must be true or false" in self.problem("60")

    def test_the_milestone_where_there_is_none(self) -> None:
        assert "unknown name “milestone.name”" in self.problem('milestone.name == "A"')

    def test_nothing_at_all(self) -> None:
        assert "empty" in self.problem("  \n ")

    def test_a_thousand_and_one_characters(self) -> None:
        assert "longer than 1,000 characters" in self.problem("true" + " " * 997)

    def test_a_megabyte(self) -> None:
        assert len(self.problem("x" * 1_000_000)) < 300

    def test_ten_thousand_brackets(self) -> None:
        assert "longer than" in self.problem("(" * 10_000)

    def test_480_brackets(self) -> None:
        assert "nested too deeply" in self.problem("(" * 480 + "true" + ")" * 480)

    def test_a_sum_of_too_many_parts(self) -> None:
        assert "nested too deeply" in self.problem("1 + " * 40 + "1 == 41")

    def test_half_a_character(self) -> None:
        assert "half a character (column 2" in self.problem('"\ud800" == case.status')

    def test_lists_that_would_double_and_double(self) -> None:
        assert "through lists 2 times at most" in self.problem(
            '["a"]' + ".map(x, x + x)" * 40 + ".size() == 1"
        )

    def test_lists_within_lists_within_lists(self) -> None:
        assert "at most" in self.problem("[1].all(x, [1].all(y, [1].all (z, true)))")

    def test_lists_hidden_behind_comments(self) -> None:
        assert "at most" in self.problem("[1].all(x, [1].all(y, [1].// \n all // \n (z, true)))")


def test_a_thousand_characters_are_enough_for_criteria() -> None:
    assert value("true" + " " * 996) is True


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("1 / case.reopen_count", "divide by zero"),
        ("9223372036854775807 + 1", "overflow"),
        ('int("abc")', "cannot convert"),
        ("[1][5]", "Index error"),
        (f"{LONG}.map(x, {LONG}.map(y, y)).size()", "^“.*” failed: Iteration budget exceeded$"),
    ],
)
def test_one_that_fails_on_a_case_says_why(text: str, why: str) -> None:
    with pytest.raises(EvaluationError, match=why):
        value(text, Kind.MINUTES)


@pytest.mark.parametrize(
    "text",
    [
        f"{LONG}.all(x, {LONG}.all(y, x == y))",
        f"{LONG}.map(x, {LONG}.map(y, y)).size() == 0",
        '["' + "a" * 700 + '"].map(x, ' + "x + " * 25 + "x).map(y, " + "y + " * 25 + "y).size() == 1",
        '("' + "a" * 900 + '").matches("(a*)*b")',
        "!" * 990 + "true",
    ],
)
def test_the_dearest_expression_is_cheap(text: str) -> None:
    assert len(text) <= 1000
    expression = compile_expression(text)
    started = time.perf_counter()
    try:
        expression.value(NOTHING)
    except EvaluationError:
        pass
    assert time.perf_counter() - started < 0.5


PIECES = st.sampled_from(
    [
        "case.",
        "case.priority",
        "milestone.",
        '"',
        "'",
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
        "?",
        ":",
        "==",
        "&&",
        "1",
        "/",
        "0",
    ]
    + [
        "-",
        "!",
        "in",
        ".map(",
        "x,",
        "true",
        "\n",
        "\\",
        "//",
        "\0",
        "é",
        "r'",
        "timestamp(",
        "`",
        ".?",
        "9" * 30,
    ]
)


@given(st.one_of(st.text(), st.lists(PIECES, max_size=30).map("".join)), st.sampled_from(Kind))
@example("\ud800", Kind.CONDITION)
@example("", Kind.MINUTES)
def test_any_text_is_an_expression_or_an_expression_error(text: str, kind: Kind) -> None:
    try:
        compile_expression(text, kind, Scope.MILESTONE).value(NOTHING)
    except (ExpressionError, EvaluationError) as fault:
        assert str(fault).encode()
