"""The triggers of a milestone as a ladder: in order, at their place on the axis, with words for each."""

from __future__ import annotations

from typing import Any

import pytest

from entitlements.models import ProcessMilestone, Trigger
from entitlements.queries.ladder import LEFT, RIGHT, Ladder, ladder_of
from tests.factory import make_process, make_user, success, violation, warning
from tests.setup.administrator import Setup, page, page_of
from tests.setup.steps import actions, new_process, new_row, new_trigger


def row_with(*triggers: Any, minutes: int | None = 240, formula: str = "") -> ProcessMilestone:
    milestone = {"milestone": "First Response", "minutes": minutes, "formula": formula, "triggers": triggers}
    return make_process("Premium", milestone, published=False).versions.get().rows.get()


def places(ladder: Ladder) -> list[float | None]:
    return [rung.x for rung in ladder.rungs]


@pytest.mark.django_db
class TestALadder:
    def test_is_in_the_order_of_time_with_success_last(self) -> None:
        row = row_with(success(), violation(60), warning(75), violation(), warning(None, 120))
        assert [rung.moment for rung in ladder_of(row).rungs] == [
            "Warning 2h before the target",
            "Warning at 75 % of the time",
            "Violation, at once",
            "Violation 1h after the target",
            "Success, at completion",
        ]

    def test_says_where_each_stands(self) -> None:
        row = row_with(warning(75), warning(None, 600), violation(), violation(90), success())
        assert [rung.where for rung in ladder_of(row).rungs] == [
            "At the start: it would be due before that",
            "3h after the start, 1h before the target",
            "As soon as the target has passed",
            "1h 30m after the target has passed",
            "Whenever it is completed, also late",
        ]

    def test_places_warnings_by_their_share_and_violations_behind_the_target(self) -> None:
        ladder = ladder_of(row_with(warning(50), violation(), violation(60), success()))
        middle, at_target, late, done = places(ladder)
        assert middle == (LEFT + ladder.target_x) / 2
        assert at_target == ladder.target_x
        assert late is not None
        assert ladder.target_x < late < RIGHT
        assert done is None

    def test_stacks_what_stands_close_together(self) -> None:
        ladder = ladder_of(row_with(warning(70), warning(72), warning(74), warning(20)))
        assert [rung.level for rung in ladder.rungs] == [0, 0, 1, 2]
        assert ladder.top == 0

    def test_of_a_formula_shows_the_order_alone(self) -> None:
        ladder = ladder_of(row_with(warning(None, 600), warning(50), minutes=None, formula="30"))
        assert ladder.by_formula
        assert places(ladder) == sorted(x for x in places(ladder) if x is not None)

    def test_has_words_for_who_does_not_see_it(self) -> None:
        assert ladder_of(row_with(warning(75), violation())).words == (
            "From the start to the target of 4h. 1: Warning at 75 % of the time. 2: Violation, at once."
        )


class TestThePageOfAMilestone:
    def test_draws_it_with_its_actions(self, setup: Setup) -> None:
        row = new_row(setup, new_process(setup))
        new_trigger(setup, row, kind="warning", percent="75", **actions({"kind": "escalate", "level": "2"}))
        empty = new_trigger(setup, row)
        text = setup.get(page_of(row)).content.decode()
        assert "Escalation to level 2" in text
        assert "3h after the start, 1h before the target" in text
        assert f"{page_of(empty)}?more=1" in text

    def test_says_what_to_do_without_any(self, setup: Setup) -> None:
        row = new_row(setup, new_process(setup))
        assert "Begin with a warning" in setup.get(page_of(row)).content.decode()


class TestRecipients:
    @pytest.fixture
    def row(self, setup: Setup) -> ProcessMilestone:
        make_user("bob", first_name="Bob", last_name="Stone")
        return new_row(setup, new_process(setup))

    def test_are_ticked_and_written(self, setup: Setup, row: ProcessMilestone) -> None:
        to = ["owner", "contact", "bob", "lead@example.com, boss@example.com"]
        trigger = new_trigger(setup, row, **actions({"kind": "email", "email_to": to}))  # type: ignore[dict-item]
        assert trigger.actions.get().parameters["to"] == [
            "owner",
            "contact",
            "bob",
            "lead@example.com",
            "boss@example.com",
        ]

    def test_are_shown_again_as_they_were_chosen(self, setup: Setup, row: ProcessMilestone) -> None:
        given = actions({"kind": "email", "email_to": "supervisors, bob, lead@example.com"})
        text = setup.get(page_of(new_trigger(setup, row, **given))).content.decode()
        assert 'id="id_actions-0-email_to_supervisors" value="supervisors" checked' in text
        assert 'value="bob" checked' in text
        assert "Bob Stone" in text
        assert 'id="id_actions-0-email_to_more" value="lead@example.com"' in text

    def test_of_a_task_is_one(self, setup: Setup, row: ProcessMilestone) -> None:
        given = actions({"kind": "task", "subject": "Call", "assign_to": "bob"})
        trigger = new_trigger(setup, row, **given)
        assert trigger.actions.get().parameters == {"subject": "Call", "assign_to": "bob"}
        assert (
            '<option value="bob" selected>Bob Stone</option>' in setup.get(page_of(trigger)).content.decode()
        )

    def test_that_are_gone_stay_visible(self, setup: Setup, row: ProcessMilestone) -> None:
        trigger = new_trigger(setup, row, **actions({"kind": "notify", "notify_to": "bob"}))
        trigger.actions.update(parameters={"to": ["nobody-any-more"]})
        assert 'value="nobody-any-more"' in setup.get(page_of(trigger)).content.decode()


class TestThePageOfATrigger:
    def test_shows_its_place_among_the_others(self, setup: Setup) -> None:
        row = new_row(setup, new_process(setup))
        trigger = new_trigger(setup, row)
        text = setup.get(page_of(trigger)).content.decode()
        assert "ladder-current" in text
        assert "ladder-axis" in setup.get(f"{page('trigger', 'add')}", row=str(row.pk)).content.decode()

    def test_takes_another_action_without_script(self, setup: Setup) -> None:
        row = new_row(setup, new_process(setup))
        trigger = new_trigger(setup, row, **actions({"kind": "escalate", "level": "1"}))
        assert 'name="actions-1-kind"' in setup.get(page_of(trigger), more="1").content.decode()
        first = trigger.actions.get()
        form = {
            "kind": "violation",
            "actions-TOTAL_FORMS": "2",
            "actions-INITIAL_FORMS": "1",
            "actions-0-id": str(first.pk),
            "actions-0-trigger": str(trigger.pk),
            "actions-0-kind": "escalate",
            "actions-0-level": "1",
            "actions-1-kind": "notify",
            "actions-1-notify_to": "owner",
        }
        setup.post(f"{page_of(trigger)}?more=1", **form)
        assert [one.kind for one in Trigger.objects.get().actions.all()] == ["escalate", "notify"]

    @pytest.mark.parametrize("kind", ["warning", "violation", "success", "party"])
    def test_begins_with_the_kind_that_was_asked_for(self, setup: Setup, kind: str) -> None:
        row = new_row(setup, new_process(setup))
        text = setup.get(page("trigger", "add"), row=str(row.pk), kind=kind).content.decode()
        assert (f'value="{kind}" id=' in text) is (kind != "party")
