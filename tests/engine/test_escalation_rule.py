"""The escalation rule at work: clocks on open cases, actions at their ages, and edits of the rule."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User

from cases.engine.due import tick
from cases.engine.rule_clock import notice_changed_rule
from cases.models import Case, CaseEvent, Escalation, EscalationStep, Notification, RuleClock
from cases.operations import add_note, change_case, receive_customer_message, reply_to_case, stop_case
from entitlements.models import EscalationRule, Queue, RuleEntry
from tests.escalation_rows import make_ladder, make_rule
from tests.factory import NOON, first_response, make_case, make_customer, make_desk, make_process, make_user

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
NOTIFY = {"notify": {"to": ["supervisors"]}}


@pytest.fixture(autouse=True)
def desk() -> None:
    make_desk()
    Queue.objects.create(name="Tier 2")
    make_user("ada")
    make_user("sue", "Supervisors")


@pytest.fixture
def ada() -> User:
    return User.objects.get(username="ada")


def case(**given: Any) -> Case:
    given.setdefault("account", make_customer(make_process("", first_response(60))))
    return make_case(now=NOON, **given)


def due(one: Case) -> timedelta | None:
    """How long after the creation the rule comes next."""
    at = RuleClock.objects.get(case=one).due_at
    return at - NOON if at else None


def ages(one: Case) -> list[tuple[str, int]]:
    return list(EscalationStep.objects.filter(case=one).order_by("due", "pk").values_list("entry", "age"))


class TestTheClock:
    def test_is_set_when_a_case_is_created(self) -> None:
        make_rule({"actions": {240: NOTIFY}})
        assert due(case()) == 4 * HOUR

    def test_is_none_where_no_rule_is_active(self) -> None:
        make_rule({"actions": {240: NOTIFY}})
        EscalationRule.objects.get().delete()
        case()
        assert not RuleClock.objects.exists()

    def test_follows_the_first_entry_that_fits(self) -> None:
        make_rule(
            {"when": 'case.priority == "High"', "actions": {60: NOTIFY}},
            {"name": "Rest", "actions": {240: NOTIFY}},
        )
        assert (due(case(priority="High")), due(case())) == (HOUR, 4 * HOUR)

    def test_changes_with_the_case(self, ada: User) -> None:
        make_rule({"when": 'case.priority == "High"', "actions": {60: NOTIFY}})
        one = case()
        assert due(one) is None
        change_case(one.pk, fields={"priority": "High"}, by=ada, now=NOON + HOUR / 2)
        assert due(one) == HOUR

    def test_ends_with_the_case(self, ada: User) -> None:
        make_rule({"actions": {240: NOTIFY}})
        one = case()
        change_case(one.pk, fields={"status": "Closed"}, by=ada, now=NOON + HOUR)
        assert due(one) is None

    def test_stands_still_while_the_case_is_stopped(self, ada: User) -> None:
        make_rule({"actions": {240: NOTIFY}})
        one = case()
        stop_case(one.pk, reason="A part", by=ada, now=NOON + HOUR)
        assert due(one) is None

    def test_begins_anew_with_what_an_agent_does_where_that_is_said(self, ada: User) -> None:
        make_rule({"since": "changed", "actions": {240: NOTIFY}})
        one = case()
        add_note(one.pk, body="Hm.", by=ada, now=NOON + HOUR)
        assert due(one) == 5 * HOUR

    def test_does_not_begin_anew_with_a_customers_message(self) -> None:
        make_rule({"since": "changed", "actions": {240: NOTIFY}})
        one = case()
        receive_customer_message(one.pk, body="Hello?", now=NOON + HOUR)
        assert due(one) == 4 * HOUR

    def test_is_disabled_by_the_first_change_of_an_agent_where_that_is_said(self, ada: User) -> None:
        make_rule({"until_changed": True, "actions": {240: NOTIFY}})
        one = case()
        reply_to_case(one.pk, body="Yes.", by=ada, now=NOON + HOUR)
        assert due(one) is None

    def test_counts_from_a_milestone_at_risk(self) -> None:
        make_rule({"since": "milestone_at_risk", "actions": {10: NOTIFY}})
        assert due(case()) == timedelta(minutes=55)

    def test_says_which_criteria_failed_once(self, ada: User) -> None:
        make_rule({"when": "1 / case.escalation_level == 1", "actions": {60: NOTIFY}})
        one = case()
        add_note(one.pk, body="Hm.", by=ada, now=NOON + HOUR)
        faults = CaseEvent.objects.filter(case=one, kind="fault")
        assert [fault.details["message"].partition(":")[0] for fault in faults] == [
            "Escalation rule, entry “Entry 1”"
        ]


class TestAnAge:
    def test_comes_once(self) -> None:
        make_rule({"actions": {60: NOTIFY, 120: NOTIFY}})
        one = case()
        for hours in (1, 1, 2, 3):
            tick(NOON + hours * HOUR, 10)
        assert ages(one) == [("Entry 1", 60), ("Entry 1", 120)]

    def test_tells_people(self) -> None:
        make_rule({"actions": {60: NOTIFY}})
        one = case()
        tick(NOON + HOUR, 10)
        assert Notification.objects.get().text == f"{one.number}: Entry 1 (Standard)"

    def test_assigns_to_a_queue_and_a_person(self) -> None:
        make_rule({"actions": {60: {"assign": {"queue": "Tier 2", "user": "ada"}}}})
        one = case()
        tick(NOON + HOUR, 10)
        one.refresh_from_db()
        assert (one.queue_id, one.owner and one.owner.username) == ("Tier 2", "ada")

    def test_an_assignment_to_nobody_is_a_fault_on_the_case(self) -> None:
        make_rule({"actions": {60: {"assign": {"queue": "Gone"}}}})
        one = case()
        tick(NOON + HOUR, 10)
        assert "Unknown queue “Gone”" in CaseEvent.objects.get(case=one, kind="fault").details["message"]

    def test_starts_a_ladder_that_takes_its_first_step_at_once(self) -> None:
        make_ladder("On call", (0, ["supervisors"]))
        make_rule({"actions": {60: {"escalate": {"level": 1, "ladder": "On call"}}}})
        one = case()
        tick(NOON + HOUR, 10)
        assert Escalation.objects.get(case=one).reason == "Entry 1, Standard"
        assert EscalationStep.objects.filter(case=one, escalation__isnull=False).count() == 1

    def test_of_a_milestone_starts_a_ladder_that_ends_with_it(self, ada: User) -> None:
        make_ladder("On call", (0, ["supervisors"]))
        act = {"escalate": {"level": 1, "ladder": "On call"}}
        make_rule({"since": "milestone_violated", "actions": {0: act}})
        one = case()
        tick(NOON + HOUR + timedelta(seconds=1), 10)
        reply_to_case(one.pk, body="Yes.", by=ada, now=NOON + 2 * HOUR)
        assert Escalation.objects.get(case=one).ended_how == "First Response was completed"

    def test_stands_on_the_timeline(self) -> None:
        make_rule({"actions": {60: NOTIFY}})
        one = case()
        tick(NOON + HOUR, 10)
        event = CaseEvent.objects.get(case=one, kind="escalation_rule_fired")
        assert (event.details["entry"], event.details["told"], event.at) == ("Entry 1", ["sue"], NOON + HOUR)

    def test_changes_nothing_about_when_an_agent_last_did_something(self) -> None:
        make_rule({"since": "changed", "actions": {60: {"assign": {"queue": "Tier 2"}}}})
        one = case()
        tick(NOON + HOUR, 10)
        tick(NOON + 5 * HOUR, 10)
        assert len(ages(one)) == 1

    def test_comes_again_for_the_next_change_where_age_counts_from_changes(self, ada: User) -> None:
        make_rule({"since": "changed", "actions": {60: NOTIFY}})
        one = case()
        tick(NOON + HOUR, 10)
        add_note(one.pk, body="Hm.", by=ada, now=NOON + 2 * HOUR)
        tick(NOON + 3 * HOUR, 10)
        assert len(ages(one)) == 2


class TestAnEditedRule:
    def test_reaches_open_cases_with_the_next_tick(self) -> None:
        one = case()
        notice_changed_rule(NOON)
        make_rule({"actions": {240: NOTIFY}})
        assert notice_changed_rule(NOON + HOUR) is True
        tick(NOON + HOUR, 10)
        assert (due(one), ages(one)) == (4 * HOUR, [])

    def test_is_noticed_once(self) -> None:
        make_rule({"actions": {240: NOTIFY}})
        assert [notice_changed_rule(NOON), notice_changed_rule(NOON)] == [True, False]

    def test_is_not_mistaken_for_another_change_of_setup(self) -> None:
        make_rule({"actions": {240: NOTIFY}})
        notice_changed_rule(NOON)
        Queue.objects.create(name="Another")
        assert notice_changed_rule(NOON) is False

    def test_that_is_no_longer_active_has_nothing_due(self) -> None:
        make_rule({"actions": {240: NOTIFY}})
        one = case()
        notice_changed_rule(NOON)
        EscalationRule.objects.get().delete()
        notice_changed_rule(NOON + HOUR)
        assert due(one) is None

    def test_does_again_what_it_has_done_only_under_another_name(self) -> None:
        make_rule({"actions": {60: NOTIFY}})
        one = case()
        tick(NOON + HOUR, 10)
        entry = RuleEntry.objects.get()
        entry.when = "!case.is_closed"
        entry.save()
        notice_changed_rule(NOON + 2 * HOUR)
        tick(NOON + 2 * HOUR, 10)
        assert len(ages(one)) == 1

    def test_fires_at_once_what_is_overdue_on_old_cases(self) -> None:
        one = case()
        make_rule({"actions": {60: NOTIFY}})
        notice_changed_rule(NOON + 3 * HOUR)
        tick(NOON + 3 * HOUR, 10)
        step = EscalationStep.objects.get(case=one)
        assert (step.due, step.fired_at) == (NOON + HOUR, NOON + 3 * HOUR)
