"""Ladders and escalation rules in Setup."""

from __future__ import annotations

from typing import Any

import pytest

from entitlements.models import (
    BusinessHours,
    EscalationLadder,
    EscalationRule,
    LadderLevel,
    RuleAction,
    RuleEntry,
)
from tests.escalation_rows import make_ladder, make_rule
from tests.factory import make_hours, make_process, make_user, violation
from tests.setup.administrator import Setup, errors, page, page_of

NOTIFY = {"notify": {"to": ["supervisors"]}}


def rows(prefix: str, *given: dict[str, Any], before: int = 0) -> dict[str, Any]:
    """An inline's rows as the browser posts them."""
    posted: dict[str, Any] = {f"{prefix}-TOTAL_FORMS": len(given), f"{prefix}-INITIAL_FORMS": before}
    for number, row in enumerate(given):
        posted |= {f"{prefix}-{number}-{name}": value for name, value in row.items()}
    return posted


def ladder(setup: Setup, *levels: dict[str, Any], **given: Any) -> Any:
    fields = {"name": "On call", "counts_in": "always", "repeat": "0", **given}
    return setup.add("escalationladder", **fields, **rows("levels", *levels))


class TestALadder:
    def test_is_made_with_its_levels(self, setup: Setup) -> None:
        ladder(
            setup, {"after": "0m", "to": "on_duty"}, {"after": "1h", "to": "supervisors, lead@example.com"}
        )
        assert [(one.after, one.to) for one in LadderLevel.objects.all()] == [
            (0, ["on_duty"]),
            (60, ["supervisors", "lead@example.com"]),
        ]

    def test_says_how_it_is_climbed(self, setup: Setup) -> None:
        make_ladder("On call", (0, ["on_duty"]), (30, ["supervisors"]), repeat=1, repeat_after=60)
        answer = " ".join(setup.get(page_of(EscalationLadder.objects.get())).content.decode().split())
        assert "<strong>at once</strong>: who is on duty" in answer
        assert '<strong>after 2h</strong> <span class="quiet">(round 2)</span>: the supervisors' in answer

    @pytest.mark.parametrize(
        ("level", "said"),
        [
            ({"after": "0m", "to": ""}, "Say whom this level tells."),
            ({"after": "soon", "to": "owner"}, "is not a duration"),
            ({"after": "9999d", "to": "owner"}, "more than ten years"),
            ({"after": "5m", "to": "nobody"}, "neither an active user nor one of"),
            ({"after": "5m", "to": "a@b@c"}, "Enter a valid email address."),
        ],
    )
    def test_with_a_wrong_level_is_refused_at_the_field(
        self, setup: Setup, level: dict[str, Any], said: str
    ) -> None:
        assert said in ladder(setup, level).content.decode()
        assert not EscalationLadder.objects.exists()

    def test_without_levels_is_refused(self, setup: Setup) -> None:
        assert "A ladder needs a level" in errors(ladder(setup))

    def test_with_two_levels_at_once_is_refused(self, setup: Setup) -> None:
        same = {"after": "5m", "to": "owner"}
        assert "duplicate" in ladder(setup, same, same).content.decode()
        assert not EscalationLadder.objects.exists()

    def test_that_begins_again_says_when(self, setup: Setup) -> None:
        answer = ladder(setup, {"after": "5m", "to": "owner"}, repeat="2")
        assert "how long after the last level" in answer.content.decode()

    def test_in_named_hours_names_them(self, setup: Setup) -> None:
        answer = ladder(setup, {"after": "5m", "to": "owner"}, counts_in="named")
        assert "Choose the business hours." in errors(answer, "business_hours")

    def test_keeps_its_name(self, setup: Setup) -> None:
        one = make_ladder()
        setup.change(one, name="Other", counts_in="always", repeat="0", **rows("levels"))
        one.refresh_from_db()
        assert one.name == "On call"

    def test_in_use_is_not_deleted(self, setup: Setup) -> None:
        one = make_ladder()
        late = violation(0, {"kind": "escalate", "level": 1, "ladder": "On call"})
        make_process("P", {"milestone": "M", "minutes": 5, "triggers": [late]})
        answer = setup.delete(one)
        assert EscalationLadder.objects.exists()
        assert "Milestone: M" in answer.content.decode()

    def test_used_by_a_rule_is_not_deleted(self, setup: Setup) -> None:
        one = make_ladder()
        make_rule({"actions": {60: {"escalate": {"ladder": "On call"}}}})
        setup.delete(one)
        assert EscalationLadder.objects.exists()

    def test_keeps_hours_from_being_deleted(self, setup: Setup) -> None:
        hours = make_hours("Night")
        make_ladder(counts_in="named", business_hours=hours)
        assert "Escalation ladder" in setup.delete(hours).content.decode()
        assert BusinessHours.objects.exists()


ACTION = {"after": "4h", "notify_to": "supervisors"}


def entry(setup: Setup, rule: EscalationRule, *actions: dict[str, Any], **given: Any) -> Any:
    fields = {"name": "High", "since": "created", "counts_in": "always", "when": "", **given}
    return setup.add("ruleentry", f"?rule={rule.pk}", **fields, **rows("actions", *actions))


@pytest.fixture
def rule(desk: None) -> EscalationRule:
    return EscalationRule.objects.create(name="Standard")


class TestARule:
    def test_is_made_and_then_asks_for_entries(self, setup: Setup) -> None:
        answer = setup.add("escalationrule", name="Standard", is_active="on")
        assert "No entries yet." in answer.content.decode()

    def test_is_the_only_active_one(self, setup: Setup) -> None:
        make_rule({"actions": {60: NOTIFY}})
        answer = setup.add("escalationrule", name="Another", is_active="on")
        assert errors(answer, "is_active") == "“Standard” is active. Make it inactive first."

    def test_lists_its_entries_in_words(self, setup: Setup) -> None:
        make_rule(
            {"name": "High", "when": 'case.priority == "High"', "actions": {240: NOTIFY}},
            {"name": "Rest", "counts_in": "case", "actions": {60: {"assign": {"queue": "Claims"}}}},
        )
        answer = setup.get(page_of(EscalationRule.objects.get())).content.decode()
        assert "Priority equals High" in answer
        assert "after 4h: notify the supervisors" in answer
        assert "after 1h: assign to Claims" in answer

    def test_says_which_entry_never_counts(self, setup: Setup) -> None:
        make_rule({"actions": {60: NOTIFY}}, {"actions": {60: NOTIFY}})
        answer = setup.get(page_of(EscalationRule.objects.get())).content.decode()
        assert answer.count("Never counts: an entry before it is for every case.") == 1

    def test_is_reordered_by_arrows(self, setup: Setup) -> None:
        one = make_rule({"name": "A", "actions": {60: NOTIFY}}, {"name": "B", "actions": {60: NOTIFY}})
        setup.post(page("ruleentry", "move", one.entries.get(name="B").pk), way="up")
        assert [str(each) for each in one.entries.all()] == ["B", "A"]

    def test_is_reordered_by_dragging(self, setup: Setup) -> None:
        one = make_rule(*({"name": name, "actions": {60: NOTIFY}} for name in "ABC"))
        keys = [str(one.entries.get(name=name).pk) for name in "CAB"]
        setup.post(page("escalationrule", "order", one.pk), order=",".join(keys))
        assert [str(each) for each in one.entries.all()] == ["C", "A", "B"]

    @pytest.mark.parametrize("order", ["", "x", "-1", "9" * 30, "1;DROP TABLE"])
    def test_stays_in_order_by_nonsense(self, setup: Setup, order: str) -> None:
        one = make_rule(*({"name": name, "actions": {60: NOTIFY}} for name in "AB"))
        setup.post(page("escalationrule", "order", one.pk), order=order)
        assert [str(each) for each in one.entries.all()] == ["A", "B"]


class TestAnEntry:
    def test_is_made_with_its_actions(self, setup: Setup, rule: EscalationRule) -> None:
        entry(setup, rule, ACTION, {"after": "1d", "queue": "Claims", "level": "2"})
        assert [(one.after, one.parts) for one in RuleAction.objects.all()] == [
            (240, NOTIFY),
            (1440, {"assign": {"queue": "Claims"}, "escalate": {"level": 2}}),
        ]

    def test_is_shown_as_it_was_made(self, setup: Setup, rule: EscalationRule) -> None:
        make_ladder()
        make_user("bob")
        entry(
            setup,
            rule,
            {"after": "4h", "ladder": "On call", "user": "bob", "email_to": "x@example.com"},
            since="milestone_violated",
        )
        before = RuleAction.objects.get().parts
        made = RuleEntry.objects.get()
        fields = setup.get(page_of(made)).context["inline_admin_formsets"][0].formset.forms[0].initial
        assert (fields["ladder"], fields["user"], fields["email_to"]) == ("On call", "bob", ["x@example.com"])
        assert before == {
            "assign": {"user": "bob"},
            "escalate": {"level": 1, "ladder": "On call"},
            "email": {"to": ["x@example.com"]},
        }

    @pytest.mark.parametrize(
        ("given", "said"),
        [
            ({"when": "case.prio == 1"}, "unknown name “case.prio”"),
            ({"when": "().__class__"}, "column"),
            ({"name": ""}, "This field is required."),
            ({"counts_in": "named"}, "Choose the business hours."),
        ],
    )
    def test_with_a_wrong_field_is_refused_there(
        self, setup: Setup, rule: EscalationRule, given: dict[str, Any], said: str
    ) -> None:
        assert said in entry(setup, rule, ACTION, **given).content.decode()
        assert not RuleEntry.objects.exists()

    def test_without_an_action_is_refused(self, setup: Setup, rule: EscalationRule) -> None:
        assert "An entry needs an action" in errors(entry(setup, rule))

    def test_with_an_action_that_does_nothing_is_refused(self, setup: Setup, rule: EscalationRule) -> None:
        assert "Say what happens at this age." in entry(setup, rule, {"after": "4h"}).content.decode()

    def test_with_two_actions_at_an_age_is_refused(self, setup: Setup, rule: EscalationRule) -> None:
        entry(setup, rule, ACTION, ACTION)
        assert not RuleEntry.objects.exists()

    def test_with_six_actions_is_refused(self, setup: Setup, rule: EscalationRule) -> None:
        six = [{"after": f"{hours}h", "notify_to": "owner"} for hours in range(1, 7)]
        entry(setup, rule, *six)
        assert not RuleEntry.objects.exists()

    def test_of_a_name_that_is_there_is_refused(self, setup: Setup, rule: EscalationRule) -> None:
        entry(setup, rule, ACTION)
        assert "an entry of that name already" in errors(entry(setup, rule, ACTION), "name")

    def test_of_no_rule_is_sent_back(self, setup: Setup) -> None:
        for query in ("", "?rule=x", "?rule=99", f"?rule={'9' * 30}"):
            answer = setup.get(f"{page('ruleentry', 'add')}{query}")
            assert "Open a rule and choose New Entry there." in answer.content.decode()


def test_an_action_of_a_trigger_starts_a_ladder(setup: Setup) -> None:
    make_ladder()
    row = make_process("P", published=False).versions.get().rows.all()[0]
    action = {"kind": "escalate", "level": "1", "ladder": "On call", "position": "0"}
    answer = setup.add("trigger", f"?row={row.pk}", kind="violation", minutes="0m", **rows("actions", action))
    assert row.triggers.get().actions.get().parameters == {"level": 1, "ladder": "On call"}, answer
