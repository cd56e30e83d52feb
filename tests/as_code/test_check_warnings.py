"""What `sla check` warns of: legal, and yet dead or surprising."""

from __future__ import annotations

from pathlib import Path

import pytest

from entitlements.as_code.check import check_file
from entitlements.as_code.contents import known_in
from entitlements.as_code.document import parse_documents
from entitlements.as_code.places import YamlMapping
from entitlements.as_code.worlds import conjuncts, plain, worlds_of
from entitlements.core.expressions import compile_expression

HEAD = """settings:
  stages: [Intake, Done]
  priorities: [Low, Medium, High]
milestones: [{name: Answer}, {name: Update, recurrence: sequential}]
entitlement_processes:
  - name: P
    business_hours: 24/7
    milestones:
"""


@pytest.fixture
def warned(tmp_path: Path) -> Warned:
    return Warned(tmp_path)


class Warned:
    """The warnings of some configuration, `line: message`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def of(self, text: str) -> list[str]:
        file = self._folder / "file.yaml"
        file.write_text(text)
        found = check_file(str(file), 2026)
        assert all(one.is_warning for one in found), found
        return [f"{one.place.line}: {one.message}" for one in found]

    def rows(self, *rows: str) -> list[str]:
        return self.of(HEAD + "".join(f"      - {{{row}}}\n" for row in rows))


class TestATier:
    def test_after_one_without_criteria_can_never_run(self, warned: Warned) -> None:
        found = warned.rows("milestone: Answer, minutes: 5", "milestone: Answer, minutes: 9, when: true")
        why = "tier 1 before it has no criteria and is always taken; put it last"
        assert found == [f"10: tier 2 of Answer can never run: {why}"]

    def test_with_the_criteria_of_an_earlier_one_can_never_run(self, warned: Warned) -> None:
        found = warned.rows(
            "milestone: Answer, minutes: 5, when: account.tier == 'Gold'",
            "milestone: Answer, minutes: 9, when: account.tier  ==  'Gold'",
            "milestone: Answer, minutes: 20",
        )
        assert found == [
            "10: tier 2 of Answer can never run: tier 1 before it has the same criteria; change one of them"
        ]

    def test_that_earlier_ones_cover_together_can_never_run(self, warned: Warned) -> None:
        found = warned.rows(
            "milestone: Answer, minutes: 5, when: case.priority == 'High'",
            "milestone: Answer, minutes: 6, when: case.priority != 'High' && case.stage == 'Done'",
            "milestone: Answer, minutes: 7, when: case.priority == 'Low' && case.stage == 'Done'",
            "milestone: Answer, minutes: 9",
        )
        assert [one.partition(":")[0] for one in found] == ["11"]

    def test_whose_criteria_contradict_themselves_can_never_run(self, warned: Warned) -> None:
        row = "milestone: Answer, minutes: 5, when: case.priority == 'Low' && case.priority == 'High'"
        assert "9: Answer can never run: its criteria hold on no case; change “when”" in warned.rows(row)

    def test_for_cases_that_have_left_can_never_run(self, warned: Warned) -> None:
        found = warned.rows("milestone: Answer, minutes: 5, when: case.status == 'Closed'")
        assert "has left the process" in found[0]

    def test_of_another_milestone_is_none_of_its_business(self, warned: Warned) -> None:
        assert warned.rows("milestone: Answer, minutes: 5", "milestone: Update, minutes: 5") == []

    def test_with_criteria_that_cannot_be_tried_is_left_alone(self, warned: Warned) -> None:
        assert (
            warned.rows(
                "milestone: Answer, minutes: 5, when: case.subject.contains('a')",
                "milestone: Answer, minutes: 6, when: case.subject.contains('b')",
            )
            == []
        )


class TestPriorities:
    def test_that_no_tier_covers_are_named(self, warned: Warned) -> None:
        found = warned.rows(
            "milestone: Answer, minutes: 5, when: case.priority == 'High'",
            "milestone: Answer, minutes: 6, when: case.priority == 'Low' && case.stage == 'Done'",
        )
        assert found == [
            "9: no tier of Answer covers the priority Medium: such a case has no Answer; "
            "add a last tier without “when”, if it should"
        ]

    def test_are_covered_by_a_last_tier(self, warned: Warned) -> None:
        row = "milestone: Answer, minutes: 5, when: case.priority == 'High'"
        assert warned.rows(row, "milestone: Answer, minutes: 9") == []

    def test_that_do_not_exist_are_named_in_criteria(self, warned: Warned) -> None:
        found = warned.rows("milestone: Answer, minutes: 5, when: case.priority != 'Hihg'")
        assert found == ["9: “when” asks for a priority “Hihg”, which does not exist; did you mean “High”?"]


class TestCompletion:
    @pytest.mark.parametrize(
        ("when", "completion"),
        [
            ("account.tier == 'A'", "{when: account.tier == 'A'}"),
            ("account.tier == 'A' && contact.email != ''", "{when: account.tier=='A'}"),
            ("case.priority == 'High'", "{when: case.priority != 'Low'}"),
            ("true", "{when: true}"),
        ],
    )
    def test_that_the_criteria_imply_is_named(self, warned: Warned, when: str, completion: str) -> None:
        rows = f"milestone: Answer, minutes: 5, when: {when}, complete_on: {completion}"
        assert any("Answer is completed as soon as it starts" in one for one in warned.rows(rows))

    def test_that_may_come_later_is_well(self, warned: Warned) -> None:
        when = "milestone: Update, minutes: 5, when: case.stage != 'Done'"
        assert warned.rows(when + ", complete_on: {when: case.stage == 'Done'}") == []


class TestTriggers:
    def test_that_warn_before_the_start_are_named(self, warned: Warned) -> None:
        found = warned.rows("milestone: Answer, minutes: 30, triggers: [{warning: 1h}, {warning: 20m}]")
        assert found == [
            "9: a warning 60 minutes before a target of 30 minutes comes at the very start; "
            "warn later, for example at 75%"
        ]

    def test_that_tell_nobody_are_named(self, warned: Warned) -> None:
        actions = "[{email: {template: late}}, {notify: {to: []}}, {notify: {to: [owner]}}]"
        triggers = f"[{{violation: 0m, actions: {actions}}}]"
        found = warned.rows(f"milestone: Answer, minutes: 5, triggers: {triggers}")
        assert [one.partition(" has")[0] for one in found] == ["9: email", "9: notify"]


class TestHours:
    def test_that_are_missing_tick_day_and_night(self, warned: Warned) -> None:
        head = HEAD.replace("    business_hours: 24/7\n", "")
        found = warned.of(head + "      - {milestone: Answer, minutes: 5}")
        assert found == [
            "6: the process “P” has no business hours: nights and weekends count; "
            "if that is meant, write business_hours: 24/7"
        ]

    @pytest.mark.parametrize(
        ("holidays", "expected"),
        [
            ("[{name: H, date: 2025-12-25}]", 1),
            ("[{name: H, date: 2026-12-25}]", 0),
            ("[{name: H, date: 2025-12-25, repeats: FREQ=YEARLY}]", 0),
        ],
    )
    def test_without_holidays_in_the_year_are_named(
        self, warned: Warned, holidays: str, expected: int
    ) -> None:
        hours = "business_hours: [{name: A, open: {mon-fri: '09:00-17:00'}, holidays: [H]}]\n"
        assert len(warned.of(f"{hours}holidays: {holidays}")) == expected

    def test_with_public_holidays_are_well(self, warned: Warned) -> None:
        text = "business_hours: [{name: A, open: {mon-fri: '09:00-17:00'}, public_holidays: US}]"
        assert warned.of(text) == []


def test_a_status_that_stops_no_clock_is_named(warned: Warned) -> None:
    found = warned.of("settings:\n  statuses:\n    - {name: A}\n    - {name: B, stops_clock: true}")
    assert found == [
        "4: the status “B” stops no clock: pausing of case milestones is not allowed; "
        "set allow_pausing: true, or take stops_clock out"
    ]


def test_a_person_who_is_there_twice_is_named(warned: Warned) -> None:
    found = warned.of("contacts:\n  - {account: A, name: Ann}\n  - {name: Ann, account: A}\n")
    assert found == [
        "3: “A / Ann” is there twice in contacts: it stands in line 2 already; rename or remove one"
    ]


def config_of(text: str) -> YamlMapping:
    found: YamlMapping = parse_documents(text, "file")[0][0].value
    return found


class TestWorlds:
    WORLDS = worlds_of(config_of(HEAD + "      []\n"), known_in(config_of(HEAD + "      []\n")).custom)

    def test_a_closed_status_and_is_closed_are_one(self) -> None:
        closed = compile_expression("case.is_closed")
        assert self.WORLDS.implies(compile_expression("case.status == 'Closed'"), closed)
        assert not self.WORLDS.implies(compile_expression("case.status == 'New'"), closed)

    def test_what_cannot_be_tried_implies_nothing(self) -> None:
        assert self.WORLDS.of(compile_expression("case.reopen_count > 2")) is None

    def test_blanks_mean_nothing_but_between_quotes(self) -> None:
        assert plain("a  == 'b  c'") == "a=='b  c'"

    def test_conjuncts_are_taken_apart_only_where_that_is_safe(self) -> None:
        assert conjuncts("a && b") == {"a&&b", "a", "b"}
        assert conjuncts("a && b || c") == {"a&&b||c"}
        assert conjuncts("a == ' && b'") == {"a==' && b'"}
