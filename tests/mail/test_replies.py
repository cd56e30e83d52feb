"""Agents' replies leave by mail, in the customer's thread."""

from __future__ import annotations

import uuid
from datetime import timedelta
from email.message import EmailMessage
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from cases.delivery.deliver import deliver
from cases.models import Case, Delivery, Message, MessageMail
from cases.operations import add_note, reply_to_case
from entitlements.models import Mailbox
from tests.delivery.post_office import PostOffice, open_post_office
from tests.factory import NOON, make_account, make_case, make_contact, make_user
from tests.mail.letters import letter
from tests.mail.post_box import Hatch, PostBox

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(hours=1)


@pytest.fixture
def case(hatch: Hatch) -> Case:
    """Opened by a mail of Ada's to which Bob has a copy."""
    make_contact(make_account("Acme"), email="ada@acme.example")
    hatch.receive(letter(Cc="Bob <bob@acme.example>, desk2@desk.example", References="<0@acme.example>"))
    return Case.objects.get()


def reply(case: Case, body: str = "We are **on it**.", **given: Any) -> Message:
    ann = make_user(email="desk2@desk.example", first_name="Ann", last_name="Lee")
    return reply_to_case(case.pk, body=body, by=ann, now=LATER, **given)


def sent(settings: Any, *answers: str) -> PostOffice:
    with open_post_office(settings, *answers) as office:
        while deliver(LATER):
            continue
    return office


def mail_of(case: Case, settings: Any, **given: Any) -> EmailMessage:
    reply(case, **given)
    return sent(settings).taken[0]


class TestAReply:
    def test_goes_to_each_recipient_by_itself_as_one_mail(self, case: Case, settings: Any) -> None:
        reply(case)
        office = sent(settings)
        assert sorted(office.envelopes) == [["ada@acme.example"], ["bob@acme.example"]]
        assert len(set(office.ids)) == 1
        assert {message["To"] for message in office.taken} == {"ada@acme.example"}
        assert {message["Cc"] for message in office.taken} == {"bob@acme.example"}

    def test_is_written_by_the_agent_at_the_mailbox(self, case: Case, settings: Any) -> None:
        Mailbox.objects.update(sender_name="Acme Care")
        message = mail_of(case, settings)
        assert message["From"] == '"Ann Lee (Acme Care)" <support@desk.example>'
        assert message["Reply-To"] == "support@desk.example"

    def test_stands_in_the_customers_thread(self, case: Case, settings: Any) -> None:
        message = mail_of(case, settings)
        assert message["In-Reply-To"] == "<1@acme.example>"
        assert message["References"].split() == [
            f"<{case.number}@desk.example>",
            "<0@acme.example>",
            "<1@acme.example>",
        ]
        assert message["Subject"] == f"Re: Water [{case.number}]"

    def test_is_plain_text_and_html_with_its_files(self, case: Case, settings: Any) -> None:
        message = mail_of(case, settings, files=[SimpleUploadedFile("plan.pdf", b"%PDF", "application/pdf")])
        plain, html = message.get_body(("plain",)), message.get_body(("html",))
        assert plain is not None and plain.get_content().strip() == "We are **on it**."
        assert html is not None and "<strong>on it</strong>" in html.get_content()
        (file,) = message.iter_attachments()
        assert (file.get_filename(), file.get_content()) == ("plan.pdf", b"%PDF")

    def test_that_is_refused_for_good_says_what_the_server_said(self, case: Case, settings: Any) -> None:
        reply(case)
        sent(settings, "550 no such user", "550 no such user")
        assert Delivery.objects.all()[0].error == "The mail server refused it: 550 no such user"

    def test_keeps_its_id_over_retries(self, case: Case, settings: Any) -> None:
        reply(case)
        with open_post_office(settings, "451 busy", "451 busy") as office:
            for minutes in range(0, 60, 5):
                while deliver(LATER + timedelta(minutes=minutes)):
                    continue
        assert len(office.offered) == 4
        assert set(office.ids) == {MessageMail.objects.get(message__kind="reply").mail_id}

    def test_that_one_recipient_cannot_get_reaches_the_others(self, case: Case, settings: Any) -> None:
        reply(case)
        office = sent(settings, "550 no such user")
        assert (len(office.offered), len(office.taken)) == (2, 1)
        assert sorted(Delivery.objects.values_list("state", flat=True)) == ["dead", "done"]

    def test_posted_twice_leaves_once(self, case: Case) -> None:
        ann, key = make_user(), uuid.uuid4()
        for _ in range(2):
            reply_to_case(case.pk, body="Hello", by=ann, now=LATER, form_key=key)
        assert Delivery.objects.filter(kind="reply", recipient="ada@acme.example").count() == 1

    def test_cannot_smuggle_headers_in_by_the_subject(self, case: Case, settings: Any) -> None:
        Case.objects.update(subject="Leak\r\nBcc: eve@evil.example\r\n\r\nHi")
        reply(case)
        office = sent(settings)
        assert office.taken[0]["Subject"] == f"Re: Leak Bcc: eve@evil.example Hi [{case.number}]"
        assert (office.taken[0]["Bcc"], len(office.envelopes)) == (None, 2)

    def test_is_answered_into_the_same_case(self, hatch: Hatch, case: Case, settings: Any) -> None:
        message = mail_of(case, settings)
        given = letter("Thanks", Message_ID="<2@acme.example>", In_Reply_To=str(message["Message-ID"]))
        assert hatch.receive(given, at=LATER) == {"answered": 1}

    def test_that_bounces_is_marked_for_that_recipient(self, hatch: Hatch, case: Case, settings: Any) -> None:
        message = mail_of(case, settings)
        from_server = letter(
            f"Could not deliver {message['Message-ID']}", From="MAILER-DAEMON@mx.example", Return_Path="<>"
        )
        assert hatch.receive(from_server, at=LATER) == {"bounce": 1}
        assert set(Delivery.objects.values_list("state", flat=True)) == {"dead"}


class TestToWhom:
    def test_whoever_wrote_last_is_answered(self, hatch: Hatch, case: Case, settings: Any) -> None:
        make_contact(make_account("Other"), "Grace", email="x@other.example")
        assert case.account is not None
        make_contact(case.account, "Grace", email="grace@acme.example")
        hatch.receive(letter("Me too", From="grace@acme.example", Subject=case.number, Message_ID="<2@x>"))
        reply(case)
        assert sent(settings).taken[0]["To"] == "grace@acme.example"

    def test_a_stranger_is_answered_where_the_mail_came_from(self, hatch: Hatch, settings: Any) -> None:
        hatch.receive(letter(From="Eve <eve@nowhere.example>"))
        assert mail_of(Case.objects.get(), settings)["To"] == "eve@nowhere.example"

    def test_a_case_from_elsewhere_is_answered_to_its_contact(self, hatch: Hatch, settings: Any) -> None:
        case = make_case(contact=make_contact(make_account(), email="ada@acme.example"), now=NOON)
        message = mail_of(case, settings)
        assert (message["To"], message["In-Reply-To"]) == ("ada@acme.example", None)

    def test_a_queue_answers_from_its_own_mailbox(self, hatch: Hatch, settings: Any) -> None:
        Mailbox.objects.create(name="Claims", address="claims@desk.example", host="x", queue_id="Claims")
        case = make_case(contact=make_contact(make_account()), queue="Claims", now=NOON)
        assert mail_of(case, settings)["Reply-To"] == "claims@desk.example"

    def test_nobody_is_without_a_mailbox(self, hatch: Hatch, case: Case) -> None:
        Mailbox.objects.all().delete()
        reply(case)
        assert not Delivery.objects.exists()

    def test_nobody_is_without_an_address(self, hatch: Hatch) -> None:
        reply(make_case(contact=make_contact(make_account(), email=""), now=NOON))
        assert not Delivery.objects.exists()

    def test_a_note_stays_in_the_desk(self, case: Case) -> None:
        add_note(case.pk, body="Not for them", by=make_user(), now=LATER)
        assert not Delivery.objects.exists()


def test_there_and_back_over_real_servers(box: PostBox, settings: Any) -> None:
    """The customer writes, the desk answers, the customer answers that, and all of it is one case."""
    box.receive(letter(From="Zoe <zoe@home.example>"))
    case = Case.objects.get()
    answer = mail_of(case, settings)
    box.receive(
        letter(
            "Thank you!",
            From="Zoe <zoe@home.example>",
            Subject=f"Re: {answer['Subject']}",
            Message_ID="<2@home.example>",
            In_Reply_To=str(answer["Message-ID"]),
        ),
        at=LATER,
    )
    said = [
        (message.kind, message.body) for message in Message.objects.filter(case=case).order_by("at", "pk")
    ]
    assert said == [
        ("customer", "Water in the cellar."),
        ("reply", "We are **on it**."),
        ("customer", "Thank you!"),
    ]
