"""A customer's mail opens a case."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from cases.models import Attachment, Case, Message, Outcome, ReceivedMail
from entitlements.models import AccountDomain, Contact, Mailbox, Queue
from tests.factory import NOON, first_response, make_account, make_contact, make_customer, make_process
from tests.mail.letters import letter, raw
from tests.mail.post_box import Hatch, PostBox

pytestmark = pytest.mark.django_db


def acme(domain: str = "acme.example") -> None:
    account = make_customer(make_process("Premium", first_response(60)), name="Acme")
    AccountDomain.objects.create(account=account, domain=domain)


class TestTheCase:
    def test_has_the_mails_subject_words_and_files(self, box: PostBox) -> None:
        assert box.receive(letter("Help!", html="<p>Help!</p>", files={"plan.pdf": b"%PDF"})) == {"opened": 1}
        case, message = Case.objects.get(), Message.objects.get()
        assert (case.subject, case.origin, case.status_id) == ("Water", "Email", "New")
        assert (message.kind, message.body, message.mail.html) == ("customer", "Help!", "<p>Help!</p>\n")
        assert Attachment.objects.get().file.read() == b"%PDF"

    def test_is_promised_what_the_contacts_account_is_promised(self, hatch: Hatch) -> None:
        account = make_customer(make_process("Premium", first_response(60)), name="Acme")
        ada = make_contact(account, email="Ada@ACME.example")
        hatch.receive(letter())
        case = Case.objects.get()
        assert (case.contact, case.account, case.entitlement) == (ada, account, account.entitlements.get())
        assert case.milestones.get().target_date == NOON + timedelta(minutes=60)

    def test_counts_from_the_moment_at_which_the_mail_arrived(self, hatch: Hatch) -> None:
        acme()
        hatch.receive(letter(), at=NOON, now=NOON + timedelta(hours=2))
        case = Case.objects.get()
        assert case.created_at == NOON
        assert case.milestones.get().target_date == NOON + timedelta(hours=1)

    @pytest.mark.parametrize(
        "date", ["Thu, 1 Jan 1970 00:00:00 +0000", "Fri, 1 Jan 2099 00:00:00 +0000", "soon"]
    )
    def test_does_not_count_from_what_the_mail_says_of_itself(self, hatch: Hatch, date: str) -> None:
        hatch.receive(letter(Date=date))
        assert Case.objects.get().created_at == NOON

    def test_never_comes_from_the_future(self, hatch: Hatch) -> None:
        hatch.receive(letter(), at=NOON + timedelta(days=9), now=NOON)
        assert Case.objects.get().created_at == NOON

    def test_goes_to_the_mailboxs_queue_with_its_priority(self, hatch: Hatch) -> None:
        Mailbox.objects.update(queue="Claims", priority="High")
        hatch.receive(letter())
        case = Case.objects.get()
        assert (case.queue, case.priority_id) == (Queue.objects.get(name="Claims"), "High")

    def test_awaits_no_reply_to_a_message_yet(self, hatch: Hatch) -> None:
        hatch.receive(letter())
        case = Case.objects.get()
        assert (case.awaiting_reply, case.last_customer_message_at) == (False, None)

    @pytest.mark.parametrize("data", [b"", raw("Subject: ", ""), raw("X: y", "\r\n \r\n")])
    def test_comes_of_an_empty_mail_too(self, hatch: Hatch, data: bytes) -> None:
        assert hatch.receive(data or b"\r\n") == {"opened": 1}
        assert (Case.objects.get().subject, Message.objects.get().body) == ("(no subject)", "(no text)")


class TestItsContact:
    def test_is_made_where_the_account_is_known_by_its_domain(self, hatch: Hatch) -> None:
        acme()
        hatch.receive(letter(From="Grace Hopper <Grace@claims.ACME.example>"))
        contact = Contact.objects.get()
        assert (contact.name, contact.email, contact.account.name) == (
            "Grace Hopper",
            "grace@claims.acme.example",
            "Acme",
        )

    def test_is_made_once_for_two_mails(self, hatch: Hatch) -> None:
        acme()
        hatch.receive(letter("One", Message_ID="<1@x>"), letter("Two", Message_ID="<2@x>"))
        assert Contact.objects.count() == 1
        assert set(Case.objects.values_list("contact", flat=True)) == {Contact.objects.get().pk}

    def test_is_found_by_an_address_with_letters_of_any_language(self, hatch: Hatch) -> None:
        ada = make_contact(make_account(), email="ada@bücher.example")
        hatch.receive(raw("From: Ada <ada@xn--bcher-kva.example>\nSubject: Books", "Where are they?"))
        assert Case.objects.get().contact == ada

    def test_is_called_by_the_address_where_nobody_is_named(self, hatch: Hatch) -> None:
        acme()
        hatch.receive(letter(From="grace@acme.example"))
        assert Contact.objects.get().name == "grace"

    def test_is_unknown_for_strangers(self, hatch: Hatch) -> None:
        acme()
        hatch.receive(letter(From="Eve <eve@notacme.example>"))
        case = Case.objects.get()
        assert (case.contact, case.account, case.entitlement) == (None, None, None)
        assert Message.objects.get().mail.sender == "eve@notacme.example"

    def test_is_made_at_the_account_of_strangers_where_there_is_one(self, hatch: Hatch) -> None:
        Mailbox.objects.update(account=make_account("Walk-in"))
        hatch.receive(letter(From="Eve <eve@nowhere.example>"))
        assert Contact.objects.get().account.name == "Walk-in"


class TestWhatCannotBeKept:
    def test_is_said_in_the_message(self, hatch: Hatch) -> None:
        hatch.receive(letter(files={"empty.txt": b""}))
        assert Message.objects.get().mail.notices == [
            "“empty.txt” is empty, or could not be read, and was not kept."
        ]

    def test_of_a_mail_that_is_too_large_is_all_but_its_beginning(self, box: PostBox, settings: Any) -> None:
        settings.MAIL_LARGEST_BYTES = 2 * 1024 * 1024
        box.receive(letter("The film is attached.", files={"film.mp4": b"x" * 4 * 1024 * 1024}))
        message = Message.objects.get()
        assert (message.body, Attachment.objects.count()) == ("The film is attached.", 0)
        assert message.mail.notices[-1].startswith("The mail has 5 MB; up to 2 MB are read.")


def test_what_came_of_it_is_written_down(hatch: Hatch) -> None:
    hatch.receive(letter())
    row = ReceivedMail.objects.get()
    assert (row.outcome, row.sender, row.subject) == (Outcome.OPENED, "ada@acme.example", "Water")
    assert (row.case, row.message, row.raw) == (Case.objects.get(), Message.objects.get(), None)
