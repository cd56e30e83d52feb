"""Reading mailboxes: each mail once, none lost, none in the way of the others."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError, connections

from cases.engine.evaluate import Refused
from cases.mail import follow as following
from cases.mail import receive as receiving
from cases.mail.imap import CannotConnect, OpenMailbox
from cases.mail.read import read_all, read_next
from cases.mail.receive import retry
from cases.mail.write import write_message
from cases.models import Attachment, Case, MailboxReading, Message, ReceivedMail
from entitlements.models import Mailbox
from tests.factory import NOON, make_desk
from tests.mail.letters import letter, raw
from tests.mail.post_box import Hatch, PostBox
from tests.servers import free_port

pytestmark = pytest.mark.django_db


def three() -> list[bytes]:
    return [letter(f"No. {at}", Message_ID=f"<{at}@x>") for at in range(3)]


class TestEachMail:
    def test_is_marked_as_read_and_stays(self, box: PostBox) -> None:
        box.receive(*three())
        assert all("\\Seen" in flags for flags in box.flags()) and len(box.flags()) == 3

    def test_is_moved_where_the_mailbox_says_so(self, box: PostBox) -> None:
        Mailbox.objects.update(done_folder="Archive")
        box.receive(*three())
        assert (len(box.flags()), len(box.flags("Archive"))) == (0, 3)

    def test_is_handled_once_however_often_it_is_read(self, box: PostBox) -> None:
        box.receive(*three())
        assert box.read() == {}
        assert Case.objects.count() == 3

    def test_is_handled_once_when_the_server_numbers_anew(self, box: PostBox) -> None:
        box.receive(*three())
        ReceivedMail.objects.update(uid_validity=1)
        assert box.read() == {"twice": 3}
        assert Case.objects.count() == 3

    def test_is_handled_once_when_two_mailboxes_got_it(self, box: PostBox) -> None:
        copy = letter(To="support@desk.example, sales@desk.example")
        sales = PostBox(box.port, name="Sales", address="sales@desk.example")
        box.receive(b"Received: from mx1\r\n" + copy)
        assert sales.receive(b"Received: from mx2\r\n" + copy) == {"twice": 1}
        assert Case.objects.count() == 1

    def test_with_other_words_under_the_same_id_is_another(self, box: PostBox) -> None:
        assert box.receive(letter("One"), letter("Two")) == {"opened": 2}

    def test_that_somebody_has_opened_already_is_read_all_the_same(self, box: PostBox) -> None:
        box.post(letter())
        with box.opened() as opened:
            opened.flag("1:*", "\\Seen", True)
        assert box.read() == {"opened": 1}

    def test_that_came_before_the_mailbox_was_set_up_is_left_alone(self, box: PostBox) -> None:
        Mailbox.objects.update(read_from=NOON)
        box.post(letter("Old", Message_ID="<1@x>"), at=NOON - timedelta(hours=1))
        box.post(letter("New", Message_ID="<2@x>"), at=NOON + timedelta(minutes=1))
        assert box.read(NOON + timedelta(minutes=2)) == {"opened": 1}
        assert Message.objects.get().body == "New"
        assert sorted(len(flags) for flags in box.flags()) == [0, 1]

    def test_comes_in_its_turn_over_many_batches(self, box: PostBox) -> None:
        letters = [letter(f"No. {at:02}", Message_ID=f"<{at}@x>", From=f"a{at}@x.org") for at in range(22)]
        assert box.receive(*letters) == {"opened": 22}
        bodies = [message.body for message in Message.objects.order_by("pk")]
        assert bodies == sorted(bodies)


class TestAMailThatCannotBeHandled:
    @pytest.fixture
    def poison(self, box: PostBox, monkeypatch: pytest.MonkeyPatch) -> PostBox:
        """The second of three letters makes an operation fail after it has written something."""
        honest = write_message

        def failing(*args: Any, **kwargs: Any) -> Message:
            message = honest(*args, **kwargs)
            if message.body == "No. 1":
                raise ZeroDivisionError("poison")
            return message

        monkeypatch.setattr(following, "write_message", failing)
        box.receive(*[letter(f"No. {at}", Message_ID=f"<{at}@x>", files={"a": b"x"}) for at in range(3)])
        return box

    def test_is_set_aside_with_its_reason_and_the_others_go_on(self, poison: PostBox) -> None:
        row = ReceivedMail.objects.get(outcome="set_aside")
        assert (row.reason, row.case, bytes(row.raw or b"")[:5]) == (
            "ZeroDivisionError: poison",
            None,
            b"From:",
        )
        assert [message.body for message in Message.objects.order_by("pk")] == ["No. 0", "No. 2"]

    def test_leaves_nothing_half_done(self, poison: PostBox, settings: Any) -> None:
        assert Case.objects.count() == Attachment.objects.count() == 2
        assert len(list(settings.MEDIA_ROOT.rglob("*.bin"))) == 2

    def test_is_handled_when_it_is_tried_again(
        self, poison: PostBox, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        row = ReceivedMail.objects.get(outcome="set_aside")
        with pytest.raises(Refused, match="poison"):
            retry(row.pk, NOON)
        monkeypatch.undo()
        retry(row.pk, NOON)
        row.refresh_from_db()
        assert (row.outcome, row.reason, row.raw) == ("opened", "", None)
        assert row.message is not None and row.message.body == "No. 1"

    def test_is_set_aside_when_it_cannot_be_read(self, hatch: Hatch) -> None:
        nested = "".join(
            f'Content-Type: multipart/mixed; boundary="b{at}"\n\n--b{at}\n' for at in range(1000)
        )
        assert hatch.receive(raw("Subject: x\n" + nested), letter()) == {"set_aside": 1, "opened": 1}
        assert ReceivedMail.objects.get(outcome="set_aside").reason == "Its parts are nested too deep."

    def test_is_not_to_blame_for_the_databases_troubles(
        self, box: PostBox, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def locked(*args: Any) -> None:
            raise OperationalError("database is locked")

        monkeypatch.setattr(receiving, "follow", locked)
        box.post(letter())
        with pytest.raises(OperationalError):
            box.read()
        assert not ReceivedMail.objects.exists()
        monkeypatch.undo()
        assert box.read() == {"opened": 1}


class TestAReaderThatDies:
    def test_after_it_wrote_and_before_it_told_the_mailbox_does_nothing_twice(
        self, box: PostBox, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def broken(self: OpenMailbox, uids: list[int]) -> None:
            if uids:
                raise OSError("connection reset")

        box.post(letter())
        monkeypatch.setattr(OpenMailbox, "file", broken)
        with pytest.raises(CannotConnect, match="connection reset"):
            box.read()
        assert (Case.objects.count(), box.flags()[0]) == (1, ())
        monkeypatch.undo()
        assert (box.read(), Case.objects.count(), "\\Seen" in box.flags()[0]) == ({}, 1, True)

    def test_loses_its_lease_in_the_end(self, box: PostBox) -> None:
        box.post(letter())
        MailboxReading.objects.create(
            mailbox=box.mailbox, next_read_at=NOON, leased_until=NOON + timedelta(minutes=5)
        )
        assert not read_next(NOON + timedelta(minutes=4))
        assert read_next(NOON + timedelta(minutes=5))
        assert Case.objects.count() == 1


class TestAMailbox:
    def test_that_cannot_be_reached_says_why_and_is_asked_less_and_less_often(self, box: PostBox) -> None:
        Mailbox.objects.update(port=free_port())
        assert read_next(NOON)
        reading = MailboxReading.objects.get()
        assert (reading.error, reading.failures) == (
            "ConnectionRefusedError: [Errno 111] Connection refused",
            1,
        )
        assert not read_next(NOON + timedelta(seconds=59))
        assert read_next(NOON + timedelta(seconds=60))
        reading.refresh_from_db()
        assert (reading.failures, reading.next_read_at) == (2, NOON + timedelta(minutes=3))

    def test_with_a_wrong_password_does_not_tell_it(self, box: PostBox) -> None:
        box.mailbox.password = "hunter2-secret"
        box.mailbox.save()
        with pytest.raises(CannotConnect) as fault:
            box.read()
        assert "hunter2" not in str(fault.value)

    def test_whose_password_is_lost_says_so(self, box: PostBox, settings: Any) -> None:
        settings.SECRET_KEY = "another"
        with pytest.raises(CannotConnect, match="give it again"):
            box.read()

    def test_in_trouble_does_not_hold_up_the_next(self, box: PostBox) -> None:
        PostBox(free_port(), name="Broken", address="broken@desk.example")
        box.post(letter())
        while read_next(NOON):
            continue
        assert Case.objects.count() == 1

    def test_that_works_again_is_well(self, box: PostBox) -> None:
        MailboxReading.objects.create(mailbox=box.mailbox, next_read_at=NOON, failures=3, error="x")
        read_next(NOON)
        reading = MailboxReading.objects.get()
        assert (reading.failures, reading.error, reading.read_at) == (0, "", NOON)

    def test_that_is_switched_off_is_not_read(self, box: PostBox) -> None:
        Mailbox.objects.update(is_active=False)
        box.post(letter())
        assert not read_next(NOON)


@pytest.mark.django_db(transaction=True)
def test_two_readers_at_once_handle_each_mail_once(imap_server: int) -> None:
    make_desk()
    box = PostBox(imap_server)
    box.post(*[letter(f"No. {at}", Message_ID=f"<{at}@x>", From=f"a{at}@x.org") for at in range(12)])

    def work() -> None:
        try:
            while read_next(NOON, 3):
                continue
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as threads:
        for one in [threads.submit(work) for _ in range(2)]:
            one.result(60)
    assert read_all(box.mailbox, NOON) == {}
    assert (Case.objects.count(), ReceivedMail.objects.filter(outcome="opened").count()) == (12, 12)


class TestTheCommand:
    def test_reads_all_and_says_what_came(self, box: PostBox) -> None:
        box.post(letter(), letter("Away", Auto_Submitted="auto-replied"))
        said = StringIO()
        call_command("read_mail", stdout=said)
        assert said.getvalue() == "Support: New case: 1, Automatic, left alone: 1\n"

    def test_says_that_there_was_nothing(self, box: PostBox) -> None:
        said = StringIO()
        call_command("read_mail", "Support", stdout=said)
        assert said.getvalue() == "Support: nothing new\n"

    def test_refuses_a_mailbox_that_does_not_exist(self, box: PostBox) -> None:
        with pytest.raises(CommandError, match="There is no mailbox “Sales”. There are: Support."):
            call_command("read_mail", "Sales")

    def test_fails_when_one_could_not_be_read(self, box: PostBox) -> None:
        Mailbox.objects.update(port=free_port())
        said = StringIO()
        with pytest.raises(CommandError, match="Could not be read: Support"):
            call_command("read_mail", stderr=said)
        assert "Connection refused" in said.getvalue()
