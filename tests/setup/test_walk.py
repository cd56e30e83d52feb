"""From an empty desk to a published process, page by page, as an administrator goes."""

from __future__ import annotations

from entitlements.models import (
    Action,
    EmailTemplate,
    EntitlementProcess,
    Milestone,
    ProcessVersion,
    VersionState,
)
from tests.setup.administrator import Setup, page, page_of
from tests.setup.steps import PLAIN_ROW, actions, new_process, new_row, new_trigger


class TestAMilestone:
    def test_is_made_with_name_description_and_recurrence_type(self, setup: Setup) -> None:
        setup.add("milestone", name="Customer Update", description="Tell them", recurrence="sequential")
        made = Milestone.objects.get()
        assert (made.name, made.description, made.recurrence) == (
            "Customer Update",
            "Tell them",
            "sequential",
        )

    def test_page_explains_each_recurrence_type(self, setup: Setup) -> None:
        text = setup.get(page("milestone", "add")).content.decode()
        assert "Once on a case" in text
        assert "one after the other" in text
        assert "side by side" in text

    def test_page_says_which_processes_use_it(self, setup: Setup) -> None:
        row = new_row(setup, new_process(setup))
        text = setup.get(page_of(row.milestone)).content.decode()
        assert page_of(row.version.process) in text
        assert page_of(row.version) in text


class TestANewProcess:
    def test_begins_with_a_draft_and_opens_it(self, setup: Setup) -> None:
        answer = setup.add("entitlementprocess", name="Premium", is_active="on")
        version = ProcessVersion.objects.get()
        assert (version.number, version.state) == (1, VersionState.DRAFT)
        assert answer.redirect_chain[-1][0] == page_of(version)

    def test_gets_milestones_from_its_version(self, setup: Setup) -> None:
        version = new_process(setup)
        milestone = Milestone.objects.create(name="Resolution")
        answer = setup.add(
            "processmilestone",
            f"?version={version.pk}",
            milestone=milestone.pk,
            **PLAIN_ROW | {"minutes": "1d 4h"},
        )
        row = version.rows.get()
        assert (row.minutes, row.position) == (28 * 60, 1)
        assert answer.redirect_chain[-1][0] == page_of(row)

    def test_shows_its_milestones_in_words(self, setup: Setup) -> None:
        version = new_process(setup)
        new_row(setup, version, when='case.priority == "High"')
        text = setup.get(page_of(version)).content.decode()
        assert "Priority equals High" in text
        assert "A public reply by an agent" in text
        assert "24/7: nights and weekends count (the process&#x27;s)" in text

    def test_goes_to_publication(self, setup: Setup) -> None:
        version = new_process(setup)
        new_trigger(setup, new_row(setup, version), kind="warning", percent="75")
        assert "First Response" in setup.get(page_of(version, "publish")).content.decode()
        setup.post(page_of(version, "publish"))
        version.refresh_from_db()
        assert version.state == VersionState.PUBLISHED
        assert version.published_by == setup.user
        assert version.published_at is not None

    def test_without_milestones_is_not_published(self, setup: Setup) -> None:
        version = new_process(setup)
        answer = setup.post(page_of(version, "publish"))
        assert "no milestones yet" in answer.content.decode()
        version.refresh_from_db()
        assert version.state == VersionState.DRAFT


class TestAMilestoneOfAProcess:
    def test_that_is_independent_goes_on_when_its_criteria_end_unless_told_otherwise(
        self, setup: Setup
    ) -> None:
        version = new_process(setup)
        callback = Milestone.objects.create(name="Callback", recurrence="independent")
        assert not new_row(setup, version, milestone=str(callback.pk)).cancel_when_criteria_end
        told = new_row(setup, version, milestone=str(callback.pk), cancel_when_criteria_end="yes")
        assert told.cancel_when_criteria_end
        assert new_row(setup, version).cancel_when_criteria_end

    def test_moves_up_and_down(self, setup: Setup) -> None:
        version = new_process(setup)
        first, second, third = (new_row(setup, version) for _ in range(3))
        setup.post(page_of(third, "move"), way="up")
        setup.post(page_of(first, "move"), way="up")
        assert list(version.rows.all()) == [first, third, second]
        setup.post(page_of(first, "move"), way="down")
        assert list(version.rows.all()) == [third, first, second]

    def test_is_deleted_from_a_draft_and_leads_back_to_it(self, setup: Setup) -> None:
        version = new_process(setup)
        answer = setup.delete(new_row(setup, version))
        assert not version.rows.exists()
        assert answer.redirect_chain[-1][0] == page_of(version)

    def test_is_offered_only_below_a_version(self, setup: Setup) -> None:
        new_process(setup)
        for query in ("", "?version=", "?version=x", "?version=99999999999999999999", "?version=²"):
            answer = setup.client.get(f"{page('processmilestone', 'add')}{query}")
            assert answer["Location"] == page("entitlementprocess")


class TestATrigger:
    def test_takes_actions_of_every_kind(self, setup: Setup) -> None:
        EmailTemplate.objects.create(name="late", subject="Late", body="…")
        row = new_row(setup, new_process(setup))
        given = actions(
            {"kind": "email", "email_to": "owner, Queue, lead@example.com", "template": "late"},
            {"kind": "task", "subject": "Call", "assign_to": "ada", "due": "1h 30m"},
            {"kind": "set", "set_priority": "High", "set_status": "Working"},
            {"kind": "assign", "queue": "Claims", "user": "ada"},
            {"kind": "escalate", "level": "2"},
            {"kind": "notify", "notify_to": "supervisors", "text": "Late!"},
        )
        trigger = new_trigger(setup, row, minutes="15m", **given)
        assert trigger.minutes == 15
        assert [(action.kind, action.parameters) for action in trigger.actions.all()] == [
            ("email", {"to": ["owner", "queue", "lead@example.com"], "template": "late"}),
            ("task", {"subject": "Call", "assign_to": "ada", "due": "1h 30m"}),
            ("set", {"priority": "High", "status": "Working"}),
            ("assign", {"queue": "Claims", "user": "ada"}),
            ("escalate", {"level": 2}),
            ("notify", {"to": ["supervisors"], "text": "Late!"}),
        ]

    def test_keeps_its_actions_when_it_is_saved_again(self, setup: Setup) -> None:
        trigger = new_trigger(
            setup, new_row(setup, new_process(setup)), **actions({"kind": "escalate", "level": "2"})
        )
        action = trigger.actions.get()
        form = {
            "actions-TOTAL_FORMS": "1",
            "actions-INITIAL_FORMS": "1",
            "actions-0-id": action.pk,
            "actions-0-trigger": trigger.pk,
            "actions-0-kind": "escalate",
            "actions-0-level": "3",
        }
        setup.change(trigger, kind="violation", minutes="", **form)
        action.refresh_from_db()
        assert action.parameters == {"level": 3}

    def test_page_is_filled_with_what_its_actions_say(self, setup: Setup) -> None:
        given = actions({"kind": "email", "email_to": "owner,queue"}, {"kind": "set", "set_stage": "Intake"})
        trigger = new_trigger(setup, new_row(setup, new_process(setup)), **given)
        text = setup.get(page_of(trigger)).content.decode()
        for word in ("owner", "queue"):
            assert f'id="id_actions-0-email_to_{word}" value="{word}" checked' in text
        assert '<option value="Intake" selected>' in text

    def test_keeps_what_a_field_update_sets_beyond_the_fields_of_the_page(self, setup: Setup) -> None:
        trigger = new_trigger(setup, new_row(setup, new_process(setup)))
        action = Action.objects.create(
            trigger=trigger, kind="set", parameters={"custom.region": "N", "priority": "Low"}
        )
        form = {
            "actions-TOTAL_FORMS": "1",
            "actions-INITIAL_FORMS": "1",
            "actions-0-id": action.pk,
            "actions-0-trigger": trigger.pk,
            "actions-0-kind": "set",
            "actions-0-set_priority": "High",
        }
        setup.change(trigger, kind="violation", **form)
        action.refresh_from_db()
        assert action.parameters == {"custom.region": "N", "priority": "High"}


class TestTheListOfProcesses:
    def test_says_which_version_is_published_and_which_a_draft(self, setup: Setup) -> None:
        version = new_process(setup)
        text = setup.get(page("entitlementprocess")).content.decode()
        assert "Version 1" in text
        assert EntitlementProcess.objects.get() == version.process
