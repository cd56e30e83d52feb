"""Machines that write: no loops, no cases by accident, bounces where they belong."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest

from cases.engine.evaluate import Refused
from cases.mail.receive import retry
from cases.models import Case, CaseEvent, Delivery, Message, Notification, ReceivedMail
from cases.operations import stop_case
from entitlements.models import Mailbox
from tests.factory import NOON, make_account, make_case, make_contact, make_user
from tests.mail.letters import bounce, letter
from tests.mail.post_box import Hatch

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(hours=1)
TOKEN = uuid.UUID("7f2c1f0e-3d39-4dcb-9d35-5a4f2d3c1b10")
AWAY: dict[str, Any] = {
    "Auto_Submitted": "auto-replied",
    "Subject": "Automatic reply: Water",
    "Message_ID": "<9@acme.example>",
}


@pytest.fixture
def case(hatch: Hatch) -> Case:
    return make_case(contact=make_contact(make_account("Acme"), email="ada@acme.example"), now=NOON)


@pytest.fixture
def delivery(case: Case) -> Delivery:
    return Delivery.objects.create(
        key="test",
        kind="email",
        case=case,
        token=TOKEN,
        state="done",
        created_at=NOON,
        recipient="ada@acme.example",
    )


class TestAnAutomaticReply:
    def test_opens_no_case(self, hatch: Hatch) -> None:
        assert hatch.receive(letter(**AWAY)) == {"automatic": 1}
        assert (Case.objects.count(), ReceivedMail.objects.get().reason[:9]) == (0, "A machine")

    def test_is_a_note_on_the_case_that_it_answers(self, hatch: Hatch, case: Case) -> None:
        assert hatch.receive(letter(**{**AWAY, "Subject": f"Automatic reply: {case.number}"}), at=LATER) == {
            "noted": 1
        }
        assert Message.objects.get().kind == "note"

    def test_ends_no_stop_and_awaits_no_reply(self, hatch: Hatch, case: Case) -> None:
        stop_case(case.pk, reason="Photos?", until_customer_answers=True, by=make_user(), now=NOON)
        hatch.receive(letter(**{**AWAY, "Subject": f"Automatic reply: {case.number}"}), at=LATER)
        case.refresh_from_db()
        assert (case.is_stopped, case.awaiting_reply, case.last_customer_message_at) == (True, False, None)

    def test_is_a_persons_when_the_administrator_says_so(self, hatch: Hatch) -> None:
        hatch.receive(letter(**AWAY))
        retry(ReceivedMail.objects.get().pk, LATER)
        row = ReceivedMail.objects.get()
        assert (row.outcome, row.case, row.raw) == ("opened", Case.objects.get(), None)
        with pytest.raises(Refused, match="handled already"):
            retry(row.pk, LATER)


class TestABulkMail:
    def test_opens_no_case_unless_the_mailbox_lets_machines(self, hatch: Hatch) -> None:
        monitoring: dict[str, Any] = {"Auto_Submitted": "auto-generated", "From": "probe@acme.example"}
        assert hatch.receive(letter("Disk full", **monitoring)) == {"automatic": 1}
        Mailbox.objects.update(machines_open_cases=True)
        assert hatch.receive(letter("Disk full again", **monitoring)) == {"opened": 1}

    def test_that_comes_through_a_list_is_a_persons(self, hatch: Hatch) -> None:
        assert hatch.receive(letter(Precedence="list", List_Id="<x.acme.example>")) == {"opened": 1}


class TestTheDesksOwnMail:
    @pytest.mark.parametrize("address", ["support@desk.example", "DESK@desk.example"])
    def test_is_left_alone(self, hatch: Hatch, address: str) -> None:
        assert hatch.receive(letter(From=f"Desk <{address}>")) == {"own": 1}
        assert not Case.objects.exists()

    def test_is_known_by_its_id_wherever_it_comes_from(self, hatch: Hatch, delivery: Delivery) -> None:
        forwarded = letter(Message_ID=f"<{TOKEN}@desk.example>")
        assert hatch.receive(forwarded, at=LATER) == {"own": 1}


class TestOneSender:
    def test_may_write_only_so_many_in_an_hour(self, hatch: Hatch, settings: Any) -> None:
        settings.MAIL_PER_SENDER_AND_HOUR = 3
        letters = [letter(f"No. {at}", Message_ID=f"<{at}@x>") for at in range(5)]
        assert hatch.receive(*letters) == {"opened": 3, "set_aside": 2}
        row = ReceivedMail.objects.filter(outcome="set_aside").order_by("pk")[0]
        assert row.reason == "More than 3 mails from ada@acme.example within an hour."

    def test_may_write_again_an_hour_later(self, hatch: Hatch, settings: Any) -> None:
        settings.MAIL_PER_SENDER_AND_HOUR = 1
        hatch.receive(letter("One", Message_ID="<1@x>"))
        assert hatch.receive(letter("Two", Message_ID="<2@x>"), at=LATER) == {"opened": 1}

    def test_does_not_use_up_what_others_may(self, hatch: Hatch, settings: Any) -> None:
        settings.MAIL_PER_SENDER_AND_HOUR = 1
        assert hatch.receive(letter(), letter(From="bob@x.example", Message_ID="<2@x>")) == {"opened": 2}


class TestABounce:
    def test_marks_the_delivery_and_says_so_on_its_case(
        self, hatch: Hatch, delivery: Delivery, case: Case
    ) -> None:
        Case.objects.update(owner=make_user("ann"))
        assert hatch.receive(bounce(f"<{TOKEN}@desk.example>"), at=LATER) == {"bounce": 1}
        delivery.refresh_from_db()
        assert (delivery.state, delivery.error) == (
            "dead",
            "Bounced. ada@acme.example: 5.1.1 550 5.1.1 no such user",
        )
        note = Message.objects.get()
        assert (note.case, note.kind, note.body) == (
            case,
            "note",
            "A mail could not be delivered. ada@acme.example: 5.1.1 550 5.1.1 no such user",
        )
        assert Notification.objects.get().user.username == "ann"

    def test_is_no_message_of_the_customers(self, hatch: Hatch, delivery: Delivery, case: Case) -> None:
        hatch.receive(bounce(f"<{TOKEN}@desk.example>"), at=LATER)
        assert not CaseEvent.objects.filter(kind="customer_message").exists()

    def test_that_is_only_a_delay_marks_nothing(self, hatch: Hatch, delivery: Delivery) -> None:
        hatch.receive(bounce(f"<{TOKEN}@desk.example>", action="delayed", status="4.4.1"), at=LATER)
        delivery.refresh_from_db()
        assert (delivery.state, Message.objects.count()) == ("done", 0)

    def test_of_a_mail_that_is_not_ours_changes_nothing(self, hatch: Hatch, case: Case) -> None:
        assert hatch.receive(bounce("<somebody@else.example>"), at=LATER) == {"bounce": 1}
        assert (Case.objects.count(), Message.objects.count()) == (1, 0)

    def test_that_names_a_case_only_by_number_changes_nothing(
        self, hatch: Hatch, delivery: Delivery, case: Case
    ) -> None:
        forged = letter(
            "I say it bounced", From="mailer-daemon@evil.example", Return_Path="<>", Subject=case.number
        )
        hatch.receive(forged, at=LATER)
        delivery.refresh_from_db()
        assert (delivery.state, Message.objects.count()) == ("done", 0)
