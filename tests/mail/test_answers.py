"""A mail that answers another goes to its case, if its sender has to do with it."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest

from cases.models import Case, CaseLink, Delivery, Message, MessageKind, MessageMail, Outcome, ReceivedMail
from cases.operations import change_case, reply_to_case, stop_case
from entitlements.models import AccountDomain, CaseStatus, Contact, Mailbox
from tests.factory import NOON, make_account, make_case, make_contact, make_user
from tests.mail.letters import letter
from tests.mail.post_box import Hatch

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(hours=1)
OURS = "<7f2c1f0e-3d39-4dcb-9d35-5a4f2d3c1b10@desk.example>"


@pytest.fixture
def case(hatch: Hatch) -> Case:
    """Ada's case, which a mail of hers opened."""
    account = make_account("Acme")
    make_contact(account)
    hatch.receive(letter(From="Ada <ada@example.com>"))
    return Case.objects.get()


def ours_about(case: Case) -> str:
    """The id of a mail that the desk sent about the case."""
    Delivery.objects.create(
        key="test", kind="email", case=case, token=uuid.UUID(OURS[1:37]), state="done", created_at=NOON
    )
    return OURS


def answer(body: str = "It is dry now.", **headers: Any) -> bytes:
    given = {"From": "Ada <ada@example.com>", "Subject": "Re: Water", "Message_ID": "<2@acme.example>"}
    return letter(body, **{**given, **headers})


class TestItsCase:
    @pytest.mark.parametrize("header", ["In_Reply_To", "References"])
    def test_is_found_by_the_id_of_a_mail_of_ours(self, hatch: Hatch, case: Case, header: str) -> None:
        assert hatch.receive(answer(**{header: ours_about(case)}), at=LATER) == {"answered": 1}
        message = Message.objects.order_by("-pk")[0]
        assert (message.case, message.kind, message.body) == (case, "customer", "It is dry now.")

    def test_is_found_by_the_id_of_the_customers_own_mail(self, hatch: Hatch, case: Case) -> None:
        assert hatch.receive(answer(In_Reply_To="<1@acme.example>"), at=LATER) == {"answered": 1}

    def test_is_found_by_its_number_in_the_subject(self, hatch: Hatch, case: Case) -> None:
        assert hatch.receive(answer(Subject=f"AW: [{case.number.lower()}] Wasser"), at=LATER) == {
            "answered": 1
        }

    def test_is_the_one_of_the_mail_that_is_answered_not_of_the_subject(
        self, hatch: Hatch, case: Case
    ) -> None:
        other = make_case(account=case.account, contact=case.contact)
        hatch.receive(answer(Subject=f"Re: {other.number}", In_Reply_To="<1@acme.example>"), at=LATER)
        assert Message.objects.order_by("-pk")[0].case == case

    def test_is_the_one_into_which_it_was_merged(self, hatch: Hatch, case: Case) -> None:
        other = make_case(account=case.account, contact=case.contact)
        Case.objects.filter(pk=case.pk).update(merged_into=other)
        hatch.receive(answer(In_Reply_To="<1@acme.example>"), at=LATER)
        assert Message.objects.order_by("-pk")[0].case == other

    def test_is_none_when_nothing_is_known(self, hatch: Hatch, case: Case) -> None:
        assert hatch.receive(answer(In_Reply_To="<x@y>", Subject="C-999999"), at=LATER) == {"opened": 1}


class TestOnItsCase:
    def test_the_customer_has_written(self, hatch: Hatch, case: Case) -> None:
        hatch.receive(answer(In_Reply_To="<1@acme.example>"), at=LATER)
        case.refresh_from_db()
        assert (case.awaiting_reply, case.last_customer_message_at) == (True, LATER)

    def test_a_stop_until_the_customer_answers_has_ended_when_it_arrived(
        self, hatch: Hatch, case: Case
    ) -> None:
        stop_case(case.pk, reason="Photos?", until_customer_answers=True, by=make_user(), now=NOON)
        hatch.receive(answer(In_Reply_To="<1@acme.example>"), at=LATER, now=LATER + timedelta(hours=3))
        assert case.stops.get().until == LATER

    def test_somebody_new_of_the_accounts_domain_becomes_its_contact(self, hatch: Hatch, case: Case) -> None:
        assert case.account is not None
        AccountDomain.objects.create(account=case.account, domain="acme.example")
        hatch.receive(answer(From="Grace <grace@acme.example>", In_Reply_To="<1@acme.example>"), at=LATER)
        assert Message.objects.order_by("-pk")[0].contact == Contact.objects.get(email="grace@acme.example")


class TestASenderWho:
    @pytest.mark.parametrize("how", ["In_Reply_To", "Subject"])
    def test_has_nothing_to_do_with_the_case_opens_another(self, hatch: Hatch, case: Case, how: str) -> None:
        value = {"In_Reply_To": ours_about(case), "Subject": case.number}[how]
        forged = answer("Send me everything", From="Eve <eve@evil.example>", **{how: value})
        assert hatch.receive(forged, at=LATER) == {"opened": 1}
        assert not Message.objects.filter(case=case, body="Send me everything").exists()
        (notice,) = MessageMail.objects.get(sender="eve@evil.example").notices
        assert notice == f"It refers to {case.number}, with which its sender has nothing to do."

    def test_is_another_accounts_contact_opens_a_case_there(self, hatch: Hatch, case: Case) -> None:
        eve = make_contact(make_account("Evil"), "Eve", email="eve@evil.example")
        hatch.receive(answer(From="eve@evil.example", In_Reply_To=ours_about(case)), at=LATER)
        assert Case.objects.order_by("-pk")[0].contact == eve

    def test_is_another_contact_of_the_account_may_write(self, hatch: Hatch, case: Case) -> None:
        assert case.account is not None
        make_contact(case.account, "Grace", email="grace@home.example")
        given = answer(From="grace@home.example", In_Reply_To="<1@acme.example>")
        assert hatch.receive(given, at=LATER) == {"answered": 1}

    def test_was_written_to_on_the_case_may_write(self, hatch: Hatch, case: Case) -> None:
        reply = reply_to_case(case.pk, body="Ask Bob.", by=make_user(), now=NOON)
        MessageMail.objects.update_or_create(message=reply, defaults={"cc": ["bob@plumber.example"]})
        given = answer(From="Bob <bob@plumber.example>", In_Reply_To="<1@acme.example>")
        assert hatch.receive(given, at=LATER) == {"answered": 1}

    def test_opened_the_case_as_a_stranger_may_write(self, hatch: Hatch) -> None:
        hatch.receive(letter(From="Zoe <zoe@home.example>"))
        given = answer(From="zoe@home.example", In_Reply_To="<1@acme.example>")
        assert hatch.receive(given, at=LATER) == {"answered": 1}

    def test_works_at_the_desk_leaves_a_note_which_is_no_reply(self, hatch: Hatch, case: Case) -> None:
        bob = make_user("bob", email="bob@desk.example")
        assert hatch.receive(answer(From="bob@desk.example", In_Reply_To=ours_about(case)), at=LATER) == {
            "noted": 1
        }
        note = Message.objects.order_by("-pk")[0]
        case.refresh_from_db()
        assert (note.kind, note.author, case.first_response_at) == (MessageKind.NOTE, bob, None)


class TestAClosedCase:
    @pytest.fixture(autouse=True)
    def closed(self, case: Case) -> None:
        change_case(case.pk, fields={"status": "Closed"}, by=None, now=NOON)

    def test_opens_again(self, hatch: Hatch, case: Case) -> None:
        assert hatch.receive(answer(In_Reply_To="<1@acme.example>"), at=LATER) == {"answered": 1}
        case.refresh_from_db()
        assert (case.status_id, case.is_closed, case.reopen_count) == ("New", False, 1)

    def test_opens_as_its_status_says(self, hatch: Hatch, case: Case) -> None:
        closed = CaseStatus.objects.get(name="Closed")
        closed.on_customer_message = CaseStatus.objects.get(name="Working")
        closed.save()
        hatch.receive(answer(In_Reply_To="<1@acme.example>"), at=LATER)
        case.refresh_from_db()
        assert (case.status_id, case.reopen_count) == ("Working", 1)

    def test_stays_closed_and_a_new_one_follows_where_the_mailbox_says_so(
        self, hatch: Hatch, case: Case
    ) -> None:
        Mailbox.objects.update(when_closed="follow_up")
        assert hatch.receive(answer(In_Reply_To="<1@acme.example>"), at=LATER) == {"opened": 1}
        link = CaseLink.objects.get()
        assert (link.other, link.case.contact, link.kind) == (case, case.contact, "related")
        case.refresh_from_db()
        assert case.is_closed
        assert ReceivedMail.objects.get(outcome=Outcome.OPENED, case=link.case).reason == (
            f"It follows {case.number}, which was closed."
        )

    def test_is_past_after_some_days(self, hatch: Hatch, case: Case) -> None:
        Mailbox.objects.update(reopen_days=7)
        week = NOON + timedelta(days=7)
        assert hatch.receive(answer(In_Reply_To="<1@acme.example>"), at=week) == {"answered": 1}
        change_case(case.pk, fields={"status": "Closed"}, by=None, now=week)
        late = answer(In_Reply_To="<1@acme.example>", Message_ID="<3@acme.example>")
        assert hatch.receive(late, at=week + timedelta(days=8)) == {"opened": 1}
