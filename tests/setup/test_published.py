"""What was published never changes; new versions, retiring, deleting."""

from __future__ import annotations

import pytest

from entitlements.models import EntitlementProcess, ProcessVersion, VersionState
from entitlements.models.process import PublishedVersion
from entitlements.operations.versions import lock_draft, publish_version
from tests.factory import (
    NOON,
    first_response,
    make_account,
    make_case,
    make_customer,
    make_entitlement,
    make_process,
    violation,
    warning,
)
from tests.setup.administrator import Setup, page, page_of
from tests.setup.steps import PLAIN_ROW, actions, new_process, new_row, new_trigger


@pytest.fixture
def published(desk: None) -> ProcessVersion:
    row = first_response(60, triggers=[warning(75, 0, {"kind": "notify", "to": ["owner"]}), violation()])
    return make_process("Premium", row).versions.get()


class TestAPublishedVersion:
    @pytest.mark.parametrize("state", [VersionState.PUBLISHED, VersionState.RETIRED])
    def test_refuses_every_change_posted_by_hand(
        self, setup: Setup, published: ProcessVersion, state: str
    ) -> None:
        ProcessVersion.objects.update(state=state)
        row = published.rows.get()
        trigger = row.triggers.first()
        for thing in (published, row, trigger):
            assert setup.change(thing, notes="x", minutes="1", kind="violation").status_code == 403
            assert setup.delete(thing).status_code == 403
        assert published.rows.get().minutes == 60
        assert row.triggers.count() == 2

    def test_refuses_new_milestones_and_triggers(self, setup: Setup, published: ProcessVersion) -> None:
        row = published.rows.get()
        answer = setup.add(
            "processmilestone", f"?version={published.pk}", milestone=str(row.milestone_id), **PLAIN_ROW
        )
        assert "it never changes" in answer.content.decode()
        setup.add("trigger", f"?row={row.pk}", kind="violation", **actions())
        assert (published.rows.count(), row.triggers.count()) == (1, 2)

    def test_refuses_new_actions_of_its_triggers(self, setup: Setup, published: ProcessVersion) -> None:
        trigger = published.rows.get().triggers.last()
        assert trigger is not None
        form = actions({"kind": "escalate", "level": "1"})
        assert setup.change(trigger, kind="violation", **form).status_code == 403
        assert not trigger.actions.exists()

    def test_refuses_another_order(self, setup: Setup) -> None:
        version = make_process("Standard").versions.get()
        first, last = version.rows.all()
        answer = setup.post(page_of(last, "move"), way="up")
        assert "it never changes" in answer.content.decode()
        assert list(version.rows.all()) == [first, last]

    def test_is_shown_in_words(self, setup: Setup, published: ProcessVersion) -> None:
        row = published.rows.get()
        assert "the case is closed" in setup.get(page_of(published)).content.decode()
        assert "A public reply by an agent" in setup.get(page_of(row)).content.decode()
        trigger = row.triggers.first()
        assert "In-app notification to owner" in setup.get(page_of(trigger)).content.decode()

    def test_cannot_be_published_again(self, setup: Setup, published: ProcessVersion) -> None:
        answer = setup.post(page_of(published, "publish"))
        assert "it never changes" in answer.content.decode()

    def test_is_refused_by_the_operations_too(self, published: ProcessVersion) -> None:
        with pytest.raises(PublishedVersion):
            lock_draft(published)

    def test_that_was_published_while_its_page_was_open_says_so(
        self, setup: Setup, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        row = new_row(setup, new_process(setup))
        publish = "entitlements.admin.child.lock_draft"

        def published_meanwhile(version: ProcessVersion) -> None:
            publish_version(version, None, NOON)
            raise PublishedVersion("Premium v1 is published: it never changes.")

        monkeypatch.setattr(publish, published_meanwhile)
        answer = setup.change(row, milestone=str(row.milestone_id), **PLAIN_ROW | {"minutes": "5m"})
        assert "it never changes" in answer.content.decode()
        row.refresh_from_db()
        assert row.minutes == 240


class TestANewVersion:
    def new_version(self, setup: Setup, process: EntitlementProcess) -> ProcessVersion:
        setup.post(page_of(process, "new_version"))
        return process.versions.get(state=VersionState.DRAFT)

    def test_is_a_copy_of_the_published_one(self, setup: Setup, published: ProcessVersion) -> None:
        draft = self.new_version(setup, published.process)
        row = draft.rows.get()
        assert draft.number == 2
        assert (row.minutes, row.completed_by) == (60, "agent_reply")
        assert [(one.kind, one.percent) for one in row.triggers.all()] == [
            ("warning", 75),
            ("violation", None),
        ]
        assert row.triggers.all()[0].actions.get().parameters == {"to": ["owner"]}
        assert published.rows.get() != row

    def test_is_made_once(self, setup: Setup, published: ProcessVersion) -> None:
        draft = self.new_version(setup, published.process)
        answer = setup.post(page_of(published.process, "new_version"))
        assert "is a draft already" in answer.content.decode()
        assert published.process.versions.count() == 2
        assert answer.redirect_chain[-1][0] == page_of(draft)

    def test_is_not_made_by_following_a_link(self, setup: Setup, published: ProcessVersion) -> None:
        assert setup.get(page_of(published.process, "new_version")).status_code == 405
        assert published.process.versions.count() == 1

    def test_says_before_publication_what_changes(self, setup: Setup, published: ProcessVersion) -> None:
        draft = self.new_version(setup, published.process)
        row = draft.rows.get()
        setup.change(row, milestone=str(row.milestone_id), **PLAIN_ROW | {"minutes": "30m"})
        text = setup.get(page_of(draft, "publish")).content.decode()
        assert "<del>1h</del>" in text
        assert "<ins>30m</ins>" in text

    def test_retires_the_one_before_and_leaves_cases_under_way_alone(
        self, setup: Setup, published: ProcessVersion
    ) -> None:
        case = make_case(account=make_customer(published.process), now=NOON)
        draft = self.new_version(setup, published.process)
        assert "1 open case milestone" in setup.get(page_of(draft, "publish")).content.decode()
        setup.post(page_of(draft, "publish"), reason="The new contract")
        published.refresh_from_db()
        case.refresh_from_db()
        assert published.state == VersionState.RETIRED
        assert published.process.published_version() == draft
        assert case.process_version == published


class TestRetiring:
    def test_leaves_no_version_for_new_cases(self, setup: Setup, published: ProcessVersion) -> None:
        assert setup.get(page_of(published, "retire")).status_code == 200
        setup.post(page_of(published, "retire"))
        assert published.process.published_version() is None

    def test_is_for_the_published_version_only(self, setup: Setup) -> None:
        draft = new_process(setup)
        assert "is not published" in setup.post(page_of(draft, "retire")).content.decode()


class TestDeleting:
    def test_a_process_that_cases_are_in_is_refused_with_the_reason(
        self, setup: Setup, published: ProcessVersion
    ) -> None:
        make_case(account=make_customer(published.process), now=NOON)
        text = setup.delete(published.process).content.decode()
        assert "is in use and cannot be deleted" in text
        assert "1 case" in text
        assert EntitlementProcess.objects.filter(pk=published.process_id).exists()

    def test_a_process_that_was_published_is_refused(self, setup: Setup, published: ProcessVersion) -> None:
        assert "Published once" in setup.delete(published.process).content.decode()

    def test_a_process_that_somebody_was_promised_is_refused(self, setup: Setup) -> None:
        process = new_process(setup).process
        make_entitlement(make_account(), process)
        assert "is in use" in setup.delete(process).content.decode()

    def test_a_process_of_drafts_is_possible(self, setup: Setup) -> None:
        version = new_process(setup)
        new_trigger(setup, new_row(setup, version), **actions({"kind": "escalate", "level": "1"}))
        setup.delete(version.process)
        assert not EntitlementProcess.objects.exists()

    def test_a_draft_is_possible(self, setup: Setup, published: ProcessVersion) -> None:
        setup.post(page_of(published.process, "new_version"))
        draft = published.process.versions.get(number=2)
        answer = setup.delete(draft)
        assert published.process.versions.get() == published
        assert answer.redirect_chain[-1][0] == page_of(published.process)


class TestAPublishedMilestone:
    def test_keeps_its_name_and_its_recurrence_type(self, setup: Setup, published: ProcessVersion) -> None:
        milestone = published.rows.get().milestone
        setup.change(milestone, name="Other", recurrence="sequential", description="New words")
        milestone.refresh_from_db()
        assert (milestone.name, milestone.recurrence) == ("First Response", "none")
        assert milestone.description == "New words"

    def test_is_not_deleted(self, setup: Setup, published: ProcessVersion) -> None:
        text = setup.delete(published.rows.get().milestone).content.decode()
        assert "Entitlement process: Premium v1" in text


def test_versions_are_listed_with_their_cases(setup: Setup, published: ProcessVersion) -> None:
    make_case(account=make_customer(published.process), now=NOON)
    context = setup.get(page_of(published.process)).context
    (version,) = context["versions"]
    assert (version.open_cases, version.cases_ever, version.rows_there) == (1, 1, 1)
    assert setup.get(page("processversion")).redirect_chain[-1][0] == page("entitlementprocess")
