"""Writing on a case: drafts, canned replies, previews, and what somebody else wrote meanwhile."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import unquote

import pytest
from django.contrib.auth.models import User
from django.test import Client

from cases import operations
from cases.models import Case, CaseLink, Draft, Message, Task
from entitlements.models import CannedReply, Queue
from tests.factory import make_case, make_contact, make_customer, make_entitlement, make_process, make_user
from tests.pages.conftest import logged_in

HTMX = {"HX-Request": "true"}
JSON = {"Accept": "application/json"}


@pytest.fixture
def case(agent: User, ago: Any) -> Case:
    account = make_customer(name="Acme")
    return make_case("Burst pipe", account=account, contact=make_contact(account), now=ago(60))


def post(client: Client, case: Case, verb: str, data: dict[str, Any], **given: Any) -> Any:
    return client.post(f"/cases/{case.number}/{verb}/", data, **given)


def page_of(client: Client, case: Case) -> str:
    return client.get(f"/cases/{case.number}/").content.decode()


class TestDrafts:
    def test_a_draft_comes_back_with_the_page(self, client: Client, case: Case) -> None:
        told = post(client, case, "draft", {"kind": "note", "body": "So far"}, headers=JSON).json()
        assert told["saved"].startswith("Draft saved today")
        page = page_of(client, case)
        assert ">\nSo far</textarea>" in page and "Your draft, saved" in page
        chosen = re.search(r'<input type="radio" name="kind" value="(\w+)"[^>]*checked', page)
        assert chosen and chosen[1] == "note"

    def test_what_others_did_since_is_told(self, client: Client, case: Case, agent: User, ago: Any) -> None:
        operations.keep_draft(case.pk, kind="reply", body="Dear", by=agent, now=ago(30))
        operations.receive_customer_message(case.pk, body="Hello?", contact=case.contact, now=ago(20))
        page = page_of(client, case)
        assert "Since then" in page and "Message from the customer" in page

    def test_others_see_that_somebody_writes(self, client: Client, case: Case) -> None:
        post(logged_in(make_user("bob", first_name="Bob")), case, "draft", {"kind": "reply", "body": "Dear"})
        assert "Bob is writing a reply." in page_of(client, case)
        told = post(client, case, "draft", {"kind": "reply", "body": "Dear"}, headers=JSON).json()
        assert told["others"] == "Bob is writing a reply."
        answer = client.get(f"/cases/{case.number}/tracker/", {"seen": "old"})
        assert unquote(answer["X-Writing"]) == "Bob is writing a reply."

    def test_nobody_is_told_of_what_nobody_writes(
        self, client: Client, case: Case, agent: User, ago: Any
    ) -> None:
        operations.keep_draft(case.pk, kind="reply", body="Dear", by=make_user("bob"), now=ago(1))
        assert "is writing" not in page_of(client, case)

    def test_it_is_thrown_away_without_script_too(self, client: Client, case: Case) -> None:
        post(client, case, "draft", {"kind": "note", "body": "So far"})
        assert (
            post(client, case, "draft", {"kind": "note", "body": "So far", "discard": "1"}).status_code == 302
        )
        assert not Draft.objects.exists()

    @pytest.mark.parametrize("body", ["x" * 100_001, "a\x00b"])
    def test_what_cannot_be_kept_is_told(self, client: Client, case: Case, body: str) -> None:
        answer = post(client, case, "draft", {"kind": "reply", "body": body}, headers=JSON)
        assert answer.status_code == 422 and answer.json()["why"]
        assert not Draft.objects.exists()


class TestSomebodyWrote:
    def test_a_reply_waits_until_the_new_message_was_read(self, client: Client, case: Case, ago: Any) -> None:
        operations.receive_customer_message(case.pk, body="It stopped", contact=case.contact, now=ago(1))
        form = {"kind": "reply", "body": "We come", "seen": "0"}
        answer = post(client, case, "messages", form)
        assert answer.status_code == 409
        page = answer.content.decode()
        assert "Ada Byron wrote while you were writing" in page and "We come</textarea>" in page
        newest = Message.objects.get().pk
        assert f'name="seen" value="{newest}"' in page
        assert post(client, case, "messages", {**form, "seen": newest}).status_code == 302

    def test_with_htmx_the_composer_stays_and_the_thread_comes(
        self, client: Client, case: Case, ago: Any
    ) -> None:
        operations.receive_customer_message(case.pk, body="It stopped", now=ago(1))
        form = {"kind": "reply", "body": "We come", "seen": "0"}
        page = post(client, case, "messages", form, headers=HTMX).content.decode()
        assert 'id="composer-said"' in page and 'id="thread"' in page and 'id="composer"' not in page

    def test_ones_own_message_and_notes_do_not_hinder(
        self, client: Client, case: Case, agent: User, ago: Any
    ) -> None:
        operations.reply_to_case(case.pk, body="First", by=agent, now=ago(2))
        operations.add_note(case.pk, body="Note", by=make_user("bob"), now=ago(1))
        answer = post(client, case, "messages", {"kind": "reply", "body": "Second", "seen": "0"})
        assert answer.status_code == 302


class TestCannedReplies:
    def test_it_is_filled_in_for_the_case_and_the_agent(self, client: Client, case: Case) -> None:
        body = "Dear {{contact.first_name}}, {{case.number}}. {{agent.name}} {{unknown}}"
        reply = CannedReply.objects.create(name="Hello", body=body)
        words = client.get(f"/cases/{case.number}/canned/{reply.pk}/").content.decode()
        assert words == f"Dear Ada, {case.number}. amy {{{{unknown}}}}"

    def test_without_script_it_goes_into_the_draft(self, client: Client, case: Case) -> None:
        reply = CannedReply.objects.create(name="Hello", body="Dear {{contact.first_name}}")
        post(client, case, "draft", {"kind": "reply", "body": "Hm.", "canned": str(reply.pk)})
        assert Draft.objects.get().body == "Hm.\n\nDear Ada"

    def test_those_of_another_queue_are_not_offered(self, client: Client, case: Case) -> None:
        other = CannedReply.objects.create(name="Secret", body="x", queue=Queue.objects.create(name="Other"))
        assert "Secret" not in page_of(client, case)
        assert client.get(f"/cases/{case.number}/canned/{other.pk}/").status_code == 404
        Case.objects.update(queue="Other")
        assert "Secret" in page_of(client, case)

    @pytest.mark.parametrize("key", ["0", "x", "9" * 30])
    def test_one_that_does_not_exist(self, client: Client, case: Case, key: str) -> None:
        assert post(client, case, "draft", {"kind": "reply", "canned": key}).status_code == 404


class TestVerbsBeside:
    def test_a_note_may_set_the_status(self, client: Client, case: Case) -> None:
        post(client, case, "messages", {"kind": "note", "body": "x", "status": "Closed"})
        assert Case.objects.get().is_closed

    def test_a_task_is_added_given_and_done(self, client: Client, case: Case, agent: User) -> None:
        post(client, case, "tasks", {"subject": "Call", "assigned_to": "amy", "due_at": "2026-03-04T14:30"})
        task = Task.objects.get()
        assert (task.assigned_to, f"{task.due_at:%d.%m. %H:%M}") == (agent, "04.03. 14:30")
        post(client, case, f"tasks/{task.pk}/assign", {"assigned_to": ""})
        post(client, case, f"tasks/{task.pk}", {})
        task.refresh_from_db()
        assert task.assigned_to is None and task.done_at

    @pytest.mark.parametrize(
        "form", [{"subject": ""}, {"subject": "x" * 300}, {"subject": "x", "due_at": "tomorrow"}]
    )
    def test_a_task_that_cannot_be(self, client: Client, case: Case, form: dict[str, str]) -> None:
        assert post(client, case, "tasks", form).status_code == 422 and not Task.objects.exists()

    def test_cases_are_linked_by_number_and_parted(self, client: Client, case: Case, ago: Any) -> None:
        other = make_case("Other", account=case.account, now=ago(5))
        post(client, case, "links", {"kind": "blocks", "other": other.number.removeprefix("C-")})
        link = CaseLink.objects.get()
        assert "blocked by" in page_of(client, other)
        post(client, other, f"links/{link.pk}/remove", {})
        assert not CaseLink.objects.exists()

    def test_a_merge_shows_first_what_moves(self, client: Client, case: Case, ago: Any) -> None:
        other = make_case("Pipe again", account=case.account, description="!", now=ago(5))
        operations.receive_customer_message(other.pk, body="Hello?", now=ago(4))
        preview = client.get(f"/cases/{other.number}/merge/", {"into": case.number}).content.decode()
        assert "<strong>1</strong> message " in preview and "the description in front" in preview
        assert not Case.objects.get(pk=other.pk).is_closed
        answer = post(client, other, "merge", {"into": case.number})
        assert answer["Location"] == f"/cases/{case.number}/"
        assert Case.objects.get(pk=other.pk).merged_into == case

    def test_another_entitlement_shows_first_what_changes(
        self, client: Client, case: Case, agent: User
    ) -> None:
        assert case.account is not None
        gold = make_entitlement(case.account, make_process("Gold"), name="Gold cover")
        before = list(case.milestones.values())
        page = client.get(f"/cases/{case.number}/entitlement/", {"to": gold.pk}).content.decode()
        assert "With Gold cover" in page and "Cancelled" in page
        assert list(case.milestones.values()) == before
        post(client, case, "entitlement", {"to": gold.pk})
        case.refresh_from_db()
        assert case.entitlement == gold and case.entitlement_reason == "Set by amy"

    @pytest.mark.parametrize("to", ["999", "x", "<script>"])
    def test_an_entitlement_of_nobody_is_refused(self, client: Client, case: Case, to: str) -> None:
        assert client.get(f"/cases/{case.number}/entitlement/", {"to": to}).status_code == 422

    def test_a_case_is_taken_from_whom_the_page_showed(self, client: Client, case: Case, agent: User) -> None:
        Case.objects.update(owner=make_user("bob"))
        assert post(client, case, "take-over", {"shown_owner": ""}).status_code == 409
        assert post(client, case, "take-over", {"shown_owner": "bob"}).status_code == 302
        assert Case.objects.get().owner == agent

    def test_a_case_that_was_set_aside_is_taken_up(self, client: Client, case: Case) -> None:
        Case.objects.update(set_aside="ValueError: x")
        assert "The engine has set this case aside" in page_of(client, case)
        post(client, case, "take-up", {})
        assert Case.objects.get().set_aside == ""
        assert post(client, case, "take-up", {}).status_code == 409
