"""Criteria as rows and as an expression: one thing underneath."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from entitlements.core.criteria import (
    MANY_VALUES,
    OPERATORS,
    TO_FIELDS,
    WITHOUT_VALUE,
    Condition,
    Criteria,
    FieldType,
    Operator,
    all_of,
    any_of,
    types_of,
    written,
)
from entitlements.core.criteria_logic import Every, LogicError, Not, Part, Ref, Some, joined, read_logic, said
from entitlements.core.criteria_reading import read_criteria
from entitlements.core.expressions import (
    MISSING_DATE,
    Kind,
    Names,
    Scope,
    compile_expression,
    missing_values,
)

CUSTOM = (("amount", "number"), ("insured", "flag"), ("due", "date"), ("region", "text"))
TYPES = types_of(Scope.MILESTONE, CUSTOM)
HIGH = Condition("case.priority", Operator.EQUALS, "High")
GOLD = Condition("account.tier", Operator.ONE_OF, ("Gold", "Platinum"))
OPEN = Condition("case.is_closed", Operator.EQUALS, False)


def rows(text: str) -> Criteria | None:
    compile_expression(text, Kind.CONDITION, Scope.MILESTONE, CUSTOM)
    return read_criteria(text, TYPES)


class TestAnExpression:
    @pytest.mark.parametrize(
        ("text", "condition"),
        [
            ('case.priority == "High"', HIGH),
            ("case.priority=='High'", HIGH),
            ('(((case.priority == "High")))', HIGH),
            ('!(case.priority != "High")', HIGH),
            ('account.tier in ["Gold", "Platinum"]', GOLD),
            ("!case.is_closed", OPEN),
            ("case.is_closed == false", OPEN),
            ("case.is_closed != true", OPEN),
            ('case.queue == ""', Condition("case.queue", Operator.EMPTY)),
            ('!case.subject.contains("fire")', Condition("case.subject", Operator.NOT_CONTAINS, "fire")),
            ("case.reopen_count >= -2", Condition("case.reopen_count", Operator.AT_LEAST, -2)),
            ("case.custom.amount > 1e+20", Condition("case.custom.amount", Operator.MORE, 1e20)),
            (
                'case.closed_at == timestamp("1970-01-01T00:00:00Z")',
                Condition("case.closed_at", Operator.NO_DATE),
            ),
            (
                "case.last_agent_reply_at > milestone.start_date",
                Condition("case.last_agent_reply_at", Operator.MORE_THAN_FIELD, "milestone.start_date"),
            ),
            (
                'case.created_at < timestamp("2026-03-02T10:00:00+01:00")',
                Condition("case.created_at", Operator.LESS, datetime(2026, 3, 2, 9, tzinfo=UTC)),
            ),
            (r'case.subject == "a\"\\b\u00e9\n"', Condition("case.subject", Operator.EQUALS, 'a"\\bé\n')),
        ],
    )
    def test_of_one_comparison_is_one_row(self, text: str, condition: Condition) -> None:
        assert rows(text) == all_of(condition)

    @pytest.mark.parametrize(
        ("text", "join", "logic"),
        [
            ('case.priority == "High" && !case.is_closed', "all", "1 AND 2"),
            ('case.priority == "High" || !case.is_closed', "any", "1 OR 2"),
            ('case.priority == "High" && (case.is_closed || case.is_stopped)', "custom", "1 AND (2 OR 3)"),
            ("case.is_closed || case.is_stopped && case.is_escalated", "custom", "1 OR (2 AND 3)"),
            ("!(case.is_closed || case.is_stopped)", "custom", "NOT (1 OR 2)"),
            ("case.is_closed && (case.is_stopped && case.is_escalated)", "all", "1 AND 2 AND 3"),
            ("case.is_closed && case.is_closed", "all", "1"),
            ("case.is_closed || !case.is_closed", "any", "1 OR 2"),
            ('case.type == "A" && !(case.type == "A" || case.is_closed)', "custom", "1 AND NOT (1 OR 2)"),
        ],
    )
    def test_of_several_says_how_they_are_joined(self, text: str, join: str, logic: str) -> None:
        found = rows(text)
        assert found is not None
        assert (found.join, said(found.logic)) == (join, logic)

    def test_that_is_empty_holds_always(self) -> None:
        assert read_criteria(" ", TYPES) == all_of()
        assert written(all_of()) == ""

    @pytest.mark.parametrize(
        "text",
        [
            "true",
            "case.priority == case.stage",
            'case.is_closed ? true : case.priority == "High"',
            "case.reopen_count + 1 > 2",
            "-case.reopen_count == 1",
            "(case.reopen_count > 1) == true",
            'case.subject.matches("a.*")',
            'case.subject == r"x"',
            'case.subject == """x"""',
            "case.subject.size() > 3",
            'case.priority == "High" // only these',
            '["a"].exists(x, x == case.type)',
            'case.created_at == timestamp("2026-03-02T09:00:00Z")',
            'case.created_at < timestamp("soon")',
            'case.subject < "m"',
            "milestone.name == 'X'",
            " && ".join(f'case.type == "{number}"' for number in range(21)),
            "!" * 60 + "case.is_closed",
        ],
    )
    def test_that_says_more_than_rows_can_is_none(self, text: str) -> None:
        assert rows(text) is None


class TestLogic:
    @pytest.mark.parametrize(
        ("text", "means"),
        [
            ("1 and 2", "1 AND 2"),
            ("1 AND (2 OR 3)", "1 AND (2 OR 3)"),
            ("((3)or(2))AND 1", "(3 OR 2) AND 1"),
            ("not(1 or 2) and not not 3", "NOT (1 OR 2) AND 3"),
            ("1 and 2 and (3 and 1)", "1 AND 2 AND 3"),
        ],
    )
    def test_is_read(self, text: str, means: str) -> None:
        assert said(read_logic(text, int(max(filter(str.isdigit, means))))) == means

    @pytest.mark.parametrize(
        ("text", "says"),
        [
            ("", "Write the numbers"),
            ("1 AND", "Write the numbers"),
            ("1 AND 2 OR 3", "with brackets"),
            ("1 AND 4", "There is no condition 4"),
            ("0 AND 1 AND 2 AND 3", "There is no condition 0"),
            ("1 AND 2", "Condition 3 is not mentioned"),
            ("(1 AND 2 AND 3", "not closed"),
            ("1 2 3", "“2” stands where AND or OR"),
            ("1 AND 2 AND 3)", "“)” stands where"),
            ("1 XOR 2", "“XOR” stands"),
            ("().__class__", "“)” stands"),
            ("1 && 2", "“&” stands"),
            ("(" * 10_000, "longer than"),
            ("(" * 200 + "1", "nested too deeply"),
            ("99999999999999999999", "stands where|There is no condition"),
        ],
    )
    def test_that_is_wrong_says_what(self, text: str, says: str) -> None:
        with pytest.raises(LogicError) as fault:
            read_logic(text, 3)
        assert any(part in str(fault.value) for part in says.split("|"))


DATES = st.datetimes(datetime(1971, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC))
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=6) | st.sampled_from(["A", "B", "A\"b'\\"])
VALUES: dict[FieldType, st.SearchStrategy[Any]] = {
    FieldType.TEXT: TEXTS.filter(bool),
    FieldType.FLAG: st.booleans(),
    FieldType.WHOLE: st.integers(-(2**63), 2**63 - 1),
    FieldType.NUMBER: st.floats(allow_nan=False, allow_infinity=False),
    FieldType.DATE: DATES,
}
DATE_NAMES = [name for name, kind in TYPES.items() if kind is FieldType.DATE]


@st.composite
def conditions(draw: st.DrawFn) -> Condition:
    field = draw(st.sampled_from(sorted(TYPES)))
    kind = TYPES[field]
    operator = draw(st.sampled_from(OPERATORS[kind]))
    if operator in WITHOUT_VALUE:
        return Condition(field, operator)
    if operator in MANY_VALUES:
        return Condition(field, operator, tuple(draw(st.lists(TEXTS, min_size=1, max_size=3))))
    if operator in TO_FIELDS:
        return Condition(field, operator, draw(st.sampled_from(DATE_NAMES)))
    return Condition(field, operator, draw(VALUES[kind]))


def parts(numbers: list[int]) -> st.SearchStrategy[Part]:
    """Ways to join the conditions of these numbers, each mentioned at least once."""
    if len(numbers) == 1:
        ref: Part = Ref(numbers[0])
        return st.sampled_from([ref, Not(ref)])
    middle = st.integers(1, len(numbers) - 1)
    halves = middle.flatmap(lambda at: st.tuples(parts(numbers[:at]), parts(numbers[at:])))
    either = st.sampled_from([Every, Some])
    group = st.builds(lambda kind, two: joined(kind, list(two)), either, halves)
    return group | group.map(lambda part: part.part if isinstance(part, Not) else Not(part))


CRITERIA = st.lists(conditions(), min_size=1, max_size=5).flatmap(
    lambda found: parts(list(range(1, len(found) + 1))).map(lambda logic: Criteria(tuple(found), logic))
)


@st.composite
def cases(draw: st.DrawFn, criteria: Criteria) -> Names:
    """A case whose fields often hold what the conditions ask about."""
    values = missing_values() | {"case.custom.amount": 0.0, "case.custom.insured": False}
    values |= {"case.custom.due": MISSING_DATE, "case.custom.region": ""}
    for one in criteria.conditions:
        wanted = one.value[0] if isinstance(one.value, tuple) else one.value
        kind = TYPES[one.field]
        if wanted is not None and one.operator not in TO_FIELDS and draw(st.booleans()):
            values[one.field] = wanted
        elif draw(st.booleans()):
            values[one.field] = draw(VALUES[kind])
    return Names(values, CUSTOM)


class TestRowsAndExpressions:
    @settings(max_examples=100)
    @given(CRITERIA)
    def test_are_the_same_there_and_back(self, criteria: Criteria) -> None:
        text = written(criteria)
        if len(text) > 1000:
            return
        back = rows(text)
        assert back is not None
        assert rows(written(back)) == back
        if criteria.join != "custom" and len(set(criteria.conditions)) == len(criteria.conditions):
            assert back == criteria

    @settings(max_examples=80)
    @given(st.data())
    def test_mean_the_same_for_every_case(self, data: st.DataObject) -> None:
        criteria = data.draw(CRITERIA)
        text = written(criteria)
        back = read_criteria(text, TYPES)
        if len(text) > 1000 or back is None:
            return
        names = data.draw(cases(criteria))
        given_ = compile_expression(text, Kind.CONDITION, Scope.MILESTONE, CUSTOM).value(names)
        again = compile_expression(written(back), Kind.CONDITION, Scope.MILESTONE, CUSTOM).value(names)
        assert given_ == again

    @settings(max_examples=80)
    @given(CRITERIA)
    def test_logic_is_said_as_it_is_read(self, criteria: Criteria) -> None:
        assert read_logic(said(criteria.logic), len(criteria.conditions)) == criteria.logic


def test_rows_are_written_as_one_would_write_them() -> None:
    assert written(all_of(HIGH, GOLD)) == 'case.priority == "High" && account.tier in ["Gold", "Platinum"]'
    assert written(any_of(HIGH, OPEN)) == 'case.priority == "High" || !case.is_closed'
    custom = Criteria((HIGH, GOLD, OPEN), read_logic("1 AND (2 OR 3)", 3))
    assert written(custom) == (
        'case.priority == "High" && (account.tier in ["Gold", "Platinum"] || !case.is_closed)'
    )
