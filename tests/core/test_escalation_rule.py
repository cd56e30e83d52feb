"""Which entry of the escalation rule counts for a case, from when it is aged, and what comes when."""

from __future__ import annotations

from collections.abc import Collection

from entitlements.core.definition import HoursFrom
from entitlements.core.escalation_rule import (
    AgeAction,
    Done,
    EscalationRule,
    RuleEntry,
    Since,
    anchor_of,
    entry_for,
    next_actions,
)
from entitlements.core.evaluation import names_of
from entitlements.core.expressions import compile_expression
from tests.core.desk import Case, clock, row, t
from tests.core.office import office

AT_RISK = 75
FOUR_HOURS = (AgeAction(240, {"notify": {"to": ["owner"]}}),)


def entry(name: str = "Any", when: str = "", **given: object) -> RuleEntry:
    given.setdefault("actions", FOUR_HOURS)
    return RuleEntry(name, compile_expression(when) if when else None, **given)  # type: ignore[arg-type]


def chosen(case: Case, *entries: RuleEntry) -> str:
    found, _ = entry_for(EscalationRule("Standard", entries), names_of(case.state, case.process))
    return found.name if found else ""


def anchor(case: Case, one: RuleEntry, changed: str = "") -> str:
    found = anchor_of(one, case.state, t(changed) if changed else None, AT_RISK)
    return f"{found.subject} {clock(found.at)}" if found else ""


def coming(case: Case, one: RuleEntry, done: Collection[Done] = ()) -> list[tuple[int, str]]:
    found = anchor_of(one, case.state, None, AT_RISK)
    assert found is not None
    return [(due.action.after, clock(due.due)) for due in next_actions(one, found, case.state, done)]


class TestTheEntry:
    def test_is_the_first_whose_criteria_hold(self) -> None:
        case = Case(row(), priority="High")
        entries = entry("Low", 'case.priority == "Low"'), entry("High", 'case.priority == "High"'), entry()
        assert chosen(case, *entries) == "High"

    def test_without_criteria_fits_every_case(self) -> None:
        assert chosen(Case(row()), entry()) == "Any"

    def test_may_be_none(self) -> None:
        assert chosen(Case(row()), entry("Low", 'case.priority == "Low"')) == ""

    def test_whose_criteria_fail_does_not_fit_and_is_told(self) -> None:
        rule = EscalationRule("Standard", (entry("Broken", "1 / case.escalation_level == 1"), entry()))
        case = Case(row())
        found, faults = entry_for(rule, names_of(case.state, case.process))
        assert found is not None
        assert (found.name, [fault.entry for fault in faults]) == ("Any", ["Broken"])


class TestTheAge:
    def test_counts_from_the_creation(self) -> None:
        assert anchor(Case(row()), entry()) == "created 09:00"

    def test_counts_from_what_an_agent_last_did(self) -> None:
        found = anchor(Case(row()), entry(since=Since.CHANGED), changed="09:30")
        assert found == "changed 2026-03-02T09:30:00+00:00 09:30"

    def test_counts_from_the_creation_while_nobody_has_done_anything(self) -> None:
        assert anchor(Case(row()), entry(since=Since.CHANGED)).endswith(" 09:00")

    def test_counts_from_when_a_milestone_will_be_at_risk(self) -> None:
        assert anchor(Case(row(minutes=60)), entry(since=Since.AT_RISK)) == "at risk Resolution 1 09:45"

    def test_counts_from_when_a_milestone_will_be_late(self) -> None:
        found = anchor(Case(row(minutes=60)), entry(since=Since.VIOLATED))
        assert found == "violated Resolution 1 10:00:00.000001"

    def test_counts_from_when_it_became_late(self) -> None:
        case = Case(row(minutes=60)).until("12:00")
        assert anchor(case, entry(since=Since.VIOLATED)) == "violated Resolution 1 10:00"

    def test_counts_from_the_first_of_several_milestones(self) -> None:
        case = Case(row("Resolution", 60), row("First Response", 30))
        assert anchor(case, entry(since=Since.AT_RISK)) == "at risk First Response 1 09:22:30"

    def test_is_none_when_the_milestone_is_completed(self) -> None:
        assert anchor(Case(row()).complete("09:30"), entry(since=Since.VIOLATED)) == ""

    def test_is_none_when_the_case_is_closed(self) -> None:
        assert anchor(Case(row()).close("09:30"), entry()) == ""

    def test_ends_with_the_first_change_where_that_is_said(self) -> None:
        once = entry(until_changed=True)
        assert (anchor(Case(row()), once), anchor(Case(row()), once, "09:30")) == ("created 09:00", "")


class TestTheActions:
    ages = tuple(AgeAction(after, {"notify": {"to": ["owner"]}}) for after in (30, 60))

    def test_come_at_their_ages(self) -> None:
        assert coming(Case(row()), entry(actions=self.ages)) == [(30, "09:30"), (60, "10:00")]

    def test_come_once(self) -> None:
        done = {("Any", "created", 30)}
        assert coming(Case(row()), entry(actions=self.ages), done) == [(60, "10:00")]

    def test_of_another_entry_are_others(self) -> None:
        done = {("Other", "created", 30)}
        assert coming(Case(row()), entry(actions=self.ages), done)[0] == (30, "09:30")

    def test_count_in_the_entrys_hours(self) -> None:
        """Berlin: 13 to 14 o'clock is a break, and at 18 o'clock the office closes."""
        found = coming(Case(row(), at="11:30"), entry(hours=office(), actions=self.ages))
        assert found == [(30, "12:00"), (60, "13:30")]

    def test_count_in_the_cases_hours_where_that_is_said(self) -> None:
        case = Case(row(), at="11:30")
        case.state.case_hours = office()
        mine = entry(hours_from=HoursFrom.CASE, actions=self.ages)
        assert coming(case, mine) == coming(case, entry(hours=office(), actions=self.ages))

    def test_wait_while_the_case_is_stopped(self) -> None:
        case = Case(row()).stop("09:10")
        assert coming(case, entry(actions=self.ages)) == []

    def test_are_put_off_by_a_stop(self) -> None:
        case = Case(row()).stop("09:10").resume("09:40")
        assert coming(case, entry(actions=self.ages)) == [(30, "10:00"), (60, "10:30")]
