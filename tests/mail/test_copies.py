"""Who gets copies of replies: seen, changed by agents, kept over the conversation."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from cases import operations
from cases.delivery.deliver import deliver
from cases.mail.copies import CcChanges, addresses_in
from cases.models import Case, Delivery, Draft, Message, MessageMail
from cases.operations import Refused
from entitlements.models import Mailbox
from tests.delivery.post_office import PostOffice, open_post_office
from tests.factory import NOON, make_account, make_case, make_contact, make_user
from tests.mail.letters import letter
from tests.mail.post_box import Hatch, PostBox

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(hours=1)
BOB, CAROL = "bob@acme.example", "carol@other.example"


@pytest.fixture
def agent() -> User:
    return make_user("ann", email="ann@desk.example", first_name="Ann")


@pytest.fixture
def client(agent: User) -> Client:
    client = Client()
    client.force_login(agent)
    return client


@pytest.fixture
def case(hatch: Hatch) -> Case:
    """Opened by a mail of Ada's to which Carol, who is of another house, has a copy."""
    make_contact(make_account("Acme"), email="ada@acme.example")
    hatch.receive(letter(Cc=f"Carol <{CAROL}>, ann@desk.example"))
    return Case.objects.get()


def reply(case: Case, by: User, added: str = "", removed: str = "", **given: Any) -> MessageMail:
    copies = CcChanges(tuple(addresses_in(added)), tuple(addresses_in(removed)))
    now = given.pop("now", LATER)
    return operations.reply_to_case(case.pk, body="On it", by=by, now=now, copies=copies, **given).mail


def answer(hatch: Hatch, sender: str, number: int = 2, **headers: Any) -> dict[str, int]:
    """A mail that answers the first one, which a person in copy has too."""
    given = letter(
        "Me too", From=sender, Message_ID=f"<{number}@x>", In_Reply_To="<1@acme.example>", **headers
    )
    return hatch.receive(given, at=LATER + timedelta(minutes=number))


def shown(client: Client, case: Case) -> tuple[str, str]:
    """To and Cc in the composer."""
    page = client.get(f"/cases/{case.number}/")
    form = page.context["composer"]
    return page.context["page"].addressed.to, form["cc"].value()


class TestTheComposer:
    def test_shows_to_whom_and_who_gets_copies(self, client: Client, case: Case) -> None:
        assert shown(client, case) == ("ada@acme.example", CAROL)

    def test_says_why_nothing_would_leave(self, client: Client, case: Case) -> None:
        quiet = make_case(contact=make_contact(make_account(), email=""), now=NOON)
        assert "The customer has no mail address" in client.get(f"/cases/{quiet.number}/").content.decode()
        Mailbox.objects.get().delete()
        assert "The desk has no mailbox" in client.get(f"/cases/{case.number}/").content.decode()

    def test_sends_to_whom_it_shows(self, client: Client, case: Case) -> None:
        given = {"cc": f"Bob <{BOB.upper()}>; {BOB}, ada@acme.example", "shown_cc": CAROL}
        client.post(f"/cases/{case.number}/messages/", {"kind": "reply", "body": "Hello", **given})
        mail = MessageMail.objects.get(message__kind="reply")
        assert (mail.to, mail.cc) == (["ada@acme.example"], [BOB])
        page = client.get(f"/cases/{case.number}/").content.decode()
        assert f"Copy to {BOB}" in page and f"Reply by mail, copy to {BOB}: waiting" in page

    def test_keeps_who_was_copied_in_while_it_was_open(
        self, client: Client, hatch: Hatch, case: Case
    ) -> None:
        answer(hatch, "ada@acme.example", Cc=BOB)
        given = {"cc": "", "shown_cc": CAROL, "kind": "reply", "body": "Hello"}
        client.post(f"/cases/{case.number}/messages/", given)
        assert MessageMail.objects.get(message__kind="reply").cc == [BOB]

    def test_shows_who_wrote_meanwhile_before_the_reply_is_sent(
        self, client: Client, hatch: Hatch, case: Case
    ) -> None:
        seen = str(Message.objects.get().pk)
        answer(hatch, CAROL, Cc="dora@acme.example")
        given = {"kind": "reply", "body": "Hello", "seen": seen, "cc": f"{CAROL}, {BOB}", "shown_cc": CAROL}
        htmx = {"HX-Request": "true"}
        page = client.post(f"/cases/{case.number}/messages/", given, headers=htmx).content.decode()
        recipients = page[page.index('id="recipients"') :]
        assert f'recipients-to">{CAROL}' in recipients
        assert f'value="ada@acme.example, dora@acme.example, {BOB}"' in recipients
        assert not Message.objects.filter(kind="reply").exists()

    def test_posted_without_the_field_leaves_copies_alone(self, client: Client, case: Case) -> None:
        client.post(f"/cases/{case.number}/messages/", {"kind": "reply", "body": "Hello"})
        assert MessageMail.objects.get(message__kind="reply").cc == [CAROL]

    def test_keeps_the_changes_in_the_draft(self, client: Client, hatch: Hatch, case: Case) -> None:
        given = {"kind": "reply", "body": "Dear", "cc": f"{BOB}, half a na", "shown_cc": CAROL}
        client.post(f"/cases/{case.number}/draft/", given)
        answer(hatch, "ada@acme.example", Cc="dora@acme.example")
        assert shown(client, case)[1] == f"dora@acme.example, {BOB}, half a na"
        given |= {"body": "Dear Ada"}
        preview = client.post(f"/cases/{case.number}/messages/preview/", given).context["composer"]
        assert (preview["cc"].value(), preview["shown_cc"].value()) == (f"{BOB}, half a na", CAROL)

    @pytest.mark.parametrize("cc", ["x" * 7_000, "bob\x00"])
    def test_takes_nobody_off_by_a_preview_of_what_cannot_be_read(
        self, client: Client, case: Case, cc: str
    ) -> None:
        given = {"kind": "reply", "body": "Dear", "cc": cc, "shown_cc": CAROL}
        preview = client.post(f"/cases/{case.number}/messages/preview/", given).context["composer"]
        assert preview["cc"].value() == CAROL

    @pytest.mark.parametrize(
        ("cc", "why"),
        [
            ("bob", "“bob” is no mail address"),
            ("bob@acme.example\r\nBcc: eve@evil.example", "“bcc: eve@evil.example” is no mail address"),
            ("<script>@x.example", "is no mail address"),
            ("SUPPORT@desk.example", "support@desk.example is an address of the desk itself"),
            ("desk@desk.example", "desk@desk.example is an address of the desk itself"),
            ("ann@desk.example", "ann@desk.example is ann of this desk"),
            (", ".join(f"p{at}@acme.example" for at in range(21)), "At most 20 people get a copy"),
            ("x" * 7_000, "at most 6000 characters"),
        ],
    )
    def test_says_what_is_wrong_and_sends_nothing(
        self, client: Client, case: Case, cc: str, why: str
    ) -> None:
        given = {"kind": "reply", "body": "Hello", "cc": cc, "shown_cc": ""}
        answered = client.post(f"/cases/{case.number}/messages/", given)
        assert answered.status_code in (409, 422)
        page = answered.content.decode()
        assert why in page and "Hello" in page
        assert not Message.objects.filter(kind="reply").exists() and not Delivery.objects.exists()

    def test_of_a_note_has_no_copies(self, client: Client, case: Case) -> None:
        given = {"kind": "note", "body": "Hm", "cc": "not an address", "shown_cc": CAROL}
        client.post(f"/cases/{case.number}/messages/", given)
        assert Message.objects.filter(kind="note").exists() and not Delivery.objects.exists()


class TestWhoTakesPart:
    def test_somebody_taken_off_stays_off_until_copied_in_anew(
        self, hatch: Hatch, case: Case, agent: User
    ) -> None:
        assert reply(case, agent, removed=CAROL).cc == []
        answer(hatch, "ada@acme.example", 2)
        assert reply(case, agent).cc == []
        answer(hatch, "ada@acme.example", 3, Cc=CAROL)
        assert reply(case, agent).cc == [CAROL]

    def test_whom_an_agent_copied_in_stays_in(self, hatch: Hatch, case: Case, agent: User) -> None:
        reply(case, agent, added=BOB)
        answer(hatch, "ada@acme.example")
        assert reply(case, agent).cc == [CAROL, BOB]

    def test_when_somebody_in_copy_answers_nobody_is_lost(
        self, hatch: Hatch, case: Case, agent: User
    ) -> None:
        answer(hatch, CAROL)
        mail = reply(case, agent)
        assert (mail.to, mail.cc) == ([CAROL], ["ada@acme.example"])

    def test_a_mail_that_was_read_after_the_reply_brings_its_people(
        self, hatch: Hatch, case: Case, agent: User
    ) -> None:
        reply(case, agent, now=LATER + timedelta(hours=1))
        answer(hatch, "ada@acme.example", Cc=BOB)
        assert reply(case, agent, now=LATER + timedelta(hours=2)).cc == [CAROL, BOB]

    def test_an_answer_by_somebody_in_copy_is_the_customers(self, hatch: Hatch, case: Case) -> None:
        operations.change_case(case.pk, fields={"status": "Waiting on Customer"}, by=None, now=NOON)
        assert answer(hatch, f"Carol <{CAROL}>") == {"answered": 1}
        case.refresh_from_db()
        assert (case.awaiting_reply, case.status_id) == (True, "Working")
        assert Message.objects.filter(case=case, kind="customer").count() == 2

    def test_somebody_who_never_had_a_copy_opens_a_case_of_their_own(self, hatch: Hatch, case: Case) -> None:
        assert answer(hatch, "eve@evil.example") == {"opened": 1}

    def test_a_machine_in_copy_wakes_nobody(self, hatch: Hatch, case: Case) -> None:
        assert answer(hatch, CAROL, Auto_Submitted="auto-replied") == {"noted": 1}

    def test_the_desk_and_its_mailboxes_have_none(self, hatch: Hatch, case: Case, agent: User) -> None:
        Mailbox.objects.create(name="Claims", address="claims@desk.example", host="x")
        answer(hatch, "ada@acme.example", Cc="claims@desk.example, desk@desk.example, ann@desk.example")
        assert reply(case, agent).cc == [CAROL]

    def test_people_of_the_desk_have_none_however_their_domain_is_written(
        self, hatch: Hatch, case: Case, agent: User
    ) -> None:
        User.objects.filter(pk=agent.pk).update(email="Ann@bücher.example")
        answer(hatch, "ada@acme.example", Cc="ann@xn--bcher-kva.example")
        assert reply(case, agent).cc == [CAROL, "ann@desk.example"]
        with pytest.raises(Refused, match="is ann of this desk"):
            reply(case, agent, added="ann@bücher.example")

    def test_a_merge_brings_people_along_and_leaves_nobody_out(
        self, hatch: Hatch, case: Case, agent: User
    ) -> None:
        assert case.account is not None
        make_contact(case.account, "Bob", email=BOB)
        hatch.receive(letter(From=BOB, Message_ID="<9@acme.example>"), at=LATER)
        other = Case.objects.latest("pk")
        reply(other, agent)
        operations.merge_case(other.pk, case, by=agent, now=LATER)
        mail = reply(case, agent)
        assert (mail.to, mail.cc) == ([BOB], ["ada@acme.example", CAROL])
        assert reply(case, agent, removed=CAROL).cc == ["ada@acme.example"]
        assert reply(case, agent).cc == ["ada@acme.example"]

    def test_is_no_more_than_twenty(self, hatch: Hatch, case: Case, agent: User) -> None:
        answer(hatch, "ada@acme.example", Cc=", ".join(f"p{at}@acme.example" for at in range(60)))
        assert len(reply(case, agent).cc) == 20

    def test_refuses_nobody_whom_the_customer_copied_in_at_the_limit(
        self, hatch: Hatch, case: Case, agent: User
    ) -> None:
        answer(hatch, "ada@acme.example", Cc=", ".join(f"p{at}@acme.example" for at in range(60)))
        with pytest.raises(Refused, match="At most 20"):
            reply(case, agent, added="one.more@acme.example")
        assert len(reply(case, agent, added="one.more@acme.example", removed=CAROL).cc) == 20


def test_a_draft_without_copies_leaves_them_alone(case: Case, agent: User) -> None:
    given: dict[str, Any] = {"kind": "reply", "by": agent, "now": LATER}
    operations.keep_draft(case.pk, body="Dear", copies=CcChanges(added=(BOB,)), **given)
    operations.keep_draft(case.pk, body="Dear Ada", **given)
    assert Draft.objects.get().cc_added == [BOB]


def sent(settings: Any, *answers: str, since: datetime = LATER) -> PostOffice:
    with open_post_office(settings, *answers) as office:
        for minutes in range(0, 30, 5):
            while deliver(since + timedelta(minutes=minutes)):
                continue
    return office


def test_a_copy_that_is_put_off_is_tried_again_alone(case: Case, agent: User, settings: Any) -> None:
    reply(case, agent, added=BOB)
    office = sent(settings, "451 busy")
    assert (len(office.offered), len(office.taken)) == (4, 3) and len(set(office.ids)) == 1
    assert {message["Cc"] for message in office.taken} == {f"{CAROL}, {BOB}"}
    assert set(Delivery.objects.values_list("recipient", "state")) == {
        (address, "done") for address in ("ada@acme.example", BOB, CAROL)
    }


def test_there_and_back_with_copies_over_real_servers(box: PostBox, client: Client, settings: Any) -> None:
    """Zoe copies Yan in, the agent Bob; Bob answers to all; the next reply goes to all three."""
    box.receive(letter(From="Zoe <zoe@home.example>", Cc="Yan <yan@house.example>"))
    case = Case.objects.get()
    say = {"kind": "reply", "body": "We come", "shown_cc": "yan@house.example"}
    client.post(f"/cases/{case.number}/messages/", {**say, "cc": "yan@house.example, bob@builder.example"})
    office = sent(settings, since=timezone.now())
    assert sorted(sum(office.envelopes, [])) == [
        "bob@builder.example",
        "yan@house.example",
        "zoe@home.example",
    ]
    first = office.taken[0]
    everybody = f"{first['To']}, {first['Cc']}"
    box.receive(
        letter(
            "I have the key",
            From="Bob <bob@builder.example>",
            To=f"{first['From']}, {everybody}",
            Subject=str(first["Subject"]),
            Message_ID="<2@builder.example>",
            In_Reply_To=str(first["Message-ID"]),
        ),
        at=LATER,
    )
    assert list(Message.objects.order_by("pk").values_list("kind", flat=True)) == [
        "customer",
        "reply",
        "customer",
    ]
    assert shown(client, case) == ("bob@builder.example", "zoe@home.example, yan@house.example")
