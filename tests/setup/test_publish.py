"""Publishing with its preview, its scope and its reason; retiring; applying to open cases."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.utils import timezone

from cases.models import Case, Rollout
from cases.operations.rollout import roll_out
from entitlements.models import ProcessVersion, SetupChange, VersionState
from entitlements.operations.versions import new_draft
from tests.factory import first_response, make_case, make_customer, make_process, make_user, resolution
from tests.setup.administrator import Setup, page_of

APPLY = "/setup/entitlements/processversion/{}/apply/"


@pytest.fixture
def case(desk: None) -> Case:
    """Created half an hour ago: First Response in 60 minutes, Resolution in 480."""
    process = make_process("Premium", first_response(60), resolution(480))
    return make_case(account=make_customer(process), now=timezone.now() - timedelta(minutes=30))


@pytest.fixture
def draft(case: Case) -> ProcessVersion:
    """First Response would be late at once, Resolution later."""
    assert case.process_version is not None
    draft = new_draft(case.process_version.process)
    draft.rows.filter(milestone__name="First Response").update(minutes=20)
    draft.rows.filter(milestone__name="Resolution").update(minutes=600)
    return draft


def text_of(setup: Setup, version: ProcessVersion, verb: str = "publish") -> str:
    return " ".join(setup.get(page_of(version, verb)).content.decode().split())


class TestTheDialog:
    def test_says_what_changes_in_words(self, setup: Setup, draft: ProcessVersion) -> None:
        text = text_of(setup, draft)
        assert "Time trigger: <del>1h</del> → <ins>20m</ins>" in text
        assert "Time trigger: <del>8h</del> → <ins>10h</ins>" in text

    def test_says_which_open_milestones_would_move(
        self, setup: Setup, draft: ProcessVersion, case: Case
    ) -> None:
        text = text_of(setup, draft)
        assert "2 open milestones move: 1 later, 1 earlier. 1 would be late at once." in text
        assert f'href="/cases/{case.number}/"' in text

    def test_changes_nothing_by_being_looked_at(
        self, setup: Setup, draft: ProcessVersion, case: Case
    ) -> None:
        before = Case.objects.values().get()
        text_of(setup, draft)
        draft.refresh_from_db()
        assert (draft.state, Case.objects.values().get()) == ("draft", before)

    def test_wants_a_reason_for_what_replaces_another(self, setup: Setup, draft: ProcessVersion) -> None:
        answer = setup.post(page_of(draft, "publish"), scope="new", reason=" ")
        assert answer.status_code == 422
        assert "Say why" in answer.context["form"].errors["reason"][0]
        draft.refresh_from_db()
        assert draft.state == VersionState.DRAFT

    @pytest.mark.parametrize("given", [{"scope": "all"}, {"reason": "x" * 301}, {"reason": "a\0b"}])
    def test_refuses_wrong_values(self, setup: Setup, draft: ProcessVersion, given: dict[str, str]) -> None:
        answer = setup.post(page_of(draft, "publish"), **{"scope": "new", "reason": "x"} | given)
        assert answer.status_code == 422
        draft.refresh_from_db()
        assert draft.state == VersionState.DRAFT

    def test_notices_that_the_draft_was_changed_meanwhile(self, setup: Setup, draft: ProcessVersion) -> None:
        seen = setup.get(page_of(draft, "publish")).context["publication"].seen
        draft.rows.filter(milestone__name="Resolution").update(minutes=1)
        answer = setup.post(page_of(draft, "publish"), scope="open", reason="x", seen=seen)
        assert "changed since you looked at it" in answer.content.decode()
        draft.refresh_from_db()
        assert draft.state == VersionState.DRAFT

    def test_is_for_administrators(self, draft: ProcessVersion) -> None:
        agent = Setup(make_user("bob"))
        assert agent.post(page_of(draft, "publish"), reason="x").status_code == 403


class TestPublishing:
    def test_for_new_cases_only_leaves_open_ones_alone(
        self, setup: Setup, draft: ProcessVersion, case: Case
    ) -> None:
        setup.post(page_of(draft, "publish"), scope="new", reason="The new contract")
        draft.refresh_from_db()
        assert (draft.state, draft.published_reason) == ("published", "The new contract")
        assert not Rollout.objects.exists()

    def test_for_open_cases_too_leads_to_the_progress(self, setup: Setup, draft: ProcessVersion) -> None:
        answer = setup.post(page_of(draft, "publish"), scope="open", reason="The new contract")
        rollout = Rollout.objects.get()
        assert answer.redirect_chain[-1][0] == page_of(rollout)
        assert (rollout.by, rollout.reason, rollout.total) == (setup.user, "The new contract", 1)

    def test_says_of_the_one_before_why_it_was_retired(
        self, setup: Setup, draft: ProcessVersion, case: Case
    ) -> None:
        setup.post(page_of(draft, "publish"), scope="new", reason="The new contract")
        old = ProcessVersion.objects.get(number=1)
        assert (old.retired_by, old.retired_reason) == (setup.user, "Version 2 was published.")

    def test_is_written_into_the_history(self, setup: Setup, draft: ProcessVersion) -> None:
        setup.post(page_of(draft, "publish"), scope="open", reason="The new contract")
        entry = LogEntry.objects.get(object_id=str(draft.pk))
        assert entry.change_message == "Published, open cases go over too. The new contract"

    def test_twice_is_refused_the_second_time(self, setup: Setup, draft: ProcessVersion) -> None:
        for _ in range(2):
            answer = setup.post(page_of(draft, "publish"), scope="open", reason="x")
        assert "it never changes" in answer.content.decode()
        assert Rollout.objects.count() == 1


class TestRetiring:
    def test_keeps_who_and_why(self, setup: Setup, case: Case) -> None:
        version = case.process_version
        assert version is not None
        setup.post(page_of(version, "retire"), reason="The product is gone")
        version.refresh_from_db()
        assert (version.state, version.retired_by, version.retired_reason) == (
            "retired",
            setup.user,
            "The product is gone",
        )


class TestARollout:
    @pytest.fixture
    def rollout(self, setup: Setup, draft: ProcessVersion) -> Rollout:
        setup.post(page_of(draft, "publish"), scope="open", reason="x")
        return Rollout.objects.get()

    def test_is_asked_for_until_it_is_done(self, setup: Setup, rollout: Rollout) -> None:
        progress = page_of(rollout, "progress")
        assert "hx-get" in setup.get(progress).content.decode()
        while roll_out(timezone.now(), 10):
            continue
        text = setup.get(progress).content.decode()
        assert "hx-get" not in text
        assert "1 of 1 open case looked at: 1 moved, 2 targets with them" in " ".join(text.split())

    def test_is_stopped_and_goes_on(self, setup: Setup, rollout: Rollout) -> None:
        assert "Go on" in setup.post(page_of(rollout, "stop")).content.decode()
        assert not roll_out(timezone.now(), 10)
        setup.post(page_of(rollout, "go_on"))
        assert roll_out(timezone.now(), 10)

    def test_is_not_stopped_by_following_a_link(self, setup: Setup, rollout: Rollout) -> None:
        for verb in ("stop", "go_on"):
            assert setup.get(page_of(rollout, verb)).status_code == 405

    def test_lists_each_case_that_failed(self, setup: Setup, rollout: Rollout, case: Case) -> None:
        Case.objects.update(memory={"tracks": {"First Response": "gone"}})
        while roll_out(timezone.now(), 10):
            continue
        text = setup.get(page_of(rollout)).content.decode()
        assert "1 failed" in text
        assert f'href="/cases/{case.number}/"' in text
        assert "Try those that failed again" in text

    def test_stands_in_the_list_with_its_reason(self, setup: Setup, rollout: Rollout) -> None:
        text = setup.get("/setup/cases/rollout/").content.decode()
        assert "Premium v2" in text

    def test_is_neither_changed_nor_deleted(self, setup: Setup, rollout: Rollout) -> None:
        assert setup.delete(rollout).status_code == 403

    @pytest.mark.parametrize("key", ["0", "x", "²", "9" * 30])
    def test_of_an_odd_key_is_not_found(self, setup: Setup, key: str) -> None:
        for address in (
            f"rollout/{key}/progress/",
            f"rollout/{key}/change/",
            f"recalculation/{key}/progress/",
        ):
            assert setup.get(f"/setup/cases/{address}").status_code == 404


class TestApplyingLater:
    def test_shows_what_moves_and_begins_it(self, setup: Setup, draft: ProcessVersion) -> None:
        setup.post(page_of(draft, "publish"), scope="new", reason="x")
        text = " ".join(setup.get(APPLY.format(draft.pk)).content.decode().split())
        assert "1 open case is on another version" in text
        assert "2 open milestones move" in text
        setup.post(APPLY.format(draft.pk), reason="Now them too")
        assert Rollout.objects.get().reason == "Now them too"

    def test_is_for_published_versions(self, setup: Setup, draft: ProcessVersion) -> None:
        answer = setup.post(APPLY.format(draft.pk), reason="x")
        assert "is not published" in answer.content.decode()
        assert not Rollout.objects.exists()

    def test_says_when_nobody_is_behind(self, setup: Setup, case: Case) -> None:
        answer = setup.get(APPLY.format(case.process_version_id))
        assert "is on version 1 already" in answer.content.decode()


class TestTheHistory:
    def test_says_who_published_retired_and_applied_what_and_why(
        self, setup: Setup, draft: ProcessVersion
    ) -> None:
        setup.post(page_of(draft, "publish"), scope="open", reason="The new contract")
        while roll_out(timezone.now(), 10):
            continue
        setup.post(page_of(draft, "retire"), reason="The product is gone")
        address = f"/setup/entitlements/entitlementprocess/{draft.process_id}/publications/"
        answer = setup.get(address)
        found = [(one.what, one.version.number, str(one.by), one.reason) for one in answer.context["history"]]
        assert found[0] == ("Retired", 2, "ada", "The product is gone")
        assert sorted(found[1:]) == [
            ("Applied to open cases", 2, "ada", "The new contract"),
            ("Published", 2, "ada", "The new contract"),
            ("Retired", 1, "ada", "Version 2 was published."),
        ]
        assert "1 of 1 moved, 2 targets" in " ".join(answer.content.decode().split())

    @pytest.mark.parametrize("key", ["0", "x", "²", "9" * 30])
    def test_of_an_odd_key_is_not_found(self, setup: Setup, key: str) -> None:
        assert setup.get(f"/setup/entitlements/entitlementprocess/{key}/publications/").status_code == 404

    def test_is_in_the_audit_too(self, setup: Setup, draft: ProcessVersion) -> None:
        setup.post(page_of(draft, "publish"), scope="open", reason="The new contract")
        remarks = set(SetupChange.objects.filter(key=str(draft.pk)).values_list("verb", "remark"))
        assert remarks == {("published", "The new contract"), ("did", "Went out to 1 open cases.")}
